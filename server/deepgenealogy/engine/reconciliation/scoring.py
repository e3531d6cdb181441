"""Scores and decisions: the candidates of one question, the best first, and whether the first one is sure.

| step | what becomes of the score (0 to 100) |
|---|---|
| name | the ground of the hit, from `hits.GROUNDS`; a near hit at most 80 |
| no name | 50; an identifier that agrees makes it 88 |
| a property agrees | 30 % of the way to 100 (half agreement: 15 %) |
| a property disagrees | 70 % of it |
| no type asked for | what is no method: 10 less, unless its own identifier is given |
| another type than asked for, with `should` | 80 % of it |

A match is sure when it is an exact hit, the only one of its standing, of a name that is not known to be borne by
others (or a deciding property agrees), and nothing that is asked for disagrees.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .agreement import Constraint, agreement
from .gazetteer import Gazetteer, Thing
from .hits import GROUNDS, Hit, NameIndex

_WITHOUT_NAME = 50
_NO_METHOD = 10
_TOWARDS, _AWAY, _OTHER_TYPE = 0.3, 0.7, 0.8

#: Grounds on which a name is the thing's own; elsewhere the name is that of its paper.
_OWN_NAMES = frozenset(GROUNDS) - {"paperIdentifier", "paperTitle"}

#: Properties that name one paper.
_NUMBERS = frozenset({"arxiv", "doi"})


@dataclass(frozen=True)
class NameQuestion:
    """What is asked: a name, the types to look among, what is known besides, and how many candidates are wanted.

    `strictness` says what the types mean: `any` of them, `all` of them, or `should`: others too, but lower.
    """

    name: str
    types: tuple[str, ...] = ()
    strictness: str = "any"
    constraints: tuple[Constraint, ...] = ()
    limit: int = 10


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant: its score, whether it is surely meant, and what speaks for it."""

    thing: Thing
    score: float
    hit: Hit | None
    is_sure: bool = False
    agreements: dict[str, float | None] = field(default_factory=dict)

    @property
    def disagrees(self) -> bool:
        """Whether anything that is asked for is not fully so."""
        return any(share is not None and share < 1 for share in self.agreements.values())


class Matcher:
    """Answers questions over one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, *, grounds: Iterable[str] = GROUNDS) -> None:
        self.gazetteer = gazetteer
        self.index = NameIndex(gazetteer, grounds=grounds)

    def candidates(self, question: NameQuestion) -> list[Candidate]:
        """The candidates, the best first; at most one of them, the first, is sure."""
        found = self._by_name(question) if question.name.strip() else self._by_constraints(question)
        ranked = sorted(found, key=lambda candidate: (-candidate.score, -_standing(candidate), candidate.thing.id))
        if ranked and self._is_sure(ranked[0], ranked[1:], question):
            first = ranked[0]
            ranked[0] = Candidate(first.thing, first.score, first.hit, True, first.agreements)
        return ranked[: question.limit]

    def _by_name(self, question: NameQuestion) -> list[Candidate]:
        hits = ((self.gazetteer.things[hit.thing], hit) for hit in self.index.hits(question.name))
        return [self._candidate(thing, hit, question) for thing, hit in hits if _is_asked_for(thing, question)]

    def _by_constraints(self, question: NameQuestion) -> list[Candidate]:
        """Without a name: the things that agree in something."""
        things = (thing for thing in self.gazetteer.things.values() if _is_asked_for(thing, question))
        found = (self._candidate(thing, None, question) for thing in things)
        return [candidate for candidate in found if any(candidate.agreements.values())]

    def _candidate(self, thing: Thing, hit: Hit | None, question: NameQuestion) -> Candidate:
        shares = {row.id: agreement(self.gazetteer, thing, row) for row in question.constraints}
        score: float = hit.score if hit else _WITHOUT_NAME
        if hit is None and any(shares.get(number) == 1 for number in _NUMBERS):
            score = GROUNDS["paperIdentifier"]
        for share in shares.values():
            score = _moved(score, share)
        if not question.types and "Method" not in thing.types and not (hit and hit.ground == "identifier"):
            score -= _NO_METHOD
        if question.types and not _is_of(thing, question.types):
            score *= _OTHER_TYPE
        return Candidate(thing, round(max(score, 0.0), 1), hit, agreements=shares)

    def _is_sure(self, first: Candidate, others: Sequence[Candidate], question: NameQuestion) -> bool:
        if first.disagrees or (question.types and not _is_of(first.thing, question.types)):
            return False
        if first.hit is None:
            rivals = [other for other in others if other.score >= first.score]
            return not rivals and any(first.agreements.get(number) == 1 for number in _NUMBERS)
        if not first.hit.is_exact:
            return False
        is_decided = any(row.last.is_deciding and first.agreements[row.id] == 1 for row in question.constraints)
        rivals = [other for other in others if _rivals(first, other)]
        return is_decided or first.hit.is_telling if not rivals else False


def _moved(score: float, share: float | None) -> float:
    if share is None:
        return score
    return score + (100 - score) * _TOWARDS * share if share else score * _AWAY


def _rivals(first: Candidate, other: Candidate) -> bool:
    """Whether a candidate has the same name by as good a right, and nothing known tells it apart.

    A name of its own is as good as any other for things of one kind; things of other kinds are rivals only on equal
    standing (the paper is not the method that its title names, nor the family the method whose alias is its name).
    """
    if other.hit is None or not other.hit.is_exact or other.disagrees:
        return False
    same_kind = first.thing.id.partition("/")[0] == other.thing.id.partition("/")[0]
    if same_kind and _is_own(first) == _is_own(other):
        return True
    return _standing(other) >= _standing(first)


def _is_own(candidate: Candidate) -> bool:
    return candidate.hit is not None and candidate.hit.ground in _OWN_NAMES


def _standing(candidate: Candidate) -> int:
    return GROUNDS.get(candidate.hit.ground, 0) if candidate.hit else 0


def _is_of(thing: Thing, types: Sequence[str]) -> bool:
    return any(name in thing.types for name in types)


def _is_asked_for(thing: Thing, question: NameQuestion) -> bool:
    if not question.types or question.strictness == "should":
        return bool(thing.types)
    held = [name in thing.types for name in question.types]
    return all(held) if question.strictness == "all" else any(held)
