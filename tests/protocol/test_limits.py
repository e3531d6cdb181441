"""Every limit of the engine, hit through a real server: what its asker sees, and that the next query is unharmed.

The limits are small here (3 s, 60 MB, 100 kB), so that each is hit at once. Where another limit than that of time is to
be hit, or none, there is time enough for a busy machine.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.protocol.asking import Reply, ask, post_directly, send
from tests.protocol.invented import figures, serving
from tests.soak.watching import descendants, is_running
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.embedded("workers and their limits"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

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
PATIENT = {**SMALL, "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "60"}
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


@pytest.fixture(scope="module")
def patient_address(invented_root: Path, invented_store: Path) -> Iterator[str]:
    """The address of a server with small limits, but for that of time."""
    with serving(invented_root, invented_store, **PATIENT) as (address, _):
        yield address


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
    limited_address: str, patient_address: str, query: str, status: int, word: str
) -> None:
    address = limited_address if status == 504 else patient_address
    reply = posted(address, query)
    assert (reply.status, reply.content_type) == (status, "application/problem+json")
    assert word in json.dumps(reply.json())
    assert is_unharmed(address)


def nested(before: str, after: str, depth: int, within: str = "") -> str:
    """Something between `depth` brackets of a kind."""
    return before * depth + within + after * depth


TOO_DEEP = {
    "filter exists": f"ASK {nested('{ FILTER EXISTS ', '}', 900, '{}')}",
    "sub-selects": f"ASK {nested('{ SELECT * ', '}', 1_200, '{}')}",
    "groups": f"ASK {nested('{', '}', 2_300)}",
    "optional": f"ASK {{ {nested('OPTIONAL {', '}', 2_700)} }}",
    "minus": f"ASK {{ {nested('MINUS {', '}', 2_700)} }}",
    "graph": f"ASK {{ {nested('GRAPH ?g {', '}', 2_700)} }}",
    "parentheses": f"ASK {{ FILTER({nested('(', ')', 5_000, 'true')}) }}",
    "functions": f"ASK {{ FILTER({nested('COALESCE(', ')', 5_000, 'true')}) }}",
    "lists of IN": f"ASK {{ FILTER({nested('1 IN (', ')', 5_000, '1')}) }}",
    "triple terms": f"ASK {{ ?s ?p {nested('<<(?s ?p ', ')>>', 6_100, '1')} }}",
    "annotations": f"ASK {{ ?s ?p ?o {nested('{| ?p ?o ', ' |}', 6_100)} }}",
    "blank nodes": f"ASK {{ ?s ?p {nested('[ ?p ', ' ]', 6_100, '1')} }}",
    "blank nodes of a template": f"CONSTRUCT {{ ?s ?p {nested('[ ?p ', ' ]', 6_100, '1')} }} WHERE {{}}",
    "collections": f"ASK {{ ?s ?p {nested('( ', ')', 6_100)} }}",
    "parentheses of a path": f"ASK {{ ?s {nested('(', ')', 5_000, 'a')} ?o }}",
    "calls": f"ASK {{ {nested('SERVICE SILENT <x:a> {', '}', 2_000)} }}",
}
TOO_MANY = {
    "negations": f"ASK {{ FILTER({'!' * 90_000}true) }}",
    "conjunctions": f"ASK {{ FILTER(true{'&&true' * 15_000}) }}",
    "disjunctions": f"ASK {{ FILTER(true{'||true' * 15_000}) }}",
    "sums": f"SELECT (1{'+1' * 45_000} AS ?n) {{}}",
    "alternatives of a path": f"ASK {{ ?s <x:p>{'|<x:p>' * 15_000} ?o }}",
    "steps of a path": f"ASK {{ ?s a{'/a' * 1_000} ?o }}",
    "closures in closures": f"ASK {{ ?s {nested('(', ')*', 140, 'a')} ?o }}",
    "reifications": f"ASK {{ ?s ?p {nested('<< <x:s> <x:p> ', ' >>', 3_000, '1')} }}",
    "patterns": f"ASK {{ {' '.join(f'?a{n} ?b{n} ?a{n + 1} .' for n in range(1_000))} }}",
    "patterns of one subject": f"ASK {{ {' '.join(f'?a ?b{n} ?c{n} .' for n in range(1_000))} }}",
    "optionals": f"ASK {{ {'OPTIONAL {?s ?p ?o} ' * 1_000} }}",
    "unions": f"ASK {{ {{}} {'UNION {} ' * 10_000} }}",
    "filters": f"ASK {{ ?s ?p ?o {'FILTER(?s != ?o) ' * 5_000} }}",
    "bindings": f"ASK {{ {' '.join(f'BIND(1 AS ?x{n})' for n in range(5_000))} }}",
    "keys of an order": f"SELECT * {{ ?s ?p ?o }} ORDER BY {'?s ' * 30_000}",
}


@pytest.mark.parametrize("query", TOO_DEEP.values(), ids=TOO_DEEP)
def test_no_kind_of_nesting_gets_to_the_engine(query: str, limited_address: str) -> None:
    reply = posted(limited_address, query)
    assert reply.status == 400
    assert "query_depth_limit" in reply.json()["detail"]


@pytest.mark.parametrize("query", TOO_MANY.values(), ids=TOO_MANY)
def test_too_many_of_anything_end_one_worker_at_most(query: str, limited_address: str) -> None:
    reply = post_directly(limited_address, query.encode(), {"timeout": "1"})
    assert reply.status in (200, 400, 504, 507)
    assert reply.status == 200 or "detail" in reply.json()
    assert is_unharmed(limited_address)


PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
#: Each puts the text before it together with itself.
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
GROWN = " ".join(f"BIND(REPLACE(?x{n}, 'a', '{'a' * 28}') AS ?x{n + 1})" for n in range(9))

BOMBS = {
    "sorting": f"SELECT * {{ {PRODUCT} }} ORDER BY ?a ?d ?g",
    "sorting for the first ten": f"SELECT * {{ {PRODUCT} }} ORDER BY ?a ?d ?g LIMIT 10",
    "grouping": f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }} GROUP BY ?a ?b ?c ?d ?e ?f ?g ?h ?i",
    "counting what is distinct": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {PRODUCT} }}",
    "what is distinct": f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {PRODUCT} }} }}",
    "texts that double": f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {DOUBLED} }}",
    "texts that are replaced": f"SELECT (STRLEN(?x9) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {GROWN} }}",
    "what is taken away": f"SELECT * {{ {PRODUCT} MINUS {{ ?a ?b ?c . ?j ?k ?l . ?m ?n ?o }} }}",
}


@pytest.mark.parametrize("query", BOMBS.values(), ids=BOMBS)
def test_a_query_that_eats_memory_ends_its_own_worker_only(query: str, limited_address: str) -> None:
    reply = posted(limited_address, query)
    assert reply.status in (504, 507)
    assert reply.json()["limit"] in ("worker_memory_limit_bytes", "query_time_limit_s")
    assert is_unharmed(limited_address)


@pytest.mark.parametrize("pattern", ["((((a{1000}){1000}){1000}){1000})", "(a|a)*$", f"{'(' * 5_000}a{')' * 5_000}"])
def test_no_regular_expression_takes_long(pattern: str, limited_address: str) -> None:
    assert posted(limited_address, f"ASK {{ FILTER(REGEX('{'a' * 1_000}!', '{pattern}')) }}").status == 200


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


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(number: int, invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        heavy = threading.Thread(target=lambda: _ignored(address))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        below = [*descendants(process.pid)]
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
    with serving(invented_root, invented_store, **PATIENT) as (address, process):
        (zygote,) = filter(_is_zygote, descendants(process.pid))
        os.kill(zygote, signal.SIGKILL)
        wait_for(lambda: not is_running(zygote))
        assert [ask(address, LIGHT).status for _ in range(6)] == [200] * 6


def _is_zygote(pid: int) -> bool:
    return any(descendants(pid))


@needs_proc
def test_the_death_of_a_working_worker_is_answered_and_survived(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, **SMALL) as (address, process):
        replies: list[Reply] = []
        heavy = threading.Thread(target=lambda: replies.append(ask(address, ENDLESS)))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        (zygote,) = filter(_is_zygote, descendants(process.pid))
        for worker in descendants(zygote):
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(worker, signal.SIGKILL)
        heavy.join()
        assert replies[0].status in (503, 504, 507)  # 504: it was put to another worker
        assert is_unharmed(address)


@needs_proc
def test_nothing_leaks_whatever_becomes_of_questions(invented_root: Path, invented_store: Path, tmp_path: Path) -> None:
    with serving(invented_root, invented_store, **PATIENT, TMPDIR=str(tmp_path)) as (address, process):
        rounds = []
        for _ in range(2):
            one_of_each(address)
            rounds.append(state(address, process.pid))
        settled = max(rounds)
        for _ in range(5):
            one_of_each(address)
        wait_for(lambda: state(address, process.pid) <= settled)
        assert list(tmp_path.iterdir()) == []


def one_of_each(address: str) -> None:
    """One question of every outcome; the last one leaves a worker idle."""
    for query in (LIGHT, "nonsense", ENDLESS, HUNGRY, "ASK { FILTER(" + "!" * 40_000 + "true) }", LARGE):
        with contextlib.suppress(http.client.IncompleteRead):
            post_directly(address, query.encode(), {"timeout": "0.3"})
    ask(address, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000", method="HEAD")
    send(address, "GET", "/healthz")
    ask(address, LIGHT)


def state(address: str, pid: int) -> tuple[int, int, float]:
    """Open files of the server, processes below it, and places taken."""
    return len([*Path(f"/proc/{pid}/fd").iterdir()]), len([*descendants(pid)]), taken(address)


def test_the_fallback_without_fork_keeps_the_same_limits(invented_root: Path, invented_store: Path) -> None:
    for limits, attacks in ((SMALL, ATTACKS[:1]), (PATIENT, ATTACKS[1:5])):
        with serving(invented_root, invented_store, **limits, DEEPGENEALOGY_WORKER_START="spawn") as (address, _):
            statuses = [posted(address, query).status for _, query, _, _ in attacks]
            assert statuses == [status for _, _, status, _ in attacks]
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
    with serving(invented_root, invented_store, **PATIENT, DEEPGENEALOGY_WORKER_START="spawn") as (address, process):
        heavy = threading.Thread(target=lambda: _ignored(address))
        heavy.start()
        wait_for(lambda: taken(address) == 1)
        below = [*descendants(process.pid)]
        process.kill()
        process.wait(timeout=60)
        wait_for(lambda: not any(map(is_running, below)))
        heavy.join()


def test_a_worker_at_its_ceiling_ends_at_once_though_nobody_reads_what_it_says(
    invented_root: Path, invented_store: Path
) -> None:
    logging = {**PATIENT, "DEEPGENEALOGY_ACCESS_LOG": "on"}
    with serving(invented_root, invented_store, **logging) as (address, _):
        for number in range(400):  # more than a pipe holds, and the test reads nothing of it
            send(address, "GET", "/healthz", headers={"User-Agent": f"{number}" + "x" * 300})
        assert posted(address, HUNGRY).status == 507
        assert is_unharmed(address)


def test_a_query_that_is_too_long_is_refused_before_its_tokens_are_read(limited_address: str) -> None:
    reply = posted(limited_address, "PREFIX x: <x:> " * 100_000 + "CLEAR ALL")  # else it were told to be an update
    assert (reply.status, reply.json()["limit"]) == (413, "query_length_limit_bytes")
