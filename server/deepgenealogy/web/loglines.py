"""Lines of JSON on their way to standard error: gathered for a moment, and written by a thread of its own.

Their number is limited: a reader who stalls never stalls an answer, what does not fit is dropped. Noting one takes the
thread that answers about a microsecond.
"""

import contextlib
import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

#: Lines that may wait to be written; beyond that they are dropped, and answers go on.
_LINES = 10_000

#: For how long lines are gathered, in seconds, and how many bytes are written at a time: a pipe takes so many whole,
#: also beside what other processes write (PIPE_BUF).
_GATHERED_S, _PIECE_BYTES = 0.02, 4_096


class Line(NamedTuple):
    """What becomes a line: when (seconds of the epoch), how grave, what happened, and more fields."""

    at: float
    level: str
    event: str
    fields: dict[str, Any]

    def written(self) -> bytes:
        """The line of JSON; json.dumps escapes every control character but DEL."""
        moment = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        told = {"time": moment, "level": self.level, "event": self.event, **self.fields}
        return json.dumps(told).replace("\x7f", "\\u007f").encode() + b"\n"


class LogLines:
    """Takes lines from any thread, and writes them until it is closed."""

    def __init__(self) -> None:
        self._waiting: deque[Line] = deque()
        self._some, self._is_closed = threading.Event(), False
        self._thread = threading.Thread(target=self._write_on, name="log-lines", daemon=True)
        self._thread.start()

    def put(self, line: Line) -> None:
        """Takes a line, or drops it when too many wait."""
        if len(self._waiting) < _LINES:
            self._waiting.append(line)
            if not self._some.is_set():
                self._some.set()

    def close(self) -> None:
        """Lets what waits be written, for a second; a reader who has stalled is not waited for."""
        self._is_closed = True
        self._some.set()
        self._thread.join(1.0)

    def _write_on(self) -> None:
        while not self._is_closed or self._waiting:
            self._some.wait()
            if not self._is_closed:
                time.sleep(_GATHERED_S)
                self._some.clear()
            for piece in self._pieces():
                with contextlib.suppress(OSError):
                    os.write(2, piece)  # no buffer whose lock could be held when the process ends

    def _pieces(self) -> Iterator[bytes]:
        held = b""
        while self._waiting:
            line = self._waiting.popleft().written()
            if held and len(held) + len(line) > _PIECE_BYTES:
                yield held
                held = b""
            held += line
        if held:
            yield held


class Handler(logging.Handler):
    """Makes lines of what is logged."""

    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Takes one record."""
        fields = dict(getattr(record, "entry", {}))
        if record.exc_info:
            fields["exception"] = logging.Formatter().formatException(record.exc_info)
        self._lines.put(Line(record.created, record.levelname, record.getMessage(), fields))
