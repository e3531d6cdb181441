"""What was measured, kept as JSON lines, and the Markdown tables made from it."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

OURS, NATIVE, RDFLIB = "deepgenealogy", "oxigraph", "rdflib-endpoint"


@dataclass(frozen=True)
class Measured:
    """One measurement: who, at what, with how many architectures, in which round, and the figures by name."""

    contestant: str
    workload: str
    count: int
    round: int
    figures: dict[str, float]


def kept(path: Path, rows: Iterable[Measured]) -> None:
    """Adds measurements to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def read(path: Path) -> list[Measured]:
    """The measurements of a file."""
    return [Measured(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Target:
    """A ratio to reach: of which figure in which workload, ours over theirs, at least (or at most) how much."""

    workload: str
    figure: str
    against: str
    bound: float
    at_most: bool = False

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"{'at most' if self.at_most else 'at least'} {self.bound:g} x {self.against}"


TARGETS = (
    Target("repeated", "rate", NATIVE, 1.5),
    Target("revalidated", "rate", NATIVE, 2.0),
    Target("never asked", "rate", NATIVE, 0.6),
    Target("mixed", "p99_ms", NATIVE, 0.5, at_most=True),
    *(
        Target(workload, "rate", RDFLIB, 20.0)
        for workload in ("repeated", "revalidated", "never asked", "described", "mixed")
    ),
    Target("loading", "rate", NATIVE, 0.9),
)

_FORMATS: dict[str, Callable[[float], str]] = {
    "rate": lambda value: f"{value:,.0f}" if value >= 20 else f"{value:.2g}",
    "p50_ms": lambda value: f"{value:.2f}",
    "p99_ms": lambda value: f"{value:.1f}",
    "processor_us": lambda value: f"{value:,.0f}",
}


def series(rows: Sequence[Measured], contestant: str, workload: str, count: int, figure: str) -> list[float]:
    """One figure in every round, in their order."""
    fits = [row for row in rows if (row.contestant, row.workload, row.count) == (contestant, workload, count)]
    return [row.figures[figure] for row in sorted(fits, key=lambda row: row.round) if figure in row.figures]


def table(rows: Sequence[Measured], count: int) -> str:
    """Medians, with the lowest and the highest throughput, for graphs of one size."""
    lines = [
        "| workload | server | requests/s | lowest to highest | median, ms | 99 %, ms | processor, us a request |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for workload, contestant in dict.fromkeys((row.workload, row.contestant) for row in rows if row.count == count):
        cells = {
            figure: series(rows, contestant, workload, count, figure)
            for figure in ("rate", "p50_ms", "p99_ms", "processor_us")
        }
        if all(cells.values()):
            rate = _FORMATS["rate"]
            spread = f"{rate(min(cells['rate']))} to {rate(max(cells['rate']))}"
            shown = [_FORMATS[figure](median(values)) for figure, values in cells.items()]
            lines.append(f"| {workload} | {contestant} | {shown[0]} | {spread} | {' | '.join(shown[1:])} |")
    return "\n".join(lines)


def verdicts(rows: Sequence[Measured], count: int) -> str:
    """Each ratio to reach with what was measured: the median of the ratios of the rounds, lowest and highest."""
    lines = ["| workload | figure | wanted | measured | lowest to highest | |", "|---|---|---|---:|---:|---|"]
    for target in TARGETS:
        ours = series(rows, OURS, target.workload, count, target.figure)
        theirs = series(rows, target.against, target.workload, count, target.figure)
        ratios = [one / other for one, other in zip(ours, theirs, strict=False) if other]
        if ratios:
            value = median(ratios)
            is_met = value <= target.bound if target.at_most else value >= target.bound
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            verdict = "met" if is_met else "missed"
            lines.append(
                f"| {target.workload} | {target.figure} | {target.words} | {value:.2f} | {spread} | {verdict} |"
            )
    return "\n".join(lines)
