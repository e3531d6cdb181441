"""The records of a sources folder, found to be of their shape: the catalogue that everything else is made from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Finding, SourcesRefused
from ..vocabulary import SEGMENTS
from .conformance import breaches
from .dates import PartialDate, parse_date
from .documents import Document, Place, Row, read_table, read_yaml
from .mappings import MappingSet, read_mappings
from .shapes import SHAPES

#: Tables by name, and where they lie: what the genealogy list states, where, what its headings mean, what was repaired;
#: the second pass over every edge; and the IRIs that name nothing any more.
TABLES = {
    "entries": "sources/genealogy/entries.tsv",
    "occurrences": "sources/genealogy/occurrences.tsv",
    "headings": "sources/genealogy/headings.tsv",
    "repairs": "sources/genealogy/repairs.tsv",
    "reviews": "reviews/second-pass.tsv",
    "retired": "retired.tsv",
}

#: The columns of each table; a row may leave empty only those in brackets.
COLUMNS = {
    "entries": "entry statedName [statedDate] statedLink denotes [leadsTo]",
    "occurrences": "entry inVersion [inSection] onLine",
    "headings": "heading [inSection] versions onLine kind [means] remark@en remark@zh",
    "repairs": "entry field category statedValue repairedValue reason@en reason@zh source",
    "reviews": "child other first [firstCertainty] second [secondCertainty] [secondRead] [secondReadAt]"
    " agreement settled [settledCertainty] [secondReason]",
    "retired": "iri [successor] date reason@en reason@zh",
}


@dataclass(frozen=True)
class Record:
    """One file of data: the folder it lies in (below `data/`), its slug, and what it says."""

    folder: str
    slug: str
    document: Document

    @property
    def id(self) -> str:
        """Its IRI relative to the base, e.g. `architecture/resnet`; the way other records refer to it."""
        return f"{SEGMENTS.get(self.folder.rpartition('/')[2], self.folder)}/{self.slug}"

    @property
    def fields(self) -> dict[str, Any]:
        """Its keys and values, as text."""
        return self.document.value

    def finding(self, place: Place, rule: str, message: str, cure: str) -> Finding:
        """A finding about one place of this record."""
        return Finding(self.document.file, self.document.line(place), rule, message, cure)


@dataclass(frozen=True)
class Catalogue:
    """Everything that the sources say: records by id, the tables, and the mapping sets by name."""

    root: Path
    records: dict[str, Record]
    tables: dict[str, list[Row]]
    mappings: dict[str, MappingSet]

    def of(self, folder: str) -> list[Record]:
        """The records of one folder (below `data/`), sorted by slug."""
        return sorted((r for r in self.records.values() if r.folder == folder), key=lambda r: r.slug)

    def introduced(self, architecture: Record) -> PartialDate | None:
        """When a method was introduced: as its record says, else the first publication of its paper."""
        if "introduced" in architecture.fields:
            return parse_date(architecture.fields["introduced"])
        paper = self.records.get(architecture.fields["introducedIn"])
        return parse_date(paper.fields["published"]) if paper else None


def read_catalogue(root: Path) -> Catalogue:
    """The catalogue in `root/data`. Raises SourcesRefused with every breach of shape in every file."""
    records: dict[str, Record] = {}
    findings: list[Finding] = []
    for folder in SHAPES:
        for record in _records(root, folder, findings):
            records[record.id] = record
    tables = {name: _table(root, name, findings) for name in TABLES}
    mappings = read_mappings(root, findings)
    if findings:
        raise SourcesRefused(findings)
    return Catalogue(root, records, tables, mappings)


def _records(root: Path, folder: str, findings: list[Finding]) -> Iterator[Record]:
    for path in sorted((root / "data" / folder).glob("*.yaml")):
        try:
            document = read_yaml(path, shown_as=path.relative_to(root).as_posix())
        except SourcesRefused as refusal:
            findings += refusal.findings
            continue
        findings += breaches(document, SHAPES[folder])
        yield Record(folder, path.stem, document)


def _table(root: Path, name: str, findings: list[Finding]) -> list[Row]:
    path = root / "data" / TABLES[name]
    if not path.is_file():
        return []
    shown_as = path.relative_to(root).as_posix()
    columns = COLUMNS[name].split()
    try:
        rows = read_table(path, shown_as=shown_as, columns=[column.strip("[]") for column in columns])
        findings += _empty_cells(rows, [column for column in columns if not column.startswith("[")])
        return rows
    except SourcesRefused as refusal:
        findings += refusal.findings
        return []


def _empty_cells(rows: list[Row], required: list[str]) -> Iterator[Finding]:
    for row in rows:
        for column in required:
            if not row.get(column):
                cure = "fill it, or take the row away"
                yield Finding(row.file, row.line, "empty-cell", f"column '{column}' is empty", cure)


def list_of(value: object) -> Iterable[Any]:
    """`value` if it is a list, else nothing: how to walk an optional key."""
    return value if isinstance(value, list) else ()
