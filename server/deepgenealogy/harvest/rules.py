"""From reuse of code to claims: each pair of architectures gets one claim, by a rule that has an id.

Reuse of a norm, a head or a later refactoring is no descent. A pair is claimed as derivation only where a core class is
reused (layer, attention, feed-forward or model), the dates allow it, and a second signal agrees that does not come from
that code: the names (one family, no falling version; or the child's name holds the parent's) or words (the child's own
paper or documentation names the parent as its origin). A decision of a reviewer comes before every rule.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..sources.dates import parse_date
from ..sources.harvested import first_dates
from .classes import CORE
from .names import adds_modality, are_versions, holds_name, is_next_of_family

#: A parent may come out so many days after its child: companion papers, and late first versions.
TOLERANCE = timedelta(days=31)

Row = Mapping[str, str]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Reuse:
    """What one architecture takes from another: core classes, out of how many of its own, all, and the first place."""

    child: str
    parent: str
    core: int
    of: int
    classes: int
    file: str
    line: int

    @property
    def share(self) -> float:
        """The share of the child's core classes that is taken."""
        return self.core / self.of if self.of else 0.0


@dataclass(frozen=True)
class Claim:
    """What follows for one pair: the property, the rule that says so, and how certain it is."""

    reuse: Reuse
    claim: str
    rule: str
    certainty: str


@dataclass(frozen=True)
class Decided:
    """What a reviewer decided of a pair, and whether a text was read for it."""

    verdict: str
    is_read: bool

    @property
    def tier(self) -> str:
        """`high` where a text was read that decides; what rests on knowledge, or is left open, is `medium`."""
        return "high" if self.is_read and self.verdict != "candidateDerivation" else "medium"


@dataclass(frozen=True)
class Known:
    """What else is known of the architectures: earliest and latest day of each, and pairs named in words."""

    days: Mapping[str, tuple[date, date]]
    named: frozenset[Pair]
    said: frozenset[Pair]
    inputs: frozenset[Pair]
    components: frozenset[Pair]
    decisions: Mapping[Pair, Decided]
    #: Pairs that a blind judge could not confirm.
    unconfirmed: frozenset[Pair] = frozenset()


def _is_namesake(child: str, parent: str, known: Known) -> bool:
    strays = are_versions(child, parent) or adds_modality(child, parent)
    return holds_name(child, parent, known.days) and not strays


#: Second signals: id, what it says, and whether a pair has it.
SIGNALS: dict[str, tuple[str, Callable[[str, str, Known], bool]]] = {
    "named-as-origin": (
        "the child's own paper or documentation names the parent",
        lambda child, parent, known: (child, parent) in known.named,
    ),
    "same-family": (
        "both are of one family, and the child's is the next version after the parent's",
        lambda child, parent, known: is_next_of_family(child, parent, known.days),
    ),
    "name-within-name": (
        "the child's name holds the parent's",
        lambda child, parent, known: (
            holds_name(child, parent, known.days)
            and not are_versions(child, parent)
            and not adds_modality(child, parent)
        ),
    ),
    "said-in-code": (
        "the child's own code says in words that it is the parent changed, and more than half of its core is",
        lambda child, parent, known: (child, parent) in known.said and not came_together(child, parent, known),
    ),
    "same-input": (
        "the child takes its input by the parent's tokenizer or preprocessing, and more than half of its core",
        lambda child, parent, known: (child, parent) in known.inputs and not came_together(child, parent, known),
    ),
}


def reuses(rows: Iterable[Row], core_of: Mapping[str, int]) -> list[Reuse]:
    """The reuse of each pair, from the rows of its classes; the place is that of a core class where there is one."""
    pairs: dict[Pair, list[Row]] = defaultdict(list)
    for row in rows:
        pairs[row["child"], row["parent"]].append(row)
    return [_reuse(child, parent, found, core_of.get(child, 0)) for (child, parent), found in sorted(pairs.items())]


def _reuse(child: str, parent: str, rows: list[Row], of: int) -> Reuse:
    core = [row for row in rows if row["part"] in CORE]
    first = min(core or rows, key=_place)
    taken = len({row["childClass"] for row in core})
    return Reuse(child, parent, taken, max(of, taken), len(rows), first["file"], int(first["line"]))


def _place(row: Row) -> tuple[int, str, int]:
    """Models before layers before attention, and so on; then by file and line."""
    return -CORE.index(row["part"]) if row["part"] in CORE else 0, row["file"], int(row["line"])


def claims(found: Iterable[Reuse], known: Known) -> list[Claim]:
    """The claim of each pair; of two that assert descent of each other, the one with less reuse is a candidate."""
    made = [_claim(reuse, known) for reuse in found]
    made = [_without_cycle(claim, made) for claim in made]
    return [_as_confirmed(claim, known) for claim in _direct_only(made)]


def _as_confirmed(claim: Claim, known: Known) -> Claim:
    """Descent that a blind judge could not confirm has tier `medium`, whatever speaks for it."""
    is_doubted = claim.claim == "derivesFrom" and (claim.reuse.child, claim.reuse.parent) in known.unconfirmed
    return replace(claim, certainty="medium") if is_doubted else claim


#: Some signals say less than others: with them more than this share of the core must be reused.
LEAST_SHARE = {"name-within-name": 0.15, "said-in-code": 0.5, "same-input": 0.5}
#: A shared input besides one or two classes is no more than a convenience.
LEAST_CORE = {"same-input": 3}


def _claim(reuse: Reuse, known: Known) -> Claim:
    """What follows for a pair: the first of the rules that fits, in the order in which they stand here."""
    pair = (reuse.child, reuse.parent)
    if decided := known.decisions.get(pair):
        return Claim(reuse, decided.verdict, "reviewed", decided.tier)
    if not reuse.core:
        return Claim(reuse, "reusesComponentOf", "no-core-class", "high")
    if not dates_allow(*pair, known):
        return Claim(reuse, "reusesImplementationOf", "parent-is-later", "high")
    signals = _signals(reuse, known)
    if missing := _missing(reuse, signals, known):
        return Claim(reuse, "candidateDerivation", missing, "medium")
    return Claim(reuse, "derivesFrom", signals[0], _tier(reuse, signals))


def _signals(reuse: Reuse, known: Known) -> list[str]:
    """The second signals that a pair has, the strongest first."""
    return [
        name
        for name, (_, holds) in SIGNALS.items()
        if reuse.share > LEAST_SHARE.get(name, 0.0)
        and reuse.core >= LEAST_CORE.get(name, 1)
        and holds(reuse.child, reuse.parent, known)
    ]


def _missing(reuse: Reuse, signals: list[str], known: Known) -> str:
    """Why a pair is left for review: what it lacks to be descent; empty where it lacks nothing."""
    lacks = {
        "is-default-component": (reuse.child, reuse.parent) in known.components,
        "core-class-only": not signals,
        "said-in-code-alone": signals == ["said-in-code"],
        "same-input-alone": signals == ["same-input"],
        "one-class-and-one-signal": reuse.core == 1 < reuse.of and len(signals) == 1,
    }
    return next((name for name, is_lacking in lacks.items() if is_lacking), "")


def _tier(reuse: Reuse, signals: list[str]) -> str:
    """`high` where two signals agree, or several classes that are at least half of the core are reused."""
    return "high" if len(signals) > 1 or (reuse.share >= 0.5 and reuse.core > 1) else "medium"


def dates_allow(child: str, parent: str, known: Known) -> bool:
    """Whether the child can have come after the parent; true where a date is not known."""
    if child not in known.days or parent not in known.days:
        return True
    return known.days[parent][0] <= known.days[child][1] + TOLERANCE


def came_together(child: str, parent: str, known: Known) -> bool:
    """Whether both are first known by the same release: then neither comes from the other on weak grounds."""
    return child in known.days and known.days[child] == known.days.get(parent) and known.days[child][0] == date.min


def _without_cycle(claim: Claim, made: list[Claim]) -> Claim:
    back = next((c for c in made if (c.reuse.child, c.reuse.parent) == (claim.reuse.parent, claim.reuse.child)), None)
    both = back is not None and back.claim == claim.claim == "derivesFrom"
    if both and back and (claim.reuse.share, claim.reuse.child) < (back.reuse.share, back.reuse.child):
        return Claim(claim.reuse, "candidateDerivation", "other-way-is-stronger", "medium")
    return claim


def _direct_only(made: list[Claim]) -> list[Claim]:
    """Descent only from the nearest: who descends from B, which descends from A, has what is A's by way of B."""
    parents: dict[str, set[str]] = defaultdict(set)
    for claim in made:
        if claim.claim == "derivesFrom":
            parents[claim.reuse.child].add(claim.reuse.parent)
    return [_by_way_of_another(claim, parents) for claim in made]


def _by_way_of_another(claim: Claim, parents: Mapping[str, set[str]]) -> Claim:
    child, parent = claim.reuse.child, claim.reuse.parent
    if claim.claim != "derivesFrom" or claim.rule == "reviewed":
        return claim
    others = parents[child] - {parent}
    if any(parent in ancestors(other, parents) for other in others):
        return Claim(claim.reuse, "reusesImplementationOf", "descends-by-way-of-another", "high")
    return claim


def ancestors(start: str, parents: Mapping[str, set[str]]) -> set[str]:
    """Everything above `start`."""
    found: set[str] = set()
    front = {start}
    while front:
        front = {parent for one in front for parent in parents.get(one, ())} - found
        found |= front
    return found


def days_of(dates: Iterable[Row], papers: Iterable[Row]) -> dict[str, tuple[date, date]]:
    """First and last day of each architecture: the month in which its own paper got its arXiv id, else its release.

    A release or an addition tells only the last day: the network may have been published long before.
    """
    found: dict[str, tuple[date, date]] = {}
    for key, dated in first_dates(dates).items():
        day = parse_date(dated["date"])
        found[key] = (day.not_before if dated["basis"] == "paper" else date.min, day.not_after)
    for row in papers:
        when = parse_date(month_of(row["arxiv"]))
        found[row["architecture"]] = (when.not_before, when.not_after)
    return found


def month_of(arxiv: str) -> str:
    """The month in which an arXiv id was given, which is in the id.

    >>> month_of("1706.03762")
    '2017-06'
    """
    return f"20{arxiv[:2]}-{arxiv[2:4]}"
