"""Documentation of a source in a folder at hand: read like a package, and pinned by the SHA-256 of all that is read.

No wheel holds it, so it is optional: a harvest without it leaves the rows that came from it as they lie, and a replay
without it passes them over. Their files begin with `docs/`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import HarvestRefused
from ..sources.harvested import COLUMNS, FACTS
from .interface import Fact, Facts, Package, Pin, Source
from .tables import rows_of

#: How the path of every file of documentation begins, in the checkout and in the rows.
START = "docs/"
#: What such a package is read for.
USE = "documentation"
_ADDED = re.compile(r"^\*This model was .* on ([0-9]{4}-[0-9]{2}-[0-9]{2})\.?\*", re.MULTILINE)


@dataclass(frozen=True)
class Checkout:
    """The pages of documentation in a folder, as `interface.Package` wants them."""

    package: str
    #: The folder of the pages in the repository: `docs/source/en/model_doc`.
    within: str
    folder: Path

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        inner = self.folder / self.within
        found = sorted((inner if inner.is_dir() else self.folder).glob("*.md"))
        if not found:
            raise HarvestRefused(f"{self.folder} holds no page: give a checkout, or the folder '{self.within}' of one")
        return {f"{self.within}/{path.name}": path.read_text(encoding="utf-8") for path in found}

    @cached_property
    def pin(self) -> Pin:
        """The package, with the SHA-256 of all pages; its version is how that begins."""
        digest = hashlib.sha256("\0".join(f"{path}\0{text}" for path, text in self._texts.items()).encode()).hexdigest()
        return Pin(self.package, digest[:12], digest, USE)

    @property
    def built(self) -> str:
        """The day on which the latest model was added that a page tells of; empty where none tells of one."""
        return max((day for text in self._texts.values() for day in _ADDED.findall(text)), default="")

    def paths(self, prefix: str = "") -> list[str]:
        """The paths of its pages that begin with `prefix`, sorted."""
        return [path for path in self._texts if path.startswith(prefix)]

    def text(self, path: str) -> str:
        """The text of one page."""
        return self._texts[path]

    def metadata(self, name: str) -> str:
        """Documentation has no metadata."""
        raise HarvestRefused(f"documentation has no {name}")


def checkout(source: Source, folder: Path) -> Checkout:
    """The documentation of a source in a folder. Raises HarvestRefused where the source has none."""
    if not source.documentation:
        raise HarvestRefused(f"nothing is read from the documentation of {source.name}: harvest it without --docs")
    return Checkout(source.documentation.package, source.documentation.within, folder)


def with_documentation(source: Source, facts: Facts, pages: Package | None, folder: Path) -> dict[str, list[Fact]]:
    """The facts with those of the pages, or with those that a former harvest read there."""
    if pages and source.documentation:
        return joined(facts, source.documentation.read(pages, facts))
    return joined(facts, kept(folder))


def kept(folder: Path) -> dict[str, list[Fact]]:
    """The rows of documentation in the tables of a source, and the pin of what they came from; by table."""
    facts = {name: [_fact(name, row) for row in rows_of(folder, name) if is_documented(row)] for name in FACTS}
    pins = [_fact("packages", row) for row in rows_of(folder, "packages") if row["use"] == USE]
    return {name: rows for name, rows in (facts | {"packages": pins}).items() if rows}


def is_documented(row: Mapping[str, str]) -> bool:
    """Whether a row comes from documentation."""
    return row["file"].startswith(START)


def _fact(table: str, row: Mapping[str, str]) -> Fact:
    return tuple(row[column] for column in COLUMNS[table].split())


def joined(facts: Facts, more: Facts) -> dict[str, list[Fact]]:
    """The facts of both, by table."""
    return {name: [*_rows(facts, name), *_rows(more, name)] for name in sorted({*facts, *more})}


def _rows(facts: Facts, name: str) -> Iterable[Fact]:
    return facts.get(name, ())
