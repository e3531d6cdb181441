"""Processes of ours: how they are started, and in what environment."""

import json
import socket
import subprocess
import sys

from ..errors import SnapshotUnusable
from ..locations import environment
from .snapshot import Snapshot

#: How long a process may take until it is ready, in seconds; loading takes about 4 s for a million quads.
_START_LIMIT_S = 600.0


def started(
    module: str, told: dict[str, object], snapshot: Snapshot
) -> tuple["subprocess.Popen[bytes]", socket.socket]:
    """A process that runs a module of ours, was told what it needs, and is ready; with the channel to it."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", f"deepgenealogy.engine.{module}", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment(), stdin=subprocess.DEVNULL)
    try:
        ours.settimeout(_START_LIMIT_S)
        ours.sendall(json.dumps(told).encode() + b"\n")
        if line_from(ours) != "ready":
            raise SnapshotUnusable(f"{snapshot.folder} could not be loaded by a worker process; its words are above")
    except (OSError, SnapshotUnusable) as problem:
        process.kill()
        process.wait()
        ours.close()
        if isinstance(problem, SnapshotUnusable):
            raise
        raise SnapshotUnusable(f"a worker process ended before it was ready: {problem}") from problem
    ours.settimeout(None)
    return process, ours


def line_from(channel: socket.socket) -> str:
    """The next line, without what stands around it; empty when the other side is gone."""
    held = b""
    while not held.endswith(b"\n"):
        part = channel.recv(1)
        if not part:
            return ""
        held += part
    return held.decode().strip()
