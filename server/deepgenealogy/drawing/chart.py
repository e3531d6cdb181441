"""Where everything stands on the map: time runs from left to right, families are bands, derivations are kept short.

The libraries for layered graphs place layers by the structure of the graph alone. Here the date fixes one coordinate
and the family bounds the other; what is left is to choose rows within the bands so that names do not overlap and that
derivations are short, which a greedy start and some rounds of moves do. The same genealogy always gives the same map.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt

from ..engine.genealogy import Genealogy, Method
from .bands import bands_of, in_order, unplaced
from .timescale import TimeScale, time_scale

#: Measures in pixels at which names are readable: width for 180 methods, height of a row, space between bands.
_WIDTH, _METHODS, _ROW, _GAP = 2_300.0, 180, 26.0, 12.0
_LETTER, _WIDE_LETTER, _LEAST_WIDTH, _SPACE = 6.2, 11.0, 30.0, 10.0

#: How much room in time a method without a place in the tree takes, against 1 for others.
_UNPLACED_WEIGHT = 0.1

#: How often every method looks for a better row: at least and at most, and how many looks there are in all.
_LEAST_ROUNDS, _MOST_ROUNDS, _LOOKS = 2, 10, 8_000

#: A year is written only so far from the one before.
_TICKS_APART = 46.0


@dataclass(frozen=True)
class Band:
    """The band of a family (its id, or one of the words of `bands`), and where it runs."""

    family: str
    top: float
    bottom: float


@dataclass(frozen=True)
class Chart:
    """Slug -> place; bands from top to bottom; the years written at the axis; and the size of it all."""

    places: Mapping[str, tuple[float, float]]
    band_of: Mapping[str, int]
    bands: list[Band]
    ticks: list[tuple[int, float]]
    width: float
    height: float


def chart_of(genealogy: Genealogy) -> Chart:
    """The map of a genealogy."""
    band, scale = bands_of(genealogy), _scale(genealogy)
    order = in_order(band, genealogy)
    rows = [_Rows() for _ in order]
    place = {name: number for number, name in enumerate(order)}
    placing = _Placing(genealogy, scale, {slug: place[name] for slug, name in band.items()}, rows)
    placing.run()
    tops = placing.tops()
    bands = [
        Band(name, top, top + own.count * _ROW + _GAP / 2) for name, top, own in zip(order, tops, rows, strict=True)
    ]
    places = {slug: (round(x, 1), round(placing.y(slug, tops), 1)) for slug, x in placing.x.items()}
    bottom = bands[-1].bottom if bands else 0.0
    return Chart(places, placing.band, bands, scale.ticks(apart=_TICKS_APART), scale.starts[-1], bottom)


def _scale(genealogy: Genealogy) -> TimeScale:
    apart = unplaced(genealogy)
    width = _WIDTH * max(0.6, sqrt((len(genealogy.methods) - len(apart)) / _METHODS))
    weights = ((method.first, _UNPLACED_WEIGHT if method.slug in apart else 1.0) for method in genealogy.methods)
    return time_scale(weights, width=width)


def width_of(method: Method) -> float:
    """The width that the longest of a method's names takes."""
    names = method.label.values() or [method.slug]
    return max(_LEAST_WIDTH, *(sum(_WIDE_LETTER if c > "\u2e80" else _LETTER for c in name) for name in names))


@dataclass
class _Rows:
    """The rows of one band: who stands where, as sorted (left, right) of what is taken."""

    taken: list[list[tuple[float, float]]] = field(default_factory=lambda: [[]])

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.taken)

    def is_free(self, row: int, span: tuple[float, float]) -> bool:
        """Whether nothing stands in the way."""
        spans = self.taken[row]
        place = bisect_left(spans, span)
        before, after = spans[max(place - 1, 0) : place], spans[place : place + 1]
        return all(right <= span[0] for _, right in before) and all(left >= span[1] for left, _ in after)


class _Placing:
    """The search for rows."""

    def __init__(self, genealogy: Genealogy, scale: TimeScale, band: dict[str, int], rows: list[_Rows]) -> None:
        self.band, self.rows = band, rows
        self.x = {method.slug: scale.place(method.first) for method in genealogy.methods}
        self.span = {method.slug: self._span(method) for method in genealogy.methods}
        self.row: dict[str, int] = {}
        self.near: dict[str, list[str]] = {slug: [] for slug in self.x}
        for link in genealogy.links:
            if link.standing == "Derivation":
                self.near[link.child].append(link.parent)
                self.near[link.parent].append(link.child)

    def _span(self, method: Method) -> tuple[float, float]:
        half = (width_of(method) + _SPACE) / 2
        return self.x[method.slug] - half, self.x[method.slug] + half

    def run(self) -> None:
        """Put every method in the free row that makes its derivations shortest; then move, round by round."""
        for slug in self.x:
            self._put(slug, self.tops())
        for _ in range(max(_LEAST_ROUNDS, min(_MOST_ROUNDS, _LOOKS // max(1, len(self.x))))):
            tops = self.tops()
            for slug in self.x:
                self.rows[self.band[slug]].taken[self.row.pop(slug)].remove(self.span[slug])
                self._put(slug, tops)

    def _put(self, slug: str, tops: list[float]) -> None:
        rows, span = self.rows[self.band[slug]], self.span[slug]
        row = next((row for row in self._nearest(slug, tops) if rows.is_free(row, span)), rows.count)
        if row == rows.count:
            rows.taken.append([])
        self.row[slug] = row
        insort(rows.taken[row], span)

    def _nearest(self, slug: str, tops: list[float]) -> Iterable[int]:
        """The rows of its band: first those in which its derivations would be shortest."""
        rows = range(self.rows[self.band[slug]].count)
        ends = [self.y(other, tops) for other in self.near[slug] if other in self.row]
        if not ends:
            return rows
        first = tops[self.band[slug]] + 0.5 * _ROW
        return sorted(rows, key=lambda row: sum(abs(first + row * _ROW - end) for end in ends))

    def y(self, slug: str, tops: list[float]) -> float:
        """The height at which a method stands."""
        return tops[self.band[slug]] + (self.row[slug] + 0.5) * _ROW

    def tops(self) -> list[float]:
        """Where each band begins, one below the other."""
        return list(self._tops())

    def _tops(self) -> Iterator[float]:
        top = 0.0
        for rows in self.rows:
            yield top
            top += rows.count * _ROW + _GAP
