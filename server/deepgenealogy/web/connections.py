"""Connections of the server: what waitress refuses is answered as a problem, and slow or stubborn peers are borne.

Added to waitress:

- a head that does not arrive in time is given up, and so is an answer that is hardly read;
- a request that is refused is still read for a while; else its sender, who goes on sending, would see a reset
  connection in place of the answer (RFC 9112, 9.6);
- a client that has only ended its own sending (half-close, as `nc -N` does) still gets its answer (RFC 9112, 9.6).
"""

import contextlib
import socket
import time
from typing import Any

from waitress.channel import HTTPChannel

from ..engine.asked import Asked
from .pace import Pace, has_ended_sending
from .prompt import Pending
from .refusals import Parser, Problem
from .tasks import Task

#: How long, and how far, the rest of a refused request is read.
_LINGER_S = 10.0
_LINGER_BYTES = 100_000_000

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(HTTPChannel):  # type: ignore[misc]
    """Waits neither for a head for ever nor for a reader, reads on after a refusal, and answers who has half-closed."""

    error_task_class = Problem
    task_class = Task
    parser_class = Parser
    lingers = False
    _pending: Pending | None = None
    _lingering_until = 0.0
    _lingered_bytes = 0
    _head_begun = 0.0
    _half_closed = False
    _answer_begun = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._pace = Pace()
        super().__init__(*arguments, **named)

    def readable(self) -> bool:
        """Whether more is to be read; also looks whether the peer takes too long."""
        if self._lingering_until:
            if time.monotonic() > self._lingering_until:
                super().handle_close()
                return False
            return True
        if self._pending:
            return False  # what comes meanwhile waits; the answer comes soon, or a thread hears on and reads again
        if self._pace.is_too_slow(self.socket, self.total_outbufs_len, self.server.peer_patience_s):
            super().handle_close()
            return False
        if self._half_closed:
            self._look_after_half_closed()
            return False
        self._give_up_on_slow_heads()
        return bool(super().readable())

    def writable(self) -> bool:
        """Whether something is to be sent: nothing after a refusal was, and nothing once `readable` has closed.

        A closed descriptor that is polled all the same is reported as invalid; a connection that was accepted in the
        same round may have its number by then, and would be closed in its place.
        """
        return bool(self.connected) and not self._lingering_until and bool(super().writable())

    def handle_read(self) -> None:
        """Reads; after a refusal, only to throw away."""
        if self._lingering_until:
            self._throw_away()
        elif self.requests and has_ended_sending(self.socket):
            self._half_closed = True
            self._probe()
        else:
            super().handle_read()

    def received(self, data: bytes) -> bool:
        """Takes what has come in: a request that came before is answered at once, a light question soon.

        Any other is answered by a thread.
        """
        prompt = self.server.prompt
        if prompt is None or self._is_between_others:
            return bool(super().received(data))
        answer = prompt.repeats.answer(data, self.client)
        if answer is not None:
            self.answered(answer)
            return True
        self._pending = prompt.put(data, self, self._map)
        return self._pending is not None or bool(super().received(data))

    @property
    def client(self) -> str:
        """The address of the peer."""
        return str(self.addr[0])

    def answered(self, answer: bytes) -> None:
        """Sends a whole answer from the thread that reads."""
        self._pending = None
        self.last_activity = time.time()
        sent = self.send(answer)
        if sent < len(answer) and self.connected:
            self.write_soon(answer[sent:])

    def hear_on(self, received: bytes, asked: Asked | None) -> None:
        """Has a thread answer what was received; the question may be put already."""
        self._pending = None
        self.request = self.parser_class(self.adj)
        self.request.asked = asked
        if not super().received(received) and asked:  # about to be closed
            asked.give_up()

    @property
    def _is_between_others(self) -> bool:
        """Whether a request is still being read, answered or sent, or the connection is about to be closed."""
        return bool(
            self.request or self.requests or self.total_outbufs_len or self.will_close or self.close_when_flushed
        )

    def _throw_away(self) -> None:
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            data = b""
        self._lingered_bytes += len(data)
        if not data or self._lingered_bytes > _LINGER_BYTES:
            super().handle_close()

    def _probe(self) -> None:
        """Sends `100 Continue`, which who has half-closed skips (RFC 9110, 15.2), and a closed socket refuses.

        Only so can the two be told apart before there is an answer. HTTP/1.0 knows no such interim answer.
        """
        with self.outbuf_lock, contextlib.suppress(OSError):
            if not self._answer_begun and self.requests and self.requests[0].version != "1.0":
                self.socket.send(_CONTINUE)

    def _look_after_half_closed(self) -> None:
        if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            super().handle_close()  # it was closed on both sides: nobody waits for the answer
        elif not self.requests and not self.total_outbufs_len:
            self.will_close = True

    def service(self) -> None:
        """Answers one request."""
        self._answer_begun = False
        asked = self.requests[0].asked
        try:
            super().service()
        finally:
            if asked is not None:
                asked.give_up()

    def write_soon(self, data: Any) -> int:
        """Takes a piece of the answer."""
        with self.outbuf_lock:
            self._answer_begun = True
        return int(super().write_soon(data))

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Sends what the system takes."""
        sent = super().send(data, do_close)
        self._pace.sent += sent or 0
        return int(sent or 0)

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
        elif time.monotonic() - self._head_begun > self.server.peer_patience_s:
            self.will_close = True

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return bool(self._pending or self.requests or self.total_outbufs_len)
