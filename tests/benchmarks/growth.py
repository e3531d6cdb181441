"""How cost grows with the graph: one log-log picture (SVG) and a table, of our server over graphs of several sizes.

    make bench-growth                                    # 1,000 and 10,000 and 100,000 architectures
    make bench-growth ARGS="--sizes 1000,10000,100000,1000000"

Asked for are the same architectures at every size, whose ancestors are the same whatever the graph: what costs more
there grows with the graph and not with its answer. Nothing is answered from a cache; figures are medians of one client.
"""

import argparse
import http.client
import random
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from urllib.parse import urlsplit

from tests.benchmarks.contestants import PLACE, Running, dataset, ours
from tests.benchmarks.generated import slug
from tests.soak.watching import descendants, memory

#: The architectures that are asked for: at every size there, each with ancestors and few descendants.
_FIRST, _LAST = 500, 999

#: What is asked: a name, the target for an architecture, whether it stands for the whole graph and is asked for once.
ASKED: dict[str, tuple[Callable[[str], str], bool]] = {
    "parents (SPARQL)": (lambda name: f"/queries/parents?architecture={name}", False),
    "ancestors (SPARQL)": (lambda name: f"/queries/ancestors?architecture={name}", False),
    "lineage": (lambda name: f"/lineage/{name}?direction=ancestors", False),
    "page": (lambda name: f"/architecture/{name}", False),
    "JSON-LD frame": (lambda name: f"/architecture/{name}.jsonld?frame=architecture", False),
    "search": (lambda name: f"/search?q={name.removeprefix('net-')}", False),
    "list": (lambda name: f"/architecture/?page={int(name.removeprefix('net-')) % 10 + 1}", False),
    "whole export": (lambda name: "/export/all.nq", True),
}


class _RefusedError(Exception):
    """What a graph of this size is too large for."""


@dataclass(frozen=True)
class Cost:
    """What one thing costs over a graph of one size: median milliseconds, and the median size of the answer."""

    name: str
    count: int
    milliseconds: float
    size: float


def costs(running: Running, count: int, asked: int, whole_up_to: int) -> Iterable[Cost]:
    """The costs of everything that is asked, over one graph; of the whole graph up to a size alone."""
    dice = random.Random(count)
    for name, (target_of, is_whole) in ASKED.items():
        if is_whole and count > whole_up_to:
            continue
        names = [slug(number) for number in dice.sample(range(_FIRST, _LAST), 1 if is_whole else asked + 1)]
        try:
            found = [_asked(running, target_of(one)) for one in names]
        except _RefusedError as refusal:
            print(f"{count:,} architectures: {name}: {refusal}", flush=True)
            continue
        found = found if is_whole else found[1:]  # what is made once for all, as the list of names, is not counted
        yield Cost(name, count, median(took for took, _ in found) * 1e3, median(size for _, size in found))


def _asked(running: Running, target: str) -> tuple[float, int]:
    connection = http.client.HTTPConnection(urlsplit(running.address).netloc, timeout=600)
    begun = time.monotonic()
    connection.request("GET", target)
    answer = connection.getresponse()
    size = 0
    while piece := answer.read(1 << 20):
        size += len(piece)
    took = time.monotonic() - begun
    connection.close()
    if answer.status != 200:
        raise _RefusedError(f"{target} is answered with {answer.status}")
    return took, size


def over(count: int, asked: int, whole_up_to: int) -> tuple[list[Cost], float, int]:
    """The costs over a graph of `count` architectures; how long the server took to start, and its memory afterwards."""
    data = dataset(count)
    folder = Path(mkdtemp(prefix="growth-", dir=PLACE))
    begun = time.monotonic()
    try:
        with ours(data, folder, "--answer-cache-bytes", "1", "--access-log", "off") as running:
            started = time.monotonic() - begun
            found = list(costs(running, count, asked, whole_up_to))
            held = sum(map(memory, [running.pid, *set(descendants(running.pid))]))
    finally:
        shutil.rmtree(folder)
    return found, started, held


def drawn(found: Sequence[Cost], path: Path) -> None:
    """One picture: cost against size, both logarithmic, with a line that grows as the graph does."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5.5))
    for name in ASKED:
        points = [(cost.count, cost.milliseconds) for cost in found if cost.name == name]
        axes.loglog(*zip(*points, strict=True), marker="o", label=name)
    sizes = sorted({cost.count for cost in found})
    lowest = min(cost.milliseconds for cost in found)
    axes.loglog(sizes, [lowest * size / sizes[0] for size in sizes], "k:", label="in proportion to the graph")
    axes.set(xlabel="architectures in the graph", ylabel="median, milliseconds")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def table(found: Sequence[Cost]) -> str:
    """A row for each thing, a column for each size: milliseconds, and the size of the answer in kilobytes."""
    sizes = sorted({cost.count for cost in found})
    lines = [f"| asked | {' | '.join(f'{size:,}' for size in sizes)} |", f"|---|{'---:|' * len(sizes)}"]
    for name in ASKED:
        row = {
            cost.count: f"{cost.milliseconds:,.1f} ms, {cost.size / 1e3:,.1f} kB" for cost in found if cost.name == name
        }
        lines.append(f"| {name} | {' | '.join(row.get(size, '') for size in sizes)} |")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of architectures (1000,10000,100000)")
    parser.add_argument("--asked", type=int, default=30, help="how many architectures are asked for (30)")
    parser.add_argument("--whole-up-to", type=int, default=100_000, help="export whole graphs up to this size (100000)")
    chosen = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    found: list[Cost] = []
    for size in map(int, chosen.sizes.split(",")):
        costs_there, started, held = over(size, chosen.asked, chosen.whole_up_to)
        found += costs_there
        print(f"{size:,} architectures: answers after {started:.1f} s, {held / 1e6:,.0f} MB", flush=True)
    text = table(found)
    (PLACE / "growth.md").write_text(f"{text}\n", encoding="utf-8")
    drawn(found, PLACE / "growth.svg")
    print(f"{text}\n\n{PLACE / 'growth.svg'}")


if __name__ == "__main__":
    main()
