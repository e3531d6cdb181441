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
    """The processes below `pid`, whichever of its threads began them."""
    try:
        lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    for child in (int(number) for text in lists for number in text.split()):
        yield child
        yield from descendants(child)


def memory(pid: int) -> int:
    """The proportional set size of a process in bytes; 0 when it has just ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and nobody has noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


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
