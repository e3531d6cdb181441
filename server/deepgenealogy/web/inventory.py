"""What the graph holds in one state: the documents that answer, the things in each, and what was retired."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cachetools import LRUCache
from pyoxigraph import NamedNode

from ..engine.interface import Engine, Question
from ..vocabulary import BASE, DCTERMS, GRAPHS, OWL, RDFS

#: The things of a graph of more quads are looked up one by one.
LISTED_QUADS = 2_000_000

#: Of how many things it is remembered whether they are there.
_REMEMBERED = 10_000

_SUBJECTS = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'
_PARTS = """SELECT DISTINCT ?o {{
  VALUES ?s {{ {values} }} ?s ?p ?o FILTER(STRSTARTS(STR(?o), "{start}")) FILTER EXISTS {{ ?o ?q ?said }}
}}"""
_RETIRED = f"""SELECT ?thing ?successor ?date ?reason (LANG(?reason) AS ?language) {{
  ?thing <{OWL}deprecated> true FILTER(!CONTAINS(STR(?thing), "#"))
  OPTIONAL {{ ?thing <{DCTERMS}isReplacedBy> ?successor }}
  OPTIONAL {{ ?thing <{DCTERMS}modified> ?date }}
  OPTIONAL {{ ?thing <{RDFS}comment> ?reason }}
}}"""
_LABELS = f"""SELECT ?term ?label (LANG(?label) AS ?language) {{
  GRAPH <{GRAPHS["ontology"]}> {{ ?term <{RDFS}label> ?label }}
}}"""


@dataclass(frozen=True)
class Retirement:
    """That an IRI names nothing any more: since when, why (by language), what stands in its place ('' for nothing)."""

    successor: str
    date: str
    reason: Mapping[str, str]


class Things(Protocol):
    """The documents of a graph: IRIs relative to the base, without `#`."""

    def __contains__(self, name: object) -> bool: ...

    def __iter__(self) -> Iterator[str]: ...

    def fragments_of(self, document: str) -> tuple[str, ...]:
        """The things that a document describes besides its own, by their fragments."""
        ...


class Listed:
    """All things of a graph, listed once: the fewest questions."""

    def __init__(self, engine: Engine, graphs: Sequence[str] | None) -> None:
        found: dict[str, list[str]] = {}
        for row in _rows(engine, _SUBJECTS, graphs):
            document, _, fragment = row["s"].removeprefix(BASE).partition("#")
            found.setdefault(document, []).extend([fragment] if fragment else [])
        self._fragments = {document: tuple(sorted(own, key=_in_order)) for document, own in found.items()}

    def __contains__(self, name: object) -> bool:
        return name in self._fragments

    def __iter__(self) -> Iterator[str]:
        return iter(self._fragments)

    def fragments_of(self, document: str) -> tuple[str, ...]:
        """The things that a document describes besides its own, by their fragments."""
        return self._fragments.get(document, ())


class LookedUp:
    """The things of a graph that is too large to list them all for one page; each is looked up when it is asked for.

    Fragments are found by the links that lead to them from their document. Who goes through all has them listed.
    """

    def __init__(self, engine: Engine, graphs: Sequence[str] | None) -> None:
        self._engine, self._graphs = engine, graphs
        self._found: LRUCache[str, bool] = LRUCache(_REMEMBERED)
        self._lock = threading.Lock()

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not (iri := _iri(name)):
            return False
        with self._lock:
            if name in self._found:
                return bool(self._found[name])
        content = self._engine.ask(Question(f"ASK {{ {iri} ?p ?o }}", "json", None, self._graphs)).whole()
        is_there = bool(json.loads(content)["boolean"])
        with self._lock:
            self._found[name] = is_there
        return is_there

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def fragments_of(self, document: str) -> tuple[str, ...]:
        """The things that a document describes besides its own, by their fragments."""
        start = f"{BASE}{document}#"
        found: set[str] = set()
        todo = {BASE + document}
        while todo:
            values = " ".join(f"<{iri}>" for iri in sorted(todo))
            query = _PARTS.format(values=values, start=start)
            found |= todo
            todo = {row["o"] for row in _rows(self._engine, query, self._graphs)} - found
        return tuple(sorted((iri.removeprefix(start) for iri in found - {BASE + document}), key=_in_order))

    @cached_property
    def _listed(self) -> Listed:
        return Listed(self._engine, self._graphs)


@dataclass(frozen=True)
class Inventory:
    """The documents with the fragments that each describes, and the retired.

    `labels` are those of the ontology's terms: IRI -> language -> words.
    """

    things: Things
    retired: Mapping[str, Retirement]
    labels: Mapping[str, Mapping[str, str]]

    def __contains__(self, name: object) -> bool:
        """Whether something has a description: `architecture/resnet`, `dataset`."""
        return name not in self.retired and name in self.things

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.things if name not in self.retired)

    @property
    def is_listed(self) -> bool:
        """Whether it costs nothing to go through all of it."""
        return isinstance(self.things, Listed)


def taken(engine: Engine, graphs: Sequence[str] | None) -> Inventory:
    """The inventory of the engine's present state; `graphs` is the default graph to ask, None for the engine's own."""
    labels: dict[str, dict[str, str]] = {}
    for row in _rows(engine, _LABELS, None):
        labels.setdefault(row["term"], {})[row["language"]] = row["label"]
    kind = Listed if sum(engine.graph_sizes().values()) <= LISTED_QUADS else LookedUp
    return Inventory(kind(engine, graphs), _retired(engine, graphs), labels)


def _iri(name: str) -> str:
    """A name as an IRI of SPARQL; empty where it cannot be one."""
    try:
        return str(NamedNode(BASE + name))
    except ValueError:
        return ""


def _retired(engine: Engine, graphs: Sequence[str] | None) -> dict[str, Retirement]:
    found: dict[str, Retirement] = {}
    for row in _rows(engine, _RETIRED, graphs):
        if row["thing"].startswith(BASE):
            name = row["thing"].removeprefix(BASE)
            reasons = {**found[name].reason} if name in found else {}
            reasons |= {row["language"]: row["reason"]} if "reason" in row else {}
            found[name] = Retirement(row.get("successor", "").removeprefix(BASE), row.get("date", ""), reasons)
    return found


def _in_order(fragment: str) -> tuple[int, str]:
    """Numbered parts in the order of their numbers."""
    return len(fragment), fragment


def _rows(engine: Engine, query: str, graphs: Sequence[str] | None) -> list[dict[str, str]]:
    content = engine.ask(Question(query, "json", None, default_graphs=graphs)).whole()
    return [{name: cell["value"] for name, cell in row.items()} for row in json.loads(content)["results"]["bindings"]]
