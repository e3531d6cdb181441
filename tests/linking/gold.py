"""What is right in the slices: every match by identifier and every candidate, and how well a run does against it."""

from collections.abc import Iterable
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

GOLD = Path(__file__).with_name("slices") / "gold.tsv"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """How many pairs were found, how many are right, and both."""

    found: int
    right: int
    both: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 when nothing was found."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is right that was found; 1 when nothing is there to be found."""
        return self.both / self.right if self.right else 1.0

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.0%} recall {self.recall:.0%} ({self.both} of {self.right}, {self.found} found)"
        )


def gold(graph: str, kind: str) -> frozenset[Pair]:
    """The right pairs of one graph, of kind `identifier` or `candidate`, as (thing of ours, IRI of theirs)."""
    with GOLD.open(encoding="utf-8") as file:
        rows = list(DictReader(file, delimiter="\t"))
    return frozenset((row["subject"], row["object"]) for row in rows if (row["graph"], row["kind"]) == (graph, kind))


def score(found: Iterable[Pair], right: frozenset[Pair]) -> Score:
    """How well `found` does."""
    pairs = frozenset(found)
    return Score(len(pairs), len(right), len(pairs & right))
