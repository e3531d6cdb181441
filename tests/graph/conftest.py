"""The quads and the context of the invented world, made once for the tests of the graph, which change neither."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pyoxigraph import Quad, RdfFormat, parse

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.graph.dataset import dataset_quads, sound_catalogue
from deepgenealogy.sources.records import Catalogue
from tests.conftest import CHECKOUT, FABRICATED
from tests.graph.building import built_with_seed


@pytest.fixture(scope="session")
def invented_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented world beside the real ontology and queries, shared by the session. Read only."""
    root = tmp_path_factory.mktemp("invented")
    shutil.copytree(FABRICATED / "data", root / "data")
    for folder in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    return root


@pytest.fixture(scope="session")
def invented_catalogue(invented_root: Path) -> Catalogue:
    """The records of the invented world."""
    return sound_catalogue(invented_root)


@pytest.fixture(scope="session")
def invented_quads(invented_root: Path) -> list[Quad]:
    """Every quad of the invented world."""
    return dataset_quads(invented_root)


@pytest.fixture(scope="session")
def context() -> dict[str, Any]:
    """The one JSON-LD context."""
    return read_context(CHECKOUT)


@pytest.fixture(scope="session")
def compactor(context: dict[str, Any]) -> Compactor:
    """The compactor of the one context."""
    return Compactor(context)


@pytest.fixture(scope="session")
def rebuilt(real_root: Path, common: Path) -> Path:
    """The real dataset in every format, built once more, by another process; a folder with a file for each format."""
    folder = common / "rebuilt"
    with FileLock(common / "rebuilt.lock"):
        return folder if folder.exists() else built_with_seed("3", real_root, folder)


@pytest.fixture(scope="session")
def real_quads(real_snapshot: Snapshot) -> list[Quad]:
    """Every quad of the real sources."""
    return list(parse(path=real_snapshot.dataset, format=RdfFormat.N_QUADS))
