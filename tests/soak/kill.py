"""The kill test: server, writer, zygote and workers are ended by `kill -9` at random moments while clients write.

Afterwards every acknowledged write is there, and no write is there by half. Run as `python -m tests.soak.kill [KILLS]`.
"""

import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from deepgenealogy.engine.publication import current_snapshot

CHECKOUT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-the-kill-test"
CLIENTS = 4

#: Triples of a graph that is put: all of them are there, or none.
SIZE = 20

#: What is killed, and how often in proportion.
TARGETS = {"server": 2, "writing_process": 5, "zygote": 2, "worker": 3}


@dataclass
class Run:
    """One run: its folder, the server of the moment, and what was acknowledged."""

    folder: Path
    address: str = ""
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    acknowledged: list[int] = field(default_factory=list)
    sent: Counter[int] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Starts a server over the store, and waits until it answers."""
        self.starts += 1
        log = self.folder / f"log-{self.starts}"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)])}
        environment |= {"DEEPGENEALOGY_SOURCES": str(self.folder / "sources"), "DEEPGENEALOGY_ACCESS_LOG": "off"}
        command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0"]
        command += ["--store", str(self.folder / "store"), "--writable", "--token-file", str(self.folder / "token")]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, stderr=output)
        while not (found := re.search(r"answers at http://(\S+)", log.read_text(encoding="utf-8"))):
            if self.process.poll() is not None:
                raise SystemExit(f"the server does not start:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.05)
        self.address = found.group(1)

    def await_acknowledgements(self, count: int) -> None:
        """Waits until so many more writes were acknowledged, a minute at most: then the server does not recover."""
        wanted, until = len(self.acknowledged) + count, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            if time.monotonic() > until:
                raise SystemExit(f"no write is acknowledged any more; answers {dict(self.statuses)}")
            time.sleep(0.02)

    def send(self, method: str, target: str, body: str, media_type: str) -> int:
        """The status of the answer; 0 when there was none."""
        try:
            connection = http.client.HTTPConnection(self.address, timeout=60)
            headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": media_type}
            connection.request(method, target, body.encode(), headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        self.statuses[f"{method} {status}"] += 1
        return status


def write_on(run: Run, client: int) -> None:
    """Writes until the run is over: two graphs in one update, and a graph of its own, each with a number of its own."""
    number = client
    while not run.is_over.is_set():
        number += CLIENTS
        run.sent[number] += 1
        pair = " ".join(f"GRAPH <x:{side}> {{ <x:{number}> <x:n> {number} }}" for side in ("left", "right"))
        counter = f"GRAPH <x:count> {{{{ <x:{client}> <x:n> {{}} }}}}".format
        counted = (
            f"DELETE {{ {counter('?n')} }} INSERT {{ {counter(number)} }} WHERE {{ OPTIONAL {{ {counter('?n')} }} }}"
        )
        updated = run.send("POST", "/update", f"INSERT DATA {{ {pair} }} ; {counted}", "application/sparql-update")
        turtle = "".join(f"<x:{number}> <x:n> {n} .\n" for n in range(SIZE))
        put = run.send("PUT", f"/store?graph={quote(f'x:put/{number}')}", turtle, "text/turtle")
        run.acknowledged += [number] if updated == 204 else []
        run.acknowledged += [-number] if put == 201 else []
        if not updated:
            time.sleep(0.1)


def ask_on(run: Run) -> None:
    """Reads until the run is over, so that there are workers to kill."""
    while not run.is_over.is_set():
        run.send("GET", f"/sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }')}", "", "text/plain")
        time.sleep(0.02)


def below(pid: int) -> Iterator[tuple[int, str]]:
    """The processes that come from process `pid`, with what they run; forked workers are those below the zygote."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            runs = re.search(rb"deepgenealogy\.engine\.(\w+)", (folder / "cmdline").read_bytes())
            if parent == pid and runs:
                name, child = runs.group(1).decode(), int(folder.name)
                yield child, name
                yield from ((worker, "worker") for worker, _ in below(child))


def kill_one(run: Run, chance: random.Random) -> str:
    """Kills one process of a kind that is chosen at random; says which kind. A server is started again."""
    assert run.process is not None
    kind = chance.choices(list(TARGETS), list(TARGETS.values()))[0]
    if kind == "server":
        run.process.kill()
        run.process.wait()
        run.start()
        return kind
    found = [pid for pid, name in below(run.process.pid) if name == kind]
    if not found:
        return ""
    with suppress(ProcessLookupError):
        os.kill(chance.choice(found), signal.SIGKILL)
    return kind


def found_wrong(run: Run) -> list[str]:
    """What is not as it must be in the snapshot in force."""
    snapshot = current_snapshot(run.folder / "store")
    assert snapshot is not None
    values: dict[str, set[tuple[str, int]]] = {}
    for quad in snapshot.quads():
        graph = getattr(quad.graph_name, "value", "")
        if graph.startswith("x:"):
            value = int(getattr(quad.object, "value", "-1"))
            values.setdefault(graph, set()).add((getattr(quad.subject, "value", ""), value))
    left, right = values.get("x:left", set()), values.get("x:right", set())
    wrong = [f"{len(left ^ right)} updates are there by half"] if left != right else []
    wrong += [f"{g} has {len(v)} of {SIZE} triples" for g, v in values.items() if "put/" in g and len(v) != SIZE]
    wrong += [
        f"update {n} was acknowledged and is lost" for n in run.acknowledged if n > 0 and (f"x:{n}", n) not in left
    ]
    wrong += [
        f"put {-n} was acknowledged and is lost" for n in run.acknowledged if n < 0 and f"x:put/{-n}" not in values
    ]
    counts = Counter(subject for subject, _ in values.get("x:count", set()))
    wrong += [f"{times} answers were {answer}" for answer, times in run.statuses.items() if answer.endswith(" 500")]
    wrong += [text for log in run.folder.glob("log-*") if "Traceback" in (text := log.read_text(encoding="utf-8"))]
    return wrong + [f"{subject} was counted twice" for subject, times in counts.items() if times > 1]


@contextmanager
def clients(run: Run) -> Iterator[None]:
    """Clients that write and read while this lasts."""
    threads = [threading.Thread(target=write_on, args=(run, number)) for number in range(CLIENTS)]
    threads.append(threading.Thread(target=ask_on, args=(run,)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        run.is_over.set()
        for thread in threads:
            thread.join()


def prepared(folder: Path) -> Run:
    """A run over the invented world."""
    shutil.copytree(CHECKOUT / "tests" / "fabricated" / "data", folder / "sources" / "data")
    for name in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / name, folder / "sources" / name)
    (folder / "token").write_text(TOKEN, encoding="ascii")
    return Run(folder)


def main(kills: int, seed: int) -> int:
    """Runs the test; 1 when something was lost."""
    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        run = prepared(Path(name))
        run.start()
        with clients(run):
            while killed.total() < kills:
                run.await_acknowledgements(2)
                time.sleep(chance.uniform(0.0, 1.0))
                kind = kill_one(run, chance)
                killed += Counter([kind] if kind else [])
            run.await_acknowledgements(2)
        last = run.send("POST", "/update", "INSERT DATA { <x:last> <x:p> 1 }", "application/sparql-update")
        assert run.process is not None
        run.process.kill()
        run.process.wait()
        wrong = found_wrong(run) + ([] if last == 204 else [f"the last write was answered with {last}"])
    print(f"seed {seed}; killed {dict(killed)}; answers {dict(sorted(run.statuses.items()))}")
    print(f"{len(run.acknowledged)} writes acknowledged; {len(wrong)} wrong")
    print(*wrong[:20], sep="\n")
    return 1 if wrong or not run.acknowledged else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, random.SystemRandom().randrange(10**6)))
