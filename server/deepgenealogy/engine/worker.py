"""A worker process: answers one question after the other over its channel, within limits that the system enforces.

The deadline is a system timer that ends the process even while the engine computes; memory is limited by RLIMIT_AS,
so that a failed allocation ends this process only. It can open nothing, or the files of its store only (see
`confinement`).
"""

import contextlib
import json
import os
import signal
import socket
import traceback
from dataclasses import dataclass, fields
from pathlib import Path
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
from .wire import PIECE, Reader, json_message, message

#: A worker whose memory has grown by more than this is not used again: what an answer took is not given back.
_GROWTH_BYTES = 64_000_000

#: How a worker ends that found no memory in Python's own code, and one that failed.
OUT_OF_MEMORY, FAILED = 3, 4


@dataclass(frozen=True)
class Terms:
    """On what terms workers work: memory beyond the store, the default graph, the folder of a store on disk."""

    memory_bytes: int
    union: bool
    folder: Path | None = None


class _Channel:
    """A sink that sends the answer in messages of a good size, a small one with its head and its end at once."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._head, self._held = b"", bytearray()

    def begin(self, form: Form, format_name: str) -> None:
        self._head = json_message(b"H", {"form": form, "format": format_name})

    def write(self, piece: bytes) -> int:
        self._held += piece
        if len(self._held) >= PIECE:
            self._send(b"")
        return len(piece)

    def flush(self) -> None:
        """Waits for more: the engine flushes at the end, when the end of the answer follows at once."""

    def end(self, *, goes_on: bool) -> None:
        """Sends what is held, and that the answer is whole or was refused."""
        self._send(json_message(b"E", {"goes_on": goes_on}))

    def refuse(self, error: str, arguments: list[object]) -> None:
        """Sends why there is no answer, in place of what is held."""
        self._head = b""
        self._held.clear()
        self._send(json_message(b"X", {"error": error, "arguments": arguments}))

    def _send(self, last: bytes) -> None:
        data = message(b"D", bytes(self._held)) if self._held else b""
        self._channel.sendall(b"".join((self._head, data, last)))
        self._head = b""
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
    gauge = confine(terms.memory_bytes, guard_port, terms.folder)
    reader, at_start = Reader(channel), gauge.resident_bytes()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while message := reader.next():
            asked = message.json()
            signal.setitimer(signal.ITIMER_REAL, asked.pop("deadline_s"))
            sink = _Channel(channel)
            _answer(sink, store, Question(**asked), compactor, terms)
            signal.setitimer(signal.ITIMER_REAL, 0)
            goes_on = gauge.resident_bytes() - at_start < _GROWTH_BYTES
            sink.end(goes_on=goes_on)
            if not goes_on:
                return


def _answer(sink: _Channel, store: Store, question: Question, compactor: Compactor, terms: Terms) -> None:
    try:
        evaluate(store, question, sink, compactor=compactor, union=terms.union)
    except MemoryError:
        sink.refuse("MemoryLimitReached", ["the query needs more memory than it may take"])
    except DeepGenealogyError as error:
        sink.refuse(type(error).__name__, _arguments(error))


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
