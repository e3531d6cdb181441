"""`/sparql`: the protocol's three ways to ask, every format read back by a parser not ours, and the refusals."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rdflib.query import Result
from werkzeug.test import TestResponse

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.vocabulary import BASE, GRAPHS
from tests.canonical import read_by_oxigraph, read_by_rdflib

PARENTS = "SELECT ?parent { <https://w3id.org/deepgenealogy/architecture/resnet> dgo:derivesFrom ?parent }"
VGG = f"{BASE}architecture/vggnet"
GRAPH = "CONSTRUCT { ?s dgo:derivesFrom ?o } { ?s dgo:derivesFrom ?o }"
RESULTS = "application/sparql-results+json"


def asked(client: FlaskClient, query: str, accept: str = RESULTS, **parameters: str) -> TestResponse:
    """The response to a query sent by GET."""
    return client.get("/sparql", query_string={"query": query, **parameters}, headers={"Accept": accept})


def parents(response: TestResponse) -> list[str]:
    """The values of ?parent in an answer in SPARQL JSON."""
    rows = json.loads(response.data)["results"]["bindings"]
    return [row["parent"]["value"] for row in rows]


def counted(response: TestResponse) -> int:
    """The value of ?n in the one row of an answer in SPARQL JSON."""
    (row,) = json.loads(response.data)["results"]["bindings"]
    return int(row["n"]["value"])


def test_a_query_is_asked_by_get(client: FlaskClient) -> None:
    assert parents(asked(client, PARENTS)) == [VGG]


def test_a_query_is_asked_by_a_posted_form(client: FlaskClient) -> None:
    assert parents(client.post("/sparql", data={"query": PARENTS}, headers={"Accept": RESULTS})) == [VGG]


@pytest.mark.parametrize("content_type", ["application/sparql-query", "application/sparql-query; charset=utf-8"])
def test_a_query_is_asked_by_posting_it_directly(content_type: str, client: FlaskClient) -> None:
    response = client.post("/sparql", data=PARENTS, content_type=content_type, headers={"Accept": RESULTS})
    assert parents(response) == [VGG]


def test_a_query_posted_directly_may_be_in_chinese(client: FlaskClient) -> None:
    query = 'ASK { ?s rdfs:label "残差网络"@zh }'
    response = client.post("/sparql", data=query.encode(), content_type="application/sparql-query")
    assert json.loads(response.data)["boolean"] is True


@pytest.mark.parametrize(
    ("media_type", "results_format"),
    [
        ("application/sparql-results+json", QueryResultsFormat.JSON),
        ("application/sparql-results+xml", QueryResultsFormat.XML),
        ("text/tab-separated-values", QueryResultsFormat.TSV),
    ],
)
def test_bindings_are_read_back_by_oxigraph(
    media_type: str, results_format: QueryResultsFormat, client: FlaskClient
) -> None:
    response = asked(client, PARENTS, media_type)
    solutions = parse_query_results(response.data, format=results_format)
    assert isinstance(solutions, QuerySolutions)
    assert [str(row["parent"]) for row in solutions] == [f"<{VGG}>"]


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/sparql-results+json", "json"),
        ("application/sparql-results+xml", "xml"),
        ("text/csv", "csv"),
        ("text/tab-separated-values", "tsv"),
    ],
)
def test_bindings_are_read_back_by_rdflib(media_type: str, name: str, client: FlaskClient) -> None:
    result = Result.parse(io.BytesIO(asked(client, PARENTS, media_type).data), format=name)
    assert [str(value) for row in result.bindings for value in row.values()] == [VGG]


def test_csv_is_read_back_by_the_library_of_python(client: FlaskClient) -> None:
    text = asked(client, 'SELECT ?a { BIND("x, \\"y\\"\\nz" AS ?a) }', "text/csv").text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a"], ['x, "y"\nz']]


@pytest.mark.parametrize(
    ("media_type", "expected"), [("text/csv", b"true\n"), ("text/tab-separated-values", b"true\n")]
)
def test_a_boolean_where_there_is_no_table_is_a_word(media_type: str, expected: bytes, client: FlaskClient) -> None:
    assert asked(client, "ASK {}", media_type).data == expected


def test_a_boolean_is_read_back_from_xml(client: FlaskClient) -> None:
    root = ET.fromstring(asked(client, "ASK {}", "application/sparql-results+xml").data)
    assert root.findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "true"


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
    ],
)
def test_a_constructed_graph_is_read_back_by_two_parsers(media_type: str, suffix: str, client: FlaskClient) -> None:
    content = asked(client, GRAPH, media_type).data
    edges = counted(asked(client, "SELECT (COUNT(*) AS ?n) { ?s dgo:derivesFrom ?o }"))
    assert len(read_by_oxigraph(content, suffix)) == len(read_by_rdflib(content, suffix)) == edges


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (PARENTS, "*/*", RESULTS),
        (PARENTS, "application/json", RESULTS),
        (PARENTS, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        (PARENTS, "text/turtle, text/csv", "text/csv"),
        (GRAPH, "text/turtle, text/csv", "text/turtle"),
        (GRAPH, "*/*", "text/turtle"),
        (GRAPH, "application/n-triples;q=0.1, application/ld+json;q=0.9", "application/ld+json"),
    ],
)
def test_the_answer_has_the_type_that_the_asker_likes_best(
    query: str, accept: str, media_type: str, client: FlaskClient
) -> None:
    assert asked(client, query, accept).mimetype == media_type


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("xml", "application/sparql-results+xml"),
        ("json", RESULTS),
    ],
)
def test_a_format_in_the_address_wins_over_the_accept_header(name: str, media_type: str, client: FlaskClient) -> None:
    assert asked(client, PARENTS, "text/html", format=name).mimetype == media_type


def test_an_answer_varies_with_the_accept_header(client: FlaskClient) -> None:
    assert "Accept" in asked(client, PARENTS).headers["Vary"]


def test_any_site_may_read_an_answer(client: FlaskClient) -> None:
    assert asked(client, PARENTS).headers["Access-Control-Allow-Origin"] == "*"


def test_the_request_may_name_the_default_graph(client: FlaskClient, engine: EmbeddedEngine) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    response = asked(client, query, **{"default-graph-uri": GRAPHS["article"]})
    assert counted(response) == len(list(engine.quads(GRAPHS["article"])))


def test_a_posted_form_may_name_the_named_graphs(client: FlaskClient, engine: EmbeddedEngine) -> None:
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    form = {"query": query, "named-graph-uri": [GRAPHS["article"], GRAPHS["meta"]]}
    sizes = [len(list(engine.quads(GRAPHS[name]))) for name in ("article", "meta")]
    assert counted(client.post("/sparql", data=form, headers={"Accept": RESULTS})) == sum(sizes)


def test_a_query_posted_directly_has_its_dataset_in_the_address(client: FlaskClient, engine: EmbeddedEngine) -> None:
    address = "/sparql?" + urlencode({"default-graph-uri": GRAPHS["meta"]})
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    response = client.post(address, data=query, content_type="application/sparql-query", headers={"Accept": RESULTS})
    assert counted(response) == len(list(engine.quads(GRAPHS["meta"])))


def test_a_query_that_does_not_parse_is_a_400_with_line_and_column(client: FlaskClient) -> None:
    response = asked(client, "SELECT *\nWHERE {\n  ?s ?p")
    body = json.loads(response.data)
    assert (response.status_code, body["line"], body["column"]) == (400, 3, 8)


def test_the_detail_of_a_query_that_does_not_parse_says_where(client: FlaskClient) -> None:
    assert "line 1, column 17" in json.loads(asked(client, "SELECT * { ?s ?p").data)["detail"]


@pytest.mark.parametrize(
    "update", ["DROP ALL", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "LOAD <urn:x>", "CLEAR DEFAULT"]
)
def test_an_update_is_a_400(update: str, client: FlaskClient) -> None:
    assert asked(client, update).status_code == 400


def test_a_graph_that_is_no_iri_is_a_400(client: FlaskClient) -> None:
    assert asked(client, "ASK {}", **{"default-graph-uri": "no iri"}).status_code == 400


def test_two_queries_in_one_request_are_a_400(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string=[("query", "ASK {}"), ("query", "ASK {}")]).status_code == 400


def test_a_posted_query_that_is_not_utf_8_is_a_400(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b'ASK { ?s ?p "\xff" }', content_type="application/sparql-query")
    assert response.status_code == 400


def test_a_posted_form_without_a_query_is_a_400(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"nothing": "x"}).status_code == 400


@pytest.mark.parametrize("content_type", ["application/sparql-update", "application/json", "text/plain"])
def test_a_posted_body_of_another_type_is_a_415(content_type: str, client: FlaskClient) -> None:
    assert client.post("/sparql", data="ASK {}", content_type=content_type).status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_a_405_that_says_which_are_allowed(method: str, client: FlaskClient) -> None:
    response = client.open("/sparql", method=method)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize(("query", "accept"), [(PARENTS, "text/turtle"), (GRAPH, "text/csv"), (PARENTS, "image/png")])
def test_an_answer_that_the_asker_cannot_read_is_a_406(query: str, accept: str, client: FlaskClient) -> None:
    assert asked(client, query, accept).status_code == 406


@pytest.mark.parametrize(
    ("query", "accept", "offer"), [(PARENTS, "image/png", "text/csv"), (GRAPH, "image/png", "text/turtle")]
)
def test_a_406_says_what_is_on_offer_instead(query: str, accept: str, offer: str, client: FlaskClient) -> None:
    assert offer in " ".join(json.loads(asked(client, query, accept).data).get("offers", []))


def test_an_unknown_format_in_the_address_is_a_406_with_offers(client: FlaskClient) -> None:
    response = asked(client, PARENTS, format="xlsx")
    assert response.status_code == 406
    assert "csv (text/csv)" in json.loads(response.data)["offers"]


def test_without_a_query_a_program_gets_the_service_description(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    kinds = {getattr(quad.object, "value", "") for quad in read_by_oxigraph(response.data, "ttl")}
    assert "http://www.w3.org/ns/sparql-service-description#Service" in kinds


def test_the_service_description_names_every_graph(client: FlaskClient, engine: EmbeddedEngine) -> None:
    response = client.get("/sparql", headers={"Accept": "application/n-triples"})
    name = "http://www.w3.org/ns/sparql-service-description#name"
    quads = read_by_oxigraph(response.data, "nt")
    assert {getattr(q.object, "value", "") for q in quads if q.predicate.value == name} == set(engine.graph_names())


def test_without_a_query_a_browser_gets_a_page_to_ask_one(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.mimetype == "text/html"
    assert 'name="query"' in response.text
