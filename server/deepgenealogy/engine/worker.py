"""A worker process: answers one question after the other over its channel, within limits that the system enforces.

The deadline is a system timer that ends the process even while the engine computes; memory is limited by RLIMIT_AS,
so that a failed allocation ends this process only. It can open nothing (see `confinement`).
"""

import contextlib
import json
import os
import signal
import socket
import traceback
from dataclasses import dataclass, fields
from typing import NoReturn

from pyoxigraph import Store

from ..errors import (
    CallOutRefused,
    DeepGenealogyError,
    FormNotReadable,
    MemoryLimitReached,
    ParameterRefused,
    QuerySyntax,
    QuestionRefused,
)
from ..graph.compact import Compactor
from .confinement import confine
from .evaluation import evaluate
from .interface import Form, Question
from .wire import PIECE, Reader, send, send_json

#: A worker whose memory has grown by more than this is not used again: what an answer took is not given back.
_GROWTH_BYTES = 64_000_000

#: How a worker ends that found no memory in Python's own code, and one that failed.
OUT_OF_MEMORY, FAILED = 3, 4


@dataclass(frozen=True)
class Terms:
    """On what terms workers work: memory beyond the store, and the default graph."""

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


def be_worker(
    channel: socket.socket, store: Store, compactor: Compactor, terms: Terms, guard_port: int | None = None
) -> NoReturn:
    """Works until there is no more to do, then ends this process; what went wrong is told by the exit status."""
    status = FAILED
    try:
        work(channel, store, compactor, terms, guard_port)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        if status == FAILED:
            traceback.print_exc()
        os._exit(status)


def work(
    channel: socket.socket, store: Store, compactor: Compactor, terms: Terms, guard_port: int | None = None
) -> None:
    """Answers questions from `channel` until its other side is gone or memory has grown too much."""
    gauge = confine(terms.memory_bytes, guard_port)
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
        told = {"error": "MemoryLimitReached", "arguments": ["the query needs more memory than it may take"]}
        send_json(channel, b"X", told)
    except DeepGenealogyError as error:
        send_json(channel, b"X", {"error": type(error).__name__, "arguments": _arguments(error)})


def _arguments(error: DeepGenealogyError) -> list[object]:
    if isinstance(error, QuerySyntax):
        return [error.words, error.line, error.column]
    return [error.form] if isinstance(error, FormNotReadable) else [str(error)]


#: Errors that a worker can report, by name.
REPORTED: dict[str, type[DeepGenealogyError]] = {
    error.__name__: error
    for error in (QuerySyntax, FormNotReadable, MemoryLimitReached, ParameterRefused, CallOutRefused, QuestionRefused)
}


def question_json(question: Question, deadline_s: float) -> bytes:
    """A question as the server sends it."""
    asked = {field.name: getattr(question, field.name) for field in fields(question)}
    return json.dumps({**asked, "deadline_s": deadline_s}).encode()
