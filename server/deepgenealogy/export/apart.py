"""Large dumps are made by a process of their own, which lets others go first: a server that makes one stays quick.

Run as `python -m deepgenealogy.export.apart ROOT SNAPSHOT GRAPH FORMAT`, it writes the dump to standard output, as fast
as it is read, and ends when nobody reads it any more. GRAPH is an IRI, or `all`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ..engine.publication import Snapshot, held_snapshot
from ..errors import AnswerBrokenOff
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..locations import environment
from ..vocabulary import GRAPHS
from .dumps import chosen_quads

_PIECE = 65_536


class ApartDump(Iterator[bytes]):
    """The pieces of a dump that another process makes; begun when the first piece is asked for. To be closed."""

    def __init__(self, snapshot: Snapshot, root: Path, *, graph: str, format_name: str) -> None:
        self._hold = snapshot.hold()
        self._told = [str(root.resolve()), str(snapshot.folder.resolve()), GRAPHS.get(graph, graph), format_name]
        self._process: subprocess.Popen[bytes] | None = None

    def __next__(self) -> bytes:
        if self._process is None:
            command = [sys.executable, "-m", __name__, *self._told]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment()
            )
        assert self._process.stdout is not None
        if piece := self._process.stdout.read(_PIECE):
            return piece
        if status := self._process.wait():
            raise AnswerBrokenOff(f"the process that makes the dump ended with {status}")
        raise StopIteration

    def close(self) -> None:
        """Ends the process if it still works."""
        self._hold.close()
        if self._process is not None and self._process.stdout is not None:
            self._process.kill()
            self._process.stdout.close()
            self._process.wait()

    def __del__(self) -> None:
        self.close()


def main(root: str, folder: str, graph: str, format_name: str) -> None:
    """Writes one dump."""
    os.nice(10)
    snapshot = held_snapshot(Path(folder).parents[1], Path(folder).name)
    quads = chosen_quads(snapshot.quads(None if graph == "all" else graph), graph)
    for piece in GRAPH_FORMATS[format_name].write(quads, Compactor(read_context(Path(root)))):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BrokenPipeError:  # nobody reads it any more
        os._exit(0)
