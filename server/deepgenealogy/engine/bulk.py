"""An Oxigraph store on disk, loaded while its content is still being made: through a pipe, by a thread of its own.

The loader computes without the interpreter's lock, so that two cores share the work. It gives blank nodes other labels
than the lines have; lines with blank nodes therefore wait in a file, and are added one by one at the end.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, Store, parse

_BUFFER_BYTES = 1 << 20

#: So much at least is added at the end, whether or not it has blank nodes.
_SMALL_BYTES = 10_000_000


class _Loading(threading.Thread):
    """Loads a new store from a pipe, then from a file; `problem` is what went wrong, None when it is whole."""

    def __init__(self, source: int, waiting: Path, folder: Path) -> None:
        super().__init__(name="bulk-load")
        self._source, self._waiting, self._folder = source, waiting, folder
        self.problem: OSError | None = OSError("the loader ended before it had loaded everything")

    def run(self) -> None:
        """Loads until the pipe is closed; then, or on a failure, closes its own end."""
        try:
            store = Store(str(self._folder))
            store.bulk_load(path=f"/dev/fd/{self._source}", format=RdfFormat.N_QUADS)
            store.bulk_extend(parse(path=self._waiting, format=RdfFormat.N_QUADS))
            store.flush()
            self.problem = None
        except OSError as problem:
            self.problem = problem
        finally:
            os.close(self._source)


class Sink:
    """Takes the lines of a store that is being loaded."""

    def __init__(self, pipe: BinaryIO, waiting: BinaryIO) -> None:
        self._pipe, self._waiting = pipe, waiting

    def take(self, lines: Sequence[bytes], content: bytes) -> None:
        """Takes some lines of N-Quads; `content` is the same joined. Raises BrokenPipeError when loading has failed."""
        if self._waiting.tell() < _SMALL_BYTES:  # loading twice costs a small store more than it gains
            self._waiting.write(content)
            return
        if b"_:" not in content:
            self._pipe.write(content)
            return
        for line in lines:
            (self._waiting if b"_:" in line else self._pipe).write(line)


@contextmanager
def bulk_loaded(folder: Path) -> Iterator[Sink]:
    """What takes the lines of a new store in `folder`; the store is whole when this ends. Raises OSError."""
    waiting = folder.with_name(f"{folder.name}.waiting")
    pipe, sink = os.pipe()
    waiting.touch()
    loading = _Loading(pipe, waiting, folder)
    loading.start()
    try:
        # A broken pipe means that the loader has given up; it says why. The pipe ends after the file.
        with suppress(BrokenPipeError), os.fdopen(sink, "wb", _BUFFER_BYTES) as file, waiting.open("wb") as held:
            yield Sink(file, held)
    finally:
        loading.join()
        waiting.unlink()
    if loading.problem:
        raise loading.problem
