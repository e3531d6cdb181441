"""Two lanes: every query begins in the quick one and leaves it for the slow one after about a second, so that a light
question always finds a place. Places are counted; who waits for one stands in a queue of limited length.
"""

import threading
import time

from ..errors import Busy


class Lane:
    """A number of places, and a queue for them."""

    def __init__(self, places: int, queue_limit: int, name: str) -> None:
        self._condition = threading.Condition()
        self._free, self._queue_limit, self._waiting, self._name = places, queue_limit, 0, name
        self.places = places

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self.places - self._free

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return self._waiting

    def try_enter(self) -> bool:
        """Takes a place if one is free and nobody waits."""
        with self._condition:
            if self._free == 0 or self._waiting:
                return False
            self._free -= 1
            return True

    def enter(self, patience_s: float) -> None:
        """Takes a place, waiting at most `patience_s` seconds for one. Raises Busy."""
        until = time.monotonic() + patience_s
        with self._condition:
            if self._free == 0 and self._waiting >= self._queue_limit:
                raise self._busy("and the queue is full")
            self._waiting += 1
            try:
                if not self._condition.wait_for(lambda: self._free > 0, max(0.0, until - time.monotonic())):
                    raise self._busy("and none became free in time")
                self._free -= 1
            finally:
                self._waiting -= 1

    def leave(self) -> None:
        """Gives a place back."""
        with self._condition:
            self._free += 1
            self._condition.notify()

    def _busy(self, why: str) -> Busy:
        return Busy(f"every place for {self._name} queries is taken {why}; ask again in a moment", retry_after_s=2)
