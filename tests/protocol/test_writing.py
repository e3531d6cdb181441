"""Writing: off unless asked for, only with the token, durable, one after the other, and never a half of it."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyoxigraph import Store

from deepgenealogy.engine.publication import current_snapshot
from deepgenealogy.settings import SETTINGS
from deepgenealogy.vocabulary import GRAPHS
from tests.conftest import CHECKOUT
from tests.protocol.asking import send
from tests.protocol.invented import serving
from tests.protocol.writable import TOKEN, TURTLE, UPDATE, WritableServer, at, triples, writable

KEPT_SNAPSHOTS = SETTINGS["snapshots_kept"].default()

ONE, TWO = "<x:s> <x:p> 1 .", "<x:s> <x:p> 2 ."
WRITES = [
    ("POST", "/update", UPDATE, b"INSERT DATA { <x:s> <x:p> 1 }"),
    ("PUT", "/store?default", TURTLE, ONE.encode()),
    ("POST", "/store?graph=x:g", TURTLE, ONE.encode()),
    ("POST", "/store", TURTLE, ONE.encode()),
    ("PUT", "/store/direct", TURTLE, ONE.encode()),
    ("DELETE", f"/store?graph={GRAPHS['curation']}", "", b""),
]
write = pytest.mark.parametrize(("method", "target", "media_type", "body"), WRITES)


@pytest.fixture(scope="module")
def server(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A server that takes writes, with little memory, and with so much time that no busy machine reaches its end."""
    limits = {"DEEPGENEALOGY_WORKER_MEMORY_LIMIT_BYTES": "200000000"}
    store = tmp_path_factory.mktemp("writing")
    with writable(invented_root, store, "--query-time-limit-s", "300", **limits) as server:
        yield server


@pytest.fixture(scope="module")
def hurried(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A server that takes writes and gives each little time."""
    with writable(invented_root, tmp_path_factory.mktemp("hurried"), "--query-time-limit-s", "5") as server:
        yield server


def children(pid: int, module: str) -> list[int]:
    """The processes below process `pid` that run a module of the engine."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            runs = f"deepgenealogy.engine.{module}\0".encode() in (folder / "cmdline").read_bytes()
        except OSError:
            continue
        found += [int(folder.name)] if parent == pid and runs else []
    return found


def writing_process(server: WritableServer) -> int:
    """The number of the process that writes; one is started if there is none."""
    while not (found := children(server.process.pid, "writing_process")):
        server.update("")
    return found[0]


# Off by default


@write
def test_a_server_that_was_not_started_for_it_takes_no_writes(
    method: str, target: str, media_type: str, body: bytes, address: str
) -> None:
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {TOKEN}"}
    reply = send(address, method, target, body, headers)
    assert reply.status == 403
    assert "--writable --token-file" in reply.json()["detail"]


def test_graphs_are_read_also_where_nothing_is_written(address: str) -> None:
    assert send(address, "GET", at(GRAPHS["curation"])).status == 200


def refusal(store: Path, *options: str) -> str:
    """What a server says that does not start."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)])}
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0"]
    done = subprocess.run(
        [*command, "--store", str(store), *options],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_writing_without_a_token_file_is_refused_with_the_cure(tmp_path: Path) -> None:
    assert "--token-file FILE" in refusal(tmp_path, "--writable")


def test_a_token_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert "nowhere" in refusal(tmp_path, "--writable", "--token-file", str(tmp_path / "nowhere"))


@pytest.mark.parametrize("content", ["", " \n\t\n"])
def test_a_token_file_that_is_empty_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(content, encoding="ascii")
    assert "is empty" in refusal(tmp_path, "--writable", "--token-file", str(tmp_path / "token"))


# Only with the token


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN])
@pytest.mark.parametrize("row", WRITES, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_write_without_a_token_is_a_401_that_says_what_to_send(
    row: tuple[str, str, str, bytes], value: str | None, server: WritableServer
) -> None:
    method, target, media_type, body = row
    headers = {"Content-Type": media_type} | ({} if value is None else {"Authorization": value})
    reply = send(server.address, method, target, body, headers)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].lower().startswith("bearer")


@pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "\xe9\xff", f"{TOKEN} {TOKEN}"])
def test_a_write_with_a_wrong_token_is_a_403(token: str, server: WritableServer) -> None:
    before = server.snapshot
    method, target, media_type, body = WRITES[0]
    reply = send(server.address, method, target, body, {"Content-Type": media_type, "Authorization": f"Bearer {token}"})
    assert reply.status == 403
    assert server.snapshot == before


def test_the_scheme_of_the_token_is_read_in_any_case(server: WritableServer) -> None:
    headers = {"Authorization": f"bEARER  {TOKEN}", "Content-Type": UPDATE}
    assert send(server.address, "POST", "/update", b"", headers).status == 204


def test_no_token_stands_in_what_a_server_says(invented_root: Path, tmp_path: Path) -> None:
    wrong = "a-token-that-is-wrong"
    with writable(invented_root, tmp_path / "store", DEEPGENEALOGY_ACCESS_LOG="on") as server:
        server.put("x:g", ONE)
        server.put("x:g", "nonsense")
        answer = server.send("PUT", at("x:g"), b"", TURTLE, {"Authorization": f"Bearer {wrong}"})
        os.kill(writing_process(server), signal.SIGKILL)
        server.put("x:g", TWO)
        server.process.send_signal(signal.SIGTERM)
        _, said = server.process.communicate(timeout=60)
    assert "/store" in said
    assert answer.status == 403
    assert all(token not in said + str(answer.headers) + answer.body.decode() for token in (TOKEN, wrong))


# What an answer promises


@write
def test_the_answer_to_a_write_names_the_snapshot_that_holds_it(
    method: str, target: str, media_type: str, body: bytes, server: WritableServer
) -> None:
    server.put(GRAPHS["curation"], ONE)
    reply = server.send(method, target, body, media_type)
    assert reply.headers["X-Deepgenealogy-Snapshot"] == server.snapshot


def test_a_read_after_a_write_sees_it(server: WritableServer) -> None:
    for number in range(10):
        server.put("x:read-after", f"<x:s> <x:p> {number} .")
        assert server.triples(at("x:read-after")) == triples(f"<x:s> <x:p> {number} .")


def test_the_snapshot_of_a_write_is_whole_on_disk(server: WritableServer) -> None:
    server.update(
        "INSERT DATA { <x:whole> <x:p> 1 . GRAPH <x:whole> { <x:s> <x:p> 1 } } ; CREATE SILENT GRAPH <x:none>"
    )
    snapshot = current_snapshot(server.store)
    assert snapshot is not None
    assert set(snapshot.quads()) == set(Store.read_only(str(snapshot.oxigraph)))
    assert snapshot.manifest.quads == sum(snapshot.manifest.graphs.values()) == len(set(snapshot.quads()))
    assert snapshot.manifest.graphs[""] > 0
    assert snapshot.manifest.graphs["x:none"] == 0


def test_writes_that_arrive_together_are_all_made(server: WritableServer) -> None:
    texts = [f"INSERT DATA {{ GRAPH <x:together> {{ <x:s> <x:p> {number} }} }}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(server.update, texts))
    assert {reply.status for reply in replies} == {204}
    assert len(server.triples(at("x:together"))) == 12


def test_no_read_is_lost_while_readers_move_over(server: WritableServer) -> None:
    server.put("x:moving", "<x:s> <x:p> 0 .")
    statuses, is_over = [], threading.Event()

    def read() -> None:
        while not is_over.is_set():
            statuses.append(send(server.address, "GET", at("x:moving")).status)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(8):
        server.put("x:moving", f"<x:s> <x:p> {number} .")
    is_over.set()
    for reader in readers:
        reader.join()
    assert len(statuses) > 8
    assert set(statuses) == {200}


# Limits, and what goes wrong


@contextmanager
def spared(server: WritableServer) -> Iterator[None]:
    """What happens meanwhile changes nothing, and the next write is made."""
    server.put("x:spared", ONE)
    before = server.snapshot
    yield
    assert server.snapshot == before
    assert server.triples(at("x:spared")) == triples(ONE)
    assert server.put("x:spared", TWO).status == 204
    assert server.triples(at("x:spared")) == triples(TWO)


#: An update that works for hours and changes nothing.
ENDLESS = "INSERT {{ <x:s> <x:p> 1 }} WHERE {{ {} FILTER(CONCAT(STR(?a0), STR(?a5)) = 'never') }}".format(
    " . ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?c{n} }}" for n in range(6))
)

#: An update that sorts thousands of texts of 100 kB each.
GREEDY = (
    "INSERT { <x:s> <x:p> 1 } WHERE { SELECT ?text { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } "
    f"BIND(CONCAT('{'x' * 100_000}', STR(?a), STR(?d)) AS ?text) }} ORDER BY ?text LIMIT 1 }}"
)


def test_a_write_that_takes_too_long_is_a_504_and_changes_nothing(hurried: WritableServer) -> None:
    with spared(hurried):
        reply = hurried.update(f"CLEAR GRAPH <x:spared> ; {ENDLESS}")
        assert reply.status == 504
        assert reply.json()["limit"] == "query_time_limit_s"


def test_a_write_that_takes_too_much_memory_is_a_507_and_changes_nothing(server: WritableServer) -> None:
    with spared(server):
        reply = server.update(f"CLEAR GRAPH <x:spared> ; {GREEDY}")
        assert reply.status == 507
        assert reply.json()["limit"] == "worker_memory_limit_bytes"


def test_a_writer_that_is_killed_is_replaced(server: WritableServer) -> None:
    with spared(server):
        os.kill(writing_process(server), signal.SIGKILL)


def test_a_write_whose_writer_is_killed_is_made_by_the_next_one(server: WritableServer) -> None:
    pid = writing_process(server)
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(server.put, "x:killed", ONE)
        assert send(server.address, "GET", "/healthz").status == 200
        os.kill(pid, signal.SIGKILL)
    assert reply.result().status in (201, 204)
    assert server.triples(at("x:killed")) == triples(ONE)


def test_a_write_whose_every_writer_is_killed_is_a_503_and_changes_nothing(server: WritableServer) -> None:
    with spared(server), ThreadPoolExecutor(1) as pool:
        os.kill(writing_process(server), signal.SIGSTOP)
        reply = pool.submit(server.put, "x:spared", TWO)
        while not reply.done():
            for pid in children(server.process.pid, "writing_process"):
                with suppress(ProcessLookupError):  # the server has ended it meanwhile
                    os.kill(pid, signal.SIGKILL)
        assert reply.result().status == 503
        assert reply.result().headers["Retry-After"]


@pytest.mark.parametrize("room", [0, 1_000, 100_000, 200_000])
def test_a_disk_that_takes_no_more_is_a_507_and_reads_go_on(room: int, server: WritableServer) -> None:
    with spared(server):
        pid = writing_process(server)
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, most))
        reply = server.put("x:large", f"<x:s> <x:p> '{'x' * 200_000}' .")
        assert reply.status == 507
        assert "nothing is changed" in reply.json()["detail"]
        assert not list((server.store / "snapshots").glob("building-*"))


def test_a_writer_can_open_no_file_and_no_connection_while_it_applies_a_write(hurried: WritableServer) -> None:
    pid = writing_process(hurried)
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(hurried.update, ENDLESS)
        limits = set()
        while not reply.done():
            try:
                limits.add(resource.prlimit(pid, resource.RLIMIT_NOFILE)[0])
            except ProcessLookupError:
                break
    assert 0 in limits


# What stays


def test_what_was_written_outlasts_the_server_and_is_not_built_away(invented_root: Path, tmp_path: Path) -> None:
    with writable(invented_root, tmp_path / "store") as server:
        server.put("x:lasting", ONE)
        server.send("PUT", at("x:lasting-empty"))
        name = server.snapshot
    with serving(invented_root, tmp_path / "store") as (address, _):
        assert send(address, "GET", "/healthz").json()["snapshot"] == name
        assert send(address, "GET", at("x:lasting")).status == 200
        assert send(address, "GET", at("x:lasting-empty")).status == 200


def test_a_build_from_changed_sources_replaces_its_own_graphs_and_keeps_the_others(
    fabricated_root: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with writable(fabricated_root, store) as server:
        server.put("x:mine", ONE)
        server.send("PUT", at("x:mine-empty"))
        server.send("PUT", "/store?default", b"<x:default> <x:p> 1 .", TURTLE)
        server.send("POST", at(GRAPHS["curation"]), b"<x:edited> <x:p> 1 .", TURTLE)
        server.send("DELETE", at(GRAPHS["article"]))
        assert server.says("<x:edited> ?p ?o")
    record = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("stacks pebbles", "piles pebbles"), encoding="utf-8")
    with writable(fabricated_root, store) as server:
        assert server.triples(at("x:mine")) == triples(ONE)
        assert server.triples(at("x:mine-empty")) == set()
        server.update("INSERT { GRAPH <x:copied> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
        assert server.triples(at("x:copied")) == triples("<x:default> <x:p> 1 .")
        assert not server.says("<x:edited> ?p ?o")
        assert server.triples(at(GRAPHS["article"]))
        assert server.says('?s ?p ?words FILTER(CONTAINS(?words, "piles pebbles"))')


def test_former_snapshots_are_taken_away_but_the_last_ones(server: WritableServer) -> None:
    for number in range(KEPT_SNAPSHOTS + 2):
        server.put("x:pruned", f"<x:s> <x:p> {number} .")
    assert len(list((server.store / "snapshots").iterdir())) == KEPT_SNAPSHOTS
    assert send(server.address, "GET", "/export/all.nq").status == 200


def test_a_snapshot_that_another_server_uses_is_not_taken_away(invented_root: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with writable(invented_root, store) as writer, serving(invented_root, store) as (reader, _):
        name = send(reader, "GET", "/healthz").json()["snapshot"]
        for number in range(KEPT_SNAPSHOTS + 2):
            writer.put("x:used", f"<x:s> <x:p> {number} .")
        assert (store / "snapshots" / name / "manifest.json").is_file()
        assert send(reader, "GET", "/export/all.nq").status == 200


def test_a_writer_takes_over_what_another_published(invented_root: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with writable(invented_root, store) as first, writable(invented_root, store) as second:
        first.put("x:first", ONE)
        second.put("x:second", TWO)
        assert second.triples(at("x:first")) == triples(ONE)


def test_the_service_description_of_a_server_that_takes_writes_says_so(server: WritableServer) -> None:
    description = send(server.address, "GET", "/sparql", headers={"Accept": "application/ld+json"}).json()
    assert "SPARQL11Update" in json.dumps(description)
