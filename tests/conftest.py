"""Fixtures: the small invented world, the real sources, and what is built from the real ones once a session."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import settings

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app

# Property tests: the same examples at each run, and no time limit, so that only the code decides.
settings.register_profile("decided", derandomize=True, deadline=None, database=None)
settings.load_profile("decided")

CHECKOUT = Path(__file__).resolve().parent.parent
FABRICATED = Path(__file__).resolve().parent / "fabricated"


@pytest.fixture
def fabricated_root(tmp_path: Path) -> Path:
    """A sources folder of the invented world beside the real ontology and queries: a copy, safe to edit."""
    root = tmp_path / "fabricated"
    shutil.copytree(FABRICATED / "data", root / "data")
    for folder in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    return root


@pytest.fixture(scope="session")
def real_root() -> Path:
    """The checkout: the real sources. Read only."""
    return CHECKOUT


@pytest.fixture(scope="session")
def real_snapshot(real_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of the real sources, built once."""
    return fresh_snapshot(real_root, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def engine(real_snapshot: Snapshot, real_root: Path) -> Iterator[EmbeddedEngine]:
    """An engine in this process over the real snapshot."""
    engine = EmbeddedEngine(real_snapshot, real_root)
    yield engine
    engine.close()


@pytest.fixture
def client(engine: EmbeddedEngine, real_root: Path) -> FlaskClient:
    """HTTP without a server, over the real snapshot."""
    return create_app(engine, real_root, Settings.of()).test_client()


@pytest.fixture(scope="session")
def served(real_snapshot: Snapshot, real_root: Path) -> Iterator[str]:
    """The address of a real server over the real snapshot, in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(real_root / "server"),
        "DEEPGENEALOGY_STORE": str(real_snapshot.folder.parents[1]),
    }
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "answers at" in line)
        yield line.rpartition(" ")[2].strip()
        process.send_signal(signal.SIGINT)
