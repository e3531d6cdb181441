"""What the soak looks at: the processes of the server, their memory, and the figures that the server gives."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """The memory at one moment, in bytes: of the server, and of all below it; and how many processes those are.

    Shared pages are counted in part by each of their processes (PSS), so that a forked store counts once.
    """

    second: float
    server: int
    below: int
    processes: int
    zombies: int


def sample(pid: int, second: float) -> Sample:
    """The memory now."""
    below = set(descendants(pid))
    zombies = {child for child in below if is_zombie(child)}
    return Sample(second, memory(pid), sum(map(memory, below)), len(below), len(zombies))


def descendants(pid: int) -> Iterator[int]:
    """The processes below `pid`, zombies included, whichever of its threads began them."""
    try:
        threads = [*Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return
    for child in (int(number) for thread in threads for number in _read(thread / "children").split()):
        yield child
        yield from descendants(child)


def memory(pid: int) -> int:
    """The proportional set size of a process in bytes; 0 when it has just ended."""
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and nobody has noticed."""
    return _state(pid) == "Z"


def is_running(pid: int) -> bool:
    """Whether a process runs, and is no zombie."""
    return _state(pid) not in ("", "Z")


def runs_module(pid: int, module: str) -> bool:
    """Whether a process runs a module of the package (`engine.spawned`)."""
    return f"deepgenealogy.{module}\0" in _read(Path(f"/proc/{pid}/cmdline"))


def _state(pid: int) -> str:
    """The letter of its state; empty when there is no such process."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].strip()[:1]


def _read(path: Path) -> str:
    """A file below /proc; empty when its process or thread has just ended."""
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


def figures(place: str) -> dict[str, float]:
    """The figures of /metrics, by name and labels."""
    connection = http.client.HTTPConnection(place, timeout=30)
    try:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    finally:
        connection.close()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}
