"""Suggestions while somebody types, and the small cards (flyouts) of what is suggested."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import render_template

from ...engine.reconciliation.gazetteer import Gazetteer, Thing
from ...engine.reconciliation.kinds import PROPERTIES, TYPES, path_of, type_of
from ...engine.reconciliation.normalforms import local_id, normal
from ...engine.reconciliation.scoring import Matcher
from ...errors import NotFound
from ...vocabulary import nearest
from .manifest import type_json
from .reading import Json
from .writing import description, property_json, suggestions

#: Suggestions in one answer; `cursor` skips those that were seen.
_PAGE = 20

Row = TypeVar("Row")


@dataclass(frozen=True)
class Card:
    """What a flyout shows: a name, a line under it, and a text."""

    name: str
    line: str
    text: str = ""


def suggested(matcher: Matcher, kind: str, prefix: str, cursor: int) -> Json:
    """The suggestions for what was typed so far, from the number `cursor` on. Raises NotFound for another kind."""
    return {"result": _of_kind(_SUGGEST, kind)(matcher, prefix, slice(cursor, cursor + _PAGE))}


def flyout(matcher: Matcher, kind: str, identity: str) -> Json:
    """The card of a thing, type or property. Raises NotFound."""
    card = _of_kind(_CARDS, kind)(matcher.gazetteer, identity)
    return {"id": identity, "html": render_template("reconciliation/flyout.html", card=card)}


def thing_with(gazetteer: Gazetteer, identity: str) -> Thing:
    """The thing with this id or IRI. Raises NotFound with the nearest ids."""
    found = gazetteer.things.get(local_id(identity))
    if found is None:
        raise NotFound("thing", identity[:80], nearest(identity[:80], gazetteer.things))
    return found


def _of_kind(table: Mapping[str, Row], kind: str) -> Row:
    if kind not in table:
        raise NotFound("kind of suggestion", kind[:80], nearest(kind[:80], table) or list(table))
    return table[kind]


def _entities(matcher: Matcher, prefix: str, page: slice) -> list[Json]:
    return suggestions(matcher.gazetteer, matcher.index.beginning_with(prefix)[page])


def _types(matcher: Matcher, prefix: str, page: slice) -> list[Json]:
    return _beginning(prefix, map(type_json, TYPES.values()))[page]


def _properties(matcher: Matcher, prefix: str, page: slice) -> list[Json]:
    return _beginning(prefix, map(property_json, PROPERTIES.values()))[page]


def _beginning(prefix: str, rows: Iterable[Json]) -> list[Json]:
    """The rows whose name or id begins with the prefix, then those that hold it, in the order of their table."""
    sought = normal(prefix)
    held = [(row, [normal(row["name"]), normal(row["id"])]) for row in rows]
    found = [(row, names) for row, names in held if any(sought in name for name in names)]
    ranked = sorted(found, key=lambda pair: not any(name.startswith(sought) for name in pair[1]))
    return [row for row, _ in ranked]


def _thing_card(gazetteer: Gazetteer, identity: str) -> Card:
    thing = thing_with(gazetteer, identity)
    return Card(thing.name, description(gazetteer, thing), thing.text_of(PROPERTIES["definition"].predicate))


def _type_card(gazetteer: Gazetteer, identity: str) -> Card:
    found = type_of(identity)
    return Card(found.name, found.description)


def _property_card(gazetteer: Gazetteer, identity: str) -> Card:
    path = path_of(identity)
    return Card(", ".join(row.name for row in path), path[-1].description)


_SUGGEST: Mapping[str, Callable[[Matcher, str, slice], list[Json]]] = {
    "entity": _entities,
    "type": _types,
    "property": _properties,
}
_CARDS: Mapping[str, Callable[[Gazetteer, str], Card]] = {
    "entity": _thing_card,
    "type": _type_card,
    "property": _property_card,
}
