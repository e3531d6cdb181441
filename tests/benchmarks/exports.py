"""Dumps over HTTP: time and memory for the real graph and for a generated one of five million quads, in every format.

Run it by `make bench-exports`, or as `python -m tests.benchmarks.exports [--architectures 52000] [--rounds 3]`. It
prints a Markdown table: for each format the size, the median time and its spread, and the most memory that the server
process and all processes below it took more than idle. The bytes of a dump are read and thrown away as they come.
"""

import argparse
import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.graph.formats import GRAPH_FORMATS
from tests.benchmarks.contestants import dataset
from tests.conftest import CHECKOUT
from tests.protocol.asking import server
from tests.soak.watching import sample

_GLANCE_S = 0.1
_HEAD = (
    "| graph | quads | format | size, MB | median, s | fastest to slowest, s | server, MB more | below, MB more |\n"
    "|---|---:|---|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True)
class Taken:
    """What one dump took: seconds, bytes, and the most memory above idle of the server and of the processes below."""

    seconds: float
    size: int
    server: int
    below: int


@contextmanager
def _watched(pid: int) -> Iterator[list[tuple[int, int]]]:
    """The memory of the server and of all below it, looked at often."""
    seen: list[tuple[int, int]] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(_GLANCE_S):
            now = sample(pid, 0)
            seen.append((now.server, now.below))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def taken(address: str, pid: int, suffix: str) -> Taken:
    """Fetches one dump."""
    before, begun = sample(pid, 0), time.monotonic()
    with _watched(pid) as seen:
        size = _fetched(address, f"/export/all.{suffix}")
    seen.append((before.server, before.below))
    most = [max(column) for column in zip(*seen, strict=True)]
    return Taken(time.monotonic() - begun, size, most[0] - before.server, most[1] - before.below)


def _fetched(address: str, target: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=600)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        if response.status != 200:
            raise SystemExit(f"{target}: {response.status} {response.read(500)!r}")
        size = 0
        while piece := response.read(1 << 20):
            size += len(piece)
        return size
    finally:
        connection.close()


def rows(name: str, quads: int, store: Path, rounds: int, formats: list[str]) -> Iterator[str]:
    """The rows of one graph."""
    options = ("--access-log", "off", "--answer-cache-bytes", "1")
    with server(store, *options) as (address, process):
        _fetched(address, "/export/ontology.ttl")  # what is made once for all is made
        for suffix in formats:
            runs = [taken(address, process.pid, suffix) for _ in range(rounds)]
            seconds = [run.seconds for run in runs]
            yield (
                f"| {name} | {quads:,} | {suffix} | {runs[0].size / 1e6:.1f} | {statistics.median(seconds):.2f} "
                f"| {min(seconds):.2f} to {max(seconds):.2f} | {max(run.server for run in runs) / 1e6:.0f} "
                f"| {max(run.below for run in runs) / 1e6:.0f} |"
            )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--architectures", type=int, default=52_000, help="size of the generated graph (52000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each dump is fetched (3)")
    parser.add_argument("--formats", default=",".join(GRAPH_FORMATS), help="suffixes, comma separated (all)")
    chosen = parser.parse_args()
    formats = chosen.formats.split(",")
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        real = fresh_snapshot(CHECKOUT, Path(folder) / "real")
        for row in rows("real", real.manifest.quads, Path(folder) / "real", chosen.rounds, formats):
            print(row, flush=True)
    made = dataset(chosen.architectures).snapshot
    for row in rows("generated", made.manifest.quads, made.folder.parents[1], chosen.rounds, formats):
        print(row, flush=True)


if __name__ == "__main__":
    main()
