"""An answer on its way: what was spooled, then the rest as it comes; whatever happens, nothing is left open."""

import threading
from collections.abc import Callable, Generator, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any

from ..errors import AnswerBrokenOff, DeepGenealogyError

#: What part of a spool stays in memory, in bytes; the rest lies in a temporary file.
_IN_MEMORY = 262_144
_PIECE = 65_536


def new_spool() -> IO[bytes]:
    """Where an answer is gathered before anything of it is sent."""
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


class Delivery(Generator[bytes, None, None]):
    """The pieces of an answer. To be closed, by its reader or by being forgotten, also when it was never begun."""

    def __init__(self, spool: IO[bytes], rest: Iterator[bytes], abandon: Callable[[], None]) -> None:
        spool.seek(0)
        self._spool, self._rest, self._abandon = spool, rest, abandon
        self._is_open = True
        self._lock = threading.Lock()

    def send(self, _value: None) -> bytes:
        """The next piece. Raises AnswerBrokenOff when the rest cannot be had."""
        if not self._is_open:
            raise StopIteration
        if piece := self._spool.read(_PIECE):
            return piece
        try:
            return next(self._rest)
        except StopIteration:
            self.close()
            raise
        except DeepGenealogyError as error:
            self.close()
            raise AnswerBrokenOff(str(error)) from error

    def throw(self, typ: Any, val: object = None, tb: TracebackType | None = None) -> bytes:
        """Closes, as nothing can be done with what is thrown in here."""
        self.close()
        raise val if isinstance(val, BaseException) else typ

    def close(self) -> None:
        """Wants no more: the worker is ended if it still works."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if was_open:
            self._spool.close()
            self._abandon()

    def __del__(self) -> None:
        self.close()
