"""A worker that is started afresh, for systems without fork and for snapshots too large for memory.

Run as `python -m deepgenealogy.engine.spawned FD`, with one end of a socket pair as file descriptor FD. It is told
what to read in one line of JSON, opens the snapshot's Oxigraph store read-only from disk, and then works like any
other worker.
"""

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path

from pyoxigraph import Store

from ..graph.compact import Compactor
from ..graph.context import read_context
from .confinement import speak_without_waiting
from .worker import Terms, be_worker

#: How often it looks whether its server still lives, in seconds.
_LOOK_S = 0.5


def main(descriptor: int) -> None:
    """Works until the server is gone."""
    speak_without_waiting()
    channel = socket.socket(fileno=descriptor)
    told = json.loads(_line(channel))
    threading.Thread(target=_end_without, args=(os.getppid(),), daemon=True).start()
    folder = Path(told["store"])
    store = Store.read_only(str(folder))
    compactor = Compactor(read_context(Path(told["root"])))
    channel.sendall(b"ready\n")
    be_worker(channel, store, compactor, Terms(told["memory_bytes"], told["union"], folder), told["guard_port"])


def _line(channel: socket.socket) -> bytes:
    held = b""
    while not held.endswith(b"\n") and (part := channel.recv(1)):
        held += part
    return held


def _end_without(parent: int) -> None:
    """Ends this process when `parent` is gone, even while the engine computes."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
