"""The genealogy list as stated, its repairs, and what follows from both: entry plus repair must give the record.

Every difference between the list and a record is a repair in `repairs.tsv`; a difference without a repair, and a
repair without a difference, are findings. A date is different when the record's date is not within the stated one:
a day inside a stated month makes it more exact, not wrong. A missing date is no statement.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Finding
from .dates import PartialDate, parse_date, parse_stated
from .documents import Row
from .records import Catalogue, Record

FIELDS = ("statedName", "statedDate", "statedLink", "inSection")
CATEGORIES = (
    "wrong-link",
    "later-paper",
    "malformed-link",
    "wrong-date",
    "revision-date",
    "later-paper-date",
    "misspelt-name",
    "not-the-papers-name",
    "colliding-name",
    "algorithm-among-architectures",
    "heading-is-architecture",
    "heading-means-nothing",
    "wrong-branch",
)


@dataclass(frozen=True)
class RepairedEntry:
    """An entry of the list after its repairs: the name and date that hold, and the paper that an unrepaired link leads to.

    Each is text, '' for none.
    """

    name: str
    date: str
    leads_to: str


def stated(entry: Row, catalogue: Catalogue, field: str) -> list[str]:
    """What the list states in one field of an entry; the section can differ between versions."""
    if field != "inSection":
        return [entry.get(field)]
    rows = catalogue.tables["occurrences"]
    return [row.get("inSection") for row in rows if row["entry"] == entry["entry"]]


def repaired(entry: Row, repairs: list[Row]) -> RepairedEntry:
    """The entry with its repairs applied."""
    own = {row["field"]: row["repairedValue"] for row in repairs if row["entry"] == entry["entry"]}
    return RepairedEntry(
        own.get("statedName", entry.get("statedName")),
        own.get("statedDate", entry.get("statedDate")),
        "" if "statedLink" in own else entry.get("leadsTo"),
    )


def _finding(row: Row, rule: str, message: str, cure: str) -> Finding:
    return Finding(row.file, row.line, rule, message, cure)


def broken_repairs(catalogue: Catalogue) -> Iterator[Finding]:
    """A repair names an entry and a field, states what the list states, and changes it."""
    entries = {row["entry"]: row for row in catalogue.tables["entries"]}
    for row in catalogue.tables["repairs"]:
        entry = entries.get(row["entry"])
        if entry is None or row["field"] not in FIELDS or row["category"] not in CATEGORIES:
            message = f"'{row['entry']}', '{row['field']}' or '{row['category']}' is unknown"
            cure = f"fields: {', '.join(FIELDS)}; categories: {', '.join(CATEGORIES)}; entries: entries.tsv"
            yield _finding(row, "broken-repair", message, cure)
            continue
        if row.get("statedValue") not in stated(entry, catalogue, row["field"]):
            message = f"the list does not state '{row.get('statedValue')}' in {row['field']} of {row['entry']}"
            yield _finding(row, "repair-misquotes", message, "copy the value from entries.tsv or occurrences.tsv")
        if row.get("statedValue") == row.get("repairedValue"):
            yield _finding(row, "repair-repairs-nothing", "stated and repaired value are the same", "take it away")


def disagreements(catalogue: Catalogue) -> Iterator[Finding]:
    """Entry plus repair gives the record: its name among the record's names, its date around the record's, its link the paper's."""
    for entry in catalogue.tables["entries"]:
        record = catalogue.records.get(entry["denotes"])
        if record is None:
            message = f"'{entry['denotes']}' has no record"
            yield _finding(entry, "entry-without-record", message, "write the record of what the entry denotes")
            continue
        holds = repaired(entry, catalogue.tables["repairs"])
        for field, problem in _differences(catalogue, record, holds):
            cure = f"correct {record.document.file}, or add a row for {field} to repairs.tsv"
            yield _finding(entry, "unrepaired-difference", f"{entry['entry']}: {problem}", cure)


def _differences(catalogue: Catalogue, record: Record, holds: RepairedEntry) -> Iterator[tuple[str, str]]:
    name = re.split(r": | \(", holds.name)[0]
    if name not in names(record):
        yield "statedName", f"the record is not called '{name}'"
    born = catalogue.introduced(record)
    if holds.date and born and not born.is_within(_date(holds.date)):
        yield "statedDate", f"the list says {holds.date}, the record {born.text}"
    paper = record.fields["introducedIn"]
    if holds.leads_to not in ("", paper) and born and _published(catalogue, holds.leads_to) != born.text:
        yield "statedLink", f"the list leads to {holds.leads_to}, the record to {paper}"


def _published(catalogue: Catalogue, paper: str) -> str:
    record = catalogue.records.get(paper)
    return record.fields["published"] if record else ""


def _date(text: str) -> PartialDate:
    return parse_date(text) if re.match(r"\d{4}", text) else parse_stated(text)


def names(record: Record) -> set[str]:
    """Every name of a record in every language, labels and full names, aliases, former names; misspellings are none."""
    found: set[str] = set()
    for key in ("label", "fullName"):
        found.update(record.fields.get(key, {}).values())
    for key in ("alias", "formerName"):
        for values in record.fields.get(key, {}).values():
            found.update(values)
    return found
