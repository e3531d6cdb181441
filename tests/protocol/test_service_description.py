"""SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/): one test a statement."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.settings import SETTINGS, Settings
from deepgenealogy.web.app import create_app
from tests.canonical import read_by_oxigraph, read_by_rdflib
from tests.conftest import CHECKOUT
from tests.protocol.asking import BROWSER, ask, send, server

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
VOID = Namespace("http://rdfs.org/ns/void#")
SCHEMA = Namespace("https://schema.org/")

SYNTAXES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/trig": "trig",
    "application/n-quads": "nq",
}
QUERIES = {
    "SPARQL_Results_JSON": ("ASK {}", "application/sparql-results+json"),
    "SPARQL_Results_XML": ("ASK {}", "application/sparql-results+xml"),
    "SPARQL_Results_CSV": ("ASK {}", "text/csv"),
    "SPARQL_Results_TSV": ("ASK {}", "text/tab-separated-values"),
    "Turtle": ("DESCRIBE <urn:x>", "text/turtle"),
    "N-Triples": ("DESCRIBE <urn:x>", "application/n-triples"),
    "RDF_XML": ("DESCRIBE <urn:x>", "application/rdf+xml"),
    "JSON-LD": ("DESCRIBE <urn:x>", "application/ld+json"),
    "TriG": ("DESCRIBE <urn:x>", "application/trig"),
    "N-Quads": ("DESCRIBE <urn:x>", "application/n-quads"),
}


def described(address: str) -> Graph:
    """The service description of a server."""
    return Graph().parse(data=send(address, "GET", "/sparql", headers={"Accept": "text/turtle"}).body, format="turtle")


@pytest.fixture(scope="module")
def description(served: str) -> Graph:
    """The service description of the server."""
    return described(served)


@pytest.fixture(scope="module")
def strict(real_snapshot: Snapshot) -> Iterator[Graph]:
    """The service description of a server whose default graph is not the union."""
    with server(real_snapshot.folder.parents[1], "--default-graph", "strict") as (address, _):
        yield described(address)


def described_with(engine: EmbeddedEngine, **settings: object) -> Graph:
    """The service description under other settings."""
    others = cast(Settings, SimpleNamespace(**{**vars(Settings.of()), **settings}))
    response = create_app(engine, CHECKOUT, others).test_client().get("/sparql", headers={"Accept": "text/turtle"})
    return Graph().parse(data=response.data, format="turtle")


def objects(graph: Graph, name: str) -> set[Any]:
    """What the service states of itself by a property of the vocabulary."""
    (service,) = graph.subjects(RDF.type, SD.Service)
    return set(graph.objects(service, SD[name]))


# How it is had


@pytest.mark.parametrize(("media_type", "suffix"), SYNTAXES.items())
def test_it_comes_in_every_syntax_and_says_the_same(media_type: str, suffix: str, served: str) -> None:
    reply = send(served, "GET", "/sparql", headers={"Accept": media_type})
    expected = read_by_oxigraph(send(served, "GET", "/sparql?format=nt").body, "nt")
    assert reply.media_type == media_type
    assert read_by_oxigraph(reply.body, suffix) == read_by_rdflib(reply.body, suffix) == expected


@pytest.mark.parametrize("accept", [None, "*/*", "text/*"])
def test_turtle_is_the_default(accept: str | None, served: str) -> None:
    reply = send(served, "GET", "/sparql", headers={"Accept": accept} if accept else {})
    assert reply.content_type == "text/turtle; charset=utf-8"


def test_a_browser_gets_the_query_page(served: str) -> None:
    reply = send(served, "GET", "/sparql", headers={"Accept": BROWSER})
    assert reply.content_type == "text/html; charset=utf-8"
    assert b'name="query"' in reply.body


def test_a_browser_gets_the_description_when_it_names_a_format(served: str) -> None:
    reply = send(served, "GET", "/sparql?format=jsonld", headers={"Accept": BROWSER})
    assert reply.media_type == "application/ld+json"


def test_a_format_that_cannot_be_had_is_a_406_with_offers(served: str) -> None:
    reply = send(served, "GET", "/sparql", headers={"Accept": "text/csv"})
    assert reply.status == 406
    assert "ttl (text/turtle)" in reply.json()["offers"]


def test_head_says_what_get_would(served: str) -> None:
    head, get = (send(served, method, "/sparql", headers={"Accept": "text/turtle"}) for method in ("HEAD", "GET"))
    assert (head.status, head.content_type, head.body) == (200, get.content_type, b"")
    assert head.headers["Content-Length"] == str(len(get.body))


# What it says


def test_there_is_one_service_with_the_address_that_was_asked(served: str, description: Graph) -> None:
    assert objects(description, "endpoint") == {URIRef(f"{served}/sparql")}


def test_it_answers_queries_and_takes_no_updates(description: Graph) -> None:
    assert objects(description, "supportedLanguage") == {SD.SPARQL11Query}


def test_a_writable_server_takes_updates(engine: EmbeddedEngine) -> None:
    graph = described_with(engine, writable=True)
    assert objects(graph, "supportedLanguage") == {SD.SPARQL11Query, SD.SPARQL11Update}


def test_only_a_writable_server_names_the_formats_that_it_reads(engine: EmbeddedEngine, description: Graph) -> None:
    assert objects(description, "inputFormat") == set()
    names = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
    assert objects(described_with(engine, writable=True), "inputFormat") == {FORMATS[name] for name in names}


def test_the_union_default_graph_is_a_feature_where_it_is_one(description: Graph, strict: Graph) -> None:
    assert objects(description, "feature") == {SD.EmptyGraphs, SD.UnionDefaultGraph}
    assert objects(strict, "feature") == {SD.EmptyGraphs}


def test_federation_is_a_feature_only_where_a_host_is_allowed(engine: EmbeddedEngine) -> None:
    graph = described_with(engine, allow_service=("query.wikidata.org",))
    assert SD.BasicFederatedQuery in objects(graph, "feature")


def test_every_result_format_is_named(description: Graph) -> None:
    assert objects(description, "resultFormat") == {FORMATS[name] for name in QUERIES}


@pytest.mark.parametrize(("query", "media_type"), QUERIES.values(), ids=list(QUERIES))
def test_every_result_format_that_is_named_can_be_had(query: str, media_type: str, served: str) -> None:
    assert ask(served, query, media_type).media_type == media_type


def test_the_default_dataset_has_a_default_graph(description: Graph) -> None:
    (dataset,) = objects(description, "defaultDataset")
    (default,) = description.objects(dataset, SD.defaultGraph)
    assert (dataset, RDF.type, SD.Dataset) in description
    assert (default, RDF.type, SD.Graph) in description


def test_the_default_dataset_names_every_graph_with_its_triples(description: Graph, real_snapshot: Snapshot) -> None:
    (dataset,) = objects(description, "defaultDataset")
    found = {}
    for named in description.objects(dataset, SD.namedGraph):
        assert (named, RDF.type, SD.NamedGraph) in description
        (name,), (graph,) = description.objects(named, SD.name), description.objects(named, SD.graph)
        (found[str(name)],) = (int(cast(Literal, count)) for count in description.objects(graph, VOID.triples))
    assert found == real_snapshot.manifest.graphs


def test_the_graphs_that_a_query_may_name_are_those_of_the_default_dataset(description: Graph) -> None:
    (dataset,), (available,) = objects(description, "defaultDataset"), objects(description, "availableGraphs")
    assert (available, RDF.type, SD.GraphCollection) in description
    assert set(description.objects(available, SD.namedGraph)) == set(description.objects(dataset, SD.namedGraph))


def test_nothing_is_entailed(description: Graph) -> None:
    assert objects(description, "defaultEntailmentRegime") == {URIRef("http://www.w3.org/ns/entailment/Simple")}


def test_a_dataset_is_not_required_of_a_request_and_no_iri_is_dereferenced(served: str, description: Graph) -> None:
    assert not {SD.RequiresDataset, SD.DereferencesURIs} & objects(description, "feature")
    assert ask(served, "ASK {}").status == 200


def test_the_strict_default_graph_holds_no_triples(strict: Graph) -> None:
    (dataset,) = objects(strict, "defaultDataset")
    (default,) = strict.objects(dataset, SD.defaultGraph)
    assert [int(cast(Literal, count)) for count in strict.objects(default, VOID.triples)] == [0]


def test_the_limits_in_force_are_named_with_value_and_unit(real_snapshot: Snapshot) -> None:
    with server(real_snapshot.folder.parents[1], "--query-time-limit-s", "7") as (address, _):
        graph = described(address)
    (limit,) = graph.subjects(SCHEMA.name, Literal("query_time_limit_s"))
    assert (limit, RDF.type, SCHEMA.PropertyValue) in graph
    assert [v.toPython() for v in graph.objects(limit, SCHEMA.value) if isinstance(v, Literal)] == [7]
    assert [str(unit) for unit in graph.objects(limit, SCHEMA.unitText)] == ["seconds"]


def test_every_limit_among_the_settings_is_named(description: Graph) -> None:
    names = {str(name) for name in description.objects(None, SCHEMA.name)}
    assert {name for name in SETTINGS if "_limit" in name} == names


def test_a_host_header_that_makes_no_iri_is_not_repeated(served: str) -> None:
    reply = send(served, "GET", "/sparql", headers={"Accept": "application/n-triples", "Host": "<script>"})
    assert reply.status < 500
    assert b"<script>" not in reply.body
