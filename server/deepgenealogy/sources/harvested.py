"""What was harvested from packages: one folder of tables a source below `data/harvested`, one row a fact.

The tables are the whole interface between the harvesters, which write them, and the graph, which loads them. `file`
is a path within a pinned package (`transformers/models/qwen2/modular_qwen2.py`), `line` counts from 1.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from ..errors import Finding
from .decided import sound
from .documents import Row, read_table

FOLDER = "harvested"

#: Table -> its columns; the first ones make a row unique. Every table but `packages` names its evidence.
COLUMNS = {
    "packages": "package version use sha256 built",
    "architectures": "architecture prefix coreClasses file line",
    "names": "architecture name file line",
    "aliases": "architecture alias file line",
    "papers": "architecture arxiv title file line",
    "dates": "architecture date basis file line",
    "tasks": "architecture task type file line",
    "datasets": "architecture dataset file line",
    "inputs": "architecture owner type file line",
    "components": "architecture component role type file line",
    "reuse": "child parent mechanism childClass parentClass part file line",
    "lineage": "child parent words file line",
    "claims": "child parent claim rule certainty core of file line",
}

#: Tables that hold what a package says; the others say where it came from (packages) and what follows (claims).
FACTS = tuple(name for name in COLUMNS if name not in ("packages", "claims"))

#: What people decided, for all sources: see data/harvested/review/README.md.
REVIEW_COLUMNS = {
    "identity": "source architecture verdict slug reviewer date reason",
    "papers": "source architecture arxiv title reviewer date reason",
    "tasks": "source task slug reason",
    "decisions": "source child parent verdict reviewer date reason evidence read",
    "sample": "source child parent rule verdict evidence reason",
    "blind": "source child parent tier verdict evidence reason",
    "anew": "source child parent verdict evidence reason",
    "recall": "child parent evidence basis",
}


@dataclass(frozen=True)
class Harvest:
    """What one source gave: its tables by name."""

    source: str
    tables: dict[str, list[Row]]

    @property
    def versions(self) -> dict[str, str]:
        """The version of each package whose code was read."""
        return {row["package"]: row["version"] for row in self.rows("packages") if row["use"] == "code"}

    def place(self, row: Row) -> str:
        """Where a row stands, for people: `transformers 5.23.0, models/qwen2/modular_qwen2.py:43`."""
        head, _, rest = row["file"].partition("/")
        name = f"{head} {version}" if (version := self.versions.get(head)) else re.sub(r"-(?=[0-9])", " ", head)
        return f"{name}, {rest}:{row['line']}"

    def rows(self, table: str) -> list[Row]:
        """The rows of one table; empty where the source has none."""
        return self.tables.get(table, [])


def read_harvests(root: Path) -> list[Harvest]:
    """Every harvest in `root/data/harvested`, by name of its source. Raises SourcesRefused for a table that is none."""
    folders = sorted((root / "data" / FOLDER).glob("*/packages.tsv"))
    return [Harvest(path.parent.name, _tables(root, path.parent, COLUMNS)) for path in folders]


def read_reviews(root: Path) -> dict[str, list[Row]]:
    """What people decided about harvests, by table. Raises SourcesRefused for a decision that is none."""
    found = _tables(root, root / "data" / FOLDER / "review", REVIEW_COLUMNS)
    return found | ({"decisions": sound(found["decisions"])} if "decisions" in found else {})


def _tables(root: Path, folder: Path, columns: dict[str, str]) -> dict[str, list[Row]]:
    return {
        name: read_table(path, shown_as=path.relative_to(root).as_posix(), columns=heading.split())
        for name, heading in columns.items()
        if (path := folder / f"{name}.tsv").is_file()
    }


def table_text(columns: str, rows: Iterable[Iterable[object]]) -> str:
    """A table as it lies in a file: header, then the rows, sorted, each once.

    >>> table_text("a b", [("2", "y"), ("1", "x"), ("1", "x")])
    'a\\tb\\n1\\tx\\n2\\ty\\n'
    """
    lines = {"\t".join(map(_cell, row)) for row in rows}
    return "".join(f"{line}\n" for line in ["\t".join(columns.split()), *sorted(lines)])


def _cell(value: object) -> str:
    return " ".join(str(value).split())


class Cells(Protocol):
    """A row of a table, wherever it comes from."""

    def __getitem__(self, column: str, /) -> str:
        """The cell in a column."""


_Cells = TypeVar("_Cells", bound=Cells)


def first_dates(rows: Iterable[_Cells]) -> dict[str, _Cells]:
    """Architecture -> the row of its date: that of its paper where there is one, else the earliest."""
    found: dict[str, _Cells] = {}
    for row in sorted(rows, key=lambda row: (row["basis"] != "paper", row["date"])):
        found.setdefault(row["architecture"], row)
    return found


def unresolved(harvest: Harvest) -> Iterable[Finding]:
    """Rows about an architecture that the harvest does not hold."""
    known = {row["architecture"] for row in harvest.rows("architectures")}
    for name in ("names", "papers", "dates", "tasks", "inputs", "components", "reuse", "claims"):
        for row in harvest.rows(name):
            for column in ("architecture", "owner", "component", "child", "parent"):
                if (key := row.get(column)) and key not in known:
                    message = f"{column} '{key}' is in no row of architectures.tsv"
                    yield Finding(row.file, row.line, "unharvested", message, "harvest the source again")
