"""Digests of answers: the same from memory and from disk, and nothing but the answer decides them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from deepgenealogy.engine.digests import fixed, is_ordered, wording
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.errors import AnswerTooLargeToPin, StateNotHeld
from deepgenealogy.settings import Settings
from deepgenealogy.sources.questions import read_questions
from tests.conftest import CHECKOUT

QUESTIONS = read_questions(CHECKOUT)
LIMIT_BYTES = 1_000_000


@pytest.fixture(scope="module")
def supervised(real_snapshot: Snapshot, real_root: Path) -> Iterator[SupervisedEngine]:
    """The engine of the server over the real snapshot."""
    engine = SupervisedEngine(real_snapshot, real_root, Settings.of())
    yield engine
    engine.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_published_question_is_answered_alike_from_memory_and_from_disk(
    name: str, supervised: SupervisedEngine, engine: EmbeddedEngine
) -> None:
    question = Question(QUESTIONS[name].text)
    asks = (engine.ask, supervised.ask, partial(supervised.ask_at, supervised.version))
    found = {(it.digest, it.order) for it in (fixed(ask, question, limit_bytes=LIMIT_BYTES) for ask in asks)}
    assert len(found) == 1


def test_the_rows_of_blank_nodes_have_one_digest_from_memory_and_from_disk(
    supervised: SupervisedEngine, engine: EmbeddedEngine
) -> None:
    question = Question("SELECT ?list ?first { ?list rdf:first ?first }")
    asks = (engine.ask, partial(supervised.ask_at, supervised.version))
    assert len({fixed(ask, question, limit_bytes=LIMIT_BYTES).digest for ask in asks}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT ?a { VALUES ?a { 1 } }", "SELECT ?b { VALUES ?b { 1 } }"),
        ("SELECT ?a { VALUES ?a { 1 } }", 'SELECT ?a { VALUES ?a { "1" } }'),
        ("SELECT ?a { VALUES ?a { 'x' } }", "SELECT ?a { VALUES ?a { 'x'@en } }"),
        ("SELECT ?a { VALUES ?a { 'x\\n1' } }", "SELECT ?a { VALUES ?a { 'x' 1 } }"),
        ("SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) } }", "SELECT ?a ?b { VALUES (?a ?b) { (UNDEF 1) } }"),
        ("SELECT ?a { VALUES ?a { '_:b' } }", "SELECT ?a { VALUES ?a { '_:c' } }"),
        ("ASK {}", "ASK { FILTER(false) }"),
        ("CONSTRUCT { <x:a> <x:b> '_:c .' } {}", "CONSTRUCT { <x:a> <x:b> '_:d .' } {}"),
    ],
)
def test_other_answers_have_other_digests(one: str, other: str, engine: EmbeddedEngine) -> None:
    assert len({fixed(engine.ask, Question(query), limit_bytes=LIMIT_BYTES).digest for query in (one, other)}) == 2


def test_an_answer_over_the_limit_is_refused(engine: EmbeddedEngine) -> None:
    with pytest.raises(AnswerTooLargeToPin, match="answer_spool_bytes"):
        fixed(engine.ask, Question("SELECT * { ?s ?p ?o }"), limit_bytes=1000)


@pytest.mark.parametrize("name", ["0000000000000000", "../../../etc", "", "current"])
def test_a_snapshot_that_is_not_there_is_told_with_those_that_are(name: str, supervised: SupervisedEngine) -> None:
    with pytest.raises(StateNotHeld) as refusal:
        supervised.ask_at(name, Question("ASK {}"))
    assert supervised.version in refusal.value.held


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT * {} ORDER BY ?s", True),
        ("SELECT * {}", False),
        ("SELECT * {} # ORDER BY ?s", False),
        ("SELECT ('ORDER BY' AS ?o) {}", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s", False),
    ],
)
def test_only_an_order_of_its_own_counts(query: str, answer: bool) -> None:
    assert is_ordered(query) is answer


def test_a_word_more_is_another_wording() -> None:
    assert wording("SELECT * {}") != wording("SELECT DISTINCT * {}")
    assert wording("SELECT 'a b' {}") != wording("SELECT 'a  b' {}")
