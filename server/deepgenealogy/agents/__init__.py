"""For agents: a read-only server of the Model Context Protocol, on the same guarded engine as HTTP."""
