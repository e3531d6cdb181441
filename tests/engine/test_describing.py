"""Descriptions of things: whole where they are small; else bounded, and then they say where the rest is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from deepgenealogy.engine.describing import BOUND, BOUND_OF_PARTS, Describer
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, PROV, RDF_TYPE, RDFS
from deepgenealogy.web.app import create_app
from tests.canonical import read_by_oxigraph

CHILDREN = 10_000
PARENT = NamedNode(f"{BASE}architecture/alpha-net")
DERIVES_FROM = NamedNode(f"{DGO}derivesFrom")


def many_children() -> Iterator[Quad]:
    """Ten thousand children of one parent, each with a label and a derivation of its own."""
    graph = NamedNode(GRAPHS["curation"])
    for number in range(CHILDREN):
        child = NamedNode(f"{BASE}architecture/child-{number}")
        claim = NamedNode(f"{BASE}derivation/child-{number}--alpha-net")
        yield Quad(child, DERIVES_FROM, PARENT, graph)
        yield Quad(child, NamedNode(f"{RDFS}label"), Literal(f"Child {number}", language="en"), graph)
        yield Quad(claim, NamedNode(RDF_TYPE), NamedNode(f"{DGO}Derivation"), graph)
        yield Quad(claim, NamedNode(f"{DGO}parent"), PARENT, graph)
        yield Quad(claim, NamedNode(f"{DGO}child"), child, graph)
        yield Quad(claim, NamedNode(f"{DGO}rationale"), Literal("One of many. " * 30, language="en"), graph)


@pytest.fixture
def small(fabricated_root: Path, tmp_path: Path) -> EmbeddedEngine:
    """The invented world."""
    return EmbeddedEngine(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)


@pytest.fixture
def crowded(small: EmbeddedEngine) -> EmbeddedEngine:
    """The invented world, in which alpha-net has ten thousand more children."""
    small._store.extend(many_children())
    return small


@pytest.fixture
def client(crowded: EmbeddedEngine, fabricated_root: Path) -> FlaskClient:
    """HTTP over the crowded world."""
    return create_app(crowded, fabricated_root, Settings.of()).test_client()


def objects(quads: list[Quad], predicate: str) -> set[str]:
    """The values of one property of the parent."""
    return {getattr(q.object, "value", "") for q in quads if q.subject == PARENT and q.predicate.value == predicate}


def test_a_small_thing_is_whole_and_says_nothing_of_a_rest_but_its_lineage(small: EmbeddedEngine) -> None:
    said = Describer(small).describe("architecture/alpha-net")
    assert objects(said, f"{RDFS}seeAlso") == {f"{BASE}lineage/alpha-net?direction=both"}
    assert {NamedNode(f"{BASE}architecture/beta-net")} <= {q.subject for q in said if q.predicate == DERIVES_FROM}


def test_of_ten_thousand_children_a_description_holds_as_many_as_the_bound(crowded: EmbeddedEngine) -> None:
    said = Describer(crowded).describe("architecture/alpha-net")
    assert len([q for q in said if q.predicate == DERIVES_FROM and q.object == PARENT]) == BOUND
    assert len([q for q in said if q.predicate.value == f"{DGO}parent" and q.object == PARENT]) == BOUND_OF_PARTS


@pytest.mark.parametrize("suffix", ["html", "ttl", "jsonld", "nt", "rdf"])
def test_ten_thousand_children_make_no_large_page(suffix: str, client: FlaskClient) -> None:
    assert 20_000 < len(client.get(f"/architecture/alpha-net.{suffix}").data) < 1_000_000


def test_what_is_cut_is_had_in_full_at_the_address_that_the_description_gives(client: FlaskClient) -> None:
    said = read_by_oxigraph(client.get("/architecture/alpha-net.nt").data, "nt")
    more = {iri for iri in objects(list(said), f"{RDFS}seeAlso") if "derivesFrom" in iri}
    (address,) = (iri.removeprefix(BASE) for iri in more)
    rest = read_by_oxigraph(client.get(f"/{address}", headers={"Accept": "application/n-triples"}).data, "nt")
    assert len(rest) > CHILDREN
    assert {(q.predicate, q.object) for q in rest} == {(DERIVES_FROM, PARENT)}


def test_the_page_links_to_what_is_cut_with_its_number(client: FlaskClient) -> None:
    page = client.get("/architecture/alpha-net.html").text
    assert 'href="/sparql?query=CONSTRUCT' in page
    assert "that point here by derivesFrom" in page


def test_a_child_brings_its_evidence_to_the_description_of_its_parent(small: EmbeddedEngine) -> None:
    said = Describer(small).describe("architecture/alpha-net")
    claims = {q.subject for q in said if q.predicate.value == f"{DGO}parent" and q.object == PARENT}
    assert claims
    kinds = {q.subject for q in said if q.predicate.value == f"{DGO}kind"}
    papers = {q.subject for q in said if q.predicate.value == f"{DGO}statedIn"}
    assert claims <= kinds & papers


def test_what_lineage_gives_and_what_only_repeats_is_left_out(small: EmbeddedEngine) -> None:
    said = {q.predicate.value for q in Describer(small).describe("architecture/beta-net")}
    assert said.isdisjoint({f"{DGO}hasAncestor", f"{DGO}hasDescendant", f"{PROV}wasDerivedFrom", f"{PROV}entity"})
    assert f"{DGO}derivesFrom" in said


def test_what_is_not_there_has_no_description(small: EmbeddedEngine) -> None:
    assert Describer(small).describe("architecture/nowhere") == []
