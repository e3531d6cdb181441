"""Where the methods of a lineage stand in a picture: rows from old to new, few crossings, straight lines.

The rows follow the dates, so that a row is an interval of time. The libraries that draw layered graphs choose the rows
themselves, by longest path (grandalf), or are under the GPL (igraph); hence this one, after Sugiyama, Tagawa and Toda
(1981): a derivation that passes rows gets a slot in each, medians order the slots, and least squares place them.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import sqrt

from ..engine.lineage import Descent, Member

#: Rounds of ordering and of placing; more change nothing visible.
_ORDERINGS = 16
_PLACINGS = 48
_SLOT_WIDTH = 8.0
_GAP = 18.0

#: How strongly the two ends of a step pull each other straight: between methods, to a passing slot, between two.
_PULL = {0: 1.0, 1: 2.0, 2: 8.0}

Slots = list[list[str]]
Steps = dict[str, list[str]]


@dataclass(frozen=True)
class Layout:
    """Rows of methods from the oldest on, the centre of every slot, and the slots that each derivation passes."""

    rows: list[list[str]]
    centre: dict[str, float]
    routes: list[list[str]]

    def row_of(self) -> dict[str, int]:
        """The row of each slot, of methods and of what passes."""
        passing = {slot: int(slot.partition("@")[2]) for slot in self.centre if "@" in slot}
        return passing | {slug: number for number, row in enumerate(self.rows) for slug in row}


def lay_out(members: Iterable[Member], derivations: list[Descent], widths: Mapping[str, float]) -> Layout:
    """The layout of a lineage; the same lineage always gives the same."""
    rows = _rows(list(members), derivations)
    row_of = {slug: number for number, row in enumerate(rows) for slug in row}
    slots = [list(row) for row in rows]
    routes = [_route(number, edge, row_of, slots) for number, edge in enumerate(derivations)]
    above: Steps = {}
    below: Steps = {}
    for route in routes:
        for upper, lower in pairwise(route):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    slots = _ordered(slots, above, below)
    return Layout(rows, _placed(slots, above, below, {**_slot_widths(slots), **widths}), routes)


def _rows(members: list[Member], derivations: list[Descent]) -> list[list[str]]:
    """Methods by date; a row ends with the year, when it is full, and before a relative of one of its own."""
    parents: dict[str, set[str]] = {}
    relatives: dict[str, set[str]] = {}
    for edge in derivations:
        parents.setdefault(edge.child, set()).add(edge.parent)
        relatives.setdefault(edge.child, set()).add(edge.parent)
        relatives.setdefault(edge.parent, set()).add(edge.child)
    full = max(4, round(1.2 * sqrt(len(members))))
    rows: list[list[str]] = []
    year = ""
    for member in _by_date(members, parents):
        is_new = (
            year != member.introduced[:4] or len(rows[-1]) >= full or relatives.get(member.slug, set()) & {*rows[-1]}
        )
        if is_new:
            rows.append([])
        rows[-1].append(member.slug)
        year = member.introduced[:4]
    return rows


def _by_date(members: list[Member], parents: dict[str, set[str]]) -> Iterable[Member]:
    """Members by date, parents first where dates do not tell; those of a circle, which only loaded data hold, last."""
    by_slug = {member.slug: member for member in members}
    waiting = {slug: set(parents.get(slug, ())) for slug in by_slug}
    ready = [(by_slug[slug].introduced, slug) for slug, above in waiting.items() if not above]
    heapify(ready)
    while ready:
        _, slug = heappop(ready)
        yield by_slug[slug]
        for child, above in waiting.items():
            if slug in above:
                above.discard(slug)
                if not above:
                    heappush(ready, (by_slug[child].introduced, child))
    circle = (by_slug[slug] for slug, above in waiting.items() if above)
    yield from sorted(circle, key=lambda member: (member.introduced, member.slug))


def _route(number: int, edge: Descent, row_of: Mapping[str, int], slots: Slots) -> list[str]:
    """The slots from the upper end, mostly the parent, to the lower; those in the rows between are made."""
    upper, lower = sorted((edge.parent, edge.child), key=row_of.__getitem__)
    passed = range(row_of[upper] + 1, row_of[lower])
    names = [f"{number}@{row}" for row in passed]
    for row, name in zip(passed, names, strict=True):
        slots[row].append(name)
    return [upper, *names, lower]


def _slot_widths(slots: Slots) -> dict[str, float]:
    return {slot: _SLOT_WIDTH for row in slots for slot in row}


def _ordered(slots: Slots, above: Steps, below: Steps) -> Slots:
    """The rows in the order with the fewest crossings that the rounds met."""
    best, fewest = slots, _crossings(slots, below)
    for round_number in range(_ORDERINGS):
        downwards = round_number % 2 == 0
        rows = slots if downwards else slots[::-1]
        turned = [rows[0]]
        for row in rows[1:]:
            turned.append(_by_median(row, turned[-1], above if downwards else below))
        slots = turned if downwards else turned[::-1]
        count = _crossings(slots, below)
        if count < fewest:
            best, fewest = slots, count
    return best


def _by_median(row: list[str], beside: list[str], steps: Steps) -> list[str]:
    """The row by the medians of the neighbours' places; who has no neighbour keeps its share of the width."""
    place = {slot: number for number, slot in enumerate(beside)}
    scale = len(beside) / len(row)
    medians = []
    for number, slot in enumerate(row):
        own = sorted(place[other] for other in steps.get(slot, ()) if other in place)
        middle = (own[(len(own) - 1) // 2] + own[len(own) // 2]) / 2 if own else number * scale
        medians.append((middle, number, slot))
    return [slot for *_, slot in sorted(medians)]


def _crossings(slots: Slots, below: Steps) -> int:
    """How many steps cross: inversions between the rows, counted as their lower ends are met from left to right."""
    count = 0
    for row, following in pairwise(slots):
        place = {slot: number for number, slot in enumerate(following)}
        met: list[int] = []
        for slot in row:
            ends = sorted(place[other] for other in below.get(slot, ()))
            count += sum(len(met) - bisect_left(met, end + 1) for end in ends)
            for end in ends:
                insort(met, end)
    return count


def _placed(slots: Slots, above: Steps, below: Steps, widths: Mapping[str, float]) -> dict[str, float]:
    """The centre of each slot: near its neighbours, in the order of its row, apart from the next."""
    centre: dict[str, float] = {}
    for row in slots:
        centre |= _settled(row, dict.fromkeys(row, (0.0, 1.0)), widths)
    for number in range(_PLACINGS):
        steps = (above, below)[number % 2] if number < _PLACINGS // 2 else None
        for row in slots if number % 2 == 0 else slots[::-1]:
            wishes = {slot: _wish(slot, centre, steps, above, below) for slot in row}
            centre |= _settled(row, wishes, widths)
    return centre


def _wish(
    slot: str, centre: Mapping[str, float], steps: Steps | None, above: Steps, below: Steps
) -> tuple[float, float]:
    """Where the slot would stand if it were alone, and how strongly."""
    both = [*above.get(slot, ()), *below.get(slot, ())]
    others = steps.get(slot, []) if steps is not None else both
    pulls = [(centre[other], _PULL[("@" in slot) + ("@" in other)]) for other in others]
    total = sum(pull for _, pull in pulls)
    return (sum(place * pull for place, pull in pulls) / total, total) if pulls else (centre[slot], 0.1)


def _settled(
    row: list[str], wishes: Mapping[str, tuple[float, float]], widths: Mapping[str, float]
) -> dict[str, float]:
    """The places nearest to the wishes that keep order and distance: isotonic regression by pooling violators."""
    offsets, reach = [0.0], 0.0
    for left, right in pairwise(row):
        reach += (widths[left] + widths[right]) / 2 + _GAP
        offsets.append(reach)
    pools: list[tuple[float, float, int]] = []
    for slot, offset in zip(row, offsets, strict=True):
        place, weight, size = wishes[slot][0] - offset, wishes[slot][1], 1
        while pools and pools[-1][0] >= place:
            other, other_weight, other_size = pools.pop()
            place = (place * weight + other * other_weight) / (weight + other_weight)
            weight, size = weight + other_weight, size + other_size
        pools.append((place, weight, size))
    flat = [place for place, _, size in pools for _ in range(size)]
    return {slot: place + offset for slot, place, offset in zip(row, flat, offsets, strict=True)}
