"""The server under the application: waitress with limits for hostile senders, problems as JSON, and a graceful stop.

Waitress reads every connection in one thread without waiting, so that slow senders hold no thread. Added here: a head
that does not arrive in time is given up, a request that is refused is still read for a while (else its sender, who goes
on sending, would see a reset connection in place of the answer: RFC 9112, 9.6), and what waitress itself refuses is
answered and noted like everything else.
"""

import json
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask
from waitress.utilities import Error, RequestHeaderFieldsTooLarge

from ..errors import SettingRefused
from ..settings import Settings
from .brokenoff import Unfinished
from .journal import journal_kept, note, sane_id

#: Request line and headers together, in bytes. A query that is longer belongs into a POST.
_HEAD_LIMIT_BYTES = 65_536

#: How long a connection may be silent, and how long the head of a request may take, in seconds.
_SILENCE_S = 30
_HEAD_LIMIT_S = 30

#: How long, and how far, the rest of a refused request is read.
_LINGER_S = 10.0
_LINGER_BYTES = 100_000_000

_CONNECTIONS = 1_000
_TICK_S = 0.2

#: How long after the last query's time limit a stopping server still waits for answers to be sent, in seconds.
_SENDING_S = 5.0


#: What waitress refuses, in our words.
_WORDS = {
    413: "the request body is larger than {body} bytes (request_size_limit_bytes); send less, or in parts",
    414: "the request line is longer than {head} bytes; POST the query instead",
    431: "the headers are larger than {head} bytes; send fewer, or shorter ones",
    500: "something went wrong on our side; it has been logged",
    501: "the transfer coding is not read; send the body plain or chunked",
}
_HEADERS = (
    ("Content-Type", "application/problem+json"),
    ("Cache-Control", "no-store"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
)


class _LineTooLong(Error):  # type: ignore[misc]
    code, reason = 414, "URI Too Long"


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Tells a request line that is too long (414) from headers that are (431)."""

    error: Error | None

    def received(self, data: bytes) -> int:
        before = self.header_plus
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge) and b"\n" not in (before + data)[:_HEAD_LIMIT_BYTES]:
            self.error = _LineTooLong("")
        return consumed


class _Problem(ErrorTask):  # type: ignore[misc]
    """What waitress refuses, as problem details (RFC 9457) and as a line in the journal."""

    def execute(self) -> None:
        """Answers, and has the connection closed once the answer has arrived."""
        error, limits = self.request.error, self.channel.adj
        chosen = sane_id(self.request.headers.get("X_REQUEST_ID", ""))
        words = _WORDS.get(error.code, "the request cannot be read: {detail}")
        detail = words.format(
            detail=error.body, head=limits.max_request_header_size, body=limits.max_request_body_size - 1
        )
        content = _problem(error, detail, chosen)
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [*_HEADERS, ("X-Request-Id", chosen)]
        self.content_length = len(content)
        self.set_close_on_finish()
        self.channel.lingers = True
        self.write(content)
        client = self.channel.addr[0]
        note({"id": chosen, "client": client, "method": "", "path": "", "status": error.code, "agent": ""})


def _problem(error: Any, detail: str, chosen: str) -> bytes:
    body = {
        "type": "about:blank",
        "title": error.reason,
        "status": error.code,
        "detail": detail,
        "request_id": chosen,
    }
    return json.dumps(body).encode()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that does not wait for ever for a head, and that reads on for a while after a refusal."""

    error_task_class = _Problem
    parser_class = _Parser
    lingers = False
    _lingering_until = 0.0
    _lingered_bytes = 0
    _head_begun = 0.0

    def readable(self) -> bool:
        if self._lingering_until:
            if time.monotonic() > self._lingering_until:
                super().handle_close()
                return False
            return True
        self._give_up_on_slow_heads()
        return bool(super().readable())

    def writable(self) -> bool:
        return not self._lingering_until and bool(super().writable())

    def handle_read(self) -> None:
        if not self._lingering_until:
            super().handle_read()
            return
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            data = b""
        self._lingered_bytes += len(data)
        if not data or self._lingered_bytes > _LINGER_BYTES:
            super().handle_close()

    def handle_close(self) -> None:
        """Closes; after a refusal only our side, so that the answer reaches a sender who is still sending."""
        if not self.lingers or not self.connected or self._lingering_until:
            super().handle_close()
            return
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            super().handle_close()
            return
        self.will_close = self.close_when_flushed = False
        self._lingering_until = time.monotonic() + _LINGER_S

    def _give_up_on_slow_heads(self) -> None:
        request = self.request
        if request is None or request.headers_finished:
            self._head_begun = 0.0
        elif not self._head_begun:
            self._head_begun = time.monotonic()
        elif time.monotonic() - self._head_begun > _HEAD_LIMIT_S:
            self.will_close = True

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return bool(self.requests or self.total_outbufs_len)


def serve(app: Flask, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve `app` until SIGTERM or SIGINT; `ready` is told the address once it answers.

    What is being answered then is answered to its end; a second signal ends the server at once. Raises SettingRefused.
    """
    with journal_kept(access_log=settings.access_log == "on"):
        server = _listening(app, settings)
        stopping = _told_to_stop()
        ready(f"http://{settings.host}:{getattr(server, 'effective_port', settings.port)}")
        _answer_until(stopping, server)
        _drain(server, settings.query_time_limit_s + _SENDING_S)
        server.task_dispatcher.shutdown(timeout=_SENDING_S)
        app.extensions["deepgenealogy"].engine.close()


def _listening(app: Flask, settings: Settings) -> Any:
    try:
        server = create_server(
            Unfinished(app),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident="deepgenealogy",
            max_request_header_size=_HEAD_LIMIT_BYTES,
            max_request_body_size=settings.request_size_limit_bytes + 1,  # waitress refuses the limit itself
            channel_timeout=_SILENCE_S,
            cleanup_interval=5,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
            channel_request_lookahead=1,  # so that it is seen when a client leaves before its answer
            clear_untrusted_proxy_headers=not settings.proxy_hops,
        )
    except (OSError, ValueError) as problem:
        cure = f"{problem}; free the port, or choose another with --port (0 takes a free one)"
        raise SettingRefused("port", str(settings.port), cure) from problem
    for listener in _listeners(server):
        listener.channel_class = _Channel
    return server


def _sockets(server: Any) -> dict[int, Any]:
    """All that the loop watches: listeners, triggers, connections (`map` in a server for several addresses)."""
    found: dict[int, Any] = getattr(server, "_map", None) or server.map
    return found


def _listeners(server: Any) -> list[Any]:
    return [watched for watched in _sockets(server).values() if hasattr(watched, "channel_class")]


def _told_to_stop() -> threading.Event:
    """Set by the first SIGTERM or SIGINT; the second one has its usual effect."""
    told = threading.Event()

    def stop(number: int, _frame: object) -> None:
        told.set()
        signal.signal(number, signal.SIG_DFL)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
    return told


def _answer_until(stopping: threading.Event, server: Any) -> None:
    while not stopping.is_set():
        server.asyncore.loop(timeout=_TICK_S, use_poll=True, map=_sockets(server), count=1)


def _drain(server: Any, longest_s: float) -> None:
    """Takes no more connections, closes those that are idle, and sends what is being answered."""
    for listener in _listeners(server):
        listener.del_channel()
        listener.socket.close()
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        channels = [watched for watched in _sockets(server).values() if isinstance(watched, _Channel)]
        if not any(channel.is_busy for channel in channels):
            return
        for channel in channels:
            if not channel.is_busy:
                channel.will_close = True
        server.asyncore.loop(timeout=_TICK_S, use_poll=True, map=_sockets(server), count=1)
