"""What the stated quads entail by the OWL 2 RL rules: ancestors, inverses, super-properties, the chain, classes.

The rules are applied by `reasonable` (OWL 2 RL in Rust), the chains here; a test holds them against `owlrl`. Kept
is what is said about our things; what only restates the axioms (`owl:Thing`, reflexive `owl:sameAs`) is left out.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import reasonable
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize
from rdflib import OWL as RDF_OWL
from rdflib import RDF, Graph
from rdflib import Literal as RdflibLiteral
from rdflib.collection import Collection
from rdflib.term import BNode, Identifier, URIRef

from ..vocabulary import BASE, GRAPHS, ONTOLOGY, OWL, RDF_TYPE, RDFS, XSD

Terms = list[tuple[Identifier, Identifier, Identifier]]

#: Each property that a chain entails, and the links of the chain.
Chains = list[tuple[Any, list[Any]]]

#: With these something is said of a property by which nothing follows for a subject from a literal.
_ABOUT_VALUES = frozenset({RDF_TYPE, f"{RDFS}range", f"{RDFS}isDefinedBy"})

#: What chain axioms are written with.
_OF_CHAINS = frozenset({f"{OWL}propertyChainAxiom", str(RDF.first), str(RDF.rest)})


def entailed_quads(stated: list[Quad]) -> list[Quad]:
    """The quads of `dg:graph/inferred`: entailed by `stated`, about our things, and not stated already."""
    known = {quad.triple for quad in stated}
    inferred = NamedNode(GRAPHS["inferred"])
    found = {triple for terms in _closure(stated) if (triple := _kept(*terms)) and triple not in known}
    return [Quad(t.subject, t.predicate, t.object, inferred) for t in found]


def _telling(stated: list[Quad]) -> Iterator[Quad]:
    """The quads from which something about our things can follow.

    A literal says nothing more than that its subject has the property, which matters to axioms about that property
    (rules prp-dom, prp-spo1 and cls-hv of the OWL 2 RL profile): one is enough, and none where there are no axioms but
    those about the literal itself.
    """
    links = [quad for quad in stated if not isinstance(quad.object, Literal)]
    of_axioms = {quad.object for quad in links}
    of_axioms |= {quad.subject for quad in links if quad.predicate.value not in _ABOUT_VALUES}
    held = set()
    for quad in stated:
        if not isinstance(quad.object, Literal):
            yield quad
        elif quad.predicate in of_axioms and (place := (quad.subject, quad.predicate)) not in held:
            held.add(place)
            yield quad


def _closure(stated: list[Quad]) -> Terms:
    """Everything that `stated` entails. `reasonable` knows no property chains: they are applied between its runs.

    The reasoner reads a file: terms that never become Python objects cost a tenth of those that do.
    """
    chains = _chains(stated)
    reasoner = reasonable.PyReasoner()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stated.ttl"  # N-Triples are Turtle; the reasoner tells formats by their ending
        path.write_bytes(serialize((quad.triple for quad in _telling(stated)), format=RdfFormat.N_TRIPLES) or b"")
        reasoner.load_file(str(path))
    while True:
        closure: Terms = list(reasoner.reason())
        chained = _chained(chains, closure)
        if not chained:
            return closure
        reasoner.from_graph(chained)


def _chains(stated: list[Quad]) -> Chains:
    """The properties that chain axioms are about, each with the links of its chain."""
    graph = Graph()
    for quad in stated:
        if quad.predicate.value in _OF_CHAINS:
            graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    axioms = graph.subject_objects(RDF_OWL.propertyChainAxiom)
    return [(whole, list(Collection(graph, listed))) for whole, listed in axioms]


def _chained(chains: Chains, closure: Terms) -> Terms:
    """What the chain axioms add to a closure in one step (rule prp-spo2 of the OWL 2 RL profile)."""
    held: dict[Any, dict[Any, set[Any]]] = {name: {} for whole, links in chains for name in (whole, *links)}
    for subject, predicate, value in closure:
        if predicate in held:
            held[predicate].setdefault(subject, set()).add(value)
    return [
        (start, whole, end)
        for whole, links in chains
        for start in held[links[0]]
        for end in _ends(start, links, held) - held[whole].get(start, set())
    ]


def _ends(start: Any, links: Iterable[Any], held: Mapping[Any, Mapping[Any, set[Any]]]) -> set[Any]:
    """Where one comes from `start` over the properties of a chain."""
    ends = {start}
    for link in links:
        ends = {end for middle in ends for end in held[link].get(middle, ())}
    return ends


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
