"""Every limit of the engine, hit through a real server: what its asker sees, and that the next query is unharmed.

The limits are small here (3 s, 60 MB, 100 kB), so that each is hit at once.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.protocol.asking import Reply, ask, post_directly, send
from tests.protocol.invented import figures, serving

#: Works until it is ended, in little memory.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
#: Keeps everything that it finds.
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
#: Answers with more bytes than any limit here.
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
LIGHT = "ASK { ?s ?p ?o }"

SMALL = {
    "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "3",
    "DEEPGENEALOGY_WORKER_MEMORY_LIMIT_BYTES": "60000000",
    "DEEPGENEALOGY_ANSWER_SPOOL_BYTES": "200000",
    "DEEPGENEALOGY_ANSWER_SIZE_LIMIT_BYTES": "2000000",
    "DEEPGENEALOGY_QUERY_LENGTH_LIMIT_BYTES": "100000",
    "DEEPGENEALOGY_QUERY_DEPTH_LIMIT": "150",
    "DEEPGENEALOGY_ANSWER_CACHE_BYTES": "1",
    "DEEPGENEALOGY_ACCESS_LOG": "off",
}
Server = tuple[str, "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def limited(invented_root: Path, invented_store: Path) -> Iterator[Server]:
    """A server with small limits."""
    with serving(invented_root, invented_store, **SMALL) as served:
        yield served


@pytest.fixture(scope="module")
def limited_address(limited: Server) -> str:
    """Its address."""
    return limited[0]


def is_unharmed(address: str) -> bool:
    """Whether the next question is answered."""
    return bool(ask(address, LIGHT).json() == {"head": {}, "boolean": True})


def posted(address: str, query: str) -> Reply:
    """The answer to a query that may be too long for an address."""
    return post_directly(address, query.encode())


ATTACKS: list[tuple[str, str, int, str]] = [
    ("time", ENDLESS, 504, "query_time_limit_s"),
    ("memory", HUNGRY, 507, "worker_memory_limit_bytes"),
    ("length", "ASK {} #" + "x" * 100_000, 413, "query_length_limit_bytes"),
    ("depth by screening", "SELECT * " + "{" * 3_000 + "}" * 3_000, 400, "query_depth_limit"),
    ("depth by a dead worker", "ASK { FILTER(" + "!" * 40_000 + "true) }", 400, "too deep"),
    ("strings that do not end", "'\\" * 40_000, 400, "too many ways"),
]


@pytest.mark.parametrize(("query", "status", "word"), [row[1:] for row in ATTACKS], ids=[row[0] for row in ATTACKS])
def test_an_attack_gets_its_status_and_leaves_the_next_query_unharmed(
    limited_address: str, query: str, status: int, word: str
) -> None:
    reply = posted(limited_address, query)
    assert (reply.status, reply.content_type) == (status, "application/problem+json")
    assert word in json.dumps(reply.json())
    assert is_unharmed(limited_address)


def test_an_answer_over_its_limit_is_a_507_when_nothing_was_sent(invented_root: Path, invented_store: Path) -> None:
    limits = {**SMALL, "DEEPGENEALOGY_ANSWER_SIZE_LIMIT_BYTES": "100000"}
    with serving(invented_root, invented_store, **limits) as (address, _):
        reply = ask(address, LARGE)
        assert (reply.status, reply.json()["limit"]) == (507, "answer_size_limit_bytes")
        assert is_unharmed(address)


def test_an_answer_that_breaks_off_beyond_the_spool_is_seen_not_to_be_whole(limited_address: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask(limited_address, LARGE)
    assert is_unharmed(limited_address)


def test_an_answer_that_breaks_off_is_one_line_in_the_log(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        with pytest.raises(http.client.IncompleteRead):
            ask(address, LARGE)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    (line,) = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert line["event"] == "answer broken off"
    assert "Traceback" not in said


def test_an_answer_within_the_spool_says_its_length(limited_address: str) -> None:
    reply = ask(limited_address, "SELECT * { ?s ?p ?o } LIMIT 100")
    assert (reply.status, int(reply.headers["Content-Length"])) == (200, len(reply.body))


def test_an_answer_beyond_the_spool_comes_whole_in_chunks(limited_address: str) -> None:
    reply = ask(limited_address, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000")
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert len(reply.json()["results"]["bindings"]) == 2_000


def test_an_asker_may_lower_the_time_limit(limited_address: str) -> None:
    reply = ask(limited_address, ENDLESS, parameters={"timeout": "0.2"})
    assert (reply.status, "0.2 seconds" in reply.json()["detail"]) == (504, True)


def test_an_asker_cannot_raise_the_time_limit(limited_address: str) -> None:
    reply = ask(limited_address, ENDLESS, parameters={"timeout": "60"})
    assert (reply.status, "3 seconds" in reply.json()["detail"]) == (504, True)


def together(*calls: Callable[[], Reply]) -> list[Reply]:
    """The answers to several requests that are made at once."""
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda call=call: replies.append(call())) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_a_light_query_is_answered_while_more_heavy_ones_run_than_there_are_places(limited_address: str) -> None:
    statuses: list[int] = []

    def heavy() -> Reply:
        return ask(limited_address, ENDLESS)

    def light() -> Reply:
        for _ in range(20):
            reply = ask(limited_address, LIGHT)
            statuses.append(reply.status)
        return reply

    replies = together(*[heavy] * 9, light)
    assert statuses == [200] * 20
    assert sorted({reply.status for reply in replies}) in ([200, 503, 504], [200, 504])


def test_a_query_is_told_to_come_again_when_lanes_and_queue_are_full(invented_root: Path, invented_store: Path) -> None:
    tiny = {"DEEPGENEALOGY_QUICK_WORKERS": "1", "DEEPGENEALOGY_SLOW_WORKERS": "1", "DEEPGENEALOGY_QUEUE_LIMIT": "1"}
    with serving(invented_root, invented_store, **{**SMALL, **tiny}) as (address, _):
        replies = together(*[lambda: ask(address, ENDLESS)] * 6)
        busy = [reply for reply in replies if reply.status == 503]
        assert busy
        assert all(int(reply.headers["Retry-After"]) > 0 for reply in busy)
        assert {reply.status for reply in replies} <= {503, 504}
        assert is_unharmed(address)


def test_an_asker_who_leaves_stops_the_query(invented_root: Path, invented_store: Path) -> None:
    patient = {**SMALL, "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "600"}
    with serving(invented_root, invented_store, **patient) as (address, _):
        host, _, port = urlsplit(address).netloc.partition(":")
        with socket.create_connection((host, int(port))) as connection:
            target = f"/sparql?{urlencode({'query': ENDLESS})}"
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wait_for(lambda: taken(address) == 1)
        wait_for(lambda: taken(address) == 0)


def taken(address: str) -> float:
    """How many places are taken, in both lanes."""
    return figures(address)["deepgenealogy_lane_taken"]


def wait_for(holds: Callable[[], bool], patience_s: float = 20.0) -> None:
    """Returns when it holds; fails when it does not within the patience."""
    until = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """The processes below `pid` that run, zombies included."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for thread in Path(f"/proc/{pid}/task").glob("*/children") for child in _read(thread).split()]
    assert children.exists() or not found
    return found + [below for child in found for below in descendants(child)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    """Whether a process runs, and is no zombie."""
    status = _read(Path(f"/proc/{pid}/stat"))
    return bool(status) and status.rpartition(")")[2].split()[0] != "Z"


pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(number: int, invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        heavy = threading.Thread(target=lambda: _ignored(address))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        below = descendants(process.pid)
        assert len(below) > 4
        process.send_signal(number)
        process.wait(timeout=60)
        wait_for(lambda: not any(map(is_running, below)))
        heavy.join()


def _ignored(address: str) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        ask(address, ENDLESS)


@needs_proc
def test_the_death_of_the_zygote_is_survived(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        (zygote,) = {int(child) for child in descendants(process.pid) if _is_zygote(child)}
        os.kill(zygote, signal.SIGKILL)
        wait_for(lambda: not is_running(zygote))
        assert [ask(address, LIGHT).status for _ in range(6)] == [200] * 6


def _is_zygote(pid: int) -> bool:
    return any(_read(path).split()[-1:] for path in Path(f"/proc/{pid}/task").glob("*/children"))


@needs_proc
def test_the_death_of_a_working_worker_is_answered_and_survived(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        replies: list[Reply] = []
        heavy = threading.Thread(target=lambda: replies.append(ask(address, ENDLESS)))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        (zygote,) = [child for child in descendants(process.pid) if _is_zygote(child)]
        for worker in descendants(zygote):
            os.kill(worker, signal.SIGKILL)
        heavy.join()
        assert replies[0].status in (503, 504, 507)  # 504: it was put to another worker
        assert is_unharmed(address)


@needs_proc
def test_nothing_leaks_whatever_becomes_of_questions(invented_root: Path, invented_store: Path, tmp_path: Path) -> None:
    variables = {**SMALL, "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "0.3", "TMPDIR": str(tmp_path)}
    with serving(invented_root, invented_store, **variables) as (address, process):
        one_of_each(address)
        settled = state(address, process.pid)
        for _ in range(5):
            one_of_each(address)
        wait_for(lambda: state(address, process.pid) <= settled)
        assert list(tmp_path.iterdir()) == []


def one_of_each(address: str) -> None:
    """One question of every outcome."""
    for query in (LIGHT, "nonsense", ENDLESS, HUNGRY, "ASK { FILTER(" + "!" * 40_000 + "true) }", LARGE):
        with contextlib.suppress(http.client.IncompleteRead):
            posted(address, query)
    ask(address, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000", method="HEAD")
    send(address, "GET", "/healthz")


def state(address: str, pid: int) -> tuple[int, int, float]:
    """Open files of the server, processes below it, and places taken."""
    return len([*Path(f"/proc/{pid}/fd").iterdir()]), len(descendants(pid)), taken(address)


def test_the_fallback_without_fork_keeps_the_same_limits(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL, DEEPGENEALOGY_WORKER_START="spawn") as (address, _):
        statuses = [posted(address, query).status for _, query, _, _ in ATTACKS[:5]]
        assert statuses == [status for _, _, status, _ in ATTACKS[:5]]
        assert is_unharmed(address)


@needs_proc
def test_a_snapshot_too_large_for_memory_is_read_from_disk(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL, DEEPGENEALOGY_MEMORY_STORE_LIMIT_QUADS="1") as (
        address,
        process,
    ):
        assert is_unharmed(address)
        assert not any(map(_is_zygote, descendants(process.pid)))


@needs_proc
def test_spawned_workers_end_with_a_server_that_is_killed(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL, DEEPGENEALOGY_WORKER_START="spawn") as (address, process):
        heavy = threading.Thread(target=lambda: _ignored(address))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        below = descendants(process.pid)
        process.kill()
        process.wait(timeout=60)
        wait_for(lambda: not any(map(is_running, below)))
        heavy.join()
