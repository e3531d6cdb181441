"""The exports of the real data, and those of the invented world after an edit of one record."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deepgenealogy.engine.interface import Engine
from deepgenealogy.engine.snapshot import fresh_snapshot
from tests.conftest import EngineOver

#: Replaces a text in a record of the invented world: path of the record, what stands there, what is to stand.
Edited = Callable[[str, str, str], Engine]


@pytest.fixture
def edited(fabricated_root: Path, tmp_path: Path, engine_over: EngineOver) -> Edited:
    """An engine over the invented world, in which one text of one record was replaced."""

    def engine_of(record: str, old: str, new: str) -> Engine:
        path = fabricated_root / "data" / record
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return engine_over(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)

    return engine_of
