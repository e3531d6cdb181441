"""Where a list takes its rows from: all of them held in memory; of a large graph only those that a page shows.

A large graph is asked in the same words as people ask: which are the rows of this page in this order, what is said of
them, and how many there are. It sorts by names and values in one language as `Member.sort_key` does, but for what has
several values (the first counts) or no label (its IRI counts).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from ..engine.interface import Question
from ..graph.context import expand, read_context
from ..graph.quads import triples_of as triples_of_nodes
from ..vocabulary import BASE, OWL, RDFS
from .desk import Desk
from .listings import (
    Column,
    Listing,
    Member,
    Told,
    constructed,
    labels_in,
    labels_of,
    members_of,
    members_pattern,
    triples_of,
)

#: So many rows stand on a page.
PAGE = 50

#: What a parameter names, where it is not called by the segment of its things.
TARGETS = {"parent": "architecture", "child": "architecture", "component": "architecture"}

_RETIRED = f"MINUS {{ ?s <{OWL}deprecated> true }}"

#: By what names are sorted: those in one language before those in others.
_NAME = "CONCAT(IF(LANG(?l) = '%s', '0', '1'), LCASE(STR(?l)))"


@dataclass(frozen=True)
class Choice:
    """What of a list is asked for: the column it is sorted by ('' for any order), backwards or not, what narrows it."""

    sort: str
    backwards: bool
    only: tuple[tuple[Column, str], ...]


@dataclass(frozen=True)
class Chosen:
    """Rows of a list in order, how many there are in all, the columns with something in them, and what was told."""

    rows: list[Member]
    total: int
    columns: list[Column]
    told: Told


class Shelf(Protocol):
    """What a list takes its rows from. `is_whole`: whether it gives all rows at once where no number is wanted, and
    has them in order anyway.
    """

    is_whole: bool

    def chosen(self, choice: Choice, first: int, count: int | None) -> Chosen:
        """So many rows (None for all) from the one numbered `first` on."""
        ...


def shelf_of(listing: Listing, where: Desk, spoken: str) -> Shelf:
    """The shelf of a list in one language."""
    return (Held if where.inventory().is_listed else Asked)(listing, where, spoken)


class Held:
    """All rows, made once for each state of the data."""

    is_whole = True

    def __init__(self, listing: Listing, where: Desk, spoken: str) -> None:
        labels = where.made("labels", lambda: labels_of(where))
        quads = where.made(f"triples {listing.segment}", lambda: triples_of(listing, where))
        self._listing, self._told = listing, Told(quads, labels)
        self.rows: list[Member] = where.made(
            f"list {listing.segment} {spoken}", lambda: members_of(listing, where, spoken, self._told)
        )

    def chosen(self, choice: Choice, first: int, count: int | None) -> Chosen:
        """So many rows (None for all) from the one numbered `first` on."""
        rows = [row for row in self.rows if all(agrees(row.raw.get(c.key, ()), value) for c, value in choice.only)]
        rows.sort(key=lambda row: row.sort_key(choice.sort), reverse=choice.backwards)
        rows.sort(key=lambda row: bool(row.sort_key(choice.sort)[0]))  # nothing comes last, backwards too
        shown = rows[first:] if count is None else rows[first : first + count]
        return Chosen(shown, len(rows), filled(self._listing, rows), self._told)


def filled(listing: Listing, rows: Iterable[Member]) -> list[Column]:
    """The columns in which one of the rows has something."""
    held = {key for row in rows for key in row.raw}
    return [column for column in listing.columns if column.counts or column.key in held]


def agrees(values: Iterable[str], wanted: str) -> bool:
    """Whether one of the values is wanted: as it stands, or without its kind."""
    return any(wanted in (value, value.partition("/")[2] or value) for value in values)


@dataclass(frozen=True)
class _Key:
    """The pattern that binds what rows are sorted by, and what is made of it, several values or none."""

    pattern: str
    made: str


class Asked:
    """The rows of one page, looked up in the graph."""

    is_whole = False

    def __init__(self, listing: Listing, where: Desk, spoken: str) -> None:
        self._listing, self._where, self._spoken = listing, where, spoken
        self._context = read_context(where.root)

    def chosen(self, choice: Choice, first: int, count: int | None) -> Chosen:
        """So many rows from the one numbered `first` on; None for a page."""
        pattern = f"{members_pattern(self._listing, 's', self._where)} {self._narrowed(choice)} {_RETIRED}"
        page = f"LIMIT {PAGE if count is None else count} OFFSET {first}"
        if not choice.sort:
            found = self._rows(f"SELECT DISTINCT ?s {{ {pattern} }} {page}")
        else:
            key, way = self._key(choice.sort), "DESC" if choice.backwards else "ASC"
            order = f"GROUP BY ?s ORDER BY (!BOUND(?key)) {way}(?key) STR(?s)"  # nothing comes last, backwards too
            found = self._rows(f"SELECT ?s ({key.made} AS ?key) {{ {pattern} {key.pattern} }} {order} {page}")
        return self._chosen([row["s"] for row in found], self._total(pattern, choice))

    def _total(self, pattern: str, choice: Choice) -> int:
        def counted() -> int:
            return int(self._rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {pattern} }}")[0]["n"])

        return counted() if choice.only else self._where.made(f"size of {self._listing.segment}", counted)

    def _chosen(self, iris: Sequence[str], total: int) -> Chosen:
        if not iris:
            return Chosen([], total, [], Told([], {}))
        quads = constructed(self._where.engine, self._listing.question_about(iris, self._context), self._where.union)
        mentioned = {term.value for q in quads for term in (q.subject, q.object) if isinstance(term, NamedNode)}
        labels = labels_in(self._where, [iri for iri in mentioned if iri.startswith(BASE)])
        counts = {column.name: self._counts(column, iris) for column in self._listing.columns if column.counts}
        told = Told(quads, labels, counts)
        rows = members_of(self._listing, self._where, self._spoken, told)
        place = {iri.removeprefix(BASE): number for number, iri in enumerate(iris)}
        rows.sort(key=lambda row: place[row.iri])
        return Chosen(rows, total, filled(self._listing, rows), told)

    def _counts(self, column: Column, iris: Iterable[str]) -> dict[str, int]:
        values = " ".join(f"<{iri}>" for iri in iris)
        pattern = f"VALUES ?o {{ {values} }} ?s {self._iri(column)} ?o"
        found = self._rows(f"SELECT ?o (COUNT(DISTINCT ?s) AS ?n) {{ {pattern} }} GROUP BY ?o")
        return {row["o"].removeprefix(BASE): int(row["n"]) for row in found}

    def _iri(self, column: Column) -> str:
        return f"<{expand(self._context, column.key)}>"

    def _key(self, sort: str) -> "_Key":
        """What rows are sorted by."""
        column = self._listing.column(sort)
        if column is None:
            return _Key(f"OPTIONAL {{ ?s <{RDFS}label> ?l }}", f"MIN({_NAME % self._spoken})")
        if column.counts:
            return _Key(f"OPTIONAL {{ ?k {self._iri(column)} ?s }}", "COUNT(DISTINCT ?k)")
        if column.is_number:
            return _Key(f"OPTIONAL {{ ?s {self._iri(column)} ?k }}", "MIN(?k)")
        label = f"OPTIONAL {{ ?v <{RDFS}label> ?l FILTER(LANG(?l) = '{self._spoken}') }}"
        return _Key(f"OPTIONAL {{ ?s {self._iri(column)} ?v {label} }}", "MIN(LCASE(STR(COALESCE(?l, ?v))))")

    def _narrowed(self, choice: Choice) -> str:
        return " ".join(
            f"VALUES ?only{number} {{ {' '.join(self._terms(column, value))} }} ?s {self._iri(column)} ?only{number} ."
            for number, (column, value) in enumerate(choice.only)
        )

    def _terms(self, column: Column, value: str) -> list[str]:
        """What the graph may hold for a value that narrows: as the context reads it, with its kind or without."""
        segment = TARGETS.get(column.narrows, column.narrows)
        read = [one for name in (value, f"{segment}/{value}") for one in (name, {"@id": name})]
        nodes = [{"@id": "x", column.key: one} for one in read]
        try:
            found = {str(triple.object) for triple in triples_of_nodes(nodes, self._where.root)}
        except (SyntaxError, ValueError):  # no IRI can be made of it
            found = set()
        return sorted(found | {str(Literal(value))})

    def _rows(self, text: str) -> list[dict[str, str]]:
        question = Question(text, "json", None, default_graphs=self._where.union)
        found = json.loads(self._where.engine.ask(question).whole())["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in found]
