"""What the server says of a named graph besides what is stated: where its content is, and its size if nobody says it.

The IRI of a graph is answered with a description, which is small in every form; the content is a click further.
"""

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from ..engine.interface import Engine
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE, GRAPHS, RDF_TYPE, VOID, XSD

_SEGMENT = "graph/"


def graph_documents(engine: Engine) -> frozenset[str]:
    """The IRIs, relative to the base, of the named graphs below it; whoever wrote one, it has an IRI like any other."""
    return frozenset(iri.removeprefix(BASE) for iri in engine.graph_names() if iri.startswith(BASE + _SEGMENT))


def said_of_graph(engine: Engine, identity: str, *, is_stated: bool) -> list[Quad]:
    """Dumps of the graph, and what it is and its size where nothing is stated of it; nothing for what is no graph."""
    if identity not in graph_documents(engine):
        return []
    graph = NamedNode(BASE + identity)
    dumps = [Quad(graph, NamedNode(f"{VOID}dataDump"), NamedNode(address)) for address in _dumps(identity)]
    if is_stated:
        return dumps
    size = Literal(str(engine.graph_sizes()[graph.value]), datatype=NamedNode(f"{XSD}integer"))
    kind = Quad(graph, NamedNode(RDF_TYPE), NamedNode(f"{VOID}Dataset"))
    return [*dumps, kind, Quad(graph, NamedNode(f"{VOID}triples"), size)]


def _dumps(identity: str) -> Iterator[str]:
    name = next((name for name, iri in GRAPHS.items() if iri == BASE + identity), "")
    if name:
        yield from (f"{BASE}export/{name}.{suffix}" for suffix in GRAPH_FORMATS)
    else:
        yield f"{BASE}store?graph={quote(BASE + identity, safe='')}"
