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


_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/([0-9]{4}\.[0-9]{4,5})")


@dataclass(frozen=True)
class RepairedEntry:
    """An entry of the list after its repairs: name and date that hold, and the paper that an unrepaired link leads to.

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
    seen: set[tuple[str, str]] = set()
    for row in catalogue.tables["repairs"]:
        entry = entries.get(row["entry"])
        if (row["entry"], row["field"]) in seen:
            cure = "make one row of the two"
            yield _finding(row, "broken-repair", f"{row['field']} of {row['entry']} is repaired twice", cure)
        seen.add((row["entry"], row["field"]))
        if entry is None or row["field"] not in FIELDS or row["category"] not in CATEGORIES:
            message = f"'{row['entry']}', '{row['field']}' or '{row['category']}' is unknown"
            cure = f"fields: {', '.join(FIELDS)}; categories: {', '.join(CATEGORIES)}; entries: entries.tsv"
            yield _finding(row, "broken-repair", message, cure)
            continue
        if row.get("statedValue") not in stated(entry, catalogue, row["field"]):
            message = f"the list does not state '{row.get('statedValue')}' in {row['field']} of {row['entry']}"
            yield _finding(row, "repair-misquotes", message, "copy the value from entries.tsv or occurrences.tsv")
        if row["statedValue"] == row["repairedValue"] or _says_the_same_day(row):
            yield _finding(row, "repair-repairs-nothing", "stated and repaired value are the same", "take it away")


def disagreements(catalogue: Catalogue) -> Iterator[Finding]:
    """Entry plus repair gives the record: a name of it, a date around its own, a link to its paper."""
    for entry in catalogue.tables["entries"]:
        record = catalogue.records.get(entry["denotes"])
        if record is None or record.folder != "architectures":
            message = f"'{entry['denotes']}' has no record as a method"
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
    stated_date = _date(holds.date)
    if holds.date and stated_date is None:
        yield "statedDate", f"'{holds.date}' is not a date as the list writes them"
    elif stated_date and born and not born.is_within(stated_date):
        yield "statedDate", f"the list says {holds.date}, the record {born.text}"
    paper = record.fields["introducedIn"]
    if holds.leads_to not in ("", paper) and born and _published(catalogue, holds.leads_to) != born.text:
        yield "statedLink", f"the list leads to {holds.leads_to}, the record to {paper}"


def _published(catalogue: Catalogue, paper: str) -> str:
    record = catalogue.records.get(paper)
    return record.fields["published"] if record else ""


def _date(text: str) -> PartialDate | None:
    """The date that an entry states or that a repair gives; None when it cannot be read."""
    try:
        return parse_date(text) if re.match(r"[0-9]{4}", text) else parse_stated(text)
    except ValueError:
        return None


def _says_the_same_day(repair: Row) -> bool:
    before, after = _date(repair["statedValue"]), _date(repair["repairedValue"])
    return repair["field"] == "statedDate" and before is not None and after is not None and after.is_within(before)


def misplaced_entries(catalogue: Catalogue) -> Iterator[Finding]:
    """Every entry stands in a version of the list, its link leads where it says, headings mean what has a record."""
    placed = {row["entry"] for row in catalogue.tables["occurrences"]}
    for entry in catalogue.tables["entries"]:
        if entry["entry"] not in placed:
            cure = "add its line to occurrences.tsv"
            yield _finding(entry, "entry-without-place", f"{entry['entry']} stands in no version of the list", cure)
        link = _ARXIV.search(entry["statedLink"])
        if link and entry.get("leadsTo") != f"paper/arxiv-{link.group(1)}" and entry.get("leadsTo"):
            cure = f"write paper/arxiv-{link.group(1)} in column leadsTo"
            yield _finding(entry, "link-misread", f"the link names arXiv {link.group(1)}, not {entry['leadsTo']}", cure)
    for heading in catalogue.tables["headings"]:
        if heading.get("means") and heading["means"] not in catalogue.records:
            cure = "correct column means, or write the record"
            yield _finding(heading, "dangling-reference", f"'{heading['means']}' has no record", cure)


def names(record: Record) -> set[str]:
    """Every name of a record in every language, labels and full names, aliases, former names; misspellings are none."""
    found: set[str] = set()
    for key in ("label", "fullName"):
        found.update(record.fields.get(key, {}).values())
    for key in ("alias", "formerName"):
        for values in record.fields.get(key, {}).values():
            found.update(values)
    return found
