"""Two lanes: every query begins in the quick one and leaves it for the slow one after a while, so that a light question
always finds a place. Places are counted; who waits for one stands in a queue of limited length, first in, first out.
"""

import threading
import time
from collections import deque

from ..errors import AnswerBrokenOff, Busy
from .interface import HasLeft, stays

#: How often somebody who waits looks whether the asker has left, in seconds.
GLANCE_S = 0.01


class Lane:
    """A number of places, and a queue for them."""

    def __init__(self, places: int, queue_limit: int, name: str) -> None:
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._free, self._queue_limit, self._name = places, queue_limit, name
        self.places = places

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self.places - self._free

    @property
    def is_full(self) -> bool:
        """Whether no place is free."""
        return self._free == 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    def try_enter(self, leaving: int = 0) -> bool:
        """Takes a place if so many stay free besides; while somebody waits, none is free."""
        with self._lock:
            if self._free <= leaving:
                return False
            self._free -= 1
            return True

    def enter(self, patience_s: float, has_left: HasLeft = stays) -> None:
        """Takes a place, waiting at most `patience_s` seconds. Raises Busy, or AnswerBrokenOff if the asker left."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            if len(self._queue) >= self._queue_limit:
                raise self._busy("and the queue is full")
            turn = threading.Event()
            self._queue.append(turn)
        try:
            self._wait(turn, time.monotonic() + patience_s, has_left)
        except BaseException:
            self._step_back(turn)
            raise

    def leave(self) -> None:
        """Gives a place to the first who waits, else back."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1

    def _wait(self, turn: threading.Event, until: float, has_left: HasLeft) -> None:
        while not turn.wait(min(GLANCE_S, max(0.0, until - time.monotonic()))):
            if has_left():
                raise AnswerBrokenOff("the asker has left")
            if time.monotonic() >= until and not turn.is_set():
                raise self._busy("and none became free in time")

    def _step_back(self, turn: threading.Event) -> None:
        """Leaves the queue; a place that was given in the meantime goes to the next."""
        with self._lock:
            if not turn.is_set():
                self._queue.remove(turn)
                return
        self.leave()

    def _busy(self, why: str) -> Busy:
        return Busy(f"every place for {self._name} queries is taken {why}; ask again in a moment", retry_after_s=2)
