"""Quads of the invented world: what lies in which named graph, through the one context."""

from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.graph.quads import in_graph, ontology_triples, stated_quads, triples_of
from deepgenealogy.sources.records import Catalogue
from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, PROV, RDF_TYPE, RDFS, XSD


@pytest.fixture(scope="session")
def stated(invented_catalogue: Catalogue) -> dict[str, set[Triple]]:
    """What the invented world states, by the short name of the graph."""
    names = {iri: name for name, iri in GRAPHS.items()}
    found: dict[str, set[Triple]] = defaultdict(set)
    for quad in stated_quads(invented_catalogue):
        assert isinstance(quad.graph_name, NamedNode)
        found[names[quad.graph_name.value]].add(quad.triple)
    return found


def own(local: str) -> NamedNode:
    """One of our things."""
    return NamedNode(BASE + local)


def term(local: str) -> NamedNode:
    """A term of the ontology."""
    return NamedNode(DGO + local)


def test_nothing_entailed_or_described_is_stated(stated: dict[str, set[Triple]]) -> None:
    assert set(stated) == {"ontology", "article", "genealogy", "curation", "links"}


def test_the_plain_edge_of_a_derivation_is_curated(stated: dict[str, set[Triple]]) -> None:
    edge = Triple(own("architecture/beta-net"), term("derivesFrom"), own("architecture/alpha-net"))
    assert edge in stated["curation"]


def test_a_rejected_derivation_makes_no_edge_in_any_graph(stated: dict[str, set[Triple]]) -> None:
    gamma, delta = own("architecture/gamma-net"), own("architecture/delta-net")
    assert not [t for triples in stated.values() for t in triples if t.subject == gamma and t.object == delta]


def test_what_the_list_states_lies_in_its_own_graph(stated: dict[str, set[Triple]]) -> None:
    misspelt = Triple(own("entry/beta-net"), term("statedName"), Literal("BetaNut"))
    assert [name for name, triples in stated.items() if misspelt in triples] == ["genealogy"]


def test_what_an_entry_denotes_is_our_reading_and_so_is_curated(stated: dict[str, set[Triple]]) -> None:
    reading = Triple(own("entry/beta-net"), term("denotes"), own("architecture/beta-net"))
    assert [name for name, triples in stated.items() if reading in triples] == ["curation"]


def test_the_claims_of_the_article_lie_in_its_graph(stated: dict[str, set[Triple]]) -> None:
    claim = Triple(own("claim/overview-pebbles-first"), NamedNode(RDF_TYPE), term("Claim"))
    assert [name for name, triples in stated.items() if claim in triples] == ["article"]


def test_a_date_is_typed_at_its_stated_precision(stated: dict[str, set[Triple]]) -> None:
    when = Literal("2003-06", datatype=NamedNode(f"{XSD}gYearMonth"))
    assert Triple(own("architecture/epsilon-learning"), term("introduced"), when) in stated["curation"]


def test_a_label_has_its_language(stated: dict[str, set[Triple]]) -> None:
    label = Triple(own("architecture/alpha-net"), NamedNode(f"{RDFS}label"), Literal("甲网络", language="zh"))
    assert label in stated["curation"]


def test_the_kind_of_a_derivation_is_the_property_it_stands_for(stated: dict[str, set[Triple]]) -> None:
    kind = Triple(own("derivation/beta-net--alpha-net"), term("kind"), term("extends"))
    assert kind in stated["curation"]


def test_no_record_becomes_a_blank_node(stated: dict[str, set[Triple]]) -> None:
    triples = stated["article"] | stated["genealogy"] | stated["curation"] | stated["links"]
    assert all(isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal) for t in triples)


def test_every_key_of_every_record_reaches_the_quads(fabricated_root: Path, stated: dict[str, set[Triple]]) -> None:
    said = {t.object.value for triples in stated.values() for t in triples if isinstance(t.object, Literal)}
    sentences = ["Keeps Alpha-Net whole and adds a second pile.", "Journal of Pebbles", "A map of piles.", "Figure 1"]
    assert [sentence for sentence in sentences if sentence not in said] == []


def test_relative_references_are_resolved_against_the_base(real_root: Path) -> None:
    (triple,) = triples_of([{"@id": "architecture/x", "introducedIn": "paper/y"}], real_root)
    assert (triple.subject, triple.object) == (own("architecture/x"), own("paper/y"))


def test_triples_are_put_into_the_graph_with_the_short_name() -> None:
    triple = Triple(own("a"), NamedNode(f"{PROV}entity"), own("b"))
    assert in_graph([triple], "links") == [Quad(own("a"), triple.predicate, own("b"), NamedNode(GRAPHS["links"]))]


def test_the_ontology_has_the_same_blank_nodes_at_each_reading(real_root: Path) -> None:
    assert set(ontology_triples(real_root)) == set(ontology_triples(real_root))


def test_no_triple_lies_in_two_graphs_so_that_their_union_counts_it_once(real_snapshot: Snapshot) -> None:
    quads = list(real_snapshot.quads())
    assert len({quad.triple for quad in quads}) == len(quads)
