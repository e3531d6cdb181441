"""Does every row still stand in the pinned package? The line that a row names is read again, by other means.

The harvesters parse; the replay only looks whether the words of the fact are on the line, so that it cannot repeat a
mistake of theirs.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from ..errors import Finding
from ..sources.harvested import FACTS, FOLDER
from .checkout import is_documented
from .interface import Package, Source
from .tables import folder_of, rows_of

Row = Mapping[str, str]
#: What must stand at the place that a row names, as texts; each must be there.
Anchors = Callable[[Row], Iterator[str]]
#: What a line stands in: (path, lines, number) -> text.
Surroundings = Callable[[str, list[str], int], str]


def _reuse(row: Row) -> Iterator[str]:
    if row["mechanism"] == "copies":
        yield f"Copied from transformers.models.{row['parent']}."
        yield row["parentClass"]
    else:
        yield f"class {row['childClass']}("
        yield row["parentClass"]


def _cell(*columns: str) -> Anchors:
    return lambda row: (row[column] for column in columns)


def _name(row: Row) -> Iterator[str]:
    yield f"[{row['name']}]" if "METADATA" in row["file"] else f'", "{row["name"]}")'


def _date(row: Row) -> Iterator[str]:
    yield row["architecture"]
    yield row["date"]


ANCHORS: dict[str, Anchors] = {
    "architectures": lambda row: iter((f"class {row['prefix']}",)),
    "names": _name,
    "papers": _cell("arxiv", "title"),
    "dates": _date,
    "tasks": lambda row: iter((f'"{row["type"]}"', row["task"].upper().replace("-", "_"))),
    "inputs": lambda row: iter((f'"{row["type"]}"',)),
    "components": lambda row: iter((f'"{row["role"]}": ', f'model_type="{row["type"]}"')),
    "reuse": _reuse,
    "lineage": lambda row: iter((row["words"].rpartition(": ")[2],)),
}


def replay(
    root: Path, source: Source, packages: list[Package], pages: Package | None = None
) -> tuple[int, list[Finding]]:
    """How many rows were looked at, and a finding for each whose place does not hold what it says.

    Rows of documentation are looked at where its pages are at hand.
    """
    looked, findings = 0, []
    line_of = _reader(packages, source.surroundings)
    for table in FACTS:
        for number, row in enumerate(rows_of(folder_of(root, source.name), table), start=2):
            if is_documented(row) and not pages:
                continue
            looked += 1
            there = _on_page(source, pages, row) if is_documented(row) else line_of(row["file"], int(row["line"]))
            if missing := [text for text in _anchors(source, table, row) if text not in there]:
                place = f"{row['file']}:{row['line']}"
                message = f"{place} does not hold '{missing[0]}'"
                file = f"data/{FOLDER}/{source.name}/{table}.tsv"
                findings.append(Finding(file, number, "not-replayed", message, "harvest the source again"))
    return looked, findings


def _anchors(source: Source, table: str, row: Row) -> Iterator[str]:
    if source.documentation and is_documented(row):
        return source.documentation.anchors(table, row)
    return (source.anchors.get(table) or ANCHORS[table])(row)


def _on_page(source: Source, pages: Package | None, row: Row) -> str:
    """What stands at the place of a row of documentation; empty where there is no such page."""
    if not (pages and source.documentation and row["file"] in pages.paths(row["file"])):
        return ""
    return source.documentation.surroundings(pages.text(row["file"]).splitlines(), int(row["line"]))


def _reader(packages: list[Package], surroundings: Surroundings | None = None) -> Callable[[str, int], str]:
    """Gives what stands at a place: the statement that begins on the line, and what it is part of.

    A statement goes on until its brackets are closed. It is part of what the last line at the margin before it begins
    (a table of the code), and of a package that was built on a day.
    """

    @cache
    def lines(file: str) -> tuple[list[str], str]:
        package, path = _owner(packages, file)
        if package is None or path not in package.paths(path):
            return [], ""
        return package.text(path).splitlines(), package.built if path.endswith("/RECORD") else ""

    def place(file: str, line: int) -> str:
        every, built = lines(file)
        if surroundings:
            return f"{surroundings(file, every, line)}\n{built}"
        statement = "".join(_statement(every[line - 1 : line + 40]))
        margin = next((text for text in reversed(every[: line - 1]) if re.match(r"[A-Z]", text)), "")
        return " ".join(f"{margin if '=' in margin else ''} {statement} {built}".split())

    return place


def _statement(lines: list[str]) -> Iterator[str]:
    opened = 0
    for line in lines:
        yield line
        opened += sum(line.count(bracket) for bracket in "([{") - sum(line.count(bracket) for bracket in ")]}")
        if opened <= 0:
            return


def _owner(packages: list[Package], file: str) -> tuple[Package | None, str]:
    """The package that a path is of: named in its first segment (`transformers-4.57.0/…`), else the first package."""
    head, _, rest = file.partition("/")
    if match := re.fullmatch(r"([\w.]+?)-([0-9][\w.]*?)(\.dist-info)?", head):
        package = next((p for p in packages if (p.pin.package, p.pin.version) == (match[1], match[2])), None)
        return package, file if match[3] else rest
    return packages[0], file
