"""An answer on its way: gathered in a temporary file as fast as it is made, and read from there as slowly as may be.

So a reader who takes his time holds no worker and no place in a lane: these are let go when the answer is made. What he
holds is a file of at most `answer_size_limit_bytes`, and one of a limited number of places for deliveries.
"""

import contextlib
import threading
from collections.abc import Callable, Generator, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any

from ..errors import AnswerBrokenOff, DeepGenealogyError

#: What part of a spool stays in memory, in bytes; the rest lies in a temporary file.
_IN_MEMORY = 262_144
_PIECE = 65_536


class Spool:
    """Bytes that one thread gathers while another reads them; memory does not grow with them."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- closed by close()
        self._written = self._read = 0
        self._is_whole, self._failure = False, ""
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nobody reads it any more."""
        return self._is_closed

    def write(self, piece: bytes) -> None:
        """Gathers a piece; once closed, throws it away."""
        with self._changed:
            if self._is_closed:
                return
            self._file.seek(self._written)
            self._file.write(piece)
            self._written += len(piece)
            self._changed.notify_all()

    def end(self, failure: str = "") -> None:
        """Says that no more comes, and why if it is not whole."""
        with self._changed:
            self._is_whole, self._failure = True, failure
            self._changed.notify_all()

    def next(self) -> bytes:
        """The next piece, waited for; empty at the end. Raises AnswerBrokenOff where the answer is not whole."""
        with self._changed:
            while self._read == self._written and not (self._is_whole or self._is_closed):
                self._changed.wait()
            if self._is_closed:
                return b""
            if self._read == self._written and self._failure:
                raise AnswerBrokenOff(self._failure)
            self._file.seek(self._read)
            piece = self._file.read(_PIECE)
            self._read += len(piece)
            return piece

    def close(self) -> None:
        """Gives back the room."""
        with self._changed:
            self._is_closed = True
            self._file.close()
            self._changed.notify_all()


def pumping(pieces: Iterator[bytes], spool: Spool) -> threading.Thread:
    """A running thread that moves `pieces` into `spool` until they end or nobody reads it any more."""
    thread = threading.Thread(target=_pump, args=(pieces, spool), daemon=True, name="delivery")
    thread.start()
    return thread


def _pump(pieces: Iterator[bytes], spool: Spool) -> None:
    failure = "the answer could not be gathered"
    try:
        for piece in pieces:
            spool.write(piece)
        failure = ""
    except DeepGenealogyError as error:
        failure = str(error)
    except OSError as problem:  # no room for temporary files
        failure = f"the answer could not be kept: {problem.strerror or problem}"
    finally:
        spool.end(failure)
        close = getattr(pieces, "close", None)
        if close:
            close()


class Delivery(Generator[bytes, None, None]):
    """The pieces of an answer. To be closed, by its reader or by being forgotten, also when it was never begun."""

    def __init__(self, spool: Spool, abandon: Callable[[], None], pump: threading.Thread | None = None) -> None:
        self._spool, self._abandon, self._pump = spool, abandon, pump
        self._is_open = True
        self._lock = threading.Lock()

    def send(self, _value: None) -> bytes:
        """The next piece. Raises AnswerBrokenOff when the rest cannot be had."""
        if not self._is_open:
            raise StopIteration
        try:
            piece = self._spool.next()
        except AnswerBrokenOff:
            self.close()
            raise
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def throw(self, typ: Any, val: object = None, tb: TracebackType | None = None) -> bytes:
        """Closes, as nothing can be done with what is thrown in here."""
        self.close()
        raise val if isinstance(val, BaseException) else typ

    def close(self) -> None:
        """Wants no more: the worker is ended if it still works."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if not was_open:
            return
        self._spool.close()
        if self._pump is not None:
            with contextlib.suppress(RuntimeError):  # forgotten where no thread can be waited for
                self._pump.join()
        self._abandon()

    def __del__(self) -> None:
        self.close()
