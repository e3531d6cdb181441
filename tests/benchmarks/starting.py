"""Building, starting and loading: whole processes, from their command to the first answer, or to the loaded store.

    python -m tests.benchmarks.starting                      # the real graph, and 100,000 quads to load
    python -m tests.benchmarks.starting --quads 5000000      # the loading that the table shows

Ours and the native server's take turns. Times are those of a clock and of all processors, so that a busy machine shows.
"""

import argparse
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from tests.benchmarks.contestants import PLACE, our_command, our_variables
from tests.benchmarks.generated import World, lines
from tests.ports import free_port
from tests.protocol.asking import send
from tests.protocol.peers import oxigraph_binary

#: Quads that a generated architecture takes, about.
_QUADS_EACH = 85
_PATIENCE_S = 600.0


def _used_s() -> float:
    """The processor time of all processes of ours that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="starting-", dir=PLACE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def finished(command: list[str], store: Path) -> tuple[float, float]:
    """Seconds until a command has ended, by the clock and of processors."""
    begun, used = time.monotonic(), _used_s()
    environment = {**os.environ, **our_variables(store)}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.monotonic() - begun, _used_s() - used


def answering(command: list[str], port: int, target: str, store: Path) -> tuple[float, float]:
    """Seconds until a server answers, by the clock, and of processors until it was ended right after."""
    begun, used = time.monotonic(), _used_s()
    environment = {**os.environ, **our_variables(store)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port, target) and time.monotonic() - begun < _PATIENCE_S:
            time.sleep(0.01)
        took = time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()
    return took, _used_s() - used


def _answers(port: int, target: str) -> bool:
    try:
        return send(f"http://127.0.0.1:{port}", "GET", target).status == 200
    except OSError:
        return False


def our_start(store: Path) -> tuple[float, float]:
    """Our server over a store, whatever is in it."""
    port = free_port()
    return answering(our_command("serve", "--port", str(port)), port, "/healthz", store)


def their_start(store: Path) -> tuple[float, float]:
    """The native server over a store of its own."""
    port = free_port()
    command = [oxigraph_binary() or "", "serve", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    return answering(command, port, "/query?query=ASK%7B%7D", store)


def built_and_started() -> tuple[float, float]:
    """The real graph, from nothing."""
    with _folder() as store:
        return our_start(store)


def loads(file: Path) -> tuple[Callable[[], tuple[float, float]], Callable[[], tuple[float, float]]]:
    """A file of N-Quads into an empty store: by `deepgenealogy load` beside the real graph, by `oxigraph load`."""

    def ours() -> tuple[float, float]:
        with _folder() as store:
            finished(our_command("build"), store)
            return finished(our_command("load", str(file)), store)

    def theirs() -> tuple[float, float]:
        with _folder() as store:
            return finished([oxigraph_binary() or "", "load", "--location", str(store), "--file", str(file)], store)

    return ours, theirs


def written(quads: int) -> Path:
    """A file of about so many N-Quads, in graphs that no build makes."""
    path = PLACE / f"load-{quads}.nq"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            for piece in lines(World(max(1, quads // _QUADS_EACH))):
                file.write(piece.replace("deepgenealogy/graph/", "deepgenealogy/generated/"))
    return path


def measured(words: str, rounds: int, *ways: Callable[[], tuple[float, float]]) -> None:
    """A row of the table for each way; the ways take turns."""
    found: list[list[tuple[float, float]]] = [[] for _ in ways]
    for _ in range(rounds):
        for times, way in zip(found, ways, strict=True):
            times.append(way())
    for times, way in zip(found, ways, strict=True):
        clock, used = sorted(time[0] for time in times), median(time[1] for time in times)
        spread = f"{clock[0]:.2f} to {clock[-1]:.2f}"
        print(f"| {words} | {way.__name__} | {median(clock):.2f} | {spread} | {used:.2f} |", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3)")
    parser.add_argument("--quads", type=int, default=100_000, help="quads to load (100000); 0 for none")
    chosen = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    print("| what | who | median, s | fastest to slowest, s | processor, s |\n|---|---|---:|---:|---:|", flush=True)
    measured("building and starting, real graph", chosen.rounds, built_and_started)
    with _folder() as store, _folder() as other:
        finished(our_command("build"), store)
        finished([oxigraph_binary() or "", "load", "--location", str(other), "--file", str(_dataset(store))], other)

        def ours() -> tuple[float, float]:
            return our_start(store)

        def theirs() -> tuple[float, float]:
            return their_start(other)

        measured("starting, real graph built", chosen.rounds, ours, theirs)
    if chosen.quads:
        measured(f"loading {chosen.quads:,} quads", chosen.rounds, *loads(written(chosen.quads)))


def _dataset(store: Path) -> Path:
    return next((store / "snapshots").glob("*/dataset.nq"))


if __name__ == "__main__":
    main()
