"""What two RDF texts have in common: their quads, blank nodes named by RDFC-1.0, however they were read.

Three readers stand here: Oxigraph, which also wrote most texts, and two that share no code with it, rdflib and PyLD.
"""

import json
import warnings
from collections.abc import Iterable
from itertools import chain
from typing import Any

import rdflib
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.store import Store

#: Suffix -> the format as Oxigraph and as rdflib call it.
SYNTAXES = {
    "ttl": (RdfFormat.TURTLE, "turtle"),
    "nt": (RdfFormat.N_TRIPLES, "nt"),
    "rdf": (RdfFormat.RDF_XML, "xml"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
    "trig": (RdfFormat.TRIG, "trig"),
    "nq": (RdfFormat.N_QUADS, "nquads"),
}


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """The quads as a set in which blank nodes have canonical names; only the quads that hold some decide on these."""
    found = set(quads)
    blank = {quad for quad in found if _holds_blank_node(quad)}
    dataset = Dataset(blank)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return (found - blank).union(dataset)


def _holds_blank_node(quad: Quad) -> bool:
    return any(isinstance(term, BlankNode) for term in (quad.subject, quad.object, quad.graph_name))


def read_by_oxigraph(content: bytes, suffix: str) -> set[Quad]:
    """The quads of `content`, written in the syntax of `suffix`, as Oxigraph reads them."""
    return canonical(parse(content, format=SYNTAXES[suffix][0]))


def read_by_rdflib(content: bytes, suffix: str) -> set[Quad]:
    """The quads of `content`, written in the syntax of `suffix`, as rdflib reads them."""
    heap = _Heap()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7.6 calls what it deprecates itself
        heap.parse(content, SYNTAXES[suffix][1])
    return canonical(heap.quads())


class _Heap(Store):
    """What a reader of rdflib finds, unsorted: the indices that rdflib has for asking cost more than the reading."""

    context_aware = graph_aware = formula_aware = True

    def __init__(self) -> None:
        super().__init__()
        self._found: list[tuple[Any, Any, Any, Any]] = []

    def parse(self, content: bytes, syntax: str) -> None:
        """Read a text in one of rdflib's syntaxes."""
        rdflib.Dataset(self).parse(data=content, format=syntax)

    def add(self, triple: tuple[Any, Any, Any], context: Any, quoted: bool = False) -> None:
        self._found.append((*triple, context.identifier))

    def add_graph(self, graph: Any) -> None:
        """A graph is there as soon as something is in it."""

    def remove_graph(self, graph: Any) -> None:
        """Nothing is taken away: readers do this to empty graphs alone."""
        assert not any(identifier == graph.identifier for *_, identifier in self._found)

    def quads(self) -> Iterable[Quad]:
        """Everything that was read, in the terms of Oxigraph."""
        own = {term: _term(term) for term in set(chain.from_iterable(self._found))}
        return (Quad(*(own[term] for term in quad)) for quad in self._found)


def _term(term: Any) -> Any:
    if term == DATASET_DEFAULT_GRAPH_ID:
        return DefaultGraph()
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    return (BlankNode if isinstance(term, rdflib.BNode) else NamedNode)(str(term))


def read_by_pyld(content: bytes) -> set[Quad]:
    """The quads of a JSON-LD text as PyLD, the reference processor, expands it."""
    nquads: str = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads"})
    return read_by_oxigraph(nquads.encode(), "nq")


def as_default(quads: Iterable[Quad]) -> set[Quad]:
    """The same triples in the default graph: what a syntax without graph names can hold."""
    return canonical({Quad(quad.subject, quad.predicate, quad.object) for quad in quads})
