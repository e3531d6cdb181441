"""Links: identifiers that a rule fixes, look-ups kept apart from them, and mappings with their metadata."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Question
from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.graph.links import dblp_record, doi_iri, identifiers, link_nodes, look_ups, mapping_nodes, pages
from deepgenealogy.graph.places import place_of
from deepgenealogy.sources.documents import Document
from deepgenealogy.sources.records import Catalogue, Record
from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, OWL, RDF_TYPE, SKOS, XSD

SSSOM = "https://w3id.org/sssom/"
MAPPING = f"{BASE}mapping/pebble-graph/architecture-alpha-net--Q100"


def paper(**fields: str) -> Record:
    """A paper with some identifiers."""
    return Record("papers", "one", Document("data/papers/one.yaml", fields, {}))


@pytest.fixture(scope="module")
def links(invented_quads: list[Quad]) -> set[Triple]:
    """The graph of links of the invented world."""
    return {quad.triple for quad in invented_quads if quad.graph_name == NamedNode(GRAPHS["links"])}


@pytest.fixture(scope="module")
def real_links(real_quads: list[Quad]) -> set[Triple]:
    """The graph of links of the real sources."""
    return {quad.triple for quad in real_quads if quad.graph_name == NamedNode(GRAPHS["links"])}


def values(triples: set[Triple], subject: str, predicate: str) -> set[Any]:
    """What is said of a subject by a predicate."""
    return {t.object for t in triples if t.subject == NamedNode(subject) and t.predicate == NamedNode(predicate)}


def test_an_arxiv_id_gives_its_page_and_its_doi_in_both_spellings() -> None:
    assert identifiers(paper(arxiv="1512.03385")) == [
        "https://arxiv.org/abs/1512.03385",
        "https://doi.org/10.48550/arXiv.1512.03385",
        "https://doi.org/10.48550/ARXIV.1512.03385",
    ]


@pytest.mark.parametrize(
    ("arxiv", "records"),
    [
        ("1707.08475", []),
        ("1708.00107", ["https://dblp.org/rec/journals/corr/abs-1708-00107"]),
        ("2103.00020", ["https://dblp.org/rec/journals/corr/abs-2103-00020"]),
        ("0705.2011", []),
        ("9905.0001", []),
        ("cs/0506078", []),
    ],
)
def test_the_record_of_dblp_is_computed_only_where_its_key_holds(arxiv: str, records: list[str]) -> None:
    assert dblp_record(arxiv) == records


def test_a_published_doi_is_an_identifier() -> None:
    assert identifiers(paper(doi="10.1162/neco.1997.9.8.1735")) == ["https://doi.org/10.1162/neco.1997.9.8.1735"]


def test_a_character_that_no_iri_holds_is_escaped_in_a_doi() -> None:
    assert doi_iri("10.1002/(SICI)1<2::3>4") == "https://doi.org/10.1002/(SICI)1%3C2::3%3E4"


@pytest.mark.parametrize(
    ("fields", "page"),
    [
        ({"openReview": "HJWLfGWRb"}, "https://openreview.net/forum?id=HJWLfGWRb"),
        ({"pmlr": "v70/arjovsky17a"}, "https://proceedings.mlr.press/v70/arjovsky17a.html"),
        ({"acl": "D14-1179"}, "https://aclanthology.org/D14-1179/"),
    ],
)
def test_an_id_of_a_place_gives_its_page_and_no_identifier(fields: dict[str, str], page: str) -> None:
    assert (pages(paper(**fields)), identifiers(paper(**fields))) == ([page], [])


def test_a_paper_is_looked_up_by_its_doi_and_its_arxiv_id() -> None:
    assert look_ups(paper(arxiv="1512.03385", doi="10.1109/CVPR.2016.90")) == [
        "https://api.openalex.org/works/https://doi.org/10.1109/CVPR.2016.90",
        "https://api.openalex.org/works/https://doi.org/10.48550/arXiv.1512.03385",
        "https://api.semanticscholar.org/graph/v1/paper/ARXIV:1512.03385",
    ]


def test_a_paper_without_arxiv_id_is_looked_up_by_its_doi_alone() -> None:
    assert look_ups(paper(doi="10.5555/x")) == [
        "https://api.openalex.org/works/https://doi.org/10.5555/x",
        "https://api.semanticscholar.org/graph/v1/paper/DOI:10.5555/x",
    ]


def test_a_paper_without_identifiers_has_no_links(invented_catalogue: Catalogue) -> None:
    assert "paper/nobody-2003-epsilon" not in {node["@id"] for node in link_nodes(invented_catalogue)}


def test_a_mapping_is_a_plain_link(links: set[Triple]) -> None:
    target = NamedNode("https://example.org/pebble/Q100")
    assert Triple(NamedNode(f"{BASE}architecture/alpha-net"), NamedNode(f"{SKOS}exactMatch"), target) in links


def test_a_mapping_has_an_iri_of_its_set_our_thing_and_theirs(links: set[Triple]) -> None:
    assert values(links, MAPPING, RDF_TYPE) == {NamedNode(f"{SSSOM}Mapping")}


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (f"{SSSOM}subject_id", NamedNode(f"{BASE}architecture/alpha-net")),
        (f"{SSSOM}predicate_id", NamedNode(f"{SKOS}exactMatch")),
        (f"{SSSOM}object_id", NamedNode("https://example.org/pebble/Q100")),
        (f"{SSSOM}mapping_justification", NamedNode("https://w3id.org/semapv/vocab/MappingReview")),
        (f"{SSSOM}author_label", Literal("Nobody")),
        (f"{SSSOM}confidence", Literal("0.9", datatype=NamedNode(f"{XSD}decimal"))),
        ("http://purl.org/dc/terms/created", Literal("2005-01-01", datatype=NamedNode(f"{XSD}date"))),
        ("http://purl.org/dc/terms/source", Literal("https://example.org/pebbles")),
        ("http://www.w3.org/2000/01/rdf-schema#comment", Literal("Reviewed.", language="en")),
    ],
)
def test_a_mapping_keeps_what_its_row_says(links: set[Triple], predicate: str, value: NamedNode | Literal) -> None:
    assert values(links, MAPPING, predicate) == {value}


def test_a_set_names_its_mappings_and_its_licence(links: set[Triple]) -> None:
    home = f"{BASE}mapping/pebble-graph"
    assert NamedNode(MAPPING) in values(links, home, f"{SSSOM}mappings")
    assert len(values(links, home, "http://purl.org/dc/terms/license")) == 1


def test_a_refused_mapping_is_in_no_graph(invented_quads: list[Quad]) -> None:
    assert not [quad for quad in invented_quads if "pebble/beta" in str(quad)]


def test_what_a_mapping_was_written_in_is_found_from_its_iri(invented_catalogue: Catalogue) -> None:
    row = invented_catalogue.mappings["pebble-graph"].rows[0]
    assert place_of(invented_catalogue, MAPPING) == ("data/mappings/pebble-graph.sssom.tsv", row.line)


def test_every_mapping_has_an_iri_of_its_own(real_root: Path, real_links: set[Triple]) -> None:
    typed = [t.subject for t in real_links if t.object == NamedNode(f"{SSSOM}Mapping")]
    rows = [path.read_text(encoding="utf-8").count("\ndg:") for path in mapping_files(real_root)]
    assert (len(typed), len(set(typed))) == (sum(rows), sum(rows))


def mapping_files(root: Path) -> list[Path]:
    """The files of what is asserted."""
    files = (root / "data" / "mappings").glob("*.sssom.tsv")
    return [path for path in files if not path.name.startswith("refused")]


def test_no_link_says_that_two_things_are_one(real_links: set[Triple]) -> None:
    owl = {t.predicate.value for t in real_links if t.predicate.value.startswith(OWL)}
    assert owl == {f"{OWL}versionInfo"}
    assert "https://schema.org/sameAs" not in {t.predicate.value for t in real_links}


def test_no_node_of_the_links_is_blank(real_links: set[Triple]) -> None:
    assert all(isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal) for t in real_links)


def test_every_look_up_is_apart_from_every_identifier(real_links: set[Triple]) -> None:
    asked = {t.object for t in real_links if t.predicate.value == f"{DGO}lookUp"}
    named = {t.object for t in real_links if t.predicate.value == "https://schema.org/identifier"}
    assert asked
    assert named
    assert not asked & named


def test_every_paper_on_arxiv_has_its_identifiers(real_quads: list[Quad], real_links: set[Triple]) -> None:
    ids = {q.subject: q.object for q in real_quads if q.predicate.value == "http://purl.org/spar/fabio/hasArXivId"}
    missing = [
        found
        for subject, found in ids.items()
        if Triple(
            subject,
            NamedNode("https://schema.org/identifier"),
            NamedNode(f"https://doi.org/10.48550/ARXIV.{getattr(found, 'value', '')}"),
        )
        not in real_links
    ]
    assert ids
    assert missing == []


def test_no_identifier_names_two_papers(real_links: set[Triple]) -> None:
    holders: dict[Any, set[Any]] = {}
    for triple in real_links:
        if triple.predicate.value == "https://schema.org/identifier":
            holders.setdefault(triple.object, set()).add(triple.subject)
    assert [identifier for identifier, papers in holders.items() if len(papers) > 1] == []


def test_the_links_are_the_same_when_built_twice(invented_root: Path, invented_quads: list[Quad]) -> None:
    assert [str(quad) for quad in dataset_quads(invented_root)] == [str(quad) for quad in invented_quads]


def test_a_set_of_an_unknown_prefix_makes_no_link_and_no_error(invented_catalogue: Catalogue) -> None:
    mappings = invented_catalogue.mappings["pebble-graph"]
    headless = type(mappings)(mappings.name, mappings.file, {}, mappings.rows)
    assert [node["@type"] for node in mapping_nodes(headless) if "@type" in node] == [
        "MappingSet",
        "Mapping",
        "Mapping",
    ]


@pytest.mark.parametrize("thing", ["architecture/resnet", f"{BASE}architecture/resnet"])
def test_the_published_query_tells_relation_confidence_and_where_it_was_seen(
    engine: EmbeddedEngine, real_root: Path, thing: str
) -> None:
    text = (real_root / "queries" / "links.rq").read_text(encoding="utf-8")
    rows = answered(engine, text.replace('"architecture/resnet"', f'"{thing}"'))
    (wikidata,) = [row for row in rows if row["target"]["value"].endswith("Q43744058")]
    told = {name: wikidata[name]["value"] for name in ("relation", "confidence", "seenIn")}
    assert told == {
        "relation": f"{SKOS}exactMatch",
        "confidence": "0.85",
        "seenIn": "4ort.xyz/entity/residual-neural-network",
    }


def answered(engine: EmbeddedEngine, text: str) -> list[dict[str, Any]]:
    """The rows of an answer."""
    rows: list[dict[str, Any]] = json.loads(engine.ask(Question(text)).whole())["results"]["bindings"]
    return rows
