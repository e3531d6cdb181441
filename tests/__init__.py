"""The tests; the tree of folders mirrors the package."""
