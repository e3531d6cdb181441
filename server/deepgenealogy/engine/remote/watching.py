"""Connections that are watched: whoever waits at one is told at once when the time is over or the asker has left.

A request is read by the thread that made it, so what that thread watches for is kept beside it; httpcore does the rest.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from ...errors import AnswerBrokenOff
from ..answerbody import AnswerBody
from ..interface import HasLeft, stays
from ..lanes import GLANCE_S

_threads = threading.local()


@dataclass(frozen=True)
class Watch:
    """Until when a question must be answered (None for no end), and whether its asker has left."""

    until: float | None = None
    has_left: HasLeft = stays

    @classmethod
    def of(cls, seconds: float, has_left: HasLeft = stays) -> "Watch":
        """A watch that begins now."""
        return cls(time.monotonic() + seconds, has_left)

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return float("inf") if self.until is None else self.until - time.monotonic()

    def check(self) -> None:
        """Nothing, while there is time. Raises httpcore.ReadTimeout or AnswerBrokenOff."""
        if self.left_s <= 0:
            raise httpcore.ReadTimeout("the time is over")
        if self.has_left():
            raise AnswerBrokenOff("the asker has left")


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Has this thread watch for the end of its question."""
    former, _threads.watch = getattr(_threads, "watch", None), watch
    try:
        yield
    finally:
        _threads.watch = former


def _watch() -> Watch:
    return getattr(_threads, "watch", None) or Watch()


@dataclass
class _Network(httpcore.NetworkBackend):
    _plain: httpcore.SyncBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        _watch().check()
        return _Stream(self._plain.connect_tcp(host, port, timeout, local_address, socket_options))


@dataclass
class _Stream(httpcore.NetworkStream):
    stream: httpcore.NetworkStream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come in; looked for again and again, with a glance at the watch between."""
        until = time.monotonic() + timeout if timeout is not None else float("inf")
        while True:
            _watch().check()
            try:
                return self.stream.read(max_bytes, GLANCE_S)
            except httpcore.ReadTimeout:
                if time.monotonic() > until:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        _watch().check()
        self.stream.write(buffer, timeout)

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class WatchedTransport(httpx.BaseTransport):
    """httpx over watched connections, so many at most; certificates are those of the system's choice."""

    def __init__(self, connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=15.0,
            network_backend=_Network(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read. Raises what httpcore raises."""
        assert isinstance(request.stream, httpx.SyncByteStream)  # this is no asynchronous client
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        headers, extensions = request.headers.raw, request.extensions
        asked = httpcore.Request(request.method, target, headers=headers, content=request.stream, extensions=extensions)
        answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=AnswerBody(answer))

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()
