"""Graph: records become quads in named graphs, are completed by what they entail, and are checked. No HTTP here."""
