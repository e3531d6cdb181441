"""Ports of this machine: for servers that are told theirs, and one that refuses."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from random import SystemRandom

#: Below those that the system gives to whoever asks for any port: nobody takes one between its choice and its use.
_NEVER_GIVEN = range(20_000, 32_000)


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    for port in SystemRandom().sample(_NEVER_GIVEN, 100):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("none of a hundred ports is free")


@contextmanager
def refusing_port() -> Iterator[int]:
    """A port that refuses every connection, and that nobody else can take: it is bound, and nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])
