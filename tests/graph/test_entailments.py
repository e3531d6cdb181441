"""The inferred graph: what `reasonable` keeps is what a second OWL 2 RL reasoner, owlrl, entails about our things."""

import signal
from collections.abc import Iterable
from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize
from rdflib import URIRef

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.errors import WorkerFailed
from deepgenealogy.graph.dataset import dataset_parts, sound_catalogue
from deepgenealogy.graph.entailments import Reasoner, entailed_quads
from deepgenealogy.graph.quads import stated_quads
from deepgenealogy.sources.records import Catalogue
from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, ONTOLOGY, OWL, PROV, RDF_TYPE
from tests.walk import one_of_every_shape

Strings = tuple[str, str, str]


@pytest.fixture(scope="session")
def inferred(invented_catalogue: Catalogue) -> set[Triple]:
    """What the invented world entails."""
    return {quad.triple for quad in entailed_quads(stated_quads(invented_catalogue))}


def own(subject: str, predicate: str, value: str) -> Triple:
    """A triple between two of our things."""
    return Triple(NamedNode(BASE + subject), NamedNode(predicate), NamedNode(BASE + value))


def entailed_by_owlrl(stated: list[Quad]) -> set[Strings]:
    """What owlrl adds about our things, less what says nothing of them (see `is_trivial`)."""
    graph = rdflib.Graph()
    graph.parse(data=serialize([quad.triple for quad in stated], format=RdfFormat.N_TRIPLES), format="nt")
    before = set(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {(str(s), str(p), str(o)) for s, p, o in set(graph) - before if is_ours(s) and not is_trivial(s, p, o)}


def is_ours(subject: object) -> bool:
    """Whether the subject is one of our things, and no term of the ontology."""
    return isinstance(subject, URIRef) and subject.startswith(BASE) and not subject.startswith(ONTOLOGY)


def is_trivial(subject: object, predicate: object, value: object) -> bool:
    """Whether a triple holds of everything, or puts a thing into a class that only an axiom names."""
    is_reflexive = subject == value and predicate == URIRef(f"{OWL}sameAs")
    return is_reflexive or value == URIRef(f"{OWL}Thing") or isinstance(value, rdflib.BNode)


def strings(quads: list[Quad]) -> set[Strings]:
    """The quads as IRIs, without their graph; fails where one holds anything but IRIs."""
    found = set()
    for quad in quads:
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode)
        found.add((quad.subject.value, quad.predicate.value, quad.object.value))
    return found


def test_a_second_reasoner_entails_the_same_of_the_invented_world(invented_catalogue: Catalogue) -> None:
    stated = stated_quads(invented_catalogue)
    assert strings(entailed_quads(stated)) == entailed_by_owlrl(stated)


def compared(stated: list[Quad], *, whole: bool) -> list[Quad]:
    """What of the real world the second reasoner is given: one of every shape, or everything but the reuse of code.

    That has thousands of nodes and no axiom of its own: with it owlrl would take many minutes instead of one.
    """
    if not whole:
        return one_of_every_shape(stated)
    reuse = {quad.subject for quad in stated if "/reuse/" in str(quad.subject)}
    return [quad for quad in stated if quad.subject not in reuse and quad.object not in reuse]


def said_by(entailed: Iterable[Quad]) -> set[tuple[str, str]]:
    """Which properties and classes are entailed: what the axioms say in the end."""
    return {(q.predicate.value, str(q.object) if q.predicate.value == RDF_TYPE else "") for q in entailed}


@pytest.mark.slow
def test_a_second_reasoner_entails_the_same_of_the_real_world(
    real_root: Path, real_snapshot: Snapshot, request: pytest.FixtureRequest
) -> None:
    every = stated_quads(sound_catalogue(real_root))
    stated = compared(every, whole=request.config.getoption("--every-iri"))
    entailed = entailed_quads(stated)
    assert strings(entailed) == entailed_by_owlrl(stated)
    assert said_by(real_snapshot.quads(GRAPHS["inferred"])) - said_by(entailed) == set()


def test_an_ancestor_of_a_parent_is_an_ancestor(inferred: set[Triple]) -> None:
    assert own("architecture/gamma-net", f"{DGO}hasAncestor", "architecture/alpha-net") in inferred


def test_an_ancestor_has_its_descendants(inferred: set[Triple]) -> None:
    assert own("architecture/alpha-net", f"{DGO}hasDescendant", "architecture/gamma-net") in inferred


def test_a_derivation_alone_entails_an_ancestor_by_the_chain(invented_catalogue: Catalogue) -> None:
    edges = {"derivesFrom", "extends", "improves", "appliesToNewDomain"}
    stated = [q for q in stated_quads(invented_catalogue) if q.predicate.value.removeprefix(DGO) not in edges]
    triples = {quad.triple for quad in entailed_quads(stated)}
    assert own("architecture/gamma-net", f"{DGO}hasAncestor", "architecture/alpha-net") in triples


def test_to_use_a_method_is_not_to_descend_from_it(inferred: set[Triple]) -> None:
    assert own("architecture/delta-net", f"{DGO}hasAncestor", "architecture/gamma-net") not in inferred


def test_a_rejected_derivation_entails_no_ancestor(inferred: set[Triple]) -> None:
    assert own("architecture/gamma-net", f"{DGO}hasAncestor", "architecture/delta-net") not in inferred


def test_a_derivation_is_one_in_the_words_of_prov(inferred: set[Triple]) -> None:
    assert own("architecture/beta-net", f"{PROV}wasDerivedFrom", "architecture/alpha-net") in inferred


def test_an_architecture_is_a_method(inferred: set[Triple]) -> None:
    kind = Triple(NamedNode(f"{BASE}architecture/alpha-net"), NamedNode(RDF_TYPE), NamedNode(f"{DGO}Method"))
    assert kind in inferred


def test_membership_in_a_branch_entails_no_ancestor(inferred: set[Triple]) -> None:
    assert own("architecture/alpha-net", f"{DGO}hasAncestor", "family/toy-nets") not in inferred


def test_every_entailed_quad_lies_in_the_inferred_graph(invented_catalogue: Catalogue) -> None:
    graphs = {quad.graph_name for quad in entailed_quads(stated_quads(invented_catalogue))}
    assert graphs == {NamedNode(GRAPHS["inferred"])}


def test_nothing_stated_is_repeated_as_entailed(invented_catalogue: Catalogue) -> None:
    stated = stated_quads(invented_catalogue)
    assert {quad.triple for quad in stated} & {quad.triple for quad in entailed_quads(stated)} == set()


def test_a_reasoner_that_fails_is_said() -> None:
    with Reasoner() as reasoner:
        reasoner.begin([("<urn:no IRI>", RDF_TYPE, "<urn:b>")])
        with pytest.raises(WorkerFailed, match="reasons ended with status 1"):
            reasoner.entailed()


def test_a_reasoner_that_nobody_asks_ends_with_its_context() -> None:
    with Reasoner() as reasoner:
        process = reasoner._process
        assert process.poll() is None
    assert process.returncode == -signal.SIGKILL


def test_what_is_stated_is_there_before_what_it_entails(invented_root: Path) -> None:
    stated, rest = dataset_parts(invented_root)
    assert set(rest) == {GRAPHS["inferred"], GRAPHS["meta"]}
    assert {graph for graph, own in stated.items() if own}.isdisjoint(rest)
    assert all(own for own in rest.values())


def test_of_things_that_are_the_same_everything_is_told(invented_catalogue: Catalogue) -> None:
    alpha, again = (NamedNode(f"{BASE}architecture/{name}") for name in ("alpha-net", "alpha-net-again"))
    same = Quad(again, NamedNode(f"{OWL}sameAs"), alpha, NamedNode(GRAPHS["curation"]))
    page = Quad(alpha, NamedNode("urn:a-property-without-axioms"), NamedNode("urn:page"), same.graph_name)
    entailed = {quad.triple for quad in entailed_quads([*stated_quads(invented_catalogue), same, page])}
    assert Triple(again, page.predicate, page.object) in entailed


def test_a_reasoner_that_has_ended_is_said_when_it_is_asked() -> None:
    with Reasoner() as reasoner:
        reasoner._process.kill()
        reasoner._process.wait()
        reasoner.begin([("<urn:a>", RDF_TYPE, "<urn:b>")])
        with pytest.raises(WorkerFailed, match="status -9"):
            reasoner.entailed()
