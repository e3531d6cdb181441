"""A worker process: answers one question after the other over its channel, within limits that the system enforces.

The deadline is a system timer that ends the process even while the engine computes; memory is limited by RLIMIT_AS,
so that a failed allocation ends this process only; no file or connection can be opened (RLIMIT_NOFILE).
"""

import contextlib
import json
import os
import resource
import signal
import socket
from dataclasses import dataclass, fields

from pyoxigraph import Store

from ..errors import DeepGenealogyError, FormNotReadable, MemoryLimitReached, ParameterRefused, QuerySyntax
from ..graph.compact import Compactor
from .evaluation import evaluate
from .interface import Form, Question
from .wire import PIECE, Reader, send, send_json

#: A worker whose memory has grown by more than this is not used again: what an answer took is not given back.
_GROWTH_BYTES = 64_000_000


@dataclass(frozen=True)
class Terms:
    """On what terms a worker works: memory beyond the store, the default graph, and whether limits can be set."""

    memory_bytes: int
    union: bool


class _Channel:
    """A sink that sends the answer in messages of a good size."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._held = bytearray()

    def begin(self, form: Form, format_name: str) -> None:
        send_json(self._channel, b"H", {"form": form, "format": format_name})

    def write(self, piece: bytes) -> int:
        self._held += piece
        if len(self._held) >= PIECE:
            self.flush()
        return len(piece)

    def flush(self) -> None:
        if self._held:
            send(self._channel, b"D", bytes(self._held))
            self._held.clear()


def work(channel: socket.socket, store: Store, compactor: Compactor, terms: Terms) -> None:
    """Answers questions from `channel` until its other side is gone or memory has grown too much."""
    gauge = confine(terms)
    reader, at_start = Reader(channel), gauge.resident_bytes()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while message := reader.next():
            asked = message.json()
            signal.setitimer(signal.ITIMER_REAL, asked.pop("deadline_s"))
            _answer(channel, store, Question(**asked), compactor, terms)
            signal.setitimer(signal.ITIMER_REAL, 0)
            goes_on = gauge.resident_bytes() - at_start < _GROWTH_BYTES
            send_json(channel, b"E", {"goes_on": goes_on})
            if not goes_on:
                return


def _answer(channel: socket.socket, store: Store, question: Question, compactor: Compactor, terms: Terms) -> None:
    sink = _Channel(channel)
    try:
        evaluate(store, question, sink, compactor=compactor, union=terms.union)
        sink.flush()
    except MemoryError:
        send_json(channel, b"X", {"error": "MemoryLimitReached", "arguments": ["the query needs more memory than it may take"]})
    except DeepGenealogyError as error:
        send_json(channel, b"X", {"error": type(error).__name__, "arguments": _arguments(error)})


def _arguments(error: DeepGenealogyError) -> list[object]:
    if isinstance(error, QuerySyntax):
        return [error.words, error.line, error.column]
    return [error.form] if isinstance(error, FormNotReadable) else [str(error)]


#: Errors that a worker can report, by name.
REPORTED: dict[str, type[DeepGenealogyError]] = {
    error.__name__: error for error in (QuerySyntax, FormNotReadable, MemoryLimitReached, ParameterRefused)
}


def confine(terms: Terms) -> "Gauge":
    """Sets the limits of this process (memory, open files, core files, the signal of the deadline); gives its gauge."""
    gauge = Gauge()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ceiling = gauge.virtual_bytes() + terms.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return gauge


class Gauge:
    """Reads the memory of the process that made it, also when no file can be opened any more."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY)

    def virtual_bytes(self) -> int:
        """The address space, in bytes."""
        return self._pages(0)

    def resident_bytes(self) -> int:
        """The memory that is in RAM, in bytes."""
        return self._pages(1)

    def _pages(self, column: int) -> int:
        return int(os.pread(self._file, 200, 0).split()[column]) * resource.getpagesize()


def question_json(question: Question, deadline_s: float) -> bytes:
    """A question as the server sends it."""
    asked = {field.name: getattr(question, field.name) for field in fields(question)}
    return json.dumps({**asked, "deadline_s": deadline_s}).encode()
