"""Decisions on pairs: one by one or many from a file, checked as a whole before the first is written.

A decision that was read outweighs one that rests on knowledge, and a text that decides nothing undoes none that does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from ..errors import Finding, SourcesRefused
from ..sources.decided import refused_cells
from ..sources.documents import Row, read_table
from ..sources.harvested import FOLDER, REVIEW_COLUMNS, read_reviews, table_text
from ..vocabulary import nearest
from .rules import Pair
from .tables import folder_of, rows_of


@dataclass(frozen=True)
class Decision:
    """What somebody decided on one pair, when and why, and where it was read; the columns of `decisions.tsv`."""

    source: str
    child: str
    parent: str
    verdict: str
    reviewer: str
    date: str
    reason: str
    evidence: str
    read: str

    @property
    def pair(self) -> tuple[str, str, str]:
        """What it is about: source, child and parent."""
        return self.source, self.child, self.parent


#: The columns that a file of decisions must have; others of it are passed over.
FILE_COLUMNS = ("child", "parent", "verdict", "reason", "evidence", "read")
#: What became of a row of a file -> how that is said.
FATES = {
    "written": "written as decisions",
    "unread": "not taken: nothing was read",
    "open": "left open: what was read decides nothing",
    "kept": "not taken: an earlier decision stands that was read",
}


def decide(root: Path, made: Decision) -> Path:
    """Writes one decision, in place of an earlier one on the same pair. Raises SourcesRefused for what cannot be."""
    row = Row("the decision", 1, {name: value for name, value in vars(made).items() if value})
    if findings := list(_findings(root, made.source, [row])):
        raise SourcesRefused(findings)
    return _write(root, [made])


def import_decisions(root: Path, files: Iterable[Path], *, source: str, reviewer: str, day: str) -> Counter[str]:
    """Writes the decisions of TSV files that decide something, and counts the rows by their fate.

    Raises SourcesRefused, with nothing written, when any row of any file is wrong.
    """
    rows = [row for path in files for row in _rows_in(path)]
    if findings := [*_findings(root, source, rows), *_doubled(rows)]:
        raise SourcesRefused(findings)
    earlier = {one.pair: one for one in decisions(root)}
    made = [Decision(source=source, reviewer=reviewer, date=day, **_said(row)) for row in rows]
    fates = [(fate_of(one, earlier.get(one.pair)), one) for one in made]
    _write(root, [one for fate, one in fates if fate == "written"])
    return Counter(fate for fate, _ in fates)


def fate_of(made: Decision, earlier: Decision | None) -> str:
    """What becomes of a row of a file, given the decision that stands on the pair."""
    if made.read == "none":
        return "unread"
    if made.verdict != "candidateDerivation":
        return "written"
    if earlier is None:
        return "open"
    return "written" if earlier.read == "none" else "kept"


def decisions(root: Path) -> list[Decision]:
    """Every decision that stands."""
    columns = REVIEW_COLUMNS["decisions"].split()
    return [Decision(*(row.get(column) for column in columns)) for row in read_reviews(root).get("decisions", [])]


def _write(root: Path, made: Iterable[Decision]) -> Path:
    """The table with these decisions in place of earlier ones on the same pairs; whole or not at all."""
    standing = {one.pair: one for one in decisions(root)} | {one.pair: one for one in made}
    path = root / "data" / FOLDER / "review" / "decisions.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(table_text(REVIEW_COLUMNS["decisions"], map(astuple, standing.values())), encoding="utf-8")
    return beside.replace(path)


def _rows_in(path: Path) -> list[Row]:
    rows = read_table(path, shown_as=str(path))
    header = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r").split("\t")
    if missing := [column for column in FILE_COLUMNS if column not in header]:
        cure = f"the header names at least {', '.join(FILE_COLUMNS)}"
        raise SourcesRefused([Finding(str(path), 1, "wrong-columns", f"no column '{missing[0]}'", cure)])
    return rows


def _said(row: Row) -> Mapping[str, str]:
    return {column: row.get(column) for column in FILE_COLUMNS}


def _findings(root: Path, source: str, rows: Iterable[Row]) -> Iterator[Finding]:
    """What is wrong with rows: names that were not harvested, pairs that share no code, cells that say nothing."""
    folder = folder_of(root, source)
    names = {row["architecture"] for row in rows_of(folder, "architectures")}
    pairs = {(row["child"], row["parent"]) for row in rows_of(folder, "reuse")}
    for row in rows:
        yield from refused_cells(row)
        unknown = [name for name in (row.get("child"), row.get("parent")) if name not in names]
        for name in unknown:
            message = f"there is no harvested architecture '{name}'"
            near = " or ".join(map(repr, nearest(name, names)))
            cure = f"did you mean {near}?" if near else f"see data/{FOLDER}/{source}/architectures.tsv"
            yield Finding(row.file, row.line, "unharvested", message, cure)
        if not unknown and _pair(row) not in pairs:
            message = f"'{row['child']}' takes no class from '{row['parent']}'"
            cure = "leave the pair out: a decision is on a pair of reuse.tsv"
            yield Finding(row.file, row.line, "no-reuse", message, cure)


def _doubled(rows: Iterable[Row]) -> Iterator[Finding]:
    first: dict[Pair, Row] = {}
    for row in rows:
        if (other := first.setdefault(_pair(row), row)) is not row:
            message = f"'{row.get('child')}' and '{row.get('parent')}' stand in {other.file}:{other.line} too"
            yield Finding(row.file, row.line, "duplicate-pair", message, "keep one row a pair")


def _pair(row: Row) -> Pair:
    return row.get("child"), row.get("parent")
