"""Two servers behind nginx: the same answers from both, and a move to another snapshot under load without a loss."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from tests.conftest import CHECKOUT, FABRICATED
from tests.engines.servers import wait_until
from tests.ports import free_port
from tests.protocol.asking import RESULTS, Reply, send
from tests.replicas.proxy import needs_nginx, nginx

pytestmark = needs_nginx

_EVERY_LABEL = "SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?s ?l"

#: What is asked for all the time: pages, data, queries by GET and by POST, lineages and dumps.
_REQUESTS: tuple[tuple[str, str, bytes | None, dict[str, str]], ...] = (
    ("GET", "/", None, {}),
    ("GET", "/ontology.ttl", None, {}),
    ("GET", f"/sparql?query={quote(_EVERY_LABEL)}", None, {"Accept": RESULTS}),
    (
        "POST",
        "/sparql",
        urlencode({"query": _EVERY_LABEL}).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    ),
    ("GET", "/export/curation.nt", None, {}),
    ("GET", "/queries/kinds", None, {"Accept": "text/csv"}),
)


@dataclass(frozen=True)
class World:
    """A folder of sources, and where its snapshot is kept."""

    root: Path
    store: Path
    snapshot: Snapshot


@pytest.fixture
def worlds(tmp_path: Path) -> tuple[World, World]:
    """The invented world, and the same with another word in one of its records."""
    made = []
    for number in (1, 2):
        root = tmp_path / f"sources-{number}"
        shutil.copytree(FABRICATED / "data", root / "data")
        for folder in ("ontology", "queries"):
            shutil.copytree(CHECKOUT / folder, root / folder)
        if number == 2:
            changed = sorted((root / "data" / "families").glob("*.yaml"))[0]
            text = changed.read_text(encoding="utf-8")
            assert "en: " in text
            changed.write_text(text.replace("en: ", "en: Newly named ", 1), encoding="utf-8")
        store = tmp_path / f"store-{number}"
        made.append(World(root, store, fresh_snapshot(root, store)))
    assert made[0].snapshot.name != made[1].snapshot.name
    return made[0], made[1]


@contextmanager
def replica(world: World, port: int) -> Iterator[str]:
    """The address of a server over a world at this port, which answers; ended as an operator ends it."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)]),
        "DEEPGENEALOGY_SOURCES": str(world.root),
        "DEEPGENEALOGY_STORE": str(world.store),
        "DEEPGENEALOGY_PROXY_HOPS": "1",
        "DEEPGENEALOGY_ACCESS_LOG": "off",
    }
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: send(address, "GET", "/healthz").status == 200, process)
            yield address
        finally:
            process.terminate()


@dataclass
class Load:
    """Askers who ask one thing after the other until they are told to stop, and what they were answered."""

    address: str
    replies: list[Reply] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def _ask(self, number: int) -> None:
        while not self._over.is_set():
            method, target, body, headers = _REQUESTS[number % len(_REQUESTS)]
            number += 1
            try:
                reply = send(self.address, method, target, body, headers)
            except OSError as problem:
                self.failures.append(f"{method} {target}: {problem}")
                continue
            self.replies.append(reply)
            if reply.status != 200 or len(reply.body) != int(reply.headers.get("Content-Length", len(reply.body))):
                self.failures.append(f"{method} {target}: {reply.status}")

    @contextmanager
    def running(self, askers: int) -> Iterator[None]:
        """Asks with so many askers meanwhile."""
        threads = [threading.Thread(target=self._ask, args=(number,), daemon=True) for number in range(askers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join(60)

    def snapshots(self) -> set[str]:
        """The snapshots that answers name."""
        return {tag.strip('"').partition("-")[0] for reply in self.replies if (tag := reply.headers.get("ETag"))}


def test_two_servers_give_the_same_answers_and_the_same_etags(worlds: tuple[World, World], tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        replicas = [stack.enter_context(replica(worlds[0], port)) for port in ports]
        for method, target, body, headers in _REQUESTS:
            found = [send(address, method, target, body, {**headers, "Host": "example.org"}) for address in replicas]
            assert found[0].status == 200
            assert found[0].body == found[1].body
            assert found[0].headers["ETag"] == found[1].headers["ETag"]
        proxy = stack.enter_context(nginx(tmp_path, ports))
        first = send(proxy.address, "GET", "/ontology.ttl")
        held = {"If-None-Match": first.headers["ETag"]}
        assert [send(proxy.address, "GET", "/ontology.ttl", headers=held).status for _ in range(6)] == [304] * 6


def test_a_move_to_another_snapshot_under_load_loses_no_request(worlds: tuple[World, World], tmp_path: Path) -> None:
    """Each server in turn: nginx passes nothing to it any more, it is ended and started on the new snapshot."""
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        ends = [stack.enter_context(ExitStack()) for _ in ports]
        for end, port in zip(ends, ports, strict=True):
            end.enter_context(replica(worlds[0], port))
        proxy = stack.enter_context(nginx(tmp_path, ports))
        load = Load(proxy.address)
        with load.running(askers=4):
            for end, port in zip(ends, ports, strict=True):
                proxy.pass_only_to([other for other in ports if other != port])
                end.close()
                end.enter_context(replica(worlds[1], port))
                proxy.pass_only_to(ports)
            _answers_of_both_kinds(load, worlds)
        after = send(proxy.address, "GET", "/ontology.ttl")
    print(f"{len(load.replies)} requests, {len(load.failures)} failed, over snapshots {sorted(load.snapshots())}")
    assert load.failures == []
    assert load.snapshots() == {world.snapshot.name for world in worlds}
    assert after.headers["ETag"].strip('"').startswith(worlds[1].snapshot.name)
    _each_etag_names_one_content(load)


def _answers_of_both_kinds(load: Load, worlds: tuple[World, World]) -> None:
    """Waits until the new snapshot has answered some requests too."""
    seen = len(load.replies)
    patience = threading.Event()
    for _ in range(600):
        if len(load.replies) > seen + 20 and worlds[1].snapshot.name in load.snapshots():
            return
        patience.wait(0.1)
    raise AssertionError("the new snapshot does not answer")


def _each_etag_names_one_content(load: Load) -> None:
    contents: dict[str, set[str]] = {}
    for reply in load.replies:
        if tag := reply.headers.get("ETag"):
            contents.setdefault(tag, set()).add(hashlib.sha256(reply.body).hexdigest())
    assert len(contents) >= len(_REQUESTS)
    assert {tag for tag, found in contents.items() if len(found) > 1} == set()


def test_a_server_that_dies_is_passed_over(worlds: tuple[World, World], tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        dying = stack.enter_context(ExitStack())
        dying.enter_context(replica(worlds[0], ports[0]))
        stack.enter_context(replica(worlds[0], ports[1]))
        proxy = stack.enter_context(nginx(tmp_path, ports))
        dying.close()
        assert [send(proxy.address, "GET", "/ontology.ttl").status for _ in range(10)] == [200] * 10


def test_a_load_notices_what_is_lost(worlds: tuple[World, World], tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        dying = stack.enter_context(ExitStack())
        dying.enter_context(replica(worlds[0], port))
        load = Load(stack.enter_context(nginx(tmp_path, [port])).address)
        with load.running(askers=1):
            dying.close()
            patience = threading.Event()
            for _ in range(300):
                if load.failures:
                    break
                patience.wait(0.1)
    assert load.failures
