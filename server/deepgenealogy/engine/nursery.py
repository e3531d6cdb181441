"""Where workers come from: forked in milliseconds from a zygote with the snapshot in memory, or started afresh."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SnapshotUnusable
from ..settings import Settings
from .processes import line_from, started
from .snapshot import Snapshot
from .wire import Reader
from .worker import Terms

#: What a worker's end is called when nobody can say it, because its zygote is gone too.
UNKNOWN = 0

#: How much nicer than the server a worker becomes that lets others go first; the system knows no more than 19.
_NICE = 10


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
            own = os.getpriority(os.PRIO_PROCESS, os.getpid())
            os.setpriority(os.PRIO_PROCESS, self.pid, own + _NICE)

    def dismiss(self) -> int:
        """Ends it, and says how it had ended if it was dead already (see `Nursery.cause`). To be called once."""
        self._signal(signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.channel.close()
        return self.nursery.lay_to_rest(self.pid)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery(ABC):
    """Makes workers over one snapshot. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot, root: Path, terms: Terms) -> None:
        self.snapshot = snapshot
        self.hold = snapshot.hold()  # so that no publisher takes it away meanwhile
        self.told = {"root": str(root), "memory_bytes": terms.memory_bytes, "union": terms.union}
        self._living, self._retired = 0, False
        self._count_lock = threading.Lock()

    def new_worker(self, guard_port: int | None = None) -> Worker:
        """A new worker, which may call the guard if its port is given. Raises SnapshotUnusable."""
        with self._count_lock:
            self._living += 1
        try:
            pid, channel = self._start(guard_port)
        except BaseException:
            self._one_less()
            raise
        return Worker(pid, channel, Reader(channel), self)

    def lay_to_rest(self, pid: int) -> int:
        """How worker `pid` ended: minus the number of a signal, or its exit status; UNKNOWN when nobody can say."""
        try:
            return self._cause(pid)
        finally:
            self._one_less()

    def retire(self) -> None:
        """Closes as soon as the last worker has ended."""
        with self._count_lock:
            self._retired = True
            is_empty = self._living == 0
        if is_empty:
            self.close()

    @property
    def is_alive(self) -> bool:
        """Whether new workers can be made."""
        return True

    @abstractmethod
    def close(self) -> None:
        """Ends everything that came from here."""

    @abstractmethod
    def _start(self, guard_port: int | None) -> tuple[int, socket.socket]: ...

    @abstractmethod
    def _cause(self, pid: int) -> int: ...

    def _one_less(self) -> None:
        with self._count_lock:
            self._living -= 1
            is_last = self._retired and self._living == 0
        if is_last:
            self.close()


class ForkingNursery(Nursery):
    """One zygote, and the workers that are forked from it."""

    def __init__(self, snapshot: Snapshot, root: Path, terms: Terms) -> None:
        super().__init__(snapshot, root, terms)
        self._lock = threading.Lock()
        told = {**self.told, "dataset": str(snapshot.dataset), "empty_graphs": snapshot.manifest.empty_graphs}
        self._process, self._control = started("zygote", told, snapshot)

    def _start(self, guard_port: int | None) -> tuple[int, socket.socket]:
        with self._lock:
            try:
                self._control.sendall(f"fork {guard_port or 0}\n".encode())
                line, descriptors, _, _ = socket.recv_fds(self._control, 100, 1)
            except OSError as problem:
                raise SnapshotUnusable("the process that workers come from is gone") from problem
        if not descriptors:
            raise SnapshotUnusable("the process that workers come from is gone")
        return int(line), socket.socket(fileno=descriptors[0])

    def _cause(self, pid: int) -> int:
        with self._lock:
            try:
                self._control.sendall(f"cause {pid}\n".encode())
                return int(line_from(self._control) or UNKNOWN)
            except OSError:
                return UNKNOWN

    @property
    def is_alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the zygote; its workers end with it."""
        self.hold.close()
        self._process.kill()
        with self._lock:
            self._control.close()
            self._process.wait()


class SpawningNursery(Nursery):
    """Workers that are started one by one and read the snapshot from disk."""

    def __init__(self, snapshot: Snapshot, root: Path, terms: Terms) -> None:
        super().__init__(snapshot, root, terms)
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def _start(self, guard_port: int | None) -> tuple[int, socket.socket]:
        told = {**self.told, "store": str(self.snapshot.oxigraph), "guard_port": guard_port}
        process, channel = started("spawned", told, self.snapshot)
        self._running[process.pid] = process
        return process.pid, channel

    def _cause(self, pid: int) -> int:
        process = self._running.pop(pid, None)
        return UNKNOWN if process is None else process.wait()

    def close(self) -> None:
        """Ends every worker that still runs."""
        self.hold.close()
        for process in list(self._running.values()):
            process.kill()
            process.wait()


def nursery_for(snapshot: Snapshot, root: Path, terms: Terms, settings: Settings) -> Nursery:
    """The nursery that the settings choose: forking where it can and the snapshot fits memory, else starting afresh."""
    fits = snapshot.manifest.quads <= settings.memory_store_limit_quads
    forks = hasattr(os, "fork") and fits if settings.worker_start == "auto" else settings.worker_start == "fork"
    return (ForkingNursery if forks else SpawningNursery)(snapshot, root, terms)
