"""What an engine elsewhere may do wrong, and what its asker is told of it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.remote import RemoteEngine, public_remote_engine, remote_engine
from deepgenealogy.engine.remote.publication import Publication
from deepgenealogy.engine.remote.watching import Watch
from deepgenealogy.errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    Busy,
    DeepGenealogyError,
    EngineUnanswered,
    QuestionRefused,
    SettingRefused,
    TimeLimitReached,
)
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app
from tests.conftest import CHECKOUT
from tests.protocol.peers import Behaviour, answering, dripping, hanging_up, nonsense, peer, silent

_ASK = Question("ASK {}", "json")
_TRUE = b'{"head":{},"boolean":true}'


@contextmanager
def over(behaviour: Behaviour, **options: object) -> Iterator[RemoteEngine]:
    """An engine elsewhere that behaves so."""
    with peer(behaviour) as running:
        settings = Settings.of(engine=f"{running.address}/sparql", **options)
        with closing(remote_engine(settings, CHECKOUT)) as engine:
            engine._published = _named  # type: ignore[method-assign]
            yield engine


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (silent, TimeLimitReached),
        (dripping, TimeLimitReached),
        (nonsense, EngineUnanswered),
        (hanging_up, EngineUnanswered),
        (answering(b"", status=401), EngineUnanswered),
        (answering(b"", status=404), EngineUnanswered),
        (answering(b"", status=429), Busy),
        (answering(b"", status=503), Busy),
        (answering(b"no such function", status=400), QuestionRefused),
        (answering(b"Virtuoso S1T00 Error SR171: Transaction timed out", status=500), TimeLimitReached),
        (answering(b"it broke", status=500), EngineUnanswered),
        (answering(b"<html>", "text/html"), EngineUnanswered),
        (answering(_TRUE[:10]), EngineUnanswered),
        (answering(_TRUE + b" " * 2_000), AnswerTooLarge),
    ],
)
def test_what_goes_wrong_there_is_told_as_what_it_is(behaviour: Behaviour, error: type[DeepGenealogyError]) -> None:
    limits = {"query_time_limit_s": 1.0 if behaviour in (silent, dripping) else 30.0, "answer_size_limit_bytes": 1_000}
    with over(behaviour, **limits) as engine, pytest.raises(error):
        engine.ask(_ASK)


def test_who_has_left_is_waited_for_by_nobody() -> None:
    begun = time.monotonic()
    with over(silent) as engine, pytest.raises(AnswerBrokenOff):
        engine.ask(_ASK, lambda: time.monotonic() - begun > 0.2)


def test_a_failure_that_passes_is_passed_over() -> None:
    tries: list[str] = []

    def faltering(handler: BaseHTTPRequestHandler) -> None:
        tries.append(handler.path)
        (hanging_up if len(tries) == 1 else answering(_TRUE))(handler)

    with over(faltering) as engine:
        engine._published = _named  # type: ignore[method-assign]
        assert engine.ask(_ASK).whole() == b'{"head":{},"boolean":true}'
    assert len(tries) == 3  # a greeting is the first to fail, and is made again


def _named(watch: Watch | None = None) -> Publication:
    return Publication("0123456789abcdef", {})


def test_an_engine_that_is_down_is_a_502_that_does_not_tell_where_it_stands() -> None:
    settings = Settings.of(engine="http://127.0.0.1:1/sparql")
    with closing(remote_engine(settings, CHECKOUT)) as engine:
        answer = create_app(engine, CHECKOUT, settings).test_client().get("/sparql?query=ASK+%7B%7D")
    assert answer.status_code == 502
    assert "127.0.0.1:1" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"engine": "ftp://example.org/"}, "http or https"),
        ({"engine": "http://me:secret@example.org/sparql"}, "DEEPGENEALOGY_ENGINE_PASSWORD"),
        ({"engine": "http://example.org/sparql", "writable": True}, "not written through here"),
        ({"engine": "http://example.org/sparql", "allow_service": "dbpedia.org"}, "not passed on"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_cure(options: dict[str, object], words: str) -> None:
    with pytest.raises(SettingRefused, match=words) as refusal:
        public_remote_engine(Settings.of(**options), CHECKOUT)
    assert "secret" not in str(refusal.value)


def test_the_public_is_served_by_rehearsals_in_workers() -> None:
    with peer(answering(_TRUE)) as running:
        settings = Settings.of(engine=f"{running.address}/sparql", quick_workers=1)
        with closing(public_remote_engine(settings, CHECKOUT)) as engine:
            engine._published = _named  # type: ignore[method-assign]
            assert engine.ask(_ASK).whole() == b'{"head":{},"boolean":true}'
            with pytest.raises(QuestionRefused, match="line 1"):
                engine.ask(Question("SELECT * {"))
    assert all(b"SELECT+%2A" not in body for _, body, _ in running.asked)
