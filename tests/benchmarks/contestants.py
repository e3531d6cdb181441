"""The servers that are measured side by side: each a row that says how it is started over a generated graph.

All are real and as their users start them: ours by `deepgenealogy serve` with its defaults, the access log included.
What is not installed is left out with a word; rdflib-endpoint and Comunica are installed into folders of their own.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deepgenealogy.engine.publication import Snapshot
from deepgenealogy.engine.snapshot import current_snapshot, fingerprint
from tests.benchmarks import generated
from tests.benchmarks.generated import World, ontology_lines, published
from tests.conftest import CHECKOUT
from tests.engines import servers
from tests.engines.servers import wait_until
from tests.ports import free_port
from tests.protocol.asking import send
from tests.protocol.peers import oxigraph_binary

#: Where venvs, packages and graphs of benchmarks lie, to be used again.
PLACE = CHECKOUT / "build" / "bench"

#: How long a server may take until it answers, in seconds.
PATIENCE_S = 60.0

_ASK = quote("ASK {}")


@dataclass(frozen=True)
class Dataset:
    """A generated graph: how many architectures, its published snapshot, and its triples without graphs."""

    count: int
    snapshot: Snapshot

    @property
    def quads(self) -> Path:
        """Every quad, as N-Quads."""
        return self.snapshot.dataset

    @property
    def triples(self) -> Path:
        """The union of all graphs, as N-Triples; for small graphs, as it is made in memory."""
        path = self.snapshot.folder.parents[1] / "union.nt"
        if not path.exists():
            lines = {f"{line.rpartition('<')[0].rstrip()} .\n" for line in self.quads.open(encoding="utf-8")}
            path.write_text("".join(sorted(lines)), encoding="utf-8")
        return path


def dataset(count: int, place: Path = PLACE) -> Dataset:
    """The generated graph of `count` architectures; made once for each state of the sources and of what makes it."""
    store = place / f"store-{count}"
    made_by = hashlib.sha256(Path(generated.__file__).read_bytes()).hexdigest()
    mark = store / "made-by"
    snapshot = current_snapshot(store) if mark.exists() and mark.read_text("ascii") == made_by else None
    if snapshot and snapshot.manifest.fingerprint == fingerprint(CHECKOUT):
        return Dataset(count, snapshot)
    if store.exists():
        shutil.rmtree(store)
    store.mkdir(parents=True)
    mark.write_text(made_by, encoding="ascii")
    return Dataset(count, published(World(count), store, CHECKOUT, ontology_lines(CHECKOUT)))


@dataclass(frozen=True)
class Running:
    """A server that answers: its address, where it takes queries, and its process."""

    name: str
    address: str
    query_path: str
    pid: int

    def query(self, text: str) -> str:
        """The target of a query; its `{n}` stays as it is, for a number."""
        return f"{self.query_path}?query={'{n}'.join(quote(part, safe='') for part in text.split('{n}'))}"


Start = Callable[[Dataset, Path], AbstractContextManager[Running]]


@dataclass(frozen=True)
class Contestant:
    """One row: a name, the largest graph that it is measured with, why it is missing ('' if it is not), its start."""

    name: str
    largest: int
    missing: Callable[[], str]
    start: Start


@contextmanager
def process(name: str, command: list[str], port: int, path: str, folder: Path, **variables: str) -> Iterator[Running]:
    """A server's process, from when it answers until the end; what it writes goes into a file."""
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **variables}
    with (folder / f"{name}.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: send(address, "GET", f"{path}?query={_ASK}").status == 200, running, PATIENCE_S)
            yield Running(name, address, path, running.pid)
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def our_command(*words: str) -> list[str]:
    """Our command line."""
    return [sys.executable, "-c", "from deepgenealogy.cli import main; main()", *words]


def our_variables(store: Path) -> dict[str, str]:
    """The environment of our command line over a store."""
    path = os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)])
    return {"PYTHONPATH": path, "DEEPGENEALOGY_STORE": str(store)}


def ours(data: Dataset, folder: Path, *options: str) -> AbstractContextManager[Running]:
    """Our server with its defaults."""
    port = free_port()
    store = data.snapshot.folder.parents[1]
    command = our_command("serve", "--port", str(port), *options)
    return process("deepgenealogy", command, port, "/sparql", folder, **our_variables(store))


def native(data: Dataset, folder: Path) -> AbstractContextManager[Running]:
    """Oxigraph's own server over its store on disk, which it loads itself."""
    binary, port = oxigraph_binary() or "", free_port()
    store = folder / "oxigraph"
    subprocess.run([binary, "load", "--location", store, "--file", data.quads], check=True, capture_output=True)
    command = [binary, "serve", "--location", str(store), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return process("oxigraph", command, port, "/query", folder)


def rdflib_endpoint(data: Dataset, folder: Path) -> AbstractContextManager[Running]:
    """rdflib-endpoint over a file, in memory."""
    port = free_port()
    command = [str(PLACE / "rdflib-endpoint" / "bin" / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    return process("rdflib-endpoint", [*command, "--port", str(port), str(data.triples)], port, "/", folder)


def comunica(data: Dataset, folder: Path) -> AbstractContextManager[Running]:
    """Comunica's endpoint over a file."""
    port = free_port()
    command = [str(PLACE / "comunica" / "node_modules" / ".bin" / "comunica-sparql-file-http"), str(data.triples)]
    return process("comunica", [*command, "-p", str(port), "-l", "error"], port, "/sparql", folder)


@contextmanager
def virtuoso(data: Dataset, folder: Path) -> Iterator[Running]:
    """Virtuoso 7, loaded by its own loader."""
    with servers.virtuoso(folder, allowed=data.snapshot.folder) as server:
        load = f"DB.DBA.TTLP_MT(file_open('{data.quads}'), '', 'urn:none', 512); checkpoint;"
        server.run(load, patience_s=900)
        yield Running("virtuoso", server.address, server.query_path, server.pid)


def _installed(folder: Path, *commands: list[str]) -> str:
    """Runs what installs into `folder`, once; the reason if it cannot be installed."""
    mark = folder / "installed"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for command in commands:
            try:
                subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, timeout=600)
            except (OSError, subprocess.SubprocessError) as problem:
                return f"{command[0]} failed: {(getattr(problem, 'stderr', '') or str(problem)).strip()[-200:]}"
        mark.touch()
    return ""


def _no_rdflib_endpoint() -> str:
    folder = PLACE / "rdflib-endpoint"
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "rdflib-endpoint[cli]"]
    return _installed(folder, [sys.executable, "-m", "venv", str(folder)], pip)


def _no_comunica() -> str:
    if shutil.which("npm") is None:
        return "there is no npm"
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@comunica/query-sparql-file"]
    return _installed(PLACE / "comunica", ["npm", "init", "--yes"], npm)


def _no_virtuoso() -> str:
    is_there = shutil.which(servers.VIRTUOSO) and shutil.which(servers.ISQL)
    return "" if is_there else "Virtuoso 7 is not installed (Debian: virtuoso-opensource-7-bin)"


CONTESTANTS = {
    row.name: row
    for row in (
        Contestant("deepgenealogy", 1_000_000, lambda: "", ours),
        Contestant("oxigraph", 1_000_000, lambda: "" if oxigraph_binary() else "PyPI: oxigraph", native),
        Contestant("virtuoso", 10_000, _no_virtuoso, virtuoso),
        Contestant("rdflib-endpoint", 1_000, _no_rdflib_endpoint, rdflib_endpoint),
        Contestant("comunica", 1_000, _no_comunica, comunica),
    )
}
