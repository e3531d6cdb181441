"""Web: HTTP requests become questions, answers become responses. No RDF is made and no query evaluated here."""
