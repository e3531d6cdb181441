"""A graph that is slow, down, busy or answers nonsense: asked again within bounds, then told clearly."""

import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from deepgenealogy.linking.calling import retry_after
from tests.linking.conftest import set_limits
from tests.linking.running import figures, linked
from tests.ports import refusing_port
from tests.protocol.peers import (
    Behaviour,
    answering,
    dripping,
    hanging_up,
    nonsense,
    peer,
    redirecting,
    silent,
)

pytestmark = pytest.mark.usefixtures("small")

EMPTY = b'{"head":{"vars":["thing"]},"results":{"bindings":[]}}'
PAGE = b"<!doctype html><title>Busy</title>"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def asked_once(folder: Path, address: str) -> Result:
    """What became of a run of one request."""
    return linked(folder, "wikidata", "--endpoint", address, "--limit", "1")


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """A peer that behaves differently each time, in the end always in the last way."""
    left = list(behaviours)

    def behave(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return behave


def busy(status: int, **headers: str) -> Behaviour:
    """A peer that cannot answer now."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


BAD: dict[str, tuple[Behaviour, str]] = {
    "busy": (busy(429), "answered with status 429"),
    "down": (busy(503), "answered with status 503"),
    "silent": (silent, "did not answer within 1 seconds"),
    "dripping": (dripping, "did not answer within 1 seconds"),
    "a page": (answering(PAGE, "text/html"), "a page (text/html) instead of JSON"),
    "cut JSON": (answering(EMPTY[:30]), "JSON that is cut or broken"),
    "other JSON": (answering(b'{"error":"no"}'), "JSON that is no SPARQL result"),
    "a list": (answering(b"[1]"), "JSON that is no SPARQL result"),
    "no HTTP": (nonsense, "could not be asked"),
    "hanging up": (hanging_up, "could not be asked"),
}


@pytest.mark.parametrize(("behaviour", "words"), BAD.values(), ids=BAD)
def test_what_may_pass_is_asked_three_times_and_then_told(
    behaviour: Behaviour, words: str, tmp_path: Path, small_root: Path
) -> None:
    if behaviour in (silent, dripping):
        set_limits(small_root, timeoutS="1")
    with peer(behaviour) as other:
        result = asked_once(tmp_path, other.address)
        assert (result.exit_code, len(other.asked)) == (1, 3)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert words in line
    assert other.address in line
    assert "asked 3 times" in line
    assert "the same command goes on" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("behaviour", [one for one, _ in BAD.values() if one not in (silent, dripping)])
def test_what_passed_is_no_error(behaviour: Behaviour, tmp_path: Path) -> None:
    with peer(in_turn(behaviour, answering(EMPTY))) as other:
        assert figures(asked_once(tmp_path, other.address))["calls"] == "2"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414])
def test_what_will_not_pass_is_told_at_once(status: int, tmp_path: Path) -> None:
    with peer(busy(status)) as other:
        result = asked_once(tmp_path, other.address)
        assert (result.exit_code, len(other.asked)) == (1, 1)
    assert f"answered with status {status}; it was asked once" in result.stderr


def test_a_server_that_is_not_there_is_told_with_its_address(tmp_path: Path) -> None:
    with refusing_port() as port:
        result = asked_once(tmp_path, f"http://127.0.0.1:{port}/sparql")
    assert (result.exit_code, f"127.0.0.1:{port}" in result.stderr) == (1, True)


def moments() -> tuple[list[float], Callable[[Behaviour], Behaviour]]:
    """When a peer was asked, and a peer that notes it before it behaves."""
    noted: list[float] = []

    def noting(behaviour: Behaviour) -> Behaviour:
        def behave(handler: BaseHTTPRequestHandler) -> None:
            noted.append(time.monotonic())
            behaviour(handler)

        return behave

    return noted, noting


def test_a_server_is_left_alone_for_as_long_as_it_says(tmp_path: Path) -> None:
    noted, noting = moments()
    with peer(noting(in_turn(busy(429, Retry_After="1"), answering(EMPTY)))) as other:
        assert figures(asked_once(tmp_path, other.address))["calls"] == "2"
    assert noted[1] - noted[0] >= 1


def test_a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for(tmp_path: Path) -> None:
    with peer(busy(429, Retry_After="3600")) as other:
        result = asked_once(tmp_path, other.address)
        assert len(other.asked) == 1
    assert "it wants to be left alone for 3600 seconds: come back then" in result.stderr


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0),
        ("Monday, 23-Nov-26 12:02:00 GMT", 120),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float) -> None:
    assert retry_after(httpx.Headers({"Retry-After": text}), lambda: NOW) == seconds


def test_an_answer_that_is_too_large_is_not_read_to_its_end(tmp_path: Path, small_root: Path) -> None:
    set_limits(small_root, sizeBytes="1000")
    with peer(answering(b" " * 50_000)) as other:
        result = asked_once(tmp_path, other.address)
    assert "larger than 1000 bytes" in result.stderr


@pytest.mark.parametrize(
    ("behaviour", "where"),
    [
        (redirecting("http://example.org/sparql"), "example.org"),
        (redirecting("http://localhost:1/sparql"), "localhost"),
        (redirecting("http://169.254.169.254/latest"), "169.254.169.254"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(behaviour: Behaviour, where: str, tmp_path: Path) -> None:
    with peer(behaviour) as other:
        result = asked_once(tmp_path, other.address)
        assert (result.exit_code, len(other.asked)) == (1, 1)
    assert f"it leads to {where}" in result.stderr


def test_a_redirect_on_the_same_host_is_followed(tmp_path: Path) -> None:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        (answering(EMPTY) if handler.path == "/there" else redirecting("/there", 308))(handler)

    with peer(behave) as other:
        assert asked_once(tmp_path, other.address).exit_code == 0
        assert [path for path, _, _ in other.asked] == ["/", "/there"]


def test_a_name_of_the_outside_that_leads_inside_is_not_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_ever = socket.getaddrinfo

    def look_up(host: str, *more: object, **named: object) -> object:
        return as_ever("127.0.0.1" if host == "graph.example.org" else host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with peer(answering(EMPTY)) as inside:
        result = asked_once(tmp_path, f"http://graph.example.org:{inside.port}/sparql")
        assert inside.asked == []
    assert "no address of the open internet" in result.stderr


def test_proxy_variables_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(answering(EMPTY)) as proxy, peer(answering(EMPTY)) as other:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        assert asked_once(tmp_path, other.address).exit_code == 0
        assert (len(proxy.asked), len(other.asked)) == (0, 1)


def test_a_graph_that_fails_does_not_keep_the_others_from_being_asked(tmp_path: Path, small_root: Path) -> None:
    with peer(busy(400)) as down, peer(answering(EMPTY)) as up:
        for name, other in (("dblp", down), ("wikidata", up)):
            record = small_root / "data" / "endpoints" / f"{name}.yaml"
            text = re.sub(r"(?m)^endpoint: .*$", f"endpoint: {other.address}", record.read_text(encoding="utf-8"))
            record.write_text(text, encoding="utf-8")
        result = linked(tmp_path, "dblp", "--graph", "wikidata", "--limit", "1")
    assert result.exit_code == 1
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["graph", "wikidata"]
    assert "status 400" in result.stderr


def test_a_query_is_a_form_so_that_every_engine_reads_it(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        asked_once(tmp_path, other.address)
    _, body, headers = other.asked[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"] == "application/sparql-results+json"
    assert body.startswith(b"query=")
