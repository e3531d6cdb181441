"""What a source of facts is: one module with its pins, and a function that reads facts from the pinned packages.

A new source is a new module here and a row in `registry.py`; the tables that it fills are those of `sources.harvested`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Pin:
    """One wheel that is read: package, version, and the SHA-256 of the file; empty where the wheel gives it first."""

    package: str
    version: str
    sha256: str = ""
    #: What it is read for: `code` (the facts' usual place), else in a word or two.
    use: str = "code"

    @property
    def id(self) -> str:
        """How the package is named where one is asked for: `transformers==5.23.0`."""
        return f"{self.package}=={self.version}"


class Package(Protocol):
    """A wheel, read as an archive: nothing in it is ever imported or run."""

    @property
    def pin(self) -> Pin:
        """Which wheel this is, with its SHA-256."""

    @property
    def built(self) -> str:
        """The day on which it was built, ISO 8601: that of the latest file in it."""

    def paths(self, prefix: str = "") -> list[str]:
        """The paths of its files that begin with `prefix`, sorted."""

    def text(self, path: str) -> str:
        """The text of one file."""

    def metadata(self, name: str) -> str:
        """The path of a file of its `.dist-info` folder: METADATA, RECORD."""


#: One fact: the cells of one row, in the order of the table's columns.
Fact = tuple[str | int, ...]
#: Facts by table of `sources.harvested.COLUMNS`.
Facts = Mapping[str, Iterable[Fact]]
#: Reads the facts from the packages, in the order of the pins.
Reader = Callable[[list[Package]], Facts]


@dataclass(frozen=True)
class Documentation:
    """Pages about a source that no package holds, read from a checkout where there is one at hand."""

    #: The name of the pages as a package, and their folder in the repository.
    package: str
    within: str
    #: What the pages say about the architectures in the facts of the packages.
    read: Callable[[Package, Facts], Facts]
    #: (table, row) -> what must stand at the place of the row, for the replay.
    anchors: Callable[[str, Mapping[str, str]], Iterator[str]]
    #: (lines, number) -> the text that begins on a line, for the replay.
    surroundings: Callable[[list[str], int], str]


@dataclass(frozen=True)
class Source:
    """One source: its name (folder and named graph), the work it is, its pins, and how it is read."""

    name: str
    work: str
    pins: tuple[Pin, ...]
    read: Reader
    license: str
    #: Table -> what must stand on the line that a row names, for the replay; the common ones are in `replay.py`.
    anchors: Mapping[str, Callable[[Mapping[str, str]], Iterator[str]]] = field(default_factory=dict)
    #: What a line of a file stands in, for the replay: (path, lines, number) -> text; the common one is in `replay.py`.
    surroundings: Callable[[str, list[str], int], str] | None = None
    #: The documentation that may be read too; None where there is none.
    documentation: Documentation | None = None
