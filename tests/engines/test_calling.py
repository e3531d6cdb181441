"""How an engine elsewhere is called: credentials from the environment alone, and another try where that is safe."""

import base64
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler

import pytest

from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.remote import remote_engine
from deepgenealogy.engine.remote.calling import Caller, Request
from deepgenealogy.engine.remote.watching import Watch
from deepgenealogy.errors import DeepGenealogyError, QuestionRefused
from deepgenealogy.settings import SETTINGS, Settings
from tests.conftest import CHECKOUT
from tests.protocol.peers import Behaviour, Peer, answering, peer, redirecting

_TRUE = b'{"head":{},"boolean":true}'
_SECRET = "a-secret-of-the-tests"
_BASIC = "Basic " + base64.b64encode(f"curator:{_SECRET}".encode()).decode()

Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Sets variables of the engine elsewhere: `environment(user="curator")`."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(SETTINGS[f"engine_{name}"].variable, value)

    return put


def asked(running: Peer) -> list[str]:
    """What each request carried as Authorization."""
    return [headers.get("Authorization", "") for _, _, headers in running.asked]


def call(running: Peer, request: Request | None = None) -> bytes:
    """The body of one answer."""
    settings = Settings.of(engine=f"{running.address}/sparql")
    with closing(Caller(settings)) as caller, caller.answer(request or _ASK, Watch.of(20)) as response:
        return response.read()


_ASK = Request(form=[("query", "ASK {}")])


def challenging(scheme: str) -> Behaviour:
    """A peer that lets in who names the user by this scheme."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("Authorization", "") == _BASIC:
            answering(_TRUE)(handler)
            return
        handler.send_response(401)
        handler.send_header("WWW-Authenticate", f'{scheme} realm="x"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def test_a_token_of_the_environment_goes_with_every_request(environment: Environment) -> None:
    environment(token=_SECRET)
    with peer(answering(_TRUE)) as running:
        call(running)
    assert set(asked(running)) == {f"Bearer {_SECRET}"}


def test_a_password_of_the_environment_is_told_only_when_it_is_asked_for(environment: Environment) -> None:
    environment(user="curator", password=_SECRET)
    with peer(challenging("Basic")) as running:
        assert call(running) == _TRUE
    assert asked(running) == ["", _BASIC]
    with peer(answering(_TRUE)) as running:
        call(running)
    assert set(asked(running)) == {""}


def test_credentials_are_never_sent_on_to_where_an_engine_redirects(environment: Environment) -> None:
    environment(token=_SECRET)
    with peer(answering(_TRUE)) as other, peer(redirecting(f"{other.address}/sparql")) as running:
        with pytest.raises(DeepGenealogyError):
            call(running)
        assert other.asked == []


def test_no_message_tells_a_secret(environment: Environment) -> None:
    environment(user="curator", password=_SECRET)
    with peer(answering(b"", status=403)) as running, pytest.raises(DeepGenealogyError) as refusal:
        call(running)
    assert _SECRET not in str(refusal.value)
    assert _SECRET not in repr(Settings.of(engine=running.address))


@pytest.mark.parametrize("status", [429, 502, 503])
def test_an_engine_that_is_busy_for_a_moment_is_asked_again(status: int) -> None:
    statuses = iter([status, 200])

    def behave(handler: BaseHTTPRequestHandler) -> None:
        answering(_TRUE, status=next(statuses))(handler)

    with peer(behave) as running:
        assert call(running) == _TRUE
    assert len(running.asked) == 2


@pytest.mark.parametrize("status", [400, 404, 500])
def test_what_another_try_would_not_mend_is_asked_once(status: int) -> None:
    with peer(answering(b"no", status=status)) as running, pytest.raises(DeepGenealogyError):
        call(running)
    assert len(running.asked) == 1


def test_a_query_that_is_refused_here_is_not_sent_at_all() -> None:
    with peer(answering(_TRUE)) as running:
        settings = Settings.of(engine=f"{running.address}/sparql")
        with closing(remote_engine(settings, CHECKOUT)) as engine, pytest.raises(QuestionRefused):
            engine.ask(Question("DELETE WHERE { ?s ?p ?o }"))
        assert running.asked == []
