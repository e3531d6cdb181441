"""Connections of the server: what waitress refuses is answered as a problem, and slow or stubborn senders are borne.

Added to waitress: a head that does not arrive in time is given up, and a request that is refused is still read for a
while; else its sender, who goes on sending, would see a reset connection in place of the answer (RFC 9112, 9.6).
"""

import json
import socket
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error, RequestHeaderFieldsTooLarge

from .journal import note, sane_id

#: How long, and how far, the rest of a refused request is read.
_LINGER_S = 10.0
_LINGER_BYTES = 100_000_000

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
    expect_continue: bool

    def received(self, data: bytes) -> int:
        head = (self.header_plus + data)[: self.adj.max_request_header_size]
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge) and b"\n" not in head:
            self.error = _LineTooLong("")
        # A sender who waits for leave to send gets the refusal instead.
        self.expect_continue = self.expect_continue and not self.error
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


class Connection(HTTPChannel):  # type: ignore[misc]
    """Does not wait for ever for a head, and that reads on for a while after a refusal."""

    error_task_class = _Problem
    parser_class = _Parser
    lingers = False
    _lingering_until = 0.0
    _lingered_bytes = 0
    _head_begun = 0.0

    def readable(self) -> bool:
        """Whether more is to be read; also looks whether a head or a refused sender takes too long."""
        if self._lingering_until:
            if time.monotonic() > self._lingering_until:
                super().handle_close()
                return False
            return True
        self._give_up_on_slow_heads()
        return bool(super().readable())

    def writable(self) -> bool:
        """Whether something is to be sent; nothing is after a refusal was."""
        return not self._lingering_until and bool(super().writable())

    def handle_read(self) -> None:
        """Reads; after a refusal, only to throw away."""
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
        elif time.monotonic() - self._head_begun > self.server.head_limit_s:
            self.will_close = True

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return bool(self.requests or self.total_outbufs_len)
