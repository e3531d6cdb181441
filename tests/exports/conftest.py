"""The exports of the real data, and those of the invented world after an edit of one record."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.export import FILES

#: Replaces a text in a record of the invented world: path of the record, what stands there, what is to stand.
Edited = Callable[[str, str, str], EmbeddedEngine]


@pytest.fixture(scope="session")
def written(engine: EmbeddedEngine) -> dict[str, str]:
    """Every file of the real data by name."""
    return {name: b"".join(row.write(engine)).decode() for name, row in FILES.items()}


@pytest.fixture
def edited(fabricated_root: Path, tmp_path: Path) -> Edited:
    """An engine over the invented world, in which one text of one record was replaced."""

    def engine_of(record: str, old: str, new: str) -> EmbeddedEngine:
        path = fabricated_root / "data" / record
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return EmbeddedEngine(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)

    return engine_of
