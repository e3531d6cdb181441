"""The engine that `--engine` chose for this session: the one place that knows of it.

Fixtures that make an engine, and what starts a server of ours, ask here; tests do not. With the embedded engine nothing
changes. With another one, what only reads is tested over a real server of that kind, to which the snapshot was
published; a test of the embedded engine's own nature bears the mark `embedded`, with its reason, and is skipped, and
so is a test whose server is to write or to call others.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Engine
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot

if TYPE_CHECKING:
    from tests.engines.servers import Server

KINDS = ("embedded", "oxigraph", "virtuoso")

_EMBEDDED = "the embedded engine's own: "

#: Options and variables of a server that no engine elsewhere serves, and what they ask for.
_NOT_SERVED = {
    "--writable": "writing",
    "--allow-service": "SERVICE",
    "DEEPGENEALOGY_ALLOW_SERVICE": "SERVICE",
}


class Chosen:
    """The chosen kind of engine, and the servers of that kind that run for the whole session, one a snapshot."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._running = ExitStack()
        self._kept: dict[str, Server] = {}

    @property
    def is_embedded(self) -> bool:
        """Whether the engine is ours, within the process."""
        return self.kind == "embedded"

    @contextmanager
    def engine(self, snapshot: Snapshot, root: Path, default_graph: str = "union") -> Iterator[Engine]:
        """An engine of the chosen kind over a snapshot; its server ends with it, unless it is kept for the session."""
        if self.is_embedded:
            yield EmbeddedEngine(snapshot, root, default_graph=default_graph)
            return
        from deepgenealogy.engine.remote import remote_engine
        from tests.engines.published import settings_for

        with self._server(snapshot, root) as server:
            settings = settings_for(server, default_graph=default_graph)
            with closing(remote_engine(settings, root)) as engine:
                yield engine

    def variables(self, root: Path, store: Path) -> dict[str, str]:
        """The environment in which a command of ours reads the snapshot of these sources in the chosen engine."""
        if self.is_embedded:
            return {}
        return self.keep(fresh_snapshot(root, store), root).variables

    def skip_what_is_not_served(self, asked: Iterable[str]) -> None:
        """Skips the test under another engine when its server is started for what such an engine does not serve."""
        for word in asked if not self.is_embedded else ():
            if word in _NOT_SERVED:
                pytest.skip(_EMBEDDED + _NOT_SERVED[word])

    def keep(self, snapshot: Snapshot, root: Path) -> "Server":
        """The server that holds a snapshot until the session ends."""
        if snapshot.name not in self._kept:
            self._kept[snapshot.name] = self._running.enter_context(self._started(snapshot, root))
        return self._kept[snapshot.name]

    @contextmanager
    def _server(self, snapshot: Snapshot, root: Path) -> Iterator["Server"]:
        if snapshot.name in self._kept:
            yield self._kept[snapshot.name]
            return
        with self._started(snapshot, root) as server:
            yield server

    @contextmanager
    def _started(self, snapshot: Snapshot, root: Path) -> Iterator["Server"]:
        from tests.engines.published import published_server

        with (
            TemporaryDirectory(prefix=f"{self.kind}-") as folder,
            published_server(self.kind, snapshot, root, Path(folder)) as server,
        ):
            yield server

    def end_what_nobody_waits_for(self) -> None:
        """Ends the queries of those who have left, at all servers of the session."""
        for server in self._kept.values():
            server.end_what_nobody_waits_for()

    def close(self) -> None:
        """Ends the servers of the session."""
        self._running.close()


_in_force = [Chosen("embedded")]


def chosen() -> Chosen:
    """What `--engine` chose."""
    return _in_force[0]


def choose(kind: str) -> None:
    """Chooses for the whole session."""
    _in_force[0] = Chosen(kind)


def skip_what_is_embedded(items: list[pytest.Item]) -> None:
    """Skips, under another engine, each test that bears the mark `embedded`, with its reason."""
    for item in items:
        for mark in item.iter_markers("embedded"):
            item.add_marker(pytest.mark.skip(reason=_EMBEDDED + mark.args[0]))
