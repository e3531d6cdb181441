"""What a worker process may do, set by the system and for good: memory, open files, connections.

No file and no connection can be opened (RLIMIT_NOFILE). Two kinds of workers may open some: one that reads its snapshot
from disk, whose files the engine opens as it comes to need them, and one for an allowed SERVICE. Where the kernel has
Landlock, the one can even then read files of its snapshot only, and the other (Linux 6.7 and later) connect to one port
only, that of our own guard.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from pathlib import Path

#: Open files of a worker that may call the guard or read its snapshot, besides those of the snapshot.
FILES = 64

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EVERY_FILE_ACCESS = (1 << 13) - 1  # of the first version of Landlock
_BIND_TCP, _CONNECT_TCP = 1, 2
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_PATH_RULE, _NET_PORT_RULE = 1, 2
_PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = 38, 1
_FIRST_WITH_NET = 4


class Gauge:
    """Reads the memory of the process that made it, also when no file can be opened any more; 0 where nobody knows."""

    def __init__(self) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open("/proc/self/statm", os.O_RDONLY)

    def virtual_bytes(self) -> int:
        """The address space, in bytes."""
        return self._pages(0)

    def resident_bytes(self) -> int:
        """The memory that is in RAM, in bytes."""
        return self._pages(1)

    def _pages(self, column: int) -> int:
        if self._file is None:
            return 0
        return int(os.pread(self._file, 200, 0).split()[column]) * resource.getpagesize()


def confine(memory_bytes: int, guard_port: int | None, folder: Path | None = None) -> Gauge:
    """Sets the limits of this process, with `memory_bytes` beyond what it has now; gives its gauge.

    `guard_port` is the one port that it may connect to, `folder` the one whose files it may read; None for none at all.
    """
    gauge = Gauge()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if held := gauge.virtual_bytes():
        resource.setrlimit(resource.RLIMIT_AS, (held + memory_bytes,) * 2)
    files = 0
    if guard_port is not None or folder is not None:
        files = FILES + (sum(1 for _ in folder.iterdir()) if folder else 0)
        _open_only(guard_port, folder)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    return gauge


def speak_without_waiting() -> None:
    """What this process says on standard error is lost where nobody reads it; else its last words would keep it alive.

    The file is opened anew, as not waiting is a trait that others who have it open would share.
    """
    with contextlib.suppress(OSError):  # there is no /proc, or nobody is there to listen
        anew = os.open("/proc/self/fd/2", os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
        os.dup2(anew, 2)
        os.close(anew)


def end_with_parent() -> None:
    """Has the system end this process when the thread that started it ends, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _open_only(port: int | None, folder: Path | None) -> None:
    """From now on no file but those in `folder` can be opened, no port bound, and none but `port` connected to.

    As far as the kernel knows how.
    """
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None).syscall
    version = system(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    knows_net = version >= _FIRST_WITH_NET
    handled = struct.pack("=QQ", _EVERY_FILE_ACCESS, _BIND_TCP | _CONNECT_TCP)[: 16 if knows_net else 8]
    ruleset = system(_CREATE_RULESET, handled, len(handled), 0)
    if ruleset < 0:
        return
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if folder is not None:
        held = os.open(folder, os.O_PATH)
        system(_ADD_RULE, ruleset, _PATH_RULE, struct.pack("=Qi", _READ_FILE | _READ_DIRECTORY, held), 0)
        os.close(held)
    if port is not None and knows_net:
        system(_ADD_RULE, ruleset, _NET_PORT_RULE, struct.pack("=QQ", _CONNECT_TCP, port), 0)
    system(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
