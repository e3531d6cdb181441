"""Retired IRIs, `data/retired.tsv`: an IRI never changes its meaning; one that names nothing any more is kept here.

A row says which IRI (relative to the base, as records refer to things), what stands in its place (empty where nothing
does), since when, and why. What becomes of it over HTTP is unknown here.
"""

import re
from collections.abc import Iterator

from ..errors import Finding
from ..vocabulary import BASE, nearest
from .dates import parse_date
from .documents import Row
from .records import Catalogue, list_of

#: The key of a record's list -> the segment of its claims' IRIs, and the key that holds the other end.
_CLAIMS = {
    "derivation": ("derivation", "parent"),
    "rejectedDerivation": ("derivation", "parent"),
    "use": ("use", "component"),
}

_IRI = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]*")


def living(catalogue: Catalogue) -> set[str]:
    """The IRIs, relative to the base, of all records and of the claims in them."""
    claims = {
        f"{segment}/{record.slug}--{str(item.get(end, '')).partition('/')[2]}"
        for record in catalogue.of("architectures")
        for key, (segment, end) in _CLAIMS.items()
        for item in list_of(record.fields.get(key))
    }
    return set(catalogue.records) | claims


def misstated_retirements(catalogue: Catalogue) -> Iterator[Finding]:
    """What is retired is gone, is retired once, by a day, and its successor is there."""
    alive = living(catalogue)
    rows = {row["iri"]: row for row in reversed(catalogue.tables["retired"])}
    for row in catalogue.tables["retired"]:
        first = rows[row["iri"]]
        for message, cure in (*_of_iri(row, alive, first), *_of_date(row), *_of_successor(row, alive, rows)):
            yield Finding(row.file, row.line, "broken-retirement", message, cure)


def _of_iri(row: Row, alive: set[str], first: Row) -> Iterator[tuple[str, str]]:
    iri = row["iri"]
    if not _IRI.fullmatch(iri):
        yield f"'{iri}' is no IRI relative to {BASE}", "write it as records do: architecture/old-name"
    elif iri in alive:
        yield f"'{iri}' is retired here and still has a record", "take the row away, or the record"
    if row is not first:
        yield f"'{iri}' is retired on line {first.line} already", "make one row of the two"


def _of_date(row: Row) -> Iterator[tuple[str, str]]:
    try:
        exact = parse_date(row["date"]).datatype == "date"
    except ValueError:
        exact = False
    if not exact:
        yield f"'{row['date']}' is no day", "write the day on which it was retired: 2026-11-23"


def _of_successor(row: Row, alive: set[str], rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
    successor = row.get("successor")
    if not successor or successor in alive:
        return
    if successor in rows:
        cure = f"write its successor '{rows[successor].get('successor')}', or leave the column empty"
        yield f"the successor '{successor}' is retired itself", cure
        return
    near = nearest(successor, alive)
    yield (
        f"the successor '{successor}' has no record",
        f"did you mean '{near[0]}'?" if near else "write its record first",
    )
