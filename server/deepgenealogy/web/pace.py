"""How a peer behaves on its socket: whether it still reads, how fast, and whether it has ended its own sending."""

import contextlib
import fcntl
import socket
import struct
import termios
import time
from dataclasses import dataclass

#: An answer that is read more slowly than this is given up, in bytes a second; a modem was twice as fast.
SLOWEST_BYTES_S = 2_000


@dataclass
class Pace:
    """How fast an answer is read, looked at in spans of one patience; `sent` is what was handed to the system."""

    sent: int = 0
    _since: float = 0.0
    _read_before: int = 0

    def is_too_slow(self, peer: socket.socket, pending: int, patience_s: float) -> bool:
        """Whether something was `pending` all through the last span, and hardly anything of it was read."""
        now = time.monotonic()
        if not pending:
            self._since = 0.0
            return False
        if self._since and now - self._since < patience_s:
            return False
        read = self.sent - unread(peer)
        was_slow = bool(self._since) and read - self._read_before < SLOWEST_BYTES_S * patience_s
        self._since, self._read_before = now, read
        return was_slow


def unread(peer: socket.socket) -> int:
    """How many bytes the system still keeps for the peer; 0 where nobody knows."""
    with contextlib.suppress(OSError):
        return int(struct.unpack("i", fcntl.ioctl(peer, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
    return 0


def has_ended_sending(peer: socket.socket) -> bool:
    """Whether the peer has closed its side, so that nothing more will come from it."""
    try:
        return peer.recv(1, socket.MSG_PEEK) == b""
    except OSError:  # nothing to read now, or an error that reading will meet
        return False
