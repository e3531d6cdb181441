"""Sources: files of text become records, each checked against its shape. No RDF is known here."""
