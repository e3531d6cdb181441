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
    chosen = quads if graph == "all" else _as_default(quads)
    return GRAPH_FORMATS[format_name].write(chosen, Compactor(read_context(root)))


def _as_default(quads: Iterator[Quad]) -> Iterator[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
