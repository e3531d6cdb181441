"""The journal: an id for each request, and one line of JSON for each answer and each error, which nobody can forge.

A line holds what an operator needs and no secrets: the path without its query, no headers but the user agent, no body.
Lines go to standard error by `loglines`, so that a reader who stalls never stalls an answer.
"""

import contextlib
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import request

from .loglines import Handler, Line, LogLines

#: An id that a client or a proxy may choose; any other is replaced by one of ours.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_ID = "deepgenealogy.request_id"
_LONGEST = 500

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Environ = dict[str, Any]
Entry = dict[str, Any]


def request_id() -> str:
    """The id of the present request; empty outside one that came through a `Journal`."""
    return str(request.environ.get(_ID, ""))


def sane_id(asked: str) -> str:
    """The id that was asked for, if it is fit to be repeated; else a new one.

    >>> sane_id("job-7")
    'job-7'
    """
    return asked if _SANE_ID.fullmatch(asked) else os.urandom(16).hex()


class Journal:
    """WSGI around an application: gives each request its id, counts its answer and notes it."""

    def __init__(self, application: Callable[..., Iterable[bytes]], counts: Counter[tuple[str, int]]) -> None:
        self._application, self._counts = application, counts
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request."""
        chosen = environ[_ID] = sane_id(environ.get("HTTP_X_REQUEST_ID", ""))
        entry, begun = _entry(environ, chosen), time.monotonic()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            entry["status"] = int(status[:3])
            return start_response(status, [*headers, ("X-Request-Id", chosen)], exc_info)

        return _Watched(self._application(environ, start), entry, begun, self.note)

    def note(self, entry: Entry) -> None:
        """Counts an answer, and notes it."""
        method = entry["method"] if entry["method"] in _METHODS else "other"
        with self._lock:
            self._counts[method, entry["status"]] += 1
        note(entry)


def shown_path(environ: Environ) -> str:
    """The path of a request, as an entry shows it."""
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace").decode("utf-8", "replace")[:_LONGEST]


def _entry(environ: Environ, chosen: str) -> Entry:
    return {
        "id": chosen,
        "client": environ.get("REMOTE_ADDR", ""),
        "method": environ["REQUEST_METHOD"][:20],
        "path": shown_path(environ),
        "status": 0,
        "agent": environ.get("HTTP_USER_AGENT", "")[:_LONGEST],
    }


class _Watched:
    """The body of an answer, watched until it is sent or left."""

    def __init__(self, body: Iterable[bytes], entry: Entry, begun: float, done: Callable[[Entry], None]) -> None:
        self._body, self._pieces, self._entry, self._done = body, iter(body), entry, done
        self._begun, self._size, self._whole = begun, 0, False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self._whole = True
            raise
        self._size += len(piece)
        return piece

    def close(self) -> None:
        """Called by the server when it is through with the answer."""
        try:
            if close := getattr(self._body, "close", None):
                close()
        finally:
            spent = round(time.monotonic() - self._begun, 4)
            self._done({**self._entry, "bytes": self._size, "seconds": spent, "whole": self._whole})


#: Where the lines of the access log go; nowhere while it is not kept.
_kept: list[LogLines] = []


def note(entry: Entry) -> None:
    """Writes an entry of the access log."""
    for lines in _kept:
        lines.put(Line(time.time(), "INFO", "request", entry))


@contextlib.contextmanager
def journal_kept(*, access_log: bool) -> Iterator[None]:
    """While it lasts, errors (and, if asked for, every request) are written to standard error."""
    lines = LogLines()
    handler = Handler(lines)
    loggers = [logging.getLogger(name) for name in ("deepgenealogy", "waitress")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    logging.getLogger("deepgenealogy").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # else a line for each request that waits for a thread
    _kept[:] = [lines] if access_log else []
    try:
        yield
    finally:
        _kept.clear()
        lines.close()
        for logger in loggers:
            logger.removeHandler(handler)
