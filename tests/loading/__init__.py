"""Loading RDF of the user's own: by the command line, into a real store."""
