"""Facts as tables on disk: written, compared with those of the last harvest, and refused when too many are gone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import HarvestRefused
from ..sources.documents import read_table
from ..sources.harvested import COLUMNS, FOLDER, table_text
from .interface import Facts, Package, Pin

#: A table that loses more than this share of its rows at once is not written: the source has changed its form.
LARGEST_LOSS = 0.1


@dataclass(frozen=True)
class Change:
    """How one table changed: rows before and after, and the lines that came and went."""

    table: str
    before: int
    after: int
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_loss(self) -> bool:
        """Whether it lost more of its rows than one harvest may."""
        return self.after < self.before * (1 - LARGEST_LOSS)


def folder_of(root: Path, source: str) -> Path:
    """Where the tables of one source lie."""
    return root / "data" / FOLDER / source


def pinned(folder: Path, pins: Iterable[Pin]) -> list[Pin]:
    """The pins, each with the SHA-256 that the last harvest met where it names none of its own."""
    met = {(row["package"], row["version"]): row["sha256"] for row in rows_of(folder, "packages")}
    return [replace(pin, sha256=pin.sha256 or met.get((pin.package, pin.version), "")) for pin in pins]


def texts_of(packages: list[Package], facts: Facts) -> dict[str, str]:
    """Table -> its text, the pinned packages included, besides pins among the facts."""
    pins = [(p.pin.package, p.pin.version, p.pin.use, p.pin.sha256, p.built) for p in packages]
    every = {**facts, "packages": [*pins, *facts.get("packages", ())]}
    return {name: table_text(COLUMNS[name], rows) for name, rows in every.items()}


def changes(folder: Path, texts: dict[str, str]) -> list[Change]:
    """How each table would change what lies in `folder`."""
    return [_change(name, _lines(folder / f"{name}.tsv"), text.splitlines()[1:]) for name, text in texts.items()]


def _change(name: str, old: list[str], new: list[str]) -> Change:
    added, removed = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    return Change(name, len(old), len(new), tuple(added), tuple(removed))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else []


def write(folder: Path, texts: dict[str, str], *, may_lose: bool = False) -> list[Change]:
    """The changes, written. Raises HarvestRefused, with nothing written, when a table lost too much."""
    found = changes(folder, texts)
    if (lost := [change for change in found if change.is_loss]) and not may_lose:
        said = ", ".join(f"{change.table} from {change.before} rows to {change.after}" for change in lost)
        raise HarvestRefused(
            f"too much is gone: {said}; see what the source has changed, and harvest with --may-lose if it is right"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    return found


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one table of a source, with every column; empty where there is no such table."""
    path, columns = folder / f"{name}.tsv", COLUMNS[name].split()
    if not path.is_file():
        return []
    return [
        {column: row.get(column) for column in columns}
        for row in read_table(path, shown_as=f"{folder.name}/{path.name}")
    ]
