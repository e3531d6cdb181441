"""Graphs put into an engine elsewhere by the Graph Store Protocol, one by one, counted there, and only then named.

Each graph is replaced in one step: by a PUT, or where the engine fills graphs bit by bit, by a PUT aside and a COPY,
which is one transaction and, unlike a MOVE, can be sent again. A publication that breaks off leaves data that nobody
names: servers answer from them and keep no answer; the same command again puts all of it right.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...errors import PublicationRefused
from ..lines import graph_of
from ..snapshot import Snapshot
from .calling import Request
from .engine import RemoteEngine
from .publication import ASIDE, HELD_S, PUBLICATION, Publication
from .tables import N_TRIPLES
from .watching import Watch

#: Told of each step: what is done, and to which graph.
Tell = Callable[[str, str], None]

_PIECE = 1 << 20


@dataclass(frozen=True)
class File:
    """A file as the body of a request; it can be read any number of times."""

    path: Path

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


@dataclass(frozen=True)
class Publisher:
    """Puts a snapshot into the engine; `sleep` is how it waits for servers to see that the former one is withdrawn."""

    engine: RemoteEngine
    tell: Tell = lambda step, graph: None
    sleep: Callable[[float], None] = time.sleep

    @property
    def _copies(self) -> str:
        """Where graphs are copied into their places, if need be."""
        return self.engine.caller.dialect.copy_address(self.engine.caller.query_address)

    def steps(self, snapshot: Snapshot) -> int:
        """How many steps are told of, unless graphs of the former publication are deleted."""
        graphs = len(snapshot.manifest.graphs)
        return 3 * graphs + 3 if self._copies else 2 * graphs + 1

    def publish(self, snapshot: Snapshot) -> Publication:
        """What is published then. Raises PublicationRefused where what is there is not what was sent."""
        graphs = {name: count for name, count in snapshot.manifest.graphs.items() if name}
        if len(graphs) < len(snapshot.manifest.graphs):
            raise PublicationRefused(
                "the snapshot holds statements outside of any graph, which cannot be put elsewhere"
            )
        former = self.engine.read_publication()
        if former.name:
            self._delete(PUBLICATION)
            self.sleep(2 * HELD_S)
        with tempfile.TemporaryDirectory(prefix="deepgenealogy-publish-") as folder:
            for name, path in parted(snapshot, Path(folder)).items():
                self._replace(name, File(path), path.stat().st_size)
        for name in former.graphs.keys() - graphs.keys() if former.name else ():
            self._delete(name)
        self._verify(graphs)
        published = Publication(snapshot.name, graphs)
        content = published.as_ntriples()
        self._replace(PUBLICATION, [content], len(content))
        if self._copies:
            self._delete(ASIDE)
        return published

    def _replace(self, graph: str, body: "File | list[bytes]", size: int) -> None:
        self.tell("putting", graph)
        self._put(ASIDE if self._copies else graph, body, size)
        if self._copies:
            self.tell("copying", graph)
            self._send(Request(address=self._copies, form=[("update", f"COPY <{ASIDE}> TO <{graph}>")]))

    def _put(self, graph: str, body: "File | list[bytes]", size: int) -> None:
        headers = (("Content-Type", N_TRIPLES), ("Content-Length", str(size)))
        self._send(Request("PUT", self.engine.caller.store_address, [("graph", graph)], headers=headers, body=body))

    def _delete(self, graph: str) -> None:
        self.tell("deleting", graph)
        accepted = frozenset({200, 202, 204, 404})
        self._send(Request("DELETE", self.engine.caller.store_address, [("graph", graph)], accepted=accepted))

    def _send(self, request: Request) -> None:
        with self.engine.caller.answer(request, Watch()) as response:
            response.read()

    def _verify(self, graphs: dict[str, int]) -> None:
        for name, expected in graphs.items():
            self.tell("counting", name)
            found = self.engine.count(name)
            if found != expected:
                raise PublicationRefused(
                    f"{self.engine.caller.name} holds {found} triples in <{name}> where {expected} were put; no "
                    "snapshot is named there: look at its log, and publish again"
                )


def parted(snapshot: Snapshot, folder: Path) -> dict[str, Path]:
    """The triples of each named graph of a snapshot as a file of N-Triples in `folder`; in constant memory."""
    paths = {name: folder / f"{number}.nt" for number, name in enumerate(snapshot.manifest.graphs)}
    files: dict[str, BinaryIO] = {name: path.open("wb") for name, path in paths.items()}
    try:
        with snapshot.dataset.open("rb", buffering=_PIECE) as dataset:
            for line in dataset:
                name = graph_of(line)
                files[name].write(line[: -len(name.encode()) - len(b" <> .\n")] + b" .\n")
    finally:
        for file in files.values():
            file.close()
    return paths
