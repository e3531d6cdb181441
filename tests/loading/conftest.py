"""A store of the invented world, and the command that loads into it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deepgenealogy.cli import main
from deepgenealogy.engine.snapshot import Snapshot, current_snapshot, fresh_snapshot
from tests.conftest import CHECKOUT, FABRICATED


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a snapshot of the invented world, built once. Read only."""
    folder = tmp_path_factory.mktemp("loading")
    shutil.copytree(FABRICATED / "data", folder / "root" / "data")
    for name in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / name, folder / "root" / name)
    fresh_snapshot(folder / "root", folder / "store")
    return folder / "store"


@pytest.fixture
def store(built: Path, fabricated_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a store with a snapshot of the invented world: a copy, for this test alone."""
    shutil.copytree(built, tmp_path / "store")
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    monkeypatch.setenv("DEEPGENEALOGY_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "store"


def run_command(*arguments: str) -> Result:
    """What became of `deepgenealogy` with these arguments."""
    return CliRunner().invoke(main, arguments)


def in_force(store: Path) -> Snapshot:
    """The snapshot in force."""
    snapshot = current_snapshot(store)
    assert snapshot is not None
    return snapshot


def lines(store: Path, graph: str) -> list[str]:
    """The statements of a graph as lines of N-Quads."""
    return sorted(str(quad.triple) for quad in in_force(store).quads(graph))
