"""Why a worker died at a question, as the error that its asker gets."""

import signal

from ..errors import Busy, DeepGenealogyError, MemoryLimitReached, TooDeep, WorkerFailed
from .clock import Clock
from .nursery import UNKNOWN
from .worker import OUT_OF_MEMORY

_OUT_OF_STACK = frozenset({-signal.SIGSEGV, -signal.SIGBUS})
_OUT_OF_MEMORY = frozenset({-signal.SIGABRT, -signal.SIGKILL, OUT_OF_MEMORY})

#: Ends that say nothing about the question when they come at once: somebody ended the worker before.
FROM_OUTSIDE = frozenset({-signal.SIGKILL, UNKNOWN})


def death(cause: int, query: str, clock: Clock) -> DeepGenealogyError:
    """The error for `cause`: minus the number of a signal, an exit status, or UNKNOWN."""
    if cause == -signal.SIGALRM:
        return clock.verdict()
    if cause in _OUT_OF_STACK:
        return TooDeep("the query is too deep or too large to be evaluated; nest less")
    if cause in _OUT_OF_MEMORY:
        return MemoryLimitReached("the query needs more memory than it may take; ask for less, or do not sort")
    if cause == UNKNOWN:
        return Busy("the worker was ended before the answer was whole; ask again", retry_after_s=1)
    return WorkerFailed(f"a worker process ended with status {cause} at this query: {query[:500]!r}")
