"""The other server slow, down, or answering nonsense: a clear error in bounded time, and ours goes on."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.federation.conftest import LONG, SHORT, our_server, point_services
from tests.federation.test_questions import question
from tests.ports import refusing_port
from tests.protocol.asking import ask
from tests.protocol.peers import (
    ONE_ROW,
    Behaviour,
    answering,
    dripping,
    hanging_up,
    nonsense,
    peer,
    silent,
)

#: A peer, the status of our answer, and a word of its reason.
BAD: dict[str, tuple[Behaviour, int, str]] = {
    "silent": (silent, 502, "service_time_limit_s"),
    "dripping": (dripping, 502, "service_time_limit_s"),
    "down": (answering(b"no", "text/plain", 503), 502, "status 503"),
    "hanging up": (hanging_up, 502, "could not be asked"),
    "a page": (answering(b"<!doctype html>", "text/html"), 502, "no format of SPARQL results"),
    "cut JSON": (answering(ONE_ROW[:50]), 502, "cannot be used"),
    "no HTTP": (nonsense, 502, "could not be asked"),
}

#: What our server may take, start of a worker and all, on a machine that is busy with other tests.
_BOUND_S = 50


@pytest.fixture(scope="module")
def caller(sources: Path, store: Path) -> Iterator[tuple[str, list[Behaviour]]]:
    """Our server, whose SERVICEs ask one peer; the list holds how it behaves."""
    now: list[Behaviour] = [silent]

    def behave(handler: BaseHTTPRequestHandler) -> None:
        now[0](handler)

    with peer(behave) as other:
        point_services(sources, lambda graph: f"{other.address}/{graph}")
        for address in our_server(sources, store, f"127.0.0.1:{other.port}", SHORT):
            yield address, now


@pytest.mark.parametrize(("behaviour", "status", "words"), BAD.values(), ids=BAD)
def test_another_server_that_fails_is_told_in_bounded_time(
    behaviour: Behaviour, status: int, words: str, caller: tuple[str, list[Behaviour]]
) -> None:
    address, now = caller
    now[0] = behaviour
    begun = time.monotonic()
    reply = question(address, "authors-in-dblp", "?architecture=resnet")
    assert time.monotonic() - begun < _BOUND_S
    assert reply.status == status
    assert words in reply.json()["detail"]
    assert ask(address, "ASK { ?s ?p ?o }").status == 200


def test_a_server_that_is_not_there_is_named(sources: Path, store: Path) -> None:
    with refusing_port() as port:
        point_services(sources, lambda graph: f"http://127.0.0.1:{port}/{graph}")
        for address in our_server(sources, store, f"127.0.0.1:{port}", LONG):
            reply = question(address, "fields-in-orkg")
            assert (reply.status, f"127.0.0.1:{port}" in reply.json()["detail"]) == (502, True)
