"""The protocols, through a real socket against the real server."""
