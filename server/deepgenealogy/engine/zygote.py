"""The zygote: a process with one thread that holds a snapshot in memory and forks a worker each time it is asked to.

Run as `python -m deepgenealogy.engine.zygote FD`, with one end of a socket pair as file descriptor FD. It is told what
to hold in one line of JSON, says `ready`, and then obeys lines: `fork PORT` (answered by the worker's number, with the
channel attached; PORT is that of the guard that the worker may call, 0 for none) and `cause PID` (answered by how that
worker ended: minus the number of a signal, or its exit status).
"""

import contextlib
import json
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from ..graph.compact import Compactor
from ..graph.context import read_context
from .confinement import end_with_parent, speak_without_waiting
from .worker import Terms, be_worker


def main(descriptor: int) -> None:
    """Holds the snapshot that it is told to, and forks until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    speak_without_waiting()
    control = socket.socket(fileno=descriptor)
    orders = control.makefile("r", encoding="utf-8")
    told = json.loads(orders.readline())
    store = _loaded(told)
    compactor = Compactor(read_context(Path(told["root"])))
    terms = Terms(told["memory_bytes"], told["union"])
    control.sendall(b"ready\n")
    for order in orders:
        word, _, number = order.strip().partition(" ")
        if word == "fork":
            _fork(control, store, compactor, terms, int(number) or None)
        elif word == "cause":
            control.sendall(f"{_cause(int(number))}\n".encode())


def _loaded(told: dict[str, Any]) -> Store:
    """The store of the snapshot, loaded by another thread: the engine's dice belong to a thread, and are made with its
    first throw. Thrown here, they would fall alike in every worker, and two would give the same UUID().
    """
    store = Store()

    def load() -> None:
        store.bulk_load(path=told["dataset"], format=RdfFormat.N_QUADS)
        for name in told["empty_graphs"]:
            store.add_graph(NamedNode(name))

    with ThreadPoolExecutor(1) as loading:
        loading.submit(load).result()
    return store


def _fork(control: socket.socket, store: Store, compactor: Compactor, terms: Terms, guard_port: int | None) -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        end_with_parent()
        os.close(ours.detach())
        os.close(control.fileno())  # the file made from it keeps control.close() from closing
        be_worker(theirs, store, compactor, terms, guard_port)
    theirs.close()
    socket.send_fds(control, [f"{pid}\n".encode()], [ours.fileno()])
    ours.close()


def _cause(pid: int) -> int:
    """How worker `pid` ended; it is laid to rest."""
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    with contextlib.suppress(ConnectionError):  # the server is gone
        main(int(sys.argv[1]))
