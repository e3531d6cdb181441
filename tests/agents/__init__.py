"""The server for agents: asked by the protocol's own client, over a real process."""
