"""The invented world, shared with the tests of the graph: read once, changed by nobody."""

from tests.graph.conftest import invented_root

__all__ = ["invented_root"]
