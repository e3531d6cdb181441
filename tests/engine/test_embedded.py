"""The engine in this process: every form of question, the dataset it is asked over, and its refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.errors import FormNotReadable, QuerySyntax, QuestionRefused
from deepgenealogy.vocabulary import BASE, GRAPHS
from tests.canonical import read_by_oxigraph

PAIRS = "SELECT (COUNT(*) AS ?n)"
ALPHA = f"{BASE}architecture/alpha-net"


@pytest.fixture(scope="session")
def snapshot(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of the invented world."""
    return fresh_snapshot(invented_root, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def union(snapshot: Snapshot, invented_root: Path) -> EmbeddedEngine:
    """An engine whose default graph is the union of all."""
    return EmbeddedEngine(snapshot, invented_root)


@pytest.fixture(scope="session")
def strict(snapshot: Snapshot, invented_root: Path) -> EmbeddedEngine:
    """An engine whose default graph is empty."""
    return EmbeddedEngine(snapshot, invented_root, default_graph="strict")


def asked(engine: EmbeddedEngine, query: str, **dataset: Any) -> Any:
    """The answer in SPARQL JSON."""
    return json.loads(engine.ask(Question(query, **dataset)).whole())


def counted(engine: EmbeddedEngine, query: str, **dataset: Any) -> int:
    """The number that `query` selects as ?n."""
    return int(asked(engine, query, **dataset)["results"]["bindings"][0]["n"]["value"])


def size(snapshot: Snapshot, name: str) -> int:
    """How many quads the named graph has."""
    return snapshot.manifest.graphs[GRAPHS[name]]


def test_a_select_answers_with_bindings(union: EmbeddedEngine) -> None:
    query = "SELECT ?parent { <https://w3id.org/deepgenealogy/architecture/beta-net> dgo:derivesFrom ?parent }"
    assert [row["parent"]["value"] for row in asked(union, query)["results"]["bindings"]] == [ALPHA]


@pytest.mark.parametrize(
    ("query", "truth"), [("ASK { ?s dgo:derivesFrom ?o }", True), ("ASK { ?s <urn:no> ?o }", False)]
)
def test_an_ask_answers_with_a_boolean(query: str, truth: bool, union: EmbeddedEngine) -> None:
    assert asked(union, query)["boolean"] is truth


def test_a_construct_answers_with_a_graph(union: EmbeddedEngine) -> None:
    answer = union.ask(Question("CONSTRUCT { ?s <urn:p> ?o } { ?s dgo:derivesFrom ?o }", graph_format="nt"))
    assert (answer.form, len(read_by_oxigraph(answer.whole(), "nt"))) == ("graph", 3)


def test_a_describe_answers_with_a_graph(union: EmbeddedEngine) -> None:
    described = read_by_oxigraph(union.ask(Question(f"DESCRIBE <{ALPHA}>")).whole(), "ttl")
    assert ALPHA in {getattr(quad.subject, "value", "") for quad in described}


@pytest.mark.parametrize(
    ("query", "form"), [("ASK {}", "boolean"), ("SELECT * {}", "bindings"), ("CONSTRUCT WHERE { ?s ?p ?o }", "graph")]
)
def test_an_answer_says_which_form_it_has(query: str, form: str, union: EmbeddedEngine) -> None:
    assert union.ask(Question(query)).form == form


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_a_graph_is_the_same_in_every_syntax(name: str, union: EmbeddedEngine) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s dgo:qualifiedDerivation ?d }"
    expected = read_by_oxigraph(union.ask(Question(query, graph_format="nt")).whole(), "nt")
    assert read_by_oxigraph(union.ask(Question(query, graph_format=name)).whole(), name) == expected


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_a_triple_about_a_triple_is_written_or_refused_but_never_an_accident(name: str, union: EmbeddedEngine) -> None:
    query = "CONSTRUCT { <urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> } {}"
    try:
        content = union.ask(Question(query, graph_format=name)).whole()
    except QuestionRefused:
        return
    assert b"urn:e" in content


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * { ?s ?p", 1, 17), ("SELECT *\nWHERE {\n  ?s ?p", 3, 8), ("", 1, 1)],
)
def test_a_query_that_does_not_parse_says_at_which_line_and_column(
    query: str, line: int, column: int, union: EmbeddedEngine
) -> None:
    with pytest.raises(QuerySyntax) as refusal:
        union.ask(Question(query))
    assert (refusal.value.line, refusal.value.column) == (line, column)


def test_the_words_about_a_query_that_does_not_parse_say_what_was_expected(union: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntax, match="expected one of"):
        union.ask(Question("SELECT * { ?s ?p"))


@pytest.mark.parametrize(
    ("query", "form"),
    [("CONSTRUCT WHERE { ?s ?p ?o }", "graph"), ("SELECT * {}", "bindings"), ("ASK {}", "boolean")],
)
def test_a_form_that_the_asker_cannot_read_is_refused(query: str, form: str, union: EmbeddedEngine) -> None:
    with pytest.raises(FormNotReadable) as refusal:
        union.ask(Question(query, table_format=None, graph_format=None))
    assert refusal.value.form == form


def test_an_update_is_no_query(union: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntax):
        union.ask(Question("DROP ALL"))


def test_a_question_that_fails_while_it_is_answered_is_refused(union: EmbeddedEngine) -> None:
    with pytest.raises(QuestionRefused):
        union.ask(Question("SELECT * { SERVICE <urn:no-such-endpoint> { ?s ?p ?o } }"))


def test_by_default_every_graph_is_asked(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    triples = {line.rpartition(b" <")[0] for line in snapshot.dataset.read_bytes().splitlines()}
    assert counted(union, f"{PAIRS} {{ ?s ?p ?o }}") == len(triples)


def test_a_strict_default_graph_is_empty(strict: EmbeddedEngine) -> None:
    assert counted(strict, f"{PAIRS} {{ ?s ?p ?o }}") == 0


def test_a_strict_engine_answers_about_named_graphs(strict: EmbeddedEngine, snapshot: Snapshot) -> None:
    assert counted(strict, f"{PAIRS} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == snapshot.manifest.quads


def test_from_names_the_graph_that_is_asked(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    query = f"{PAIRS} FROM <{GRAPHS['genealogy']}> {{ ?s ?p ?o }}"
    assert counted(union, query) == size(snapshot, "genealogy")


@pytest.mark.parametrize(
    "clause", ["FROM<{g}>", "fromnamed<{g}>", "FROM NAMED<{g}>", "FROMx:genealogy FROMNAMEDx:meta"]
)
def test_from_switches_the_union_off_however_it_is_glued(
    clause: str, union: EmbeddedEngine, snapshot: Snapshot
) -> None:
    query = f"PREFIX x: <{BASE}graph/> {PAIRS}{clause.format(g=GRAPHS['genealogy'])}{{ ?s ?p ?o }}"
    assert counted(union, query) == (0 if "named<" in query.lower() else size(snapshot, "genealogy"))


def test_the_named_graphs_are_asked_by_graph(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    query = f"{PAIRS} {{ GRAPH <{GRAPHS['article']}> {{ ?s ?p ?o }} }}"
    assert counted(union, query) == size(snapshot, "article")


@pytest.mark.parametrize(
    "query",
    [
        f"# FROM <{GRAPHS['meta']}>\n{PAIRS} {{ ?s ?p ?o }}",
        f"{PAIRS} {{ ?s ?p ?o FILTER('FROM' != 'x') }}",
        f"{PAIRS} {{ ?s ?p ?o FILTER(\"it's FROM\" != '''\nFROM''') }}",
        f"{PAIRS} {{ ?s ?p ?o FILTER(?s != <urn:FROM>) }}",
        f"PREFIX from: <urn:x> {PAIRS} {{ ?s ?p ?o FILTER(?s != from:FROM) }}",
        f"{PAIRS} {{ ?s ?p ?o BIND(1 AS ?FROM) }}",
    ],
)
def test_from_where_it_is_no_clause_does_not_switch_the_union_off(query: str, union: EmbeddedEngine) -> None:
    assert counted(union, query) == counted(union, f"{PAIRS} {{ ?s ?p ?o }}")


def test_the_request_may_name_the_default_graph(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    found = counted(union, f"{PAIRS} {{ ?s ?p ?o }}", default_graphs=[GRAPHS["article"]])
    assert found == size(snapshot, "article")


def test_several_default_graphs_are_merged(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    graphs = [GRAPHS["article"], GRAPHS["genealogy"]]
    found = counted(union, f"{PAIRS} {{ ?s ?p ?o }}", default_graphs=graphs)
    assert found == size(snapshot, "article") + size(snapshot, "genealogy")


def test_the_dataset_of_the_request_wins_over_that_of_the_query(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    query = f"{PAIRS} FROM <{GRAPHS['meta']}> {{ ?s ?p ?o }}"
    assert counted(union, query, default_graphs=[GRAPHS["article"]]) == size(snapshot, "article")


def test_the_request_may_name_the_named_graphs(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    query = f"{PAIRS} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert counted(union, query, named_graphs=[GRAPHS["article"]]) == size(snapshot, "article")


def test_named_graphs_alone_leave_the_default_graph_empty(union: EmbeddedEngine) -> None:
    assert counted(union, f"{PAIRS} {{ ?s ?p ?o }}", named_graphs=[GRAPHS["article"]]) == 0


def test_a_graph_that_is_no_iri_is_refused(union: EmbeddedEngine) -> None:
    with pytest.raises(QuestionRefused):
        union.ask(Question("ASK {}", default_graphs=["no iri"]))


def test_the_version_is_the_name_of_the_snapshot(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    assert union.version == snapshot.name


def test_the_graphs_are_those_of_the_snapshot(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    assert union.graph_names() == sorted(snapshot.manifest.graphs)


@pytest.mark.parametrize("name", ["ontology", "article", "genealogy", "curation", "inferred", "meta"])
def test_one_graph_is_given_as_quads(name: str, union: EmbeddedEngine, snapshot: Snapshot) -> None:
    assert len(list(union.quads(GRAPHS[name]))) == size(snapshot, name)


def test_everything_is_given_as_quads(union: EmbeddedEngine, snapshot: Snapshot) -> None:
    assert len(list(union.quads())) == snapshot.manifest.quads
