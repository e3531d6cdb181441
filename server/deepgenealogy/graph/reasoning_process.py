"""The process that reasons (see `entailments`).

Run as `python -m deepgenealogy.graph.reasoning_process`. It reads the path of a Turtle file from standard input, and
writes to standard output what that entails about our things: a subject, a predicate and an object a line, each an IRI.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import reasonable
from rdflib import OWL as RDF_OWL
from rdflib import RDF, Graph
from rdflib.collection import Collection
from rdflib.term import Identifier, URIRef

from ..vocabulary import BASE, ONTOLOGY, OWL

Terms = list[tuple[Identifier, Identifier, Identifier]]

#: Each property that a chain entails, and the links of the chain.
Chains = list[tuple[Any, list[Any]]]

#: What chain axioms are written with.
_OF_CHAINS = frozenset({RDF_OWL.propertyChainAxiom, RDF.first, RDF.rest})


def main() -> int:
    """Reasons about one file, if it is told of one; the exit status."""
    path = sys.stdin.readline().rstrip("\n")
    if path:
        sys.stdout.writelines(f"<{s}> <{p}> <{o}>\n" for s, p, o in closure(path) if is_kept(s, p, o))
    return 0


def closure(path: str) -> Terms:
    """Everything that a file entails. `reasonable` knows no property chains: they are applied between its runs.

    The reasoner reads a file: terms that never become Python objects cost a tenth of those that do.
    """
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(path)
    while True:
        found: Terms = list(reasoner.reason())
        chained = _chained(_chains(found), found)
        if not chained:
            return found
        reasoner.from_graph(chained)


def is_kept(subject: Identifier, predicate: Identifier, value: Identifier) -> bool:
    """Whether a triple is about one of our things, and says something about it."""
    about_ours = isinstance(subject, URIRef) and subject.startswith(BASE) and not subject.startswith(ONTOLOGY)
    return about_ours and isinstance(value, URIRef) and not value.startswith(OWL) and not predicate.startswith(OWL)


def _chains(found: Terms) -> Chains:
    """The properties that chain axioms are about, each with the links of its chain."""
    graph = Graph()
    for terms in found:
        if terms[1] in _OF_CHAINS:
            graph.add(terms)
    axioms = graph.subject_objects(RDF_OWL.propertyChainAxiom)
    return [(whole, list(Collection(graph, listed))) for whole, listed in axioms]


def _chained(chains: Chains, found: Terms) -> Terms:
    """What the chain axioms add to a closure in one step (rule prp-spo2 of the OWL 2 RL profile)."""
    held: dict[Any, dict[Any, set[Any]]] = {name: {} for whole, links in chains for name in (whole, *links)}
    for subject, predicate, value in found:
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


if __name__ == "__main__":
    sys.exit(main())
