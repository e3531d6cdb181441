"""A connection that is closed between two rounds of the loop is not polled any more: its number may be another's."""

import select
import socket
import struct
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments

from deepgenealogy.web.connections import Connection

_RESET = struct.pack("ii", 1, 0)

Pair = tuple[Connection, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection as the server has it while it answers, and its client."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        ours, address = listener.accept()
        server = SimpleNamespace(peer_patience_s=10, active_channels={})
        connection = Connection(server, ours, address, Adjustments(), map={})
        connection.requests = [SimpleNamespace(version="1.1", close=lambda: None)]
        yield connection, client
        ours.close()
        client.close()


def leave(connection: Connection, client: socket.socket) -> None:
    """The client ends its sending, then resets; meanwhile the answer is found to be in vain."""
    client.shutdown(socket.SHUT_WR)
    comes(connection, select.POLLIN)
    connection.handle_read()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    client.close()
    comes(connection, 0)  # an error is always looked for
    connection.close_when_flushed = True


def comes(connection: Connection, events: int) -> None:
    """Waits for what the client did to arrive. Unlike reading SO_ERROR, this leaves an error where it is."""
    poll = select.poll()
    poll.register(connection.socket, events)
    assert poll.poll(60_000)


def test_a_connection_that_was_closed_while_it_was_looked_at_is_polled_no_more(pair: Pair) -> None:
    connection, client = pair
    leave(connection, client)
    assert not connection.readable()
    assert not connection.connected
    assert not connection.writable()


def test_a_connection_accepted_in_the_same_round_is_not_closed_in_its_place(pair: Pair) -> None:
    connection, client = pair
    number = connection.socket.fileno()
    leave(connection, client)
    watched: dict[int, object] = {}
    closed: list[str] = []
    newcomer = SimpleNamespace(handle_close=lambda: closed.append("newcomer"))

    class Listener:
        """Has something to accept in each round, and gives it the lowest number that is free."""

        accepting = True

        def readable(self) -> bool:
            return True

        def writable(self) -> bool:
            return False

        def handle_read_event(self) -> None:
            watched[number] = newcomer

    ready, other = socket.socketpair()
    with ready, other:
        other.send(b"!")
        watched |= {ready.fileno(): Listener(), number: connection}
        connection._map = watched
        wasyncore.poll2(timeout=0.1, map=watched)
    assert watched[number] is newcomer
    assert closed == []
