"""An Oxigraph store on disk, loaded while its content is still being made, through a pipe, by threads of its own.

The loader reads and computes without the interpreter's lock, so that two cores share the work. It gives blank nodes
other labels than the lines have; lines with blank nodes therefore wait in a file, and are added one by one at the end.
"""

import os
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Self

from pyoxigraph import RdfFormat, Store, parse

from .lines import batches, lines_of

#: So much of a file is read at a time.
_PIECE_BYTES = 1 << 20

#: So much at least is added at the end, whether or not it has blank nodes: to load twice costs a small store more than
#: it gains.
_SMALL_BYTES = 10_000_000

#: So many pieces may wait for the loader; who brings another waits, too.
_WAITING = 8

#: What is no N-Quads makes the loader give up at once.
_NONSENSE = b"<\n"

#: How often who waits for the end is told how far it is, in seconds.
_TOLD_S = 0.2


@dataclass(frozen=True)
class _File:
    """Lines that lie in a file, but for those of the graphs `without`."""

    path: Path
    without: Container[str]

    def pieces(self) -> Iterator[bytes]:
        """Its lines, some at a time."""
        if self.without != ():
            yield from map(b"".join, batches(lines_of(self.path, without=self.without)))
            return
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece + file.readline()


class Loading:
    """A new store in `folder`, loaded from lines of N-Quads in any order, each as often as it comes.

    To be left as a context, which stops the loader unless the store was settled. What goes wrong is raised by `settle`.
    `tell` is told by it how many bytes the loader was given so far, and of how many.
    """

    def __init__(self, folder: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
        self._folder, self._tell = folder, tell
        self._waiting = folder.with_name(f"{folder.name}.waiting")
        self._given: SimpleQueue[bytes | _File | None] = SimpleQueue()
        self._room = threading.Semaphore(_WAITING)
        self._is_stopped = False
        # What is wrong unless they get to their ends, whatever keeps them from it.
        self._feeding_problem: OSError | None = OSError("not everything was given to the loader")
        self._problem: OSError | None = OSError("the loader ended before it had loaded everything")
        self._done, self._total = 0, 0
        self._pipes: SimpleQueue[int | None] = SimpleQueue()
        self._stores: list[Store] = []  # the one, from its opening to its end
        self._thread = threading.Thread(target=self._load, name="bulk-load", daemon=True)
        self._feeder = threading.Thread(target=self._feed, name="bulk-feed", daemon=True)
        self._feeder.start()
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_stopped = True
        self.end()
        self._feeder.join()
        self._thread.join()

    def take(self, content: bytes) -> None:
        """Takes whole lines; waits where many are waiting already."""
        while self._feeder.is_alive() and not self._room.acquire(timeout=1):
            pass
        self._total += len(content)
        self._given.put(content)

    def take_file(self, path: Path, *, without: Container[str] = ()) -> None:
        """Takes the lines of a file, but for those of the graphs `without`; the file must stay until the end."""
        with suppress(OSError):  # who reads it will say so
            self._total += path.stat().st_size
        self._given.put(_File(path, without))

    def pause(self) -> None:
        """Says that nothing comes for a while: what has come is loaded whole meanwhile, if it is not little."""
        self.take(b"")

    def end(self) -> None:
        """Says that nothing more comes."""
        self._given.put(None)

    def settle(self, final: Path) -> None:
        """Waits until the store is whole, and moves it to `final`. Raises OSError."""
        self.end()
        while self._thread.is_alive():
            self._tell(self._done, self._total)
            self._thread.join(_TOLD_S)
        if self._problem:
            raise self._problem
        self._folder.rename(final)

    def _load(self) -> None:
        """Loads what comes through pipes; then what waited, unless that was done meanwhile."""
        try:
            self._load_pipes()
            if self._waiting.exists() and not self._feeding_problem:
                self._load_waiting()
            self._stores[0].flush()
            self._problem = self._feeding_problem
        except OSError as problem:
            self._problem = self._feeding_problem or problem
        except SyntaxError:
            self._problem = self._feeding_problem or InterruptedError("loading was stopped")
        finally:
            self._stores.clear()

    def _load_pipes(self) -> None:
        """Loads from one pipe after another, each until its other end is closed; None is the last."""
        sources = iter(self._pipes.get, None)
        try:
            self._stores.append(Store(str(self._folder)))
            for source in sources:
                with os.fdopen(source):
                    self._stores[0].bulk_load(path=f"/dev/fd/{source}", format=RdfFormat.N_QUADS)
        finally:
            for source in sources:  # none are left, unless loading has failed
                os.close(source)

    def _load_waiting(self) -> None:
        for store in self._stores:
            store.bulk_extend(parse(path=self._waiting, format=RdfFormat.N_QUADS))
            self._waiting.unlink()

    def _feed(self) -> None:
        """Writes to pipes what is loaded at once, until all has come or the other end is closed.

        What waited is loaded before the last pipe ends: after that Oxigraph sorts a large store, and takes nothing
        until it has.
        """
        sink: BinaryIO | None = None
        try:
            with self._waiting.open("wb") as waiting:
                for piece in self._pieces(waiting):
                    if piece:
                        sink = sink or self._new_pipe()
                        sink.write(piece)
                    elif sink:
                        sink.close()
                        sink = None
            if sink and not self._is_stopped:
                sink.flush()
                self._load_waiting()
            self._feeding_problem = None
        except BrokenPipeError:  # the loader gave up, and says why
            self._feeding_problem = None
        except OSError as problem:
            self._feeding_problem = problem
        finally:
            with suppress(BrokenPipeError):
                if sink:
                    sink.close()
            self._pipes.put(None)

    def _new_pipe(self) -> BinaryIO:
        source, sink = os.pipe()
        self._pipes.put(source)
        return os.fdopen(sink, "wb", _PIECE_BYTES)

    def _pieces(self, waiting: BinaryIO) -> Iterator[bytes]:
        """What is loaded at once, and empty pieces for pauses; the rest is written to the file of what waits."""
        held: list[bytes] | None = []  # while all that came since the last pause may be little
        for piece in self._everything():
            if not piece:
                waiting.writelines(held or ())
                held = []
                yield piece
            elif held is not None and sum(map(len, held)) + len(piece) < _SMALL_BYTES:
                held.append(piece)
            else:
                for one in [*(held or ()), piece]:
                    yield from _without_blank_nodes(one, waiting)
                held = None
            self._done += len(piece)
        waiting.writelines(held or ())

    def _everything(self) -> Iterator[bytes]:
        while (given := self._given.get()) is not None:
            if isinstance(given, bytes):
                self._room.release()
            for piece in (given,) if isinstance(given, bytes) else given.pieces():
                if self._is_stopped:
                    break
                yield piece
        if self._is_stopped:
            yield _NONSENSE


def _without_blank_nodes(piece: bytes, waiting: BinaryIO) -> Iterator[bytes]:
    """A piece without the lines that have blank nodes, which are written to `waiting`; none where nothing is left."""
    if b"_:" in piece:
        lines = piece.splitlines(keepends=True)
        waiting.writelines(line for line in lines if b"_:" in line)
        piece = b"".join(line for line in lines if b"_:" not in line)
    if piece:
        yield piece
