"""A scale of time on which each year is as wide as what happened in it needs; years in which nothing did are narrow."""

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

#: The width of a year without a method, and what each method adds, before all is stretched to the width wanted.
_EMPTY, _EACH = 0.35, 1.0

#: Years are crowded less than in proportion: a year with twice as many methods is so many times as wide.
_POWER = 0.8


@dataclass(frozen=True)
class TimeScale:
    """Years, and where each begins; the last place is where the last year ends."""

    years: Sequence[int]
    starts: Sequence[float]

    def place(self, day: str) -> float:
        """Where a day (`2015-12-10`) stands."""
        date = datetime.date.fromisoformat(day)
        number = min(max(bisect_right(self.years, date.year) - 1, 0), len(self.years) - 1)
        begin, end = self.starts[number], self.starts[number + 1]
        return begin + (end - begin) * (date.timetuple().tm_yday - 1) / 366

    def ticks(self, *, apart: float) -> list[tuple[int, float]]:
        """Years with the places where they begin, each at least so far from the one before."""
        found: list[tuple[int, float]] = []
        for year, start in zip(self.years, self.starts, strict=False):
            if not found or start - found[-1][1] >= apart:
                found.append((year, start))
        return found


def time_scale(weights: Iterable[tuple[str, float]], *, width: float) -> TimeScale:
    """The scale over days, each with a weight, from the beginning of the first year to the end of the last."""
    counts: Counter[int] = Counter()
    for day, weight in weights:
        counts[int(day[:4])] += weight  # type: ignore[assignment]
    years = range(min(counts), max(counts) + 1) if counts else range(2000, 2001)
    shares = [_EMPTY + _EACH * counts[year] ** _POWER for year in years]
    stretch = width / sum(shares)
    return TimeScale(years, [0.0, *accumulate(share * stretch for share in shares)])
