"""The JSON-LD that we write, processed by jsonld.js, which shares no code with us or with PyLD."""
