"""Fixtures: the small invented world, the real sources, and what is built from the real ones once a session."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from werkzeug.test import TestResponse

from deepgenealogy.engine.interface import Engine
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.export import FILES
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app
from tests.engines.elsewhere import KINDS, choose, chosen, skip_what_is_embedded

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
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run have in common; what is made there is made under a lock."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def real_snapshot(real_root: Path, common: Path) -> Snapshot:
    """The snapshot of the real sources, built once by whichever test process comes first."""
    with FileLock(common / "store.lock"):
        return fresh_snapshot(real_root, common / "store")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine oxigraph` or `virtuoso`: what only reads is tested over that engine instead of the embedded one.

    `--every-iri`: the walk over the pages asks for every thing, also for each that only a harvest names.
    """
    parser.addoption("--engine", choices=KINDS, default="embedded")
    parser.addoption("--every-iri", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    """The chosen engine is known before any module is collected."""
    choose(config.getoption("--engine"))


def pytest_unconfigure() -> None:
    """Servers of the chosen engine end with the session."""
    chosen().close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under another engine, what is about the embedded one is skipped, and says why.

    Files of slow tests come first, so that at the end no process is left alone with one of them.
    """
    if not chosen().is_embedded:
        skip_what_is_embedded(items)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


#: A test that takes longer than so many seconds may have left a query behind at an engine elsewhere.
_LONG_S = 1.0


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """What a test asked of an engine elsewhere, and did not wait for, is not waited for by the next one."""
    begun = time.monotonic()
    yield
    if time.monotonic() - begun > _LONG_S:
        chosen().end_what_nobody_waits_for()


@pytest.fixture(scope="session")
def engine(real_snapshot: Snapshot, real_root: Path) -> Iterator[Engine]:
    """An engine over the real snapshot: in this process, or the one that was chosen by `--engine`."""
    if not chosen().is_embedded:
        chosen().keep(real_snapshot, real_root)
    with chosen().engine(real_snapshot, real_root) as engine:
        yield engine


def store_of(snapshot: Snapshot) -> Path:
    """The folder of the store that a snapshot lies in."""
    return snapshot.folder.parents[1]


#: Makes an engine over a snapshot that was built from these sources.
EngineOver = Callable[..., Engine]


@pytest.fixture
def engine_over() -> Iterator[EngineOver]:
    """Makes engines of the chosen kind over a test's own snapshots (snapshot, sources, default_graph="union")."""
    with ExitStack() as stack:
        yield lambda *given, **options: stack.enter_context(chosen().engine(*given, **options))


@pytest.fixture(scope="session")
def checked(real_root: Path, common: Path) -> str:
    """What `deepgenealogy check` prints of the real sources, run once; an error where they break a rule."""
    told = common / "checked"
    with FileLock(common / "checked.lock"):
        if not told.exists():
            environment = {**os.environ, "PYTHONPATH": str(real_root / "server")}
            command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "check"]
            done = subprocess.run(command, env=environment, cwd=real_root, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            told.write_text(done.stdout.strip(), encoding="utf-8")
    return told.read_text(encoding="utf-8")


@pytest.fixture
def commands_read(real_snapshot: Snapshot, real_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the test reads the real snapshot, in the chosen engine."""
    store = store_of(real_snapshot)
    for name, value in {"DEEPGENEALOGY_STORE": str(store), **chosen().variables(real_root, store)}.items():
        monkeypatch.setenv(name, value)


class _Finishing(FlaskClient):
    """Takes every answer to its end and closes it, as a server does: what made it gives back its place."""

    def open(self, *args: Any, buffered: bool = True, **options: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **options)


@pytest.fixture(scope="session")
def application(engine: Engine, real_root: Path) -> Flask:
    """What answers over the real snapshot; one for all tests, as each of them only reads."""
    application = create_app(engine, real_root, Settings.of())
    application.test_client_class = _Finishing
    return application


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """HTTP without a server, over the real snapshot."""
    return application.test_client()


@pytest.fixture(scope="session")
def written(engine: Engine, common: Path) -> dict[str, str]:
    """Every file of the real data by name, written once by whichever test process comes first."""
    folder = common / "written"
    folder.mkdir(exist_ok=True)
    with FileLock(common / "written.lock"):
        for name, row in FILES.items():
            if not (folder / name).exists():
                (folder / name).write_bytes(b"".join(row.write(engine)))
    return {name: (folder / name).read_bytes().decode() for name in FILES}


@pytest.fixture(scope="session")
def served(real_snapshot: Snapshot, real_root: Path) -> Iterator[str]:
    """The address of a real server over the real snapshot, in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(real_root / "server"),
        "DEEPGENEALOGY_STORE": str(store_of(real_snapshot)),
        **chosen().variables(real_root, store_of(real_snapshot)),
    }
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "answers at" in line)
        yield line.rpartition(" ")[2].strip()
        process.send_signal(signal.SIGINT)
