"""A snapshot in an engine of another kind: started, published to, and asked through ours."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from deepgenealogy.engine.remote import Publisher, RemoteEngine, remote_engine
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.settings import Settings
from tests.engines.servers import ENGINES, Server

#: A busy machine decides no test: what another engine answers is waited for.
_PATIENCE_S = 300.0


def settings_for(server: Server, **options: object) -> Settings:
    """The settings under which our software uses a server."""
    own = {"engine": server.queries, "engine_user": server.user, "engine_password": server.password}
    return Settings.of(**{"query_time_limit_s": _PATIENCE_S, **own, **options})


def no_pause(seconds: float) -> None:
    """Waits for nobody: there is no other server that would have to see a withdrawal."""


@contextmanager
def published_server(kind: str, snapshot: Snapshot, root: Path, folder: Path) -> Iterator[Server]:
    """A server of this kind that a snapshot was published to."""
    with ENGINES[kind](folder) as server:
        with closing(remote_engine(settings_for(server), root)) as engine:
            Publisher(engine, sleep=no_pause).publish(snapshot)
        yield server


@contextmanager
def published(kind: str, snapshot: Snapshot, root: Path, folder: Path) -> Iterator[RemoteEngine]:
    """An engine over a snapshot that was published to a server of this kind."""
    with (
        published_server(kind, snapshot, root, folder) as server,
        closing(remote_engine(settings_for(server), root)) as engine,
    ):
        yield engine
