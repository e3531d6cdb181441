"""The process that writes: it applies one write after the other to the dataset in force, and publishes each.

Run as `python -m deepgenealogy.engine.writing_process FD`, with one end of a socket pair as file descriptor FD. It is
told in one line of JSON which store it writes and within which limits, says `ready`, and then answers writes (see
`writing`).

A write is parsed and applied under the limits of an asker: a deadline that ends the process, a memory ceiling, and no
file or connection that could be opened. It is acknowledged only when its snapshot is in force and durable. Whenever
what is held in memory may differ from what is published, the process ends, and its successor starts from the snapshot.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ..errors import DeepGenealogyError, MemoryLimitReached, WriteInterrupted
from .confinement import Gauge, speak_without_waiting
from .ledger import Ledger
from .publication import only_publisher
from .screening import Screen
from .wire import Reader, send_json
from .writing import Write, Written, report_of, write_of

#: Open files of this process while it publishes; an Oxigraph store on disk needs some dozens.
_FILES = 512

#: A process whose memory has grown by more than this is not used again: what writes took is not given back.
_GROWTH_BYTES = 128_000_000


class Limits:
    """The limits under which writes are applied; lifted while one is published."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes, self._gauge = memory_bytes, Gauge()
        self._at_start = self._gauge.resident_bytes()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._files = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (self._files, self._files))
        self._most_memory = resource.getrlimit(resource.RLIMIT_AS)[1]

    @contextmanager
    def in_force(self, deadline_s: float) -> Iterator[None]:
        """While this lasts: a deadline, a memory ceiling, and nothing can be opened."""
        held = self._gauge.virtual_bytes()
        ceiling = held + self._memory_bytes
        if held and (self._most_memory == resource.RLIM_INFINITY or ceiling < self._most_memory):
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, self._most_memory))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, self._files))
        signal.setitimer(signal.ITIMER_REAL, deadline_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            resource.setrlimit(resource.RLIMIT_AS, (self._most_memory, self._most_memory))
            resource.setrlimit(resource.RLIMIT_NOFILE, (self._files, self._files))

    @property
    def is_worn(self) -> bool:
        """Whether memory has grown too much to go on."""
        return self._gauge.resident_bytes() - self._at_start > _GROWTH_BYTES


class Clerk:
    """Makes writes, one after the other."""

    def __init__(self, store: Path, screen: Screen, limits: Limits) -> None:
        self._store, self._screen, self._limits = store, screen, limits
        self._server = os.getppid()
        self._ledger = Ledger(store)
        #: Whether memory holds what no snapshot does.
        self.is_spoilt = False

    def make(self, write: Write, deadline_s: float) -> Written:
        """Makes one write. Raises DeepGenealogyError, and is spoilt if the write was begun."""
        with only_publisher(self._store):
            self._ledger.catch_up()
            existed = self._ledger.holds(write.graph)
            write.conditions.check(self._ledger.snapshot.name, exists=existed)
            with self._limits.in_force(deadline_s):
                change = self._ledger.prepare(write, self._screen)
                self._ledger.apply(change)
            self.is_spoilt = True
            if os.getppid() != self._server:
                raise WriteInterrupted("the server is gone, and nobody waits for the write")
            snapshot = self._ledger.publish()
            self.is_spoilt = False
        return Written(snapshot.name, created=not existed and self._ledger.holds(write.graph))


def main(descriptor: int) -> None:
    """Writes until the server is gone, or until what is held in memory cannot be trusted or has grown too much."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    speak_without_waiting()
    channel = socket.socket(fileno=descriptor)
    told = json.loads(_line(channel))
    limits = Limits(told["memory_bytes"])
    clerk = Clerk(Path(told["store"]), Screen(told["length_bytes"], told["depth"]), limits)
    channel.sendall(b"ready\n")
    _serve(channel, clerk, limits)


def _serve(channel: socket.socket, clerk: Clerk, limits: Limits) -> None:
    reader, goes_on = Reader(channel), True
    while goes_on and (message := reader.next()):
        order = message.json()
        contents = [body.content for _ in order["bodies"] if (body := reader.next())]
        if len(contents) < len(order["bodies"]):
            return
        kind, answer = _answer(clerk, order.pop("deadline_s"), write_of(order, contents))
        goes_on = not clerk.is_spoilt and not limits.is_worn
        send_json(channel, kind, {"answer": answer, "goes_on": goes_on})


def _answer(clerk: Clerk, deadline_s: float, write: Write) -> tuple[bytes, dict[str, object]]:
    try:
        written = clerk.make(write, deadline_s)
    except MemoryError:
        clerk.is_spoilt = True
        return b"X", report_of(MemoryLimitReached("the write needs more memory than it may take; send less at a time"))
    except DeepGenealogyError as error:
        return b"X", report_of(error)
    return b"E", asdict(written)


def _line(channel: socket.socket) -> bytes:
    held = b""
    while not held.endswith(b"\n") and (part := channel.recv(1)):
        held += part
    return held


if __name__ == "__main__":
    with contextlib.suppress(ConnectionError):  # the server is gone
        main(int(sys.argv[1]))
