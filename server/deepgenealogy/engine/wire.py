"""Messages between the server and its workers: one byte of kind, four of length, then the content.

| kind | from | content |
|---|---|---|
| `Q` | server | the question, as JSON |
| `H` | worker | form and format of the answer, as JSON: the answer begins |
| `D` | worker | a piece of the answer |
| `E` | worker | the answer is whole; JSON says whether the worker is to be used again |
| `X` | worker | the question was refused: the error's class and arguments, as JSON |
"""

import contextlib
import json
import socket
import struct
from typing import Any, NamedTuple

_HEAD = struct.Struct("!cI")

#: Pieces of an answer are gathered to about this size before they are sent.
PIECE = 65_536


class Message(NamedTuple):
    """One message."""

    kind: bytes
    content: bytes

    def json(self) -> Any:
        """The content, read as JSON."""
        return json.loads(self.content)


def message(kind: bytes, content: bytes) -> bytes:
    """One message as it is sent."""
    return _HEAD.pack(kind, len(content)) + content


def json_message(kind: bytes, content: object) -> bytes:
    """One message with JSON in it."""
    return message(kind, json.dumps(content).encode())


def send(channel: socket.socket, kind: bytes, content: bytes) -> None:
    """Sends one message whole."""
    channel.sendall(message(kind, content))


def send_json(channel: socket.socket, kind: bytes, content: object) -> None:
    """Sends one message with JSON in it."""
    send(channel, kind, json.dumps(content).encode())


class Reader:
    """Reads messages from a channel, keeping what has come in of the next one; a timeout loses nothing."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._held = bytearray()

    def gather(self) -> None:
        """Takes in what has come; to be called when there is something."""
        with contextlib.suppress(OSError):
            self._held += self._channel.recv(PIECE)

    def held(self) -> list[Message]:
        """The messages that have come in whole; they stay to be read by `next`."""
        found, start = [], 0
        while len(self._held) >= start + _HEAD.size:
            kind, length = _HEAD.unpack_from(self._held, start)
            start += _HEAD.size + length
            if len(self._held) < start:
                break
            found.append(Message(kind, bytes(self._held[start - length : start])))
        return found

    def forget(self) -> None:
        """Throws away what has come in."""
        self._held.clear()

    def next(self) -> Message | None:
        """The next message, or None when the other side is gone. Raises TimeoutError as the channel does."""
        if not self._fill(_HEAD.size):
            return None
        kind, length = _HEAD.unpack_from(self._held)
        if not self._fill(_HEAD.size + length):
            return None
        content = bytes(self._held[_HEAD.size : _HEAD.size + length])
        del self._held[: _HEAD.size + length]
        return Message(kind, content)

    def _fill(self, size: int) -> bool:
        while len(self._held) < size:
            try:
                part = self._channel.recv(max(PIECE, size - len(self._held)))
            except ConnectionError:
                return False
            if not part:
                return False
            self._held += part
        return True
