"""Agreement: how far the values that a question gives for a property are those of a thing."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from .gazetteer import Gazetteer, Thing, Value
from .kinds import Property
from .normalforms import arxiv_id, doi, local_id, normal, words_of

#: From here on titles and names of people are taken for the same.
_ALIKE = 0.9

_YEAR = re.compile(r"-?\d{4}")
_FULL, _HALF, _NONE = 1.0, 0.5, 0.0


@dataclass(frozen=True)
class Constraint:
    """What a question says of one property: its path, and the values of which one should hold, as texts."""

    id: str
    path: tuple[Property, ...]
    values: tuple[str, ...]

    @property
    def last(self) -> Property:
        """The property at the end of the path, whose values are compared."""
        return self.path[-1]


def agreement(gazetteer: Gazetteer, thing: Thing, constraint: Constraint) -> float | None:
    """From 0 (none of the values is the thing's) to 1 (one of them is); None when the thing has no value to compare."""
    own = list(gazetteer.follow(thing, constraint.path))
    if not own or not constraint.values:
        return None
    compare = _COMPARE[constraint.last.form]
    return max(compare(gazetteer, given, own) for given in constraint.values)


def _year(gazetteer: Gazetteer, given: str, own: Iterable[Value]) -> float:
    """The same year is full agreement, the year before or after half: preprints and proceedings."""
    found = _YEAR.match(given.strip())
    if found is None:
        return _NONE
    distance = min(abs(int(found.group()) - int(value.text[:4])) for value in own)
    return {0: _FULL, 1: _HALF}.get(distance, _NONE)


def _date(gazetteer: Gazetteer, given: str, own: Iterable[Value]) -> float:
    return float(any(value.text == given.strip()[:10] for value in own))


def _number(read: Callable[[str], str | None]) -> "Compare":
    def compare(gazetteer: Gazetteer, given: str, own: Iterable[Value]) -> float:
        wanted = read(given) or given.strip().lower()
        return float(any(value.text.lower() == wanted for value in own))

    return compare


def _text(gazetteer: Gazetteer, given: str, own: Iterable[Value]) -> float:
    return max(_likeness(given, value.text) for value in own)


def _likeness(one: str, other: str) -> float:
    """1 for the same normal form, and for words so like each other that only spelling can differ; else 0."""
    if normal(one) == normal(other):
        return _FULL
    return float(fuzz.token_sort_ratio(words_of(one), words_of(other)) / 100 >= _ALIKE and len(words_of(one)) > 8)


def _thing(gazetteer: Gazetteer, given: str, own: Iterable[Value]) -> float:
    """A thing is given by id or IRI, by any of its names, or by its arXiv id or DOI."""
    ids = {value.text for value in own}
    if local_id(given) in ids or any(identity.partition("/")[2] == given.strip() for identity in ids):
        return _FULL
    known = [gazetteer.things[identity] for identity in sorted(ids) if identity in gazetteer.things]
    numbers = {arxiv_id(given), doi(given)} - {None}
    if any(value.text.lower() in numbers for thing in known for own in thing.values.values() for value in own):
        return _FULL
    return max((_likeness(given, name.text) for thing in known for name in thing.names), default=_NONE)


Compare = Callable[[Gazetteer, str, Iterable[Value]], float]

_COMPARE: Mapping[str, Compare] = {
    "year": _year,
    "date": _date,
    "arxiv": _number(arxiv_id),
    "doi": _number(doi),
    "text": _text,
    "thing": _thing,
}
