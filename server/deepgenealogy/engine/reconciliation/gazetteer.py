"""The gazetteer: every thing that a name may mean, with its names and plain facts, read once a snapshot.

It is small (hundreds of things, thousands of values) and lies in memory, so that a batch of names costs no query.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from ...sources.questions import read_question
from ...vocabulary import BASE, DGO, RDF_TYPE, RDFS, SKOS
from ..interface import Engine, Question
from .kinds import TYPES, Property
from .normalforms import normal, parts_of

_LABEL = f"{RDFS}label"
_DOUBTFUL = f"{DGO}statedValue"

#: What a name is to its thing.
NameKind = Literal["label", "fullName", "alias", "misspelling", "statedName"]

_NAME_KINDS: dict[str, NameKind] = {
    _LABEL: "label",
    f"{DGO}fullName": "fullName",
    f"{SKOS}altLabel": "alias",
    f"{DGO}formerName": "alias",
    f"{SKOS}hiddenLabel": "misspelling",
    f"{DGO}statedName": "statedName",
}


@dataclass(frozen=True)
class Value:
    """One value: a text in a language ('' for none), or the id of a thing."""

    text: str
    language: str = ""
    is_thing: bool = False


@dataclass(frozen=True)
class Name:
    """One name of one thing, and what it is to it."""

    thing: str
    text: str
    kind: NameKind


@dataclass(frozen=True)
class Thing:
    """A thing that a name may mean: its id (relative to the base), and its values by predicate."""

    id: str
    values: Mapping[str, tuple[Value, ...]]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Its types, the narrowest first."""
        own = {value.text.removeprefix(DGO) for value in self.values.get(RDF_TYPE, ())}
        return tuple(sorted(own & TYPES.keys(), key=lambda name: (TYPES[name].broader is None, name)))

    @cached_property
    def name(self) -> str:
        """Its English label; its id where it has none."""
        return self.text_of(_LABEL) or self.id

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All its names."""
        return tuple(
            Name(self.id, value.text, kind)
            for predicate, kind in _NAME_KINDS.items()
            for value in self.values.get(predicate, ())
        )

    def text_of(self, predicate: str, language: str = "en") -> str:
        """The first value of a predicate in a language or without one; '' when there is none."""
        return next((v.text for v in self.values.get(predicate, ()) if v.language in (language, "")), "")


@dataclass(frozen=True)
class Gazetteer:
    """All things by id; `doubtful` holds the normal forms of names that others bear too, or that no paper uses."""

    things: Mapping[str, Thing]
    doubtful: frozenset[str] = field(default=frozenset())

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names of all things."""
        return tuple(name for thing in self.things.values() for name in thing.names)

    def values(self, thing: Thing, prop: Property) -> tuple[Value, ...]:
        """The values of a property; those of the introducing paper where a method has it through its paper."""
        own = thing.values.get(prop.predicate, ())
        if own or not prop.is_of_paper:
            return own
        return tuple(value for paper in self.papers(thing) for value in paper.values.get(prop.predicate, ()))

    def follow(self, thing: Thing, path: Iterable[Property]) -> Iterator[Value]:
        """The values at the end of a path of properties, each once, in order."""
        reached: list[Thing] = [thing]
        found: dict[Value, None] = {}
        for prop in path:
            found = dict.fromkeys(value for near in reached for value in self.values(near, prop))
            reached = [self.things[value.text] for value in found if value.is_thing and value.text in self.things]
        yield from found

    def papers(self, thing: Thing) -> list[Thing]:
        """The papers that introduce a method."""
        return [self.things[v.text] for v in thing.values.get(f"{DGO}introducedIn", ()) if v.text in self.things]


def read_gazetteer(engine: Engine, root: Path) -> Gazetteer:
    """The gazetteer of the engine's present snapshot."""
    path = root / "queries" / "pages" / "reconciliation.rq"
    text = read_question(path, path.name, []).text
    # Where the default graph is not the union of the named ones, it holds nothing of ours: then they are named.
    return gazetteer_of(
        _rows(engine, Question(text)) or _rows(engine, Question(text, default_graphs=engine.graph_names()))
    )


def _rows(engine: Engine, question: Question) -> list[dict[str, str]]:
    content = json.loads(engine.ask(question).whole())
    return [{name: cell["value"] for name, cell in row.items()} for row in content["results"]["bindings"]]


def gazetteer_of(rows: Iterable[Mapping[str, str]]) -> Gazetteer:
    """The gazetteer from rows of thing, property, value, language and position."""
    values: dict[str, dict[str, list[Value]]] = {}
    doubtful: set[str] = set()
    for row in sorted(rows, key=_in_order):
        if row["property"] == _DOUBTFUL:
            doubtful |= _borne_by_others(row["value"])
            continue
        own = values.setdefault(row["thing"].removeprefix(BASE), {})
        own.setdefault(row["property"], []).append(_value(row))
    things = {
        identity: Thing(identity, {predicate: tuple(found) for predicate, found in own.items()})
        for identity, own in sorted(values.items())
    }
    return Gazetteer(things, frozenset(doubtful))


def _in_order(row: Mapping[str, str]) -> tuple[int, str, str]:
    return int(row.get("position", "0")), row["value"], row.get("language", "")


def _borne_by_others(stated: str) -> set[str]:
    """Of `DCN: Dynamic Coattention Networks` the abbreviation, since what it stands for tells it apart."""
    return {normal((parts_of(stated) or (stated,))[0])}


def _value(row: Mapping[str, str]) -> Value:
    is_thing = row["value"].startswith(BASE) and not row["value"].startswith(DGO)
    return Value(row["value"].removeprefix(BASE) if is_thing else row["value"], row.get("language", ""), is_thing)
