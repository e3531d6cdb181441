"""Calls of other servers: the address that is connected to is the one that was checked."""

import socket
import subprocess
import sys
from typing import Any

import pytest

from deepgenealogy.engine.fetching import Fetcher
from deepgenealogy.engine.peers import Peers
from deepgenealogy.errors import CallOutRefused, ServiceUnanswered
from tests.conftest import CHECKOUT
from tests.protocol.peers import ONE_ROW, answering, peer, redirecting

Entry = tuple[int, int, int, str, tuple[str, int]]
HEADERS = {"Accept": "application/sparql-results+json"}


def entries(port: int, *addresses: str) -> list[Entry]:
    """What a look-up of a name gives."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Names and their addresses, a list for each look-up; the last one stays. Numbers are looked up as ever."""
    found: dict[str, list[list[str]]] = {}
    as_ever = socket.getaddrinfo

    def look_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if host not in found:
            return as_ever(host, port, *more, **named)
        return entries(port, *(found[host].pop(0) if len(found[host]) > 1 else found[host][0]))

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return found


def fetcher(allowed: str) -> Fetcher:
    """Calls these, within small limits."""
    return Fetcher(Peers.of(allowed), 2.0, 10_000)


def test_a_name_of_the_outside_that_leads_inside_is_refused(names: dict[str, list[list[str]]]) -> None:
    names["example.org"] = [["127.0.0.1"]]
    with peer(answering(ONE_ROW)) as inside:
        with pytest.raises(CallOutRefused, match=r"127\.0\.0\.1"):
            fetcher("example.org").post(f"http://example.org:{inside.port}/", b"ASK {}", HEADERS)
        assert inside.asked == []


def test_a_name_is_looked_up_once_so_that_it_cannot_change_after_the_check(names: dict[str, list[list[str]]]) -> None:
    names["example.org"] = [["127.0.0.1"], ["10.255.255.1"]]
    with peer(answering(ONE_ROW)) as inside:
        fetched = fetcher("example.org, 127.0.0.1").post(f"http://example.org:{inside.port}/", b"ASK {}", HEADERS)
        assert (fetched.content, inside.asked[0][2]["Host"]) == (ONE_ROW, f"example.org:{inside.port}")
    assert names["example.org"] == [["10.255.255.1"]]


def test_of_several_addresses_one_that_may_be_reached_is_taken(names: dict[str, list[list[str]]]) -> None:
    names["example.org"] = [["10.0.0.1", "127.0.0.1"]]
    with peer(answering(ONE_ROW)) as inside:
        fetcher("example.org, 127.0.0.1").post(f"http://example.org:{inside.port}/", b"ASK {}", HEADERS)
        assert len(inside.asked) == 1


def test_a_redirect_is_checked_like_the_first_address(names: dict[str, list[list[str]]]) -> None:
    names["example.org"] = [["127.0.0.2"]]
    with peer(answering(ONE_ROW)) as inside, peer(redirecting(f"http://example.org:{inside.port}/")) as first:
        with pytest.raises(CallOutRefused, match=r"127\.0\.0\.2"):
            fetcher("127.0.0.1, example.org").post(first.address, b"ASK {}", HEADERS)
        assert inside.asked == []


def test_a_see_other_is_no_answer_to_a_query() -> None:
    with peer(redirecting("/", 303)) as other, pytest.raises(ServiceUnanswered, match="303"):
        fetcher("127.0.0.1").post(other.address, b"ASK {}", HEADERS)


CONFINED = """
import socket, sys
from deepgenealogy.engine.confinement import confine
allowed, other = map(int, sys.argv[1:])
confine(500_000_000, allowed)
def tried(what):
    try:
        what()
    except OSError:
        return "no"
    return "yes"
print(tried(lambda: socket.socket().connect(("127.0.0.1", allowed))),
      tried(lambda: socket.socket().connect(("127.0.0.1", other))),
      tried(lambda: open("/etc/hostname")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is of Linux")
def test_a_worker_that_may_call_reaches_the_guard_and_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as guard, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [str(listener.getsockname()[1]) for listener in (guard, other)]
        command = [sys.executable, "-c", CONFINED, *ports]
        path = {"PYTHONPATH": ":".join([str(CHECKOUT / "server"), *filter(None, sys.path)])}
        said = subprocess.run(command, env=path, capture_output=True, text=True, check=True).stdout.split()
    if said == ["yes", "yes", "yes"]:
        pytest.skip("this kernel has no Landlock with network rules")
    assert said == ["yes", "no", "no"]
