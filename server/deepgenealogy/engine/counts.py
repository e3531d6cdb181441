"""What happened to questions so far, for `/metrics`."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ..errors import DeepGenealogyError
from .interface import Answer


@dataclass
class Counts:
    """Questions by outcome, seconds spent, workers started and ended. Safe to use from several threads."""

    outcomes: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    workers_started: int = 0
    workers_ended: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, outcome: str, seconds: float) -> None:
        """Counts one question."""
        with self._lock:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            self.seconds[outcome] = self.seconds.get(outcome, 0.0) + seconds

    def counted(self, answered: Callable[[], Answer]) -> Answer:
        """What `answered` gives; a question is counted by the form of its answer, or by the error that it ends in."""
        begun = time.monotonic()
        outcome = "error"
        try:
            answer = answered()
            outcome = answer.form
        except DeepGenealogyError as error:
            outcome = type(error).__name__
            raise
        finally:
            self.note(outcome, time.monotonic() - begun)
        return answer

    def workers(self, *, started: int = 0, ended: int = 0) -> None:
        """Counts workers."""
        with self._lock:
            self.workers_started += started
            self.workers_ended += ended


@runtime_checkable
class Counting(Protocol):
    """An engine that counts what it is asked."""

    counts: Counts
