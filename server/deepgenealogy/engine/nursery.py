"""Where workers come from: a zygote process for each snapshot, from which they are forked in milliseconds."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SnapshotUnusable
from .snapshot import Snapshot
from .wire import Reader
from .worker import Terms


@dataclass(frozen=True)
class Worker:
    """A running worker, the channel to it, and the nursery that it came from."""

    pid: int
    channel: socket.socket
    reader: Reader
    nursery: "Nursery" = field(repr=False)

    def stop(self) -> None:
        """Halts it where it is, without ending it."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets a halted worker go on."""
        self._signal(signal.SIGCONT)

    def yield_to_others(self) -> None:
        """Lets other processes go first from now on."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def dismiss(self) -> int:
        """Ends it, and says which signal had ended it if it was dead already (else SIGKILL, or 0)."""
        self._signal(signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.channel.close()
        return self.nursery.cause(self.pid)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery:
    """One zygote, and the workers that come from it. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot, root: Path, terms: Terms) -> None:
        self.snapshot = snapshot
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "deepgenealogy.engine.zygote", str(theirs.fileno())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL)
        theirs.close()
        told = {
            "dataset": str(snapshot.dataset),
            "root": str(root),
            "memory_bytes": terms.memory_bytes,
            "union": terms.union,
        }
        self._control.sendall(json.dumps(told).encode() + b"\n")
        if self._line() != "ready":
            raise SnapshotUnusable(f"{snapshot.folder} could not be loaded by a worker process")

    def new_worker(self) -> Worker:
        """A new worker, forked from the zygote. Raises SnapshotUnusable when the zygote is gone."""
        with self._lock:
            try:
                self._control.sendall(b"fork\n")
                line, descriptors, _, _ = socket.recv_fds(self._control, 100, 1)
            except OSError as problem:
                raise SnapshotUnusable("the process that workers come from is gone") from problem
        if not descriptors:
            raise SnapshotUnusable("the process that workers come from is gone")
        channel = socket.socket(fileno=descriptors[0])
        return Worker(int(line), channel, Reader(channel), self)

    def cause(self, pid: int) -> int:
        """The signal that ended worker `pid`; 0 when it ended by itself."""
        with self._lock:
            try:
                self._control.sendall(f"cause {pid}\n".encode())
                return int(self._line() or 0)
            except OSError:
                return 0

    @property
    def is_alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the zygote; its workers end with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        held = b""
        while not held.endswith(b"\n"):
            part = self._control.recv(1)
            if not part:
                return ""
            held += part
        return held.decode().strip()
