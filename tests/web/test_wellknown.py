"""`/.well-known/void`: all that the dataset says of itself, in every form, the same, and what it offers can be had."""

from functools import cache
from pathlib import Path

import owlready2
import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import Triple, parse
from rdflib import DCAT, RDF, VOID, URIRef

from deepgenealogy.vocabulary import BASE, GRAPHS, PREFIXES
from tests.canonical import SYNTAXES, read_by_oxigraph, read_by_rdflib
from tests.protocol.asking import BROWSER
from tests.web.pages import read_page, words

FORMS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
DATASET = URIRef(f"{BASE}dataset")
SD = rdflib.Namespace(PREFIXES["sd"])


def path_of(iri: object) -> str:
    """The path of this server at which an IRI of ours answers."""
    return "/" + str(iri).removeprefix(BASE)


def graph(client: FlaskClient, path: str = "/.well-known/void") -> rdflib.Graph:
    """What an address says, read by rdflib. Not to be changed: the same bytes are read once."""
    return _read(client.get(path, headers={"Accept": "text/turtle"}).data)


@cache
def _read(content: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=content, format="turtle")


@pytest.mark.parametrize(("suffix", "media_type"), FORMS.items())
def test_it_comes_in_every_form_by_accept_and_by_suffix_and_says_the_same(
    suffix: str, media_type: str, client: FlaskClient
) -> None:
    plain = read_by_oxigraph(client.get("/export/meta.nt").data, "nt")
    asked = client.get("/.well-known/void", headers={"Accept": media_type})
    assert (asked.status_code, asked.mimetype) == (200, media_type)
    assert read_by_oxigraph(asked.data, suffix) == read_by_rdflib(asked.data, suffix) == plain
    assert client.get(f"/.well-known/void.{suffix}").data == asked.data


def test_a_program_without_a_wish_gets_turtle_and_no_redirect(client: FlaskClient) -> None:
    response = client.get("/.well-known/void")
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    assert f'<{DATASET}>; rel="describes"' in response.headers["Link"]


def test_a_browser_gets_the_counts_as_tables(client: FlaskClient) -> None:
    page = read_page(client.get("/.well-known/void", headers={"Accept": BROWSER}).text)
    triples = graph(client).value(DATASET, VOID.triples)
    rows = [[words(cell) for cell in row] for row in page.iter("tr")]
    assert ["everything", str(triples)] in [row[:2] for row in rows]


def test_a_suffix_that_is_no_form_is_not_found_and_the_forms_are_named(client: FlaskClient) -> None:
    response = client.get("/.well-known/void.trig", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert "ttl" in response.text


def test_the_dataset_says_the_same_of_itself_at_its_own_address(client: FlaskClient) -> None:
    whole, own = graph(client), graph(client, "/dataset")
    assert set(whole.triples((DATASET, VOID.triples, None))) == set(own.triples((DATASET, VOID.triples, None))) != set()


# What it offers


def test_every_distribution_can_be_had_in_its_media_type(client: FlaskClient) -> None:
    description = graph(client)
    found = list(description.subjects(RDF.type, DCAT.Distribution))
    assert len(found) > 6 * (len(GRAPHS) - 1)
    for distribution in found:
        (address,) = description.objects(distribution, DCAT.downloadURL)
        (media_type,) = description.objects(distribution, DCAT.mediaType)
        response = client.head(path_of(address), buffered=True)
        assert response.status_code == 200, address
        assert str(media_type) == f"https://www.iana.org/assignments/media-types/{response.mimetype}"


def test_every_data_dump_parses_to_as_many_triples_as_are_stated(client: FlaskClient) -> None:
    description = graph(client)
    (stated,) = description.objects(DATASET, VOID.triples)
    dumps = sorted(path_of(address) for address in description.objects(DATASET, VOID.dataDump))
    assert len(dumps) == 6
    for dump in dumps:
        quads = read_plainly(client.get(dump, buffered=True).data, dump.rpartition(".")[2])
        assert len(quads) == int(str(stated)) + len(description), dump


@pytest.mark.parametrize("key", ["exampleResource", "subset", "sparqlEndpoint"])
def test_what_it_points_at_answers(key: str, client: FlaskClient) -> None:
    found = list(graph(client).objects(DATASET, VOID[key]))
    assert found
    assert {client.get(path_of(iri), headers={"Accept": "text/turtle"}).status_code for iri in found} == {200}


def test_the_service_description_and_it_name_the_same_graphs(client: FlaskClient) -> None:
    named = [set(one.subject_objects(SD.name)) for one in (graph(client), graph(client, "/sparql"))]
    assert {name for _, name in named[0]} == set(map(URIRef, GRAPHS.values()))
    assert named[0] == named[1]


def test_the_service_description_offers_the_same_graphs(client: FlaskClient) -> None:
    service = URIRef(f"{BASE}sparql")
    offered = [one.value(service, SD.availableGraphs) for one in (graph(client), graph(client, "/sparql"))]
    assert offered[0] == offered[1] == URIRef(f"{BASE}sparql#dataset")


def read_plainly(content: bytes, suffix: str) -> set[Triple]:
    """The triples of a text, without the names of graphs."""
    return {quad.triple for quad in parse(content, format=SYNTAXES[suffix][0])}


# Read by others


def in_owlready2(content: bytes, folder: Path) -> owlready2.World:
    """A world in which owlready2 has read a file of N-Triples."""
    file = folder / "read.nt"
    file.write_bytes(content)
    world = owlready2.World()
    world.get_ontology(file.as_uri()).load()
    return world


@pytest.mark.parametrize("path", ["/.well-known/void.nt", "/ontology.nt"])
def test_owlready2_reads_every_triple(path: str, client: FlaskClient, tmp_path: Path) -> None:
    content = client.get(path).data
    found = list(in_owlready2(content, tmp_path).as_rdflib_graph())
    added = [row for row in found if str(row[0]) == "http://anonymous"]  # the name that it gives its own world
    assert len(found) - len(added) == len(read_by_rdflib(content, "nt"))


def test_owlready2_knows_the_classes_of_the_ontology(client: FlaskClient, tmp_path: Path) -> None:
    world = in_owlready2(client.get("/ontology.nt").data, tmp_path)
    assert {"Architecture", "Paper", "Derivation"} <= {cls.name for cls in world.classes()}
