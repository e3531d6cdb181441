"""Fixtures: the real snapshot in engines of other kinds, each started once and only where it is asked for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.remote import RemoteEngine
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.web.app import create_app
from tests.engines.published import published
from tests.engines.servers import PARAMETERS


@pytest.fixture(scope="session")
def running(
    real_snapshot: Snapshot, real_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], RemoteEngine]]:
    """Gives the published engine of a kind; it is started when it is first asked for."""
    started: dict[str, RemoteEngine] = {}
    with ExitStack() as stack:

        def engine_of(kind: str) -> RemoteEngine:
            if kind not in started:
                made = published(kind, real_snapshot, real_root, tmp_path_factory.mktemp(kind))
                started[kind] = stack.enter_context(made)
            return started[kind]

        yield engine_of


@pytest.fixture(scope="session", params=PARAMETERS)
def theirs(request: pytest.FixtureRequest, running: Callable[[str], RemoteEngine]) -> RemoteEngine:
    """An engine of another kind that holds the real snapshot."""
    return running(request.param)


@pytest.fixture(scope="session")
def ours(real_snapshot: Snapshot, real_root: Path) -> EmbeddedEngine:
    """The embedded engine over the same snapshot."""
    return EmbeddedEngine(real_snapshot, real_root)


@pytest.fixture(scope="session")
def at_theirs(theirs: RemoteEngine, real_root: Path) -> FlaskClient:
    """HTTP over the engine of another kind."""
    return create_app(theirs, real_root, theirs.settings).test_client()


@pytest.fixture(scope="session")
def at_ours(ours: EmbeddedEngine, real_root: Path, theirs: RemoteEngine) -> FlaskClient:
    """HTTP over the embedded engine."""
    return create_app(ours, real_root, theirs.settings).test_client()
