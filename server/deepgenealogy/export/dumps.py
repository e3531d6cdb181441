"""Dumps: the quads of the dataset, or of one named graph, in an RDF format."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad

from ..engine.interface import Engine
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import GRAPHS


def dump(engine: Engine, root: Path, *, graph: str, format_name: str) -> Iterator[bytes]:
    """One named graph (by short name or IRI) or `all`, in a format, in pieces; a snapshot always gives the same.

    A single graph is written as the default graph, so that every syntax holds the same triples.
    """
    quads = engine.quads(None if graph == "all" else GRAPHS.get(graph, graph))
    return GRAPH_FORMATS[format_name].write(chosen_quads(quads, graph), Compactor(read_context(root)))


def chosen_quads(quads: Iterator[Quad], graph: str) -> Iterator[Quad]:
    """The quads as a dump of `graph` has them: those of a single graph as the default graph."""
    if graph == "all":
        return quads
    return (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
