"""Waiting for what other threads and processes bring about."""

import time
from collections.abc import Callable


def wait_for(holds: Callable[[], bool], patience_s: float = 120.0) -> None:
    """Returns when it holds; fails when it does not within the patience."""
    until = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)
