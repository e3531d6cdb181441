"""The time of one question: how long it has been worked on, how long it was kept waiting, and what is left.

Waiting for a place is not the question's fault: what stood in a queue longer than it ran is told that the server is
busy (503), never that the question is too slow (504).
"""

import sys
import time

from ..errors import Busy, LimitReached, TimeLimitReached

#: Time that is too short to do anything; a system timer of 0 would be none at all.
NO_TIME_S = 0.001


def processor_s(pid: int) -> float | None:
    """The processor time that a process has taken, in seconds; None where the system does not say.

    The number of the clock is made as clock_getcpuclockid(3) makes it on Linux.
    """
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # the process is gone
        return None


class Clock:
    """Runs from its making; `limit_s` is the longest time until the answer has to be whole."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._begun, self._halted_s = time.monotonic(), 0.0
        self._put_at, self._pid = self._begun, 0
        self._used_s: float | None = None

    @property
    def left_s(self) -> float:
        """What is left, never less than NO_TIME_S."""
        return max(NO_TIME_S, self.limit_s - (time.monotonic() - self._begun))

    @property
    def is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.left_s <= NO_TIME_S

    def put_to(self, pid: int) -> None:
        """Notes that the question is put to process `pid` now."""
        self._put_at, self._pid, self._used_s = time.monotonic(), pid, processor_s(pid)

    @property
    def since_put_s(self) -> float:
        """How long ago the question was put to its worker."""
        return time.monotonic() - self._put_at

    @property
    def worked_s(self) -> float:
        """The processor time that the question has taken; where nobody knows, the time since it was put."""
        now = processor_s(self._pid) if self._pid else None
        return self.since_put_s if now is None or self._used_s is None else now - self._used_s

    def halted_since(self, moment: float) -> None:
        """Notes that the question was kept waiting from `moment` (of time.monotonic) until now."""
        self._halted_s += time.monotonic() - moment

    def verdict(self) -> LimitReached:
        """Why there is no answer when the time is over."""
        if self._halted_s > self.limit_s / 2:
            return Busy("the query was kept waiting for others for most of its time; ask again", retry_after_s=2)
        return TimeLimitReached(
            f"the query was not answered within {self.limit_s:g} seconds; ask for less, or bind more"
        )
