"""The description of the dataset: what it counts is what is there to be counted."""

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, RDF_TYPE

VOID = "http://rdfs.org/ns/void#"
META = NamedNode(GRAPHS["meta"])


@pytest.fixture(scope="session")
def store(invented_quads: list[Quad]) -> Store:
    """The invented world with its description."""
    store = Store()
    store.bulk_load(serialize(invented_quads, format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS)
    return store


def stated_number(store: Store, subject: str, predicate: str) -> int:
    """The one number that the description states of `subject`."""
    (quad,) = store.quads_for_pattern(NamedNode(BASE + subject), NamedNode(VOID + predicate), None, META)
    assert isinstance(quad.object, Literal)
    return int(quad.object.value)


def data(quads: list[Quad]) -> list[Quad]:
    """The quads that are described: all but the description."""
    return [quad for quad in quads if quad.graph_name != META]


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "meta"])
def test_the_triples_of_a_graph_are_as_many_as_stated(name: str, store: Store) -> None:
    counted = len(list(store.quads_for_pattern(None, None, None, NamedNode(GRAPHS[name]))))
    assert stated_number(store, f"graph/{name}", "triples") == counted


def test_a_triple_in_two_graphs_counts_once_for_the_dataset(store: Store, invented_quads: list[Quad]) -> None:
    assert stated_number(store, "dataset", "triples") == len({quad.triple for quad in data(invented_quads)})


def test_the_members_of_each_class_are_as_many_as_stated(store: Store, invented_quads: list[Quad]) -> None:
    query = f"SELECT ?class ?n {{ ?part <{VOID}class> ?class ; <{VOID}entities> ?n }}"
    solutions = store.query(query, use_default_graph_as_union=True)
    stated = {row["class"].value: int(row["n"].value) for row in solutions}  # type: ignore[union-attr]
    members = {quad.triple for quad in data(invented_quads) if quad.predicate.value == RDF_TYPE}
    counted = Counter(t.object.value for t in members if isinstance(t.object, NamedNode))
    assert stated == {iri: n for iri, n in counted.items() if iri.startswith(DGO)}


def test_every_graph_but_the_description_is_a_subset(store: Store) -> None:
    subsets = store.quads_for_pattern(NamedNode(f"{BASE}dataset"), NamedNode(f"{VOID}subset"), None, META)
    assert {quad.object for quad in subsets} == {NamedNode(iri) for iri in GRAPHS.values()} - {META}


def test_every_vocabulary_that_is_named_is_used(store: Store, invented_quads: list[Quad]) -> None:
    named = store.quads_for_pattern(NamedNode(f"{BASE}dataset"), NamedNode(f"{VOID}vocabulary"), None, META)
    spaces = [quad.object.value for quad in named if isinstance(quad.object, NamedNode)]
    used = {quad.predicate.value for quad in data(invented_quads)}
    assert [space for space in spaces if not any(iri.startswith(space) for iri in used)] == []


def test_the_example_is_described_in_the_real_data(real_quads: list[Quad]) -> None:
    example = NamedNode(f"{VOID}exampleResource")
    (named,) = [quad.object for quad in real_quads if quad.predicate == example]
    assert named in {quad.subject for quad in real_quads}
