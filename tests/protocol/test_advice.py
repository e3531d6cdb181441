"""Advice: with the answer, on the query page and on the command line; none on published and on ordinary questions."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgenealogy.engine.advice import ADVICE, advice_on
from tests.conftest import CHECKOUT
from tests.protocol.asking import BROWSER, ask, post_form
from tests.protocol.invented import serving

A = "<https://w3id.org/deepgenealogy/architecture/beta-net>"
B = "<https://w3id.org/deepgenealogy/architecture/alpha-net>"

DESERVED = [
    ("free-path", "SELECT * { ?a dgo:derivesFrom+ ?b }"),
    ("free-path", "SELECT * { ?a dgo:derivesFrom* ?b . ?a rdfs:label ?name } LIMIT 10"),
    ("free-path", "SELECT * { ?a (dgo:extends|^dgo:improves)+ ?b FILTER(LANG(?name) = 'en') ?b rdfs:label ?name }"),
    ("joined-paths", f"SELECT ?y {{ {A} dgo:derivesFrom+ ?y . {B} dgo:derivesFrom+ ?y }}"),
    ("joined-paths", f"SELECT ?y {{ VALUES ?a {{ {A} }} ?a dgo:derivesFrom* ?y . {B} dgo:derivesFrom+ ?y }}"),
    ("equality-filter", f"SELECT * {{ ?x dgo:derivesFrom+ ?y FILTER(?x = {A}) }}"),
    ("equality-filter", f"SELECT * {{ ?x dgo:derivesFrom+ ?y FILTER(?y != {B} && {A} = ?x) }}"),
    ("equality-filter", f"SELECT * {{ ?s ?p ?o FILTER(?s = {A}) }}"),
    ("cross-product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"),
    ("cross-product", "SELECT * { ?a a dgo:Architecture ; rdfs:label ?n . ?p a dgo:Paper } LIMIT 1"),
    ("cross-product", "SELECT * { { SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } } }"),
]

ORDINARY = [
    "SELECT * { ?s ?p ?o } LIMIT 10",
    "ASK {}",
    "DESCRIBE <https://w3id.org/deepgenealogy/architecture/beta-net>",
    "SELECT ?child ?parent { ?child dgo:derivesFrom ?parent }",
    f"SELECT * {{ {A} dgo:derivesFrom+ ?y . ?y rdfs:label ?name FILTER(LANG(?name) = 'en') }}",
    f"SELECT * {{ VALUES ?x {{ {A} {B} }} ?x dgo:derivesFrom* ?y }}",
    "SELECT * { ?x rdfs:label 'U-Net'@en ; dgo:derivesFrom+ ?y }",
    "SELECT * { ?d dgo:statedIn <urn:paper> ; dgo:child ?x . ?x dgo:derivesFrom+ ?y }",
    f"SELECT ?y {{ {{ SELECT DISTINCT ?y {{ {A} dgo:derivesFrom+ ?y }} }} "
    f"{{ SELECT DISTINCT ?y {{ {B} dgo:derivesFrom+ ?y }} }} }}",
    f"SELECT * {{ {A} rdfs:label ?one . {B} rdfs:label ?other }}",
    "SELECT * { ?a dgo:introduced ?x . ?b dgo:introduced ?y FILTER(?x = ?y) }",
    "SELECT * { ?a dgo:derivesFrom ?b FILTER(?b = dg:x) }",
    "SELECT (COUNT(?a) AS ?n) ?t { ?a a dgo:Architecture ; dgo:addressesTask ?t } GROUP BY ?t HAVING (COUNT(?a) > 2)",
    "CONSTRUCT { ?a ?b ?c . ?d ?e ?f } WHERE { ?a ?b ?c . ?c ?e ?f . ?d ?q ?f }",
    "SELECT * { ?a dgo:qualifiedDerivation [ dgo:parent ?b ; dgo:kind ?k ] . ?b rdfs:label ?n }",
    "SELECT * { ?a a dgo:Architecture OPTIONAL { ?a dgo:alias ?b } OPTIONAL { ?a dgo:fullName ?c } }",
    "SELECT * { GRAPH ?g { ?a ?p ?b } GRAPH ?g { ?c ?q ?d } }",
    "SELECT * { ?a dgo:derivesFrom ?b FILTER NOT EXISTS { ?b dgo:derivesFrom ?c } }",
    "SELECT * { { ?a dgo:extends ?b } UNION { ?a dgo:improves ?b } MINUS { ?a dgo:scales ?c } }",
    "SELECT * { ?a rdfs:label ?n BIND(STRLEN(?n) AS ?l) FILTER(?l > 3) } ORDER BY ?l",
    "SELECT * { ?a dgo:derivesFrom/rdfs:label ?n ; dgo:introduced ?d }",
    "ASK { ?s dgo:derivesFrom ?p . ?p dgo:derivesFrom* ?s }",
    "SELECT * { 'a ?b ?c . ?d' ?p ?o }",
]
PUBLISHED = sorted((CHECKOUT / "queries").rglob("*.rq"))


def names(query: str) -> list[str]:
    """The names of the advice on a query."""
    return [row.name for row in advice_on(query)]


@pytest.mark.parametrize(("name", "query"), DESERVED)
def test_a_form_that_cannot_end_well_is_recognised(name: str, query: str) -> None:
    assert names(query) == [name]


@pytest.mark.parametrize("query", ORDINARY)
def test_an_ordinary_question_gets_no_advice(query: str) -> None:
    assert names(query) == []


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_question_gets_no_advice(path: Path) -> None:
    assert names(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("row", ADVICE, ids=lambda row: row.name)
def test_advice_can_stand_in_a_header(row: object) -> None:
    assert str(row).isascii()
    assert "\n" not in str(row)


@pytest.mark.parametrize("row", ADVICE, ids=lambda row: row.name)
def test_every_row_of_advice_is_given_to_some_question(row: object) -> None:
    assert getattr(row, "name", "") in {name for name, _ in DESERVED}


_PIECES = st.sampled_from(
    [
        "SELECT",
        "*",
        "WHERE",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "?a",
        "?b",
        "<urn:x>",
        "x:y",
        "a",
        "+",
        "*",
        "/",
        "|",
        "^",
        "!",
        "=",
        "&&",
        "||",
        "'a'",
        "@en",
        "^^",
        "5",
        "FILTER",
        "BIND",
        "AS",
        "VALUES",
        "UNDEF",
        "OPTIONAL",
        "MINUS",
        "UNION",
        "GRAPH",
        "SERVICE",
        "SILENT",
        "NOT",
        "EXISTS",
        "CONSTRUCT",
        "GROUP",
        "BY",
        "ORDER",
        "LIMIT",
        "<<",
        ">>",
        "{|",
        "|}",
        "<",
        ">",
    ]
)


@given(st.lists(_PIECES, max_size=40))
def test_advice_never_fails_whatever_stands_in_the_query(pieces: list[str]) -> None:
    assert isinstance(advice_on(" ".join(pieces)), list)


@pytest.mark.parametrize("query", ["{" * 9_000, "{}" * 4_500, "?a ?b ?c . " * 900, "'\\" * 5_000, "[" * 9_000])
def test_a_hostile_text_gets_an_empty_list_or_advice_but_no_error(query: str) -> None:
    assert isinstance(advice_on("SELECT * {" + query), list)


#: One that deserves advice, and that every engine answers.
_ANSWERED = "SELECT * { ?a a dgo:Architecture ; rdfs:label ?n . ?p a dgo:Paper } LIMIT 1"


def test_the_answer_carries_the_advice_in_a_header(address: str) -> None:
    reply = ask(address, _ANSWERED)
    assert reply.status == 200
    assert reply.headers["X-Advice"].startswith("cross-product: ")


def test_a_second_asking_that_the_cache_answers_carries_it_too(address: str) -> None:
    first, second = (ask(address, _ANSWERED + " # again") for _ in range(2))
    assert first.headers["X-Advice"] == second.headers["X-Advice"]


def test_each_piece_of_advice_is_a_header_of_its_own(address: str) -> None:
    reply = ask(address, "SELECT * { ?a dgo:derivesFrom+ ?b . ?c dgo:statedIn ?d } LIMIT 1")
    assert [line.partition(":")[0] for line in reply.headers.get_all("X-Advice", [])] == ["free-path", "cross-product"]


def test_a_posted_question_is_advised_too(address: str) -> None:
    assert "X-Advice" in post_form(address, {"query": DESERVED[0][1]}).headers


def test_an_ordinary_answer_has_no_such_header(address: str) -> None:
    assert "X-Advice" not in ask(address, ORDINARY[0]).headers


def test_a_question_that_hits_the_time_limit_is_told_why(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, "--query-time-limit-s", "0.3") as (address, _):
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        reply = ask(address, query)
        page = ask(address, query, BROWSER)
    assert (reply.status, reply.headers["X-Advice"].partition(":")[0]) == (504, "cross-product")
    assert (page.status, b"share no variable" in page.body) == (504, True)


def test_the_query_page_shows_the_advice_and_the_query(address: str) -> None:
    page = ask(address, DESERVED[0][1] + " # <&", BROWSER, {"advise": "on"})
    assert (page.status, page.media_type) == (200, "text/html")
    assert b"free-path" in page.body
    assert b"?a dgo:derivesFrom+ ?b } # &lt;&amp;</textarea>" in page.body


def test_the_query_page_says_so_when_there_is_nothing_to_say(address: str) -> None:
    page = ask(address, ORDINARY[0], BROWSER, {"advise": "on"})
    assert b"Nothing is to be said" in page.body


def test_the_command_line_prints_advice_on_standard_error(invented_root: Path, invented_store: Path) -> None:
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "query", "-"]
    environment = {
        "DEEPGENEALOGY_SOURCES": str(invented_root),
        "DEEPGENEALOGY_STORE": str(invented_store),
        "PYTHONPATH": ":".join([str(CHECKOUT / "server"), *filter(None, sys.path)]),
    }
    done = subprocess.run(command, input=DESERVED[0][1], env=environment, capture_output=True, text=True, check=True)
    assert "advice: free-path: " in done.stderr
    assert done.stdout.startswith("?a\t?b")
