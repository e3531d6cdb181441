"""Two methods compared: their common ancestors, the shortest line between them, the ancestors that only one has.

Each is a lineage, so that every format of lineages writes it. The two ancestries are fetched apart: asked for at once
they cost the engine the product of both.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from .interface import Engine
from .lineage import Descent, Lineage, in_order, line_of, members_of

Show = Literal["common", "line", "difference"]


@dataclass(frozen=True)
class Comparison(Lineage):
    """A lineage between `start` and `other`.

    `found` is what was asked for: the common ancestors, the methods on the line from `start` to `other`, or the
    ancestors of `start` that `other` does not share. `nearest` are the common ancestors that are no ancestors of
    another. The members hold what links them, too; their distance is counted from `start`, else from `other`.
    """

    other: str
    other_label: dict[str, str]
    show: Show
    found: list[str]
    nearest: list[str]


@dataclass(frozen=True)
class _Ancestry:
    """What one method comes from: derivations, and the steps to each ancestor; 0 to itself."""

    slug: str
    derivations: list[Descent]
    steps: dict[str, int]

    @classmethod
    def of(cls, engine: Engine, slug: str) -> "_Ancestry":
        return cls(slug, *line_of(engine, slug, "ancestors"))


@dataclass(frozen=True)
class _Selection:
    """What a comparison found, what it shows, and by which derivations, where not by all among them."""

    found: list[str]
    shown: set[str]
    nearest: Iterable[str] = ()
    derivations: Iterable[Descent] | None = None


def compare(engine: Engine, first: str, second: str, *, show: Show = "common") -> Comparison:
    """The comparison of the methods `first` and `second`. Raises NotFound with the nearest slugs."""
    one, two = _Ancestry.of(engine, first), _Ancestry.of(engine, second)
    selection = _SELECTIONS[show](one, two)
    steps = {**two.steps, **one.steps}
    distances = {slug: -steps[slug] for slug in selection.shown | {first, second}}
    members = members_of(engine, distances, asked_for=[first, second])
    kept = set(one.derivations) | set(two.derivations) if selection.derivations is None else selection.derivations
    return Comparison(
        start=first,
        direction="ancestors",
        members=[member for member in members if member.slug in selection.shown],
        derivations=in_order(edge for edge in kept if {edge.child, edge.parent} <= selection.shown),
        other=second,
        other_label=next(member.label for member in members if member.slug == second),
        show=show,
        found=selection.found,
        nearest=sorted(selection.nearest),
    )


def common_ancestors(engine: Engine, first: str, second: str) -> Comparison:
    """The ancestors of both, with the ways to the nearest of them."""
    return compare(engine, first, second, show="common")


def line_between(engine: Engine, first: str, second: str) -> Comparison:
    """The shortest line: from one down to the other, or over a common ancestor; empty where there is none."""
    return compare(engine, first, second, show="line")


def difference(engine: Engine, first: str, second: str) -> Comparison:
    """The ancestors of `first` that are neither `second` nor ancestors of it."""
    return compare(engine, first, second, show="difference")


def _common(one: _Ancestry, two: _Ancestry) -> _Selection:
    common = (one.steps.keys() & two.steps.keys()) - {one.slug, two.slug}
    edges = {*one.derivations, *two.derivations}
    # Common ancestry is closed upwards: what has a common ancestor among its children is no nearest one.
    nearest = common - {edge.parent for edge in edges if edge.child in common}
    between = _below(nearest, edges)
    return _Selection(_by_steps(common, one), common | between | {one.slug, two.slug}, nearest)


def _below(methods: set[str], derivations: Iterable[Descent]) -> set[str]:
    found, front, edges = set(methods), set(methods), list(derivations)
    while front:
        front = {edge.child for edge in edges if edge.parent in front} - found
        found |= front
    return found


def _line(one: _Ancestry, two: _Ancestry) -> _Selection:
    meetings = one.steps.keys() & two.steps.keys()
    if not meetings:
        return _Selection([], {one.slug, two.slug}, derivations=())
    best = min(meetings, key=lambda slug: (one.steps[slug] + two.steps[slug], slug))
    up, down = _chain(one, best), _chain(two, best)
    found = [one.slug, *(edge.parent for edge in up), *(edge.child for edge in reversed(down))]
    return _Selection(found, set(found), derivations=[*up, *down])


def _chain(ancestry: _Ancestry, ancestor: str) -> list[Descent]:
    """The derivations of a shortest line up to `ancestor`; of several, the one that is first by slug."""
    chain: list[Descent] = []
    while ancestor != ancestry.slug:
        nearer = ancestry.steps[ancestor] - 1
        below = [e for e in ancestry.derivations if e.parent == ancestor and ancestry.steps.get(e.child) == nearer]
        chain.append(min(below, key=lambda edge: (edge.child, edge.kind)))
        ancestor = chain[-1].child
    return chain[::-1]


def _difference(one: _Ancestry, two: _Ancestry) -> _Selection:
    own = one.steps.keys() - two.steps.keys() - {one.slug}
    return _Selection(_by_steps(own, one), own | {one.slug})


def _by_steps(methods: Iterable[str], ancestry: _Ancestry) -> list[str]:
    return sorted(methods, key=lambda slug: (ancestry.steps[slug], slug))


_SELECTIONS: dict[Show, Callable[[_Ancestry, _Ancestry], _Selection]] = {
    "common": _common,
    "line": _line,
    "difference": _difference,
}
SHOWS: tuple[Show, ...] = tuple(_SELECTIONS)
