"""The ontology as a page: every term at its anchor, with its words, its place and examples that the data bear out."""

import re
from functools import cache
from xml.etree.ElementTree import Element

import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import BASE, DGO, ONTOLOGY
from deepgenealogy.web.app import create_app
from deepgenealogy.web.classdiagram import HEIGHT, WIDTH, class_diagram
from deepgenealogy.web.terminology import Terminology
from tests.conftest import CHECKOUT
from tests.protocol.asking import BROWSER
from tests.web.pages import attributes, read_page, words

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual)


@cache
def source() -> rdflib.Graph:
    """The ontology as rdflib reads its file."""
    return rdflib.Graph().parse(CHECKOUT / "ontology" / "deepgenealogy.ttl")


def declared() -> list[URIRef]:
    """Every term of ours."""
    found = {term for kind in KINDS for term in source().subjects(RDF.type, kind) if isinstance(term, URIRef)}
    return sorted(term for term in found if term.startswith(DGO))


def name(term: object) -> str:
    """The part of an IRI of ours after `#`."""
    return str(term).removeprefix(DGO)


@pytest.fixture(scope="module")
def page(engine: EmbeddedEngine) -> Element:
    """The page that a browser gets."""
    client = create_app(engine, CHECKOUT, Settings.of()).test_client()
    return read_page(client.get("/ontology", headers={"Accept": BROWSER}).text)


def section(page: Element, term: str) -> dict[str, str]:
    """What the page says of a term, by heading; its texts under `text`."""
    (found,) = [element for element in page.iter("section") if element.get("id") == term]
    lines = {words(row[0]): words(row[1]) for row in found.iter("tr")}
    return {**lines, "text": words(found)}


def test_every_term_has_its_anchor_and_no_other_has_one(page: Element) -> None:
    assert sorted(attributes(page.iter("section"), "id")) == sorted(map(name, declared()))


def test_every_term_is_in_the_contents(page: Element) -> None:
    (contents,) = [nav for nav in page.iter("nav") if nav.get("class") == "contents"]
    assert sorted(attributes(contents.iter("a"), "href")) == sorted(f"#{name(term)}" for term in declared())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("annotation", [RDFS.label, SKOS.definition])
def test_every_term_says_its_label_and_definition_in_the_language_of_the_page(
    annotation: URIRef, language: str, client: FlaskClient
) -> None:
    page = read_page(client.get(f"/ontology?lang={language}", headers={"Accept": "text/html"}).text)
    for term in declared():
        shown = section(page, name(term))["text"]
        texts = [str(text) for text in source().objects(term, annotation) if text.language == language]  # type: ignore[attr-defined]
        assert texts
        assert [text for text in texts if " ".join(text.split()) not in shown] == []


@pytest.mark.parametrize(
    ("term", "heading", "line"),
    [
        ("Architecture", "is a kind of", "Method"),
        ("Method", "has kinds", "Architecture, LearningAlgorithm"),
        ("derivesFrom", "specializes", "hasAncestor, prov:wasDerivedFrom, schema:isBasedOn"),
        ("derivesFrom", "from", "Method"),
        ("derivesFrom", "is", "asymmetric, irreflexive"),
        ("hasAncestor", "inverse", "hasDescendant"),
        ("hasDescendant", "inverse of", "hasAncestor"),
        ("hasAncestor", "follows from", "qualifiedDerivation then parent"),
        ("child", "from", "Derivation or RejectedDerivation or ComponentUse or CodeReuse"),
        ("headingKind", "to", "“family” or “task” or “modality” or “architecture” or “nothing-alone”"),
    ],
)
def test_a_term_says_its_place_among_the_others(term: str, heading: str, line: str, page: Element) -> None:
    assert section(page, term)[heading] == line


def test_a_property_of_a_union_is_one_of_each_class_in_it(page: Element) -> None:
    for cls in ("Derivation", "RejectedDerivation", "ComponentUse", "CodeReuse"):
        assert "child" in section(page, cls)["properties from it"].split(", ")


def test_a_class_says_how_many_members_it_has(page: Element, client: FlaskClient) -> None:
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{DGO}Architecture> }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"}).text
    assert section(page, "Architecture")["in the data"] == f"{answer.split()[1]} members"


def examples(words_in_it: int) -> list[str]:
    """The examples that name things of the data: one, or a whole triple."""
    found = [str(text) for term in declared() for text in source().objects(term, SKOS.example)]
    return sorted({text for text in found if text.startswith("dg:") and len(text.split()) == words_in_it})


def test_every_class_and_most_properties_between_things_have_an_example_from_the_data() -> None:
    assert len(examples(1)) > 15
    assert len(examples(3)) > 30


@pytest.mark.parametrize("example", [*examples(1), *examples(3)])
def test_an_example_is_true_of_the_data(example: str, client: FlaskClient) -> None:
    iris = [f"<{word.replace('dgo:', DGO).replace('dg:', BASE)}>" for word in example.split()]
    query = f"ASK {{ {' '.join(iris) if len(iris) == 3 else f'{iris[0]} ?p ?o'} }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"})
    assert answer.json == {"head": {}, "boolean": True}


def test_every_anchor_that_the_page_leads_to_is_on_it(page: Element) -> None:
    led = {href.removeprefix("#") for href in attributes(page.iter("a"), "href") if href.startswith("#")}
    assert led
    assert led <= set(attributes(page.iter(), "id"))


def test_the_boxes_of_the_picture_lie_apart_and_lines_go_from_left_to_right() -> None:
    above = {name(c): [str(p) for p in source().objects(c, RDFS.subClassOf)] for c in declared() if is_class(c)}
    diagram = class_diagram(above)
    assert {box.anchor for box in diagram.boxes} - {""} == set(above)
    places = [(box.x, box.y) for box in diagram.boxes]
    near = [(a, b) for a in places for b in places if a < b and abs(a[0] - b[0]) < WIDTH and abs(a[1] - b[1]) < HEIGHT]
    assert near == []
    assert all(x1 < x2 for x1, _, x2, _ in diagram.lines)
    assert len(diagram.lines) == sum(map(len, above.values()))
    assert all(x + WIDTH <= diagram.width and y + HEIGHT <= diagram.height for x, y in places)


def is_class(term: URIRef) -> bool:
    """Whether a term is a class."""
    return (term, RDF.type, OWL.Class) in source()


def test_a_term_of_another_vocabulary_is_no_term_of_ours(engine: EmbeddedEngine) -> None:
    terminology = Terminology.of(engine.quads(f"{BASE}graph/ontology"), {})
    assert all(entry.iri.startswith(DGO) for entries in terminology.terms.values() for entry in entries)


# Versions


@pytest.mark.parametrize("suffix", ["", ".html", ".ttl", ".jsonld", ".nt", ".rdf"])
def test_the_version_iri_answers_in_every_form(suffix: str, client: FlaskClient) -> None:
    (iri,) = source().objects(URIRef(ONTOLOGY), OWL.versionIRI)
    response = client.get(f"/{str(iri).removeprefix(BASE)}{suffix}", headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert f'<{iri}>; rel="canonical"' in response.headers["Link"]


def test_an_unknown_version_is_not_found_and_the_known_are_named(client: FlaskClient) -> None:
    response = client.get("/ontology/7.0.0", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert re.search(r"\b0\.1\.0\b", response.text)
