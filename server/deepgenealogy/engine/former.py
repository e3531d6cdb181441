"""Questions put to a former snapshot: workers of their own, which read it from disk; lanes and limits are the engine's.

Such questions are few, and a process for each is the price of holding no former snapshot in memory.
"""

from collections.abc import Callable

from ..errors import CallOutRefused
from ..settings import Settings
from .experience import Experience
from .federation import Ticket
from .halted import Halted
from .hearing import House
from .lanes import Lane
from .nursery import Nursery, Worker


class FormerHouse:
    """Workers over a former snapshot, each for one question, in the lanes of the engine that answers today."""

    def __init__(self, present: House, nursery: Nursery, started: Callable[[], None]) -> None:
        self.quick: Lane = present.quick
        self.slow: Lane = present.slow
        self.deliveries: Lane = present.deliveries
        self.halted: Halted = present.halted
        self.experience: Experience = present.experience
        self.settings: Settings = present.settings
        self._present, self._nursery, self._started = present, nursery, started

    def take_worker(self, ticket: Ticket | None, *, afresh: bool) -> Worker:
        """A new worker. Raises CallOutRefused for one that is to call out: who answers today is no former state."""
        if ticket is not None:
            raise CallOutRefused("a question to a former snapshot cannot use SERVICE, which answers as of today")
        worker = self._nursery.new_worker()
        self._started()
        return worker

    def give_back(self, worker: Worker) -> None:
        """Ends the worker: the next question is seldom put to the same snapshot."""
        self.end(worker)

    def end(self, worker: Worker) -> int:
        """Ends a worker; says how it had ended already."""
        return self._present.end(worker)

    def replace_worker(self) -> None:
        """Does nothing: no worker here is idle."""
