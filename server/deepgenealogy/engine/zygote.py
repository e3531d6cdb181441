"""The zygote: a process with one thread that holds a snapshot in memory and forks a worker each time it is asked for one.

Run as `python -m deepgenealogy.engine.zygote FD`, with one end of a socket pair as file descriptor FD. It is told what to
hold in one line of JSON, says `ready`, and then obeys lines: `fork` (answered by the worker's number, with the channel
attached) and `cause PID` (answered by the signal that ended that worker, 0 for none).
"""

import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ..graph.compact import Compactor
from ..graph.context import read_context
from .worker import Terms, work

_PR_SET_PDEATHSIG = 1


def main(descriptor: int) -> None:
    """Holds the snapshot that it is told to, and forks until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    orders = control.makefile("r", encoding="utf-8")
    told = json.loads(orders.readline())
    store = Store()
    store.bulk_load(path=told["dataset"], format=RdfFormat.N_QUADS)
    compactor = Compactor(read_context(Path(told["root"])))
    terms = Terms(told["memory_bytes"], told["union"])
    control.sendall(b"ready\n")
    ended: dict[int, int] = {}
    for order in orders:
        word, _, number = order.strip().partition(" ")
        if word == "fork":
            _fork(control, store, compactor, terms)
        elif word == "cause":
            control.sendall(f"{_cause(int(number), ended)}\n".encode())


def _fork(control: socket.socket, store: Store, compactor: Compactor, terms: Terms) -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        _die_with_parent()
        control.close()
        ours.close()
        try:
            work(theirs, store, compactor, terms)
        finally:
            os._exit(0)
    theirs.close()
    socket.send_fds(control, [f"{pid}\n".encode()], [ours.fileno()])
    ours.close()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _cause(pid: int, ended: dict[int, int]) -> int:
    """The signal that ended worker `pid`, 0 when it ended by itself; every worker that has ended is laid to rest."""
    if pid not in ended:
        try:
            _, status = os.waitpid(pid, 0)
        except ChildProcessError:
            return 0
        ended[pid] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return ended.pop(pid)


if __name__ == "__main__":
    main(int(sys.argv[1]))
