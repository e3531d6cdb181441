"""Requests that come again: the same answer as the first time, but for what is of the moment, and never another's."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgenealogy.web.repeats import Repeats, head_of, may_be_repeated
from tests.conftest import CHECKOUT
from tests.protocol.asking import RESULTS
from tests.protocol.invented import ASK, figures, get, serving
from tests.protocol.test_caching import DATA, keeping, new_question
from tests.protocol.writable import WritableServer, writable

#: What belongs to one sending: the first answer may still be made while it is sent.
OF_THE_MOMENT = {"date", "x-request-id", "content-length", "transfer-encoding", "connection"}
HEAD = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
SENT = [b"HTTP/1.1 200 OK\r\nDate: then\r\nX-Request-Id: first\r\nContent-Length: 5\r\n\r\n", b"true\n"]
VERSION = "f00d"


def lasting(headers: object) -> list[tuple[str, str]]:
    """The headers that are not of the moment."""
    return sorted((n, v) for n, v in headers.items() if n.lower() not in OF_THE_MOMENT)  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", DATA)
def test_an_answer_is_the_same_however_often_it_is_asked_for(target: str, address: str) -> None:
    first, *later = (get(address, target, User_Agent=f"agent-{n}") for n in range(4))
    assert {reply.body for reply in later} == {first.body}
    assert [lasting(reply.headers) for reply in later] == [lasting(first.headers)] * 3


def test_each_repetition_has_an_id_and_is_counted(address: str) -> None:
    question = new_question()
    with keeping(address):
        get(address, question)
    before = figures(address)
    replies = [get(address, question, X_Request_Id=f"again-{n}") for n in range(5)]
    after = figures(address)
    assert [reply.headers["X-Request-Id"] for reply in replies] == [f"again-{n}" for n in range(5)]
    ok, hits = 'deepgenealogy_requests_total{method="GET",status="200"}', "deepgenealogy_answer_cache_hits_total"
    assert (after[ok] - before[ok] - 1, after[hits] - before[hits]) == (5, 5)


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "Host", "Upgrade-Insecure-Requests"])
def test_what_an_answer_depends_on_is_never_mixed_up(name: str, address: str) -> None:
    target = "/architecture/alpha-net"
    values = {"Accept": ("text/html", "text/turtle"), "Accept-Language": ("en", "zh"), "Host": ("a.test", "b.test")}
    one, other = values.get(name, ("gzip", "br") if name == "Accept-Encoding" else ("0", "1"))
    field = name.replace("-", "_")
    alone = [get(address, target, **{field: value}).body for value in (one, other)]
    mixed = [get(address, target, **{field: value}).body for value in (one, other, one, other, one, other)]
    assert mixed == alone * 3


@pytest.fixture
def written_to(invented_root: Path, tmp_path: Path) -> Iterator[WritableServer]:
    """A server that takes writes."""
    with writable(invented_root, tmp_path / "store") as server:
        yield server


def test_after_a_write_nothing_is_repeated_from_before(written_to: WritableServer) -> None:
    target = f"/sparql?query={quote('SELECT ?o { <urn:s> <urn:p> ?o }')}"
    for value in ("one", "two", "three"):
        written_to.put("urn:g", f'<urn:s> <urn:p> "{value}" .')
        for _ in range(4):
            rows = get(written_to.address, target, Accept=RESULTS).json()["results"]["bindings"]
            assert [row["o"]["value"] for row in rows] == [value]


def test_who_holds_the_answer_is_told_so_again_and_again_on_one_connection(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", ASK)
    first = connection.getresponse()
    first.read()
    peers = set()
    for _ in range(4):
        connection.request("GET", ASK, headers={"If-None-Match": first.headers["ETag"]})
        peers.add(connection.sock.getsockname())
        reply = connection.getresponse()
        assert (reply.status, reply.read(), reply.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert reply.headers["Connection"] is None
    connection.close()
    assert len(peers) == 1


def exchanged(address: str, *pieces: bytes) -> bytes:
    """What comes back for pieces that are sent one after the other, until the server closes."""
    place = urlsplit(address)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=30) as peer:
        for piece in pieces:
            peer.sendall(piece)
        answer = b""
        while part := peer.recv(65_536):
            answer += part
    return answer


def test_requests_in_one_piece_and_a_request_in_two_are_answered_like_any(address: str) -> None:
    plain = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
    last = plain.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    for pieces in ((plain, plain, plain + plain + last), (plain[:30], plain[30:], plain[:-2], plain[-2:], last)):
        answer = exchanged(address, *pieces)
        asked = sum(piece.count(b"GET ") for piece in pieces)
        assert (answer.count(b"HTTP/1.1 200 OK"), len(re.findall(rb"\r\n\r\ntrue\n", answer))) == (asked, asked)


def test_one_who_half_closes_after_a_repetition_still_gets_it(address: str) -> None:
    plain = f"GET {ASK} HTTP/1.1\r\nHost: half\r\nAccept: text/csv\r\n\r\n".encode()
    place = urlsplit(address)
    for _ in range(4):
        with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=30) as peer:
            peer.sendall(plain)
            peer.shutdown(socket.SHUT_WR)
            assert peer.makefile("rb").read().endswith(b"true\n")


def test_a_large_answer_that_is_repeated_is_whole_for_a_slow_reader(address: str) -> None:
    target = "/export/all.trig"
    plain = f"GET {target} HTTP/1.1\r\nHost: slow\r\nAccept-Encoding: identity\r\n\r\n".encode()
    place = urlsplit(address)
    whole = get(address, target).body
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=30) as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        reader = peer.makefile("rb")
        for _ in range(4):
            peer.sendall(plain)
            head = b"".join(iter(reader.readline, b"\r\n")).lower()
            if length := re.search(rb"content-length: (\d+)", head):
                assert reader.read(int(length[1])) == whole
                continue
            assert b"chunked" in head
            while size := int(reader.readline(), 16):
                reader.read(size + 2)
            reader.readline()
            if b"connection: close" in head:
                return


def test_behind_a_proxy_the_log_names_who_asked(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, "--proxy-hops", "1") as (address, process):
        clients = {f"of-192.0.2.{n}": f"192.0.2.{n}" for n in range(1, 4)}
        for name, client in clients.items():
            get(address, ASK, X_Forwarded_For=f"10.0.0.9, {client}", X_Request_Id=name)
        assert process.stderr is not None
        lines = islice((line for line in process.stderr if "of-192" in line), 3)
        entries = [json.loads(line) for line in lines]  # in any order: threads note them
    assert {entry["id"]: entry["client"] for entry in entries} == clients


# What is kept


def repeats() -> Repeats:
    """A collection of its own, with one answer that may be repeated."""
    made = Repeats(100_000, lambda: VERSION, lambda entry: None)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql"}
    may_be_repeated(environ, VERSION)
    made.learn(HEAD, environ, 200, SENT)
    return made


def test_only_what_a_view_allows_is_kept() -> None:
    made = Repeats(100_000, lambda: VERSION, lambda entry: None)
    made.learn(HEAD, {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql"}, 200, SENT)
    assert made.answer(HEAD, "127.0.0.1") is None


def test_the_answer_is_as_it_was_but_for_the_moment() -> None:
    answer = repeats().answer(HEAD, "127.0.0.1") or b""
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: ")
    assert answer.endswith(b"\r\n\r\ntrue\n")
    assert b"then" not in answer
    assert b"first" not in answer


ASKERS = [b"User-Agent: one", b"X-Request-Id: job-1", b"Referer: http://x/", b"Sec-Fetch-Mode: navigate", b"dnt: 1"]


@pytest.mark.parametrize("field", ASKERS)
def test_who_asks_makes_no_difference(field: bytes) -> None:
    assert repeats().answer(HEAD.replace(b"\r\nAccept", b"\r\n" + field + b"\r\nAccept"), "127.0.0.1")


OTHERS = [
    HEAD.replace(b"text/csv", b"text/csv;q=0.5"),
    HEAD.replace(b"GET", b"HEAD"),
    HEAD.replace(b"\r\n\r\n", b"\r\nCookie: a=b\r\n\r\n"),
    HEAD.replace(b"\r\nAccept", b"\r\nUser-Agent: one\r\n text/html\r\nAccept"),
    HEAD.replace(b"\r\nAccept", b"\r\nUser-Agent: one\nX: y\r\nAccept"),
    HEAD.replace(b"\r\nAccept", b"\r\nUser-Agent: one\x00\r\nAccept"),
    HEAD.replace(b"\r\nAccept", b"\r\nUser-Agent : one\r\nAccept"),
    HEAD.replace(b"\r\nAccept", b"\r\nUser-Agent: one\r\nUser-Agent: two\r\nAccept"),
    HEAD.replace(b"1.1", b"1.0"),
    HEAD + HEAD,
    HEAD[:-1],
    HEAD + b"x",
    b"",
]


@pytest.mark.parametrize("head", OTHERS)
def test_any_other_head_is_another_request(head: bytes) -> None:
    assert repeats().answer(head, "127.0.0.1") is None


@given(st.binary(max_size=80))
def test_no_bytes_but_a_whole_head_have_a_key(data: bytes) -> None:
    head = head_of(b"GET " + data)
    assert head is None or data.endswith(b"\r\n\r\n")


def test_it_never_grows_beyond_its_bytes() -> None:
    made, environ = Repeats(20_000, lambda: VERSION, lambda entry: None), {"REQUEST_METHOD": "GET"}
    may_be_repeated(environ, VERSION)
    for number in range(100):
        made.learn(HEAD.replace(b"ASK", b"%d" % number), environ, 200, [SENT[0], b"x" * number * 30])
        assert made.size_bytes <= 20_000


def test_no_view_reads_who_asks() -> None:
    web = CHECKOUT / "server" / "deepgenealogy" / "web"
    names = r"User-Agent|Referer|DNT|Priority|Traceparent|Sec-[A-Za-z-]+"
    reading = re.compile(rf"request\.(?:referrer|user_agent)|headers(?:\.get\(|\[)\"(?:{names})", re.IGNORECASE)
    assert [path.name for path in web.rglob("*.py") if reading.search(path.read_text(encoding="utf-8"))] == []
    assert reading.search('request.headers.get("Referer")')
