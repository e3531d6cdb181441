"""What the stated quads entail by the OWL 2 RL rules: ancestors, inverses, super-properties, the chain, classes.

The rules are applied by `reasonable` (OWL 2 RL in Rust), the chains here; a test holds them against `owlrl`. Kept
is what is said about our things; what only restates the axioms (`owl:Thing`, reflexive `owl:sameAs`) is left out.
"""

from collections.abc import Iterator
from typing import Any

import reasonable
from pyoxigraph import Literal, NamedNode, Quad, Triple
from rdflib import OWL as RDF_OWL
from rdflib import Graph
from rdflib import Literal as RdflibLiteral
from rdflib.collection import Collection
from rdflib.term import BNode, Identifier, URIRef

from ..vocabulary import BASE, GRAPHS, ONTOLOGY, OWL, XSD

Terms = list[tuple[Identifier, Identifier, Identifier]]


def entailed_quads(stated: list[Quad]) -> list[Quad]:
    """The quads of `dg:graph/inferred`: entailed by `stated`, about our things, and not stated already."""
    graph = Graph()
    for quad in stated:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    known = {quad.triple for quad in stated}
    inferred = NamedNode(GRAPHS["inferred"])
    found = {triple for terms in _closure(graph) if (triple := _kept(*terms)) and triple not in known}
    return [Quad(t.subject, t.predicate, t.object, inferred) for t in found]


def _closure(graph: Graph) -> Terms:
    """Everything that `graph` entails. `reasonable` knows no property chains: they are applied between its runs."""
    while True:
        reasoner = reasonable.PyReasoner()
        reasoner.from_graph(graph)
        closure: Terms = list(reasoner.reason())
        for terms in closure:
            graph.add(terms)
        chained = [terms for terms in _chained(graph) if terms not in graph]
        if not chained:
            return closure
        for terms in chained:
            graph.add(terms)


def _chained(graph: Graph) -> Iterator[tuple[Any, Any, Any]]:
    """What the chain axioms add in one step (rule prp-spo2 of the OWL 2 RL profile)."""
    for whole, listed in list(graph.subject_objects(RDF_OWL.propertyChainAxiom)):
        first, *rest = Collection(graph, listed)
        for start, met in graph.subject_objects(first):
            ends = {met}
            for link in rest:
                ends = {end for middle in ends for end in graph.objects(middle, link)}
            yield from ((start, whole, end) for end in ends)


def _kept(subject: Identifier, predicate: Identifier, value: Identifier) -> Triple | None:
    about_ours = isinstance(subject, URIRef) and subject.startswith(BASE) and not subject.startswith(ONTOLOGY)
    says_something = isinstance(value, URIRef) and not value.startswith(OWL) and not predicate.startswith(OWL)
    if not (about_ours and says_something):
        return None
    return Triple(NamedNode(str(subject)), NamedNode(str(predicate)), NamedNode(str(value)))


def to_rdflib(term: object) -> Identifier:
    """The same term for rdflib."""
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        plain = term.datatype.value == f"{XSD}string"  # rdflib tells "a" from "a"^^xsd:string; RDF 1.1 does not
        return RdflibLiteral(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)
    return BNode(getattr(term, "value", str(term)))
