"""WSGI around an application: an answer that breaks off ends unfinished on the wire, with one line in the log.

The last chunk of a chunked answer is not sent and the connection is closed, so that its asker sees that it is not whole
(RFC 9112, section 8). Waitress does that quietly only for what it takes for a client that has left.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from waitress.channel import ClientDisconnected

from ..errors import AnswerBrokenOff

_LOG = logging.getLogger("deepgenealogy")


class Unfinished:
    """The application, with answers that may break off."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request."""
        return _Body(self._application(environ, start_response), environ.get("PATH_INFO", "")[:500])


class _Body:
    """The body of one answer."""

    def __init__(self, body: Iterable[bytes], path: str) -> None:
        self._body, self._pieces, self._path = body, iter(body), path

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except AnswerBrokenOff as problem:
            _LOG.warning("answer broken off", extra={"entry": {"path": self._path, "reason": str(problem)}})
            raise ClientDisconnected from problem

    def close(self) -> None:
        """Called by the server when it is through with the answer."""
        if close := getattr(self._body, "close", None):
            close()
