"""Queries that are halted until the slow lane has a place: what they hold in memory, all together, is bounded.

A halted query keeps all that it has gathered. Sixteen of them that sort could hold a machine's memory for nothing; the
one that would exceed the bound is ended instead, and its asker told to come again.
"""

import threading
from pathlib import Path


def private_bytes(pid: int) -> int:
    """The memory that a process shares with no other, in bytes; 0 where nobody knows."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


class Halted:
    """Counts the memory of those who are halted. Safe to use from several threads."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes, self.held_bytes = limit_bytes, 0
        self._lock = threading.Lock()

    def admit(self, held_bytes: int) -> bool:
        """Counts a query that holds so much, if that is within the bound."""
        with self._lock:
            fits = self.held_bytes + held_bytes <= self.limit_bytes
            self.held_bytes += held_bytes if fits else 0
            return fits

    def let_go(self, held_bytes: int) -> None:
        """The query goes on, or is no more."""
        with self._lock:
            self.held_bytes -= held_bytes
