"""Readers who take their time hold no worker, no place in a lane and no memory; who only half-closes is answered."""

import http.client
import json
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

from deepgenealogy.vocabulary import BASE
from tests.benchmarks.generated import World, lines, published
from tests.conftest import CHECKOUT
from tests.protocol.asking import Reply, ask, send
from tests.protocol.invented import figures, get, request, serving
from tests.protocol.test_limits import ENDLESS, LIGHT, taken
from tests.soak.watching import descendants, memory, runs_module
from tests.waiting import wait_for

pytestmark = pytest.mark.embedded("how workers hand over answers")

#: About 30 MB as CSV: more than the system keeps for a reader who does not read.
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"
VARIABLES = {
    "DEEPGENEALOGY_ANSWER_CACHE_BYTES": "1",
    "DEEPGENEALOGY_ACCESS_LOG": "off",
    "DEEPGENEALOGY_DELIVERY_LIMIT": "3",
    "DEEPGENEALOGY_EXPORT_LIMIT": "2",
    "DEEPGENEALOGY_ANSWER_SPOOL_BYTES": "200000",
    "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "300",
    "DEEPGENEALOGY_SENDER_PATIENCE_S": "300",
}
Server = tuple[str, "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def served(invented_root: Path, invented_store: Path) -> Iterator[Server]:
    """A server with few places for those who read slowly, and so much time that no busy machine reaches its end."""
    with serving(invented_root, invented_store, **VARIABLES) as served:
        yield served


def sending(address: str, target: str, version: str = "1.1") -> socket.socket:
    """A connection on which a GET was sent, and whose system keeps little of the answer."""
    host, _, port = urlsplit(address).netloc.partition(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(300)
    connection.connect((host, int(port)))
    connection.sendall(f"GET {target} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return connection


def asking(query: str) -> str:
    """The address of a query's answer as CSV."""
    return f"/sparql?query={quote(query)}&format=csv"


@contextmanager
def readers(address: str, number: int, target: str) -> Iterator[list[socket.socket]]:
    """So many who ask and do not read."""
    with ExitStack() as stack:
        yield [stack.enter_context(sending(address, target)) for _ in range(number)]


def read_whole(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of the answer; raises IncompleteRead when it was cut."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


def deliveries(address: str) -> float:
    """How many large answers are being read."""
    return figures(address)["deepgenealogy_deliveries"]


def test_who_does_not_read_a_large_answer_holds_no_lane_and_may_read_it_whole_later(served: Server) -> None:
    address, _ = served
    whole = ask(address, LARGE, parameters={"format": "csv"}).body
    with readers(address, 3, asking(LARGE)) as connections:
        wait_for(lambda: deliveries(address) == 3)
        wait_for(lambda: taken(address) == 0)
        assert [read_whole(connection) for connection in connections] == [(200, whole)] * 3
    wait_for(lambda: deliveries(address) == 0)


def test_more_slow_readers_than_there_are_places_are_told_to_come_again_and_stop_no_light_question(
    served: Server,
) -> None:
    address, _ = served
    with readers(address, 3, asking(LARGE)):
        wait_for(lambda: deliveries(address) == 3)
        reply = ask(address, LARGE)
        assert (reply.status, reply.json()["limit"]) == (503, "delivery_limit")
        assert int(reply.headers["Retry-After"]) > 0
        assert [ask(address, f"{LIGHT} # {n}").status for n in range(20)] == [200] * 20
    wait_for(lambda: deliveries(address) == 0)
    assert ask(address, LARGE).status == 200


def test_large_answers_that_nobody_reads_take_no_memory(served: Server) -> None:
    address, process = served
    ask(address, LARGE)
    before = memory(process.pid)
    with readers(address, 3, asking(LARGE)):
        wait_for(lambda: deliveries(address) == 3 and taken(address) == 0)
        assert memory(process.pid) - before < 25_000_000  # of some 90 MB


@pytest.fixture(scope="module")
def generated(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a graph whose dumps are larger than what the system keeps for a reader: some 27 MB."""
    store = tmp_path_factory.mktemp("generated")
    published(World(1_500), store, invented_root)
    with serving(invented_root, store, **VARIABLES) as served:
        yield served


def test_more_dumps_than_there_are_places_are_told_to_come_again_and_stop_no_light_question(generated: Server) -> None:
    address, _ = generated
    with readers(address, 2, "/export/all.nq") as connections:
        for connection in connections:
            connection.recv(100)  # it has begun
        reply = get(address, "/export/all.nt")
        assert (reply.status, reply.json()["limit"]) == (503, "export_limit")
        assert int(reply.headers["Retry-After"]) > 0
        assert [ask(address, f"{LIGHT} # dump {n}").status for n in range(20)] == [200] * 20
    wait_for(lambda: get(address, "/export/all.nt").status == 200)


def test_a_dump_is_made_as_it_is_read_and_takes_the_memory_of_one_batch(generated: Server) -> None:
    address, process = generated
    get(address, "/export/all.nq")
    before = memory(process.pid)
    with readers(address, 2, "/export/all.nq") as connections:
        for connection in connections:
            connection.recv(100)
        assert memory(process.pid) - before < 100_000_000


@pytest.mark.parametrize("suffix", ["nq", "jsonld"])
def test_a_dump_by_a_process_of_its_own_is_whole(suffix: str, generated: Server) -> None:
    replies: list[Reply] = []

    def is_had() -> bool:  # readers who have just left may still hold the places
        replies.append(get(generated[0], f"/export/all.{suffix}"))
        return replies[-1].status == 200

    wait_for(is_had)
    dumped = replies[-1].body
    formats = {"nq": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
    context = (CHECKOUT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    assert suffix == "nq" or json.loads(dumped)["@context"] == json.loads(context)["@context"]
    expected = set(parse("".join(lines(World(1_500))).encode(), format=RdfFormat.N_QUADS))
    assert set(parse(dumped, format=formats[suffix], base_iri=BASE)) == expected


def test_who_leaves_a_dump_ends_the_process_that_makes_it(generated: Server) -> None:
    address, process = generated
    with readers(address, 1, "/export/all.trig") as (connection,):
        connection.recv(100)
        assert any(is_dump(pid) for pid in descendants(process.pid))
    wait_for(lambda: not any(is_dump(pid) for pid in descendants(process.pid)))


def is_dump(pid: int) -> bool:
    """Whether a process makes a dump."""
    return runs_module(pid, "export.apart")


def test_a_head_request_and_a_condition_give_back_the_place_of_a_dump(generated: Server) -> None:
    address, _ = generated
    tag = request("HEAD", address, "/export/all.nt").headers["ETag"]
    # A place is given back after the last byte was sent: who asks again at once may come a moment too early.
    for _ in range(5):  # more often than there are places
        wait_for(lambda: request("HEAD", address, "/export/all.nt").status == 200)
        assert get(address, "/export/all.nt", If_None_Match=tag).status == 304
        assert get(address, "/export/nothing.nt").status == 404
    wait_for(lambda: get(address, "/export/all.nt").status == 200)


@pytest.fixture(scope="module")
def impatient(invented_root: Path, invented_store: Path) -> Iterator[str]:
    """A server that soon loses its patience with who does not read."""
    variables = {**VARIABLES, "DEEPGENEALOGY_SENDER_PATIENCE_S": "5"}
    with serving(invented_root, invented_store, **variables) as (address, _):
        yield address


def test_who_stops_reading_is_given_up_and_gives_back_the_place(impatient: str) -> None:
    with readers(impatient, 3, asking(LARGE)):
        wait_for(lambda: deliveries(impatient) == 3)
        wait_for(lambda: deliveries(impatient) == 0)


def test_who_reads_slowly_and_steadily_is_not_given_up(impatient: str) -> None:
    with readers(impatient, 1, asking(LARGE)) as (connection,):
        until, read = time.monotonic() + 12, 0
        while time.monotonic() < until:
            read += len(connection.recv(2_000))
            time.sleep(0.05)
        assert deliveries(impatient) == 1
        status, body = 200, b""
        while piece := connection.recv(1 << 20):
            body = (body + piece)[-5:]
        assert (status, body) == (200, b"0\r\n\r\n")


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_who_only_ends_sending_is_answered(version: str, served: Server) -> None:
    address, _ = served
    with sending(address, asking(f"{LIGHT} # half-closed {version}"), version) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert read_whole(connection)[0] == 200


def test_who_only_ends_sending_waits_for_a_heavy_query_as_others_do(served: Server) -> None:
    address, _ = served
    with sending(address, asking(ENDLESS) + "&timeout=5") as connection:
        wait_for(lambda: taken(address) == 1)
        connection.shutdown(socket.SHUT_WR)
        status, body = read_whole(connection)
        assert (status, b"query_time_limit_s" in body) == (504, True)


@pytest.mark.parametrize("abruptly", [False, True], ids=["closing", "resetting"])
def test_who_closes_both_sides_stops_the_query(abruptly: bool, served: Server) -> None:
    address, _ = served
    with sending(address, asking(ENDLESS) + f"&timeout=299&{abruptly}") as connection:
        wait_for(lambda: taken(address) == 1)
        if abruptly:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_for(lambda: taken(address) == 0)


def test_a_kept_connection_takes_the_next_request_after_an_answer(served: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(served[0]).netloc, timeout=60)
    for number in range(3):
        connection.request("GET", asking(f"{LIGHT} # {number}"))
        response = connection.getresponse()
        assert (response.status, response.read().strip()) == (200, b"true")
    connection.close()
    assert send(served[0], "GET", "/healthz").status == 200
