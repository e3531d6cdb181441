"""YAML and TSV files as plain text values, each with the line where it stands.

Everything is text (`yaml.BaseLoader`): `2015-12` stays `2015-12`, `no` stays `no`. What a value means is unknown here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..errors import Finding, SourcesRefused

#: How to reach a value inside a document: keys and list positions, e.g. `("derivation", 0, "parent")`.
Place = tuple[str | int, ...]

#: The parser in C where PyYAML has it, which is ten times as fast; both leave values as they are written.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Document:
    """One file: its path as findings show it, its value, and the line of each place in it."""

    file: str
    value: dict[str, Any]
    lines: dict[Place, int] = field(repr=False)

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(path: Path, *, shown_as: str) -> Document:
    """The document in one YAML file. Raises SourcesRefused when it is not a mapping of text.

    The shape: mappings become dicts, sequences lists, everything else text.
    """
    return parse_yaml(_text_of(path, shown_as), shown_as=shown_as)


def _text_of(path: Path, shown_as: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise _refusal(shown_as, 1, "not-yaml", f"this is not YAML in UTF-8: {problem}") from problem


def parse_yaml(text: str, *, shown_as: str, with_aliases: bool = False) -> Document:
    """The document in a text of YAML, as `read_yaml` gives it; aliases are followed only where they are asked for."""
    try:
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as problem:
        raise _syntax_refusal(text, shown_as) or _refusal(
            shown_as, 1, "not-yaml", f"this is not YAML: {problem.problem}"
        ) from problem
    except yaml.YAMLError as problem:
        raise _refusal(shown_as, 1, "not-yaml", f"this is not YAML in UTF-8: {problem}") from problem
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(shown_as, 1, "not-a-mapping", "a record is a mapping of keys to values")
    if not with_aliases and _has_alias(text):
        raise _refusal(shown_as, 1, "alias", "a record holds no aliases (&name, *name)")
    lines: dict[Place, int] = {}
    return Document(shown_as, _mapping(node, (), lines, shown_as), lines)


def _syntax_refusal(text: str, shown_as: str) -> SourcesRefused | None:
    """The refusal in the words of the parser in Python, which are the clearer ones; None if it finds nothing wrong."""
    try:
        yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        return _refusal(shown_as, mark.line + 1 if mark else 1, "not-yaml", f"this is not YAML: {problem.problem}")
    except yaml.YAMLError as problem:
        return _refusal(shown_as, 1, "not-yaml", f"this is not YAML in UTF-8: {problem}")
    return None


def _has_alias(text: str) -> bool:
    """Whether a value is an alias; a text without a star, as nearly all are, is not parsed again to know it."""
    return "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.BaseLoader))


def _refusal(file: str, line: int, rule: str, message: str) -> SourcesRefused:
    return SourcesRefused([Finding(file, line, rule, message, "mend the file; CONTRIBUTING.md shows a record")])


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], file: str) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, n), lines, file) for n, item in enumerate(node.value)]
    return node.value


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int], file: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in result:
            raise _refusal(file, line, "duplicate-key", f"key '{key}' stands twice")
        lines[(*place, key)] = line
        result[key] = _value(value_node, (*place, key), lines, file)
    return result


@dataclass(frozen=True)
class Row:
    """One row of a table: its file and line, and its cells by column name (empty cells are left out)."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str:
        """The cell, or the empty text where there is none."""
        return self.cells.get(column, "")


def read_table(path: Path, *, shown_as: str, columns: list[str] | None = None) -> list[Row]:
    """The rows of a TAB separated file below its header (`columns`, if given). Raises SourcesRefused.

    Lines before the header that begin with `#` are left out: SSSOM keeps its metadata there.
    """
    try:
        lines = path.read_bytes().decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError as problem:
        raise _refusal(shown_as, 1, "not-utf-8", f"this is not UTF-8: {problem}") from problem
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = "".join(lines[start : start + 1])
    if not header:
        raise _refusal(shown_as, start + 1, "no-header", "the first line must name the columns")
    named = header.split("\t")
    if columns is not None and named != columns:
        message = f"the columns must be {', '.join(columns)}, not {', '.join(named)}"
        raise _refusal(shown_as, start + 1, "wrong-columns", message)
    return list(_rows(named, lines[start + 1 :], file=shown_as, first=start + 2))


def _rows(columns: list[str], lines: list[str], *, file: str, first: int) -> Iterator[Row]:
    for number, line in enumerate(lines, start=first):
        cells = line.split("\t")
        if len(cells) != len(columns):
            message = f"{len(cells)} cells where the header names {len(columns)} columns"
            raise _refusal(file, number, "not-a-row", message)
        yield Row(file, number, {name: cell for name, cell in zip(columns, cells, strict=True) if cell})
