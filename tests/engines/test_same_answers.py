"""Every part that reads gives the same over an engine elsewhere as over the embedded one."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Quad, RdfFormat, parse
from werkzeug.test import TestResponse

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.remote import RemoteEngine
from deepgenealogy.engine.remote.dialects import VIRTUOSO
from deepgenealogy.engine.remote.wording import refuse_own_functions
from deepgenealogy.errors import CallOutRefused, EngineLimitReached, QuerySyntax, QuestionRefused
from deepgenealogy.sources.federated import read_every_question
from deepgenealogy.sources.questions import read_questions
from deepgenealogy.vocabulary import GRAPHS
from tests.conftest import CHECKOUT
from tests.engines.servers import needs_virtuoso

_BASE = "BASE <https://w3id.org/deepgenealogy/>"
RESULTS = "application/sparql-results+json"

#: Columns made by GROUP_CONCAT: SPARQL 1.1 leaves the order within them open, and engines differ in their language.
CONCATENATED = {"families", "names", "versions"}


def sparql(query: str, **parameters: str) -> str:
    """The address of a query."""
    pairs = {"query": query, **{name.replace("_", "-"): value for name, value in parameters.items()}}
    return "/sparql?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())


def cell(name: str, value: dict[str, str]) -> object:
    """A cell for comparing: blank nodes are alike, and so are lists in any order."""
    if value["type"] == "bnode":
        return "a blank node"
    if name in CONCATENATED:
        return sorted(value["value"].replace(";", ",").split(", "))
    return sorted(value.items())


def rows(content: bytes) -> Any:
    """The rows of an answer in SPARQL JSON in an order of their own; the boolean of an ASK."""
    told = json.loads(content)
    if "boolean" in told:
        return told["boolean"]
    found = [{name: cell(name, value) for name, value in row.items()} for row in told["results"]["bindings"]]
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


def lines(content: bytes) -> list[list[bytes]]:
    """The header and the rows of a long answer in TSV, columns and rows in an order of their own, blank nodes alike."""
    head, *rows = (line.split(b"\t") for line in content.splitlines())
    order = sorted(range(len(head)), key=head.__getitem__)
    alike = ([b"_:" if cell.startswith(b"_:") else cell for cell in row] for row in rows)
    return [sorted(head), *sorted([row[place] for place in order] for row in alike)]


def triples(content: bytes, rdf_format: RdfFormat = RdfFormat.TURTLE) -> tuple[set[str], int]:
    """The triples without blank nodes, and the number of those with."""
    quads = list(parse(content, format=rdf_format, base_iri="urn:base:"))
    blank = [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]
    return {str(q) for q in quads} - {str(q) for q in blank}, len(blank)


def get(client: FlaskClient, path: str, accept: str = "*/*") -> TestResponse:
    """The whole answer to a request."""
    response = client.get(path, headers={"Accept": accept})
    response.get_data()
    response.close()
    return response


@pytest.mark.parametrize("name", sorted(read_questions(CHECKOUT)))
def test_a_published_question_has_the_same_rows(name: str, at_ours: FlaskClient, at_theirs: FlaskClient) -> None:
    expected, found = (get(client, f"/queries/{name}", RESULTS) for client in (at_ours, at_theirs))
    assert (expected.status_code, found.status_code) == (200, 200), found.get_data()
    assert rows(found.get_data()) == rows(expected.get_data())
    assert found.headers["ETag"] == expected.headers["ETag"]


def test_an_ordered_answer_keeps_its_order(ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    question = Question("SELECT ?m ?d { ?m a dgo:Method ; dgo:notBefore ?d } ORDER BY DESC(?d) ?m", "csv")
    assert theirs.ask(question).whole() == ours.ask(question).whole()


@pytest.mark.parametrize(
    "path",
    [
        *("/architecture/resnet.ttl", "/architecture/lstm.ttl", "/paper/arxiv-1512.03385.ttl", "/dataset.ttl"),
        *("/task/object-detection.ttl", "/derivation/u-net--fcn.ttl", "/ontology.ttl", "/.well-known/void"),
        *("/graph/curation.ttl", f"/store?graph={quote(GRAPHS['links'], safe='')}", "/family/generative-models.ttl"),
        sparql("DESCRIBE <https://w3id.org/deepgenealogy/architecture/resnet>"),
        sparql("CONSTRUCT { ?a <urn:x:near> ?b . ?b <urn:x:near> ?a } WHERE { ?a dgo:derivesFrom ?b }"),
        *(f"/export/{name}.ttl" for name in ("meta", "curation", "ontology", "inferred")),
    ],
)
def test_a_description_or_dump_has_the_same_triples(path: str, at_ours: FlaskClient, at_theirs: FlaskClient) -> None:
    expected, found = (get(client, path, "text/turtle") for client in (at_ours, at_theirs))
    assert (expected.status_code, found.status_code) == (200, 200), found.get_data()
    assert triples(found.get_data()) == triples(expected.get_data())


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/queries", "/architecture/resnet", "/architecture/resnet.jsonld", "/search?q=inception"),
        *("/lineage/u-net", "/lineage/gan?direction=descendants&depth=2", "/lineage/resnet.svg"),
        *("/lineage/densenet.dot?direction=both", "/lineage/lstm.graphml", "/search?q=%E6%AE%8B%E5%B7%AE"),
        *("/export/architectures.csv", "/export/derivations.csv", "/export/papers.bib", "/export/lineage.graphml"),
        f"/reconcile?queries={quote(json.dumps({'q0': {'query': 'Resnet'}, 'q1': {'query': 'alex net'}}))}",
        *("/queries/parents?architecture=pix2pix&explain=1", "/queries/nearest-common-ancestors?explain=1"),
        "/queries/parents/citation?architecture=pix2pix",
    ],
)
def test_a_page_or_file_is_the_same_to_the_byte(path: str, at_ours: FlaskClient, at_theirs: FlaskClient) -> None:
    expected, found = (get(client, path) for client in (at_ours, at_theirs))
    assert (expected.status_code, found.status_code) == (200, 200), found.get_data()
    assert found.get_data() == expected.get_data()


def test_the_dump_of_everything_has_the_same_quads(ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    def named(quads: set[Quad]) -> set[Quad]:
        return {q for q in quads if not isinstance(q.subject, BlankNode) and not isinstance(q.object, BlankNode)}

    expected, found = set(ours.quads()), set(theirs.quads())
    assert len(found) == len(expected)
    assert named(found) == named(expected)
    assert theirs.graph_sizes() == ours.graph_sizes()
    assert theirs.graph_names() == ours.graph_names()
    assert theirs.version == ours.version


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * FROM <{GRAPHS['curation']}> {{ ?s ?p ?o }}",
        f"SELECT ?s ?p FROM <{GRAPHS['curation']}> {{ ?s ?p ?o }} ORDER BY ?p",
        "SELECT DISTINCT ?s { ?s ?p ?o }",
        "SELECT (STRLEN(STR(?o)) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o)) } # nothing after this is lost",
    ],
)
def test_no_row_of_a_long_answer_is_missing(query: str, ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    """Virtuoso gives 10,000 rows at a time, and each of these answers has more."""
    expected, found = (engine.ask(Question(query, "tsv")).whole() for engine in (ours, theirs))
    assert expected.count(b"\n") > 10_000
    assert lines(found) == lines(expected)


@pytest.mark.parametrize(
    "query",
    [
        "ASK {}",
        "ASK { ?s a <urn:nothing> }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        f"SELECT (COUNT(*) AS ?n) FROM <{GRAPHS['links']}> {{ ?s ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPHS['links']}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "BASE <https://w3id.org/> PREFIX a: <deepgenealogy/architecture/> BASE <https://w3id.org/deepgenealogy/> "
        "SELECT ?x { { a:u-net dgo:derivesFrom ?x } UNION { <architecture/vae> dgo:derivesFrom ?x } }",
        f"{_BASE} SELECT DISTINCT ?x {{ VALUES ?u {{ <architecture/u-net> }} ?u dgo:derivesFrom+ ?x }}",
        f"{_BASE} SELECT DISTINCT ?a ?x {{ ?a dgo:derivesFrom* ?x VALUES ?a {{ <architecture/vae> }} }}",
        "SELECT ?b { <https://w3id.org/deepgenealogy/architecture/gan> ^dgo:derivesFrom ?b }",
        "SELECT ?o { ?s a owl:Class ; owl:disjointUnionOf ?o }",
        'SELECT ("zwei"@de AS ?l) (1.5 AS ?d) (YEAR("2015-01-02"^^xsd:date) AS ?y) {}',
        "SELECT ?m { ?m dgo:introduced ?d FILTER(DATATYPE(?d) = xsd:gYear) }",
        'SELECT ?m { ?m dgo:notBefore ?d FILTER(?d < "1990-01-01"^^xsd:date) }',
    ],
)
def test_a_query_in_any_dress_has_the_same_rows(query: str, ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    assert rows(theirs.ask(Question(query, "json")).whole()) == rows(ours.ask(Question(query, "json")).whole())


@pytest.mark.parametrize(
    ("defaults", "named"), [(["links"], None), (None, ["links"]), (["meta"], ["links", "article"])]
)
def test_the_dataset_of_a_request_is_the_dataset_of_its_answer(
    defaults: list[str] | None, named: list[str] | None, ours: EmbeddedEngine, theirs: RemoteEngine
) -> None:
    own, others = ([GRAPHS[name] for name in names] if names is not None else None for names in (defaults, named))
    query = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    question = Question(query, "csv", None, own, others)
    assert theirs.ask(question).whole() == ours.ask(question).whole()


@pytest.mark.parametrize("table", ["json", "xml", "csv", "tsv", "md"])
def test_an_answer_comes_in_every_format_of_tables(table: str, ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    question = Question("SELECT ?f ?l { ?f a dgo:Family ; rdfs:label ?l } ORDER BY ?f ?l", table)
    assert theirs.ask(question).whole() == ours.ask(question).whole()


@pytest.mark.parametrize("graph", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_an_answer_comes_in_every_format_of_graphs(graph: str, ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    question = Question("CONSTRUCT { ?f rdfs:label ?l } WHERE { ?f a dgo:Family ; rdfs:label ?l }", None, graph)
    assert theirs.ask(question).whole() == ours.ask(question).whole()


def test_a_query_that_does_not_parse_is_refused_in_the_same_words(ours: EmbeddedEngine, theirs: RemoteEngine) -> None:
    told = []
    for engine in (ours, theirs):
        with pytest.raises(QuerySyntax) as refusal:
            engine.ask(Question("SELECT * {\n ?s ?p"))
        told.append((str(refusal.value), refusal.value.line))
    assert told[0] == told[1]
    assert told[1][1] == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT (bif:now() AS ?x) {}",
        'define input:grab-all "yes" SELECT * { ?s ?p ?o }',
        "INSERT DATA { GRAPH <urn:x> { <urn:a> <urn:b> <urn:c> } }",
        "CLEAR GRAPH <urn:x>",
    ],
)
def test_what_is_no_harmless_query_of_sparql_does_not_reach_the_engine(query: str, theirs: RemoteEngine) -> None:
    with pytest.raises(QuestionRefused):
        theirs.ask(Question(query))


@needs_virtuoso
def test_a_limit_of_the_engine_itself_is_named_and_not_passed_over(running: Callable[[str], RemoteEngine]) -> None:
    with pytest.raises(EngineLimitReached, match="10000"):
        running("virtuoso").ask(Question("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 12000", "json"))
    with pytest.raises(EngineLimitReached, match="10000 triples"):
        running("virtuoso").ask(Question("CONSTRUCT { ?s ?p ?o . ?s <urn:x> ?p } WHERE { ?s ?p ?o }", None, "nt"))


@needs_virtuoso
def test_functions_of_the_database_are_refused_in_every_spelling(running: Callable[[str], RemoteEngine]) -> None:
    for call in ("<bif:sys_stat>", "b:sys_stat", r"<\u0062if:sys_stat>", "<SQL:x>"):
        query = f"PREFIX b: <bif:> SELECT ({call}(?s) AS ?x) {{ ?s ?p ?o }}"
        with pytest.raises(QuestionRefused):  # by the rehearsal, for which no such function is there
            running("virtuoso").ask(Question(query))
        with pytest.raises(CallOutRefused):  # and by name
            refuse_own_functions(query, VIRTUOSO)


def test_a_former_snapshot_is_said_not_to_be_there(theirs: RemoteEngine, at_theirs: FlaskClient) -> None:
    answer = get(at_theirs, "/queries/parents?architecture=pix2pix&snapshot=0123456789abcdef")
    assert answer.status_code == 410
    assert theirs.version in answer.get_data(as_text=True)


def test_an_answer_that_its_asker_holds_is_not_made_again(at_theirs: FlaskClient) -> None:
    headers = {"Accept": "text/turtle"}
    first = at_theirs.get("/architecture/resnet", headers=headers)
    again = at_theirs.get("/architecture/resnet", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_federated_questions_are_refused_and_named(at_theirs: FlaskClient) -> None:
    name = next(name for name in read_every_question(CHECKOUT) if name not in read_questions(CHECKOUT))
    answer = get(at_theirs, f"/queries/{name}", RESULTS)
    assert answer.status_code == 400
    assert "SERVICE" in answer.get_data(as_text=True)
