"""Matching names with things: what is known of the things, hits of a name, agreement of properties, scores."""
