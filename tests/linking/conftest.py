"""Fixtures: Virtuoso with every slice, started once; the external graphs, asked without the pauses due to them."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepgenealogy.sources.endpoints import Endpoint, read_endpoints
from tests.conftest import CHECKOUT, FABRICATED
from tests.linking.engines import Virtuoso, virtuoso

#: Pauses that would make a test wait are short; who answers at all may take long, on a busy machine.
_HASTE = {"pauseS": "0", "backoffS": "0.02", "patienceS": "1", "timeoutS": "120", "tries": "3"}


@pytest.fixture(scope="session")
def hasty_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real sources, every external graph with short pauses. Read only."""
    root = tmp_path_factory.mktemp("hasty")
    for folder in ("data", "queries", "ontology"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    set_limits(root, **_HASTE)
    return root


@pytest.fixture
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented world beside the real external graphs, with short pauses and small batches: safe to edit."""
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(FABRICATED / "data", root / "data")
    shutil.copytree(CHECKOUT / "data" / "endpoints", root / "data" / "endpoints", dirs_exist_ok=True)
    for folder in ("queries", "ontology"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    set_limits(root, **_HASTE, batch="2")
    return root


def set_limits(root: Path, **limits: str) -> None:
    """Gives every external graph of a sources folder these limits."""
    for path in (root / "data" / "endpoints").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for name, value in limits.items():
            text = re.sub(rf"(?m)^(  {name}: ).*$", rf"\g<1>{value}", text)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def small(small_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads the invented world."""
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(small_root))


@pytest.fixture
def haste(hasty_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads the real sources with short pauses."""
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(hasty_root))


@pytest.fixture(scope="session")
def endpoints(hasty_root: Path) -> dict[str, Endpoint]:
    """The external graphs by name."""
    return read_endpoints(hasty_root)


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A running Virtuoso."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server
