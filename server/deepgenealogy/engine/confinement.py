"""What a worker process may do, set by the system and for good: memory, open files, connections.

No file and no connection can be opened (RLIMIT_NOFILE). A worker for an allowed SERVICE may open a few; where the
kernel has Landlock (Linux 6.7 and later) it can even then open no file, and connect to one port only, that of our own
guard.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys

#: Open files of a worker that may call the guard.
_FILES_FOR_CALLS = 64

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EVERY_FILE_ACCESS = (1 << 13) - 1  # of the first version of Landlock
_BIND_TCP, _CONNECT_TCP = 1, 2
_NET_PORT_RULE = 2
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


def confine(memory_bytes: int, guard_port: int | None) -> Gauge:
    """Sets the limits of this process, with `memory_bytes` beyond what it has now; gives its gauge.

    `guard_port` is the one port that it may connect to, or None for none at all.
    """
    gauge = Gauge()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if held := gauge.virtual_bytes():
        resource.setrlimit(resource.RLIMIT_AS, (held + memory_bytes,) * 2)
    if guard_port is not None:
        _connect_only_to(guard_port)
    files = 0 if guard_port is None else _FILES_FOR_CALLS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    return gauge


def end_with_parent() -> None:
    """Has the system end this process when the thread that started it ends, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _connect_only_to(port: int) -> None:
    """From now on no file can be opened, no port bound, and no other port connected to, if the kernel knows how."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None).syscall
    if system(_CREATE_RULESET, None, 0, 1) < _FIRST_WITH_NET:
        return
    handled = struct.pack("=QQ", _EVERY_FILE_ACCESS, _BIND_TCP | _CONNECT_TCP)
    ruleset = system(_CREATE_RULESET, handled, len(handled), 0)
    if ruleset < 0:
        return
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    system(_ADD_RULE, ruleset, _NET_PORT_RULE, struct.pack("=QQ", _CONNECT_TCP, port), 0)
    system(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
