"""The one writer: hands each write to the process that writes, and has the engine move over before it is answered.

Writes queue and are made in their order. A process that ends (a limit, a failure, a kill) leaves the former snapshot in
force, or the new one where it had come that far; the next write starts another.
"""

import contextlib
import json
import signal
import socket
import subprocess
import sys
from typing import Protocol

from ..errors import (
    DeepGenealogyError,
    MemoryLimitReached,
    SnapshotUnusable,
    TimeLimitReached,
    TooDeep,
    WriteInterrupted,
)
from ..locations import environment
from ..settings import Settings
from .interface import HasLeft, stays
from .lanes import Lane
from .publication import Snapshot, current_snapshot
from .wire import Message, Reader, send, send_json
from .writing import Write, Written, order_of, reported

#: How long publishing may take, and starting the process, in seconds.
_PUBLISHING_LIMIT_S = 300.0


class Movable(Protocol):
    """An engine that can move over to another snapshot."""

    @property
    def version(self) -> str:
        """The name of the snapshot in force."""
        ...

    def move_to(self, snapshot: Snapshot) -> None:
        """Answers from `snapshot` from now on."""
        ...


class Writer:
    """Makes writes to one store, and keeps its engine at what is in force. Safe to use from several threads."""

    def __init__(self, engine: Movable, settings: Settings) -> None:
        self._engine, self._store = engine, settings.store
        self._limit_s = settings.query_time_limit_s
        self._told = {
            "store": str(settings.store.resolve()),
            "memory_bytes": settings.worker_memory_limit_bytes,
            "length_bytes": settings.request_size_limit_bytes,
            "depth": settings.query_depth_limit,
        }
        self._lane = Lane(1, settings.queue_limit, "write")
        self._process = WritingProcess(self._told)

    def write(self, write: Write, has_left: HasLeft = stays) -> Written:
        """Makes a write; when this returns, the engine answers from the snapshot that holds it.

        Raises QuestionRefused and its kinds, NotFound, StorageRefused or WriteInterrupted; nothing is changed then.
        """
        self._lane.enter(self._limit_s, has_left)
        try:
            return self._made(write)
        finally:
            self._lane.leave()

    def close(self) -> None:
        """Ends the process that writes."""
        self._process.close()

    def _made(self, write: Write) -> Written:
        message = self._answer_to(write) or self._answer_to(write)
        if message is None:
            raise WriteInterrupted("the process that writes was ended twice; nothing is changed, send the write again")
        told = message.json()
        if not told["goes_on"]:
            self._process.close()
        self._follow()
        if message.kind == b"X":
            raise reported(told["answer"])
        return Written(**told["answer"])

    def _answer_to(self, write: Write) -> Message | None:
        """The answer to a write; None when the process was ended from outside before anything had changed."""
        if not self._process.is_alive:
            self._process.close()
            self._process = WritingProcess(self._told)
        message = self._process.answer_to(write, self._limit_s)
        if message is None and (failure := self._failure()):
            raise failure
        return message

    def _follow(self) -> bool:
        """Has the engine move to the snapshot in force; says whether it had to."""
        snapshot = current_snapshot(self._store)
        if snapshot is None:
            raise SnapshotUnusable(f"{self._store} holds no snapshot any more; build one (deepgenealogy build)")
        if snapshot.name == self._engine.version:
            return False
        try:
            self._engine.move_to(snapshot)
        except (
            SnapshotUnusable
        ):  # a process that was killed meanwhile; the engine starts others by itself once it moved
            if self._engine.version != snapshot.name:
                self._engine.move_to(snapshot)
        return True

    def _failure(self) -> DeepGenealogyError | None:
        """Why there was no answer, as the error that the asker gets; None when the write is worth another try."""
        cause = self._process.close()
        if self._follow():
            words = f"snapshot {self._engine.version} came in force meanwhile; look whether it holds the write"
            return WriteInterrupted(f"the process that writes ended before it had answered; {words}")
        if cause == -signal.SIGALRM:
            return TimeLimitReached(f"the write was not made within {self._limit_s:g} seconds; nothing is changed")
        if cause in (-signal.SIGSEGV, -signal.SIGBUS):
            return TooDeep("the write is too deep or too large to be made; nothing is changed")
        if cause == -signal.SIGABRT:
            return MemoryLimitReached("the write needs more memory than it may take; nothing is changed")
        return None


class WritingProcess:
    """A running process that writes, and the channel to it."""

    def __init__(self, told: dict[str, object]) -> None:
        self._channel, theirs = socket.socketpair()
        command = [sys.executable, "-m", "deepgenealogy.engine.writing_process", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment(), stdin=subprocess.DEVNULL
            )
        self._reader = Reader(self._channel)
        self._channel.settimeout(_PUBLISHING_LIMIT_S)
        self._begin(told)

    def _begin(self, told: dict[str, object]) -> None:
        try:
            self._channel.sendall(json.dumps(told).encode() + b"\n")
            word = self._channel.recv(6)
        except OSError:
            word = b""
        if word != b"ready\n":
            self.close()
            raise WriteInterrupted("the process that writes could not be started; its words are on standard error")

    @property
    def is_alive(self) -> bool:
        """Whether it still runs and listens."""
        return self._process.poll() is None

    def answer_to(self, write: Write, deadline_s: float) -> Message | None:
        """Its answer, or None when it ended without one. Raises WriteInterrupted when it does not answer in time."""
        self._channel.settimeout(deadline_s + _PUBLISHING_LIMIT_S)
        try:
            send_json(self._channel, b"Q", order_of(write, deadline_s))
            for body in write.bodies:
                send(self._channel, b"D", body.content)
        except OSError:
            return None
        try:
            return self._reader.next()
        except TimeoutError as problem:
            self.close()
            raise WriteInterrupted("the disk was too slow to take the write; look whether it holds it") from problem

    def close(self) -> int:
        """Ends it; says how it had ended already: minus the number of a signal, or its exit status."""
        self._channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(_GRACE_S)
        self._process.kill()
        return self._process.wait()


#: How long a process may take to end when its channel is closed, in seconds.
_GRACE_S = 2.0
