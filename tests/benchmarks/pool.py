"""Our worker processes against pebble's ProcessPool, in one run: small questions, one and four client threads.

Run as `python -m tests.benchmarks.pool [QUESTIONS]`, from the checkout. Both hold the same snapshot in memory,
forked; both evaluate the same question with the same code and give back the same bytes.

One run on two shared cores, 400 questions each, three rounds in turns; milliseconds:

    |                            | pebble                             | ours                               |
    | one client thread, medians | 0.30, 0.40, 0.26                   | 0.33, 0.30, 0.30                   |
    | ... 5 to 95 %              | 0.26-1.45, 0.35-0.70, 0.25-0.38    | 0.29-0.73, 0.28-0.43, 0.28-0.42    |
    | ... worst                  | 6.3, 4.1, 0.9                      | 3.4, 0.9, 0.7                      |
    | four threads, medians      | 0.77, 0.86, 1.17                   | 0.84, 1.12, 0.95                   |
    | ... 5 to 95 %              | 0.37-2.34, 0.30-2.25, 0.60-2.11    | 0.43-1.86, 0.41-2.12, 0.41-2.22    |
    | ... worst                  | 13.0, 90.8, 7.5                    | 3.0, 3.6, 3.9                      |

The medians do not tell the two apart. Ours is kept for what pebble has no place for:

- streaming: pebble gives back a result when it is whole; ours hands an answer on while it comes, within a bounded
  spool;
- halting and lanes: a query that has run for a while goes over to the slow lane and is stopped (SIGSTOP) until
  there is a place; pebble starts, times out and cancels, and does not say which process works for whom;
- where workers come from: a worker that died is forked again from the process that calls pebble, which here is the
  HTTP server with all its threads and their locks; ours are forked from a zygote that has one thread and nothing
  but the store.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from pebble import ProcessPool
from pyoxigraph import RdfFormat, Store

from deepgenealogy.engine.evaluation import evaluate
from deepgenealogy.engine.interface import Form, Question
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.settings import Settings
from tests.conftest import CHECKOUT

QUESTION = Question("SELECT ?p ?o { <https://w3id.org/deepgenealogy/architecture/u-net> ?p ?o } LIMIT 10")
WORKERS, ROUNDS = 4, 3
Ask = Callable[[], bytes]


class _Whole(BytesIO):
    def begin(self, form: Form, format_name: str) -> None:
        """The answer begins."""


def in_pebble(query: str) -> bytes:
    """The answer, in a worker of pebble's, which has the store from the fork."""
    sink = _Whole()
    evaluate(_STORE, Question(query), sink, compactor=_COMPACTOR, union=True)
    return sink.getvalue()


_STORE = Store()
_COMPACTOR = Compactor(read_context(CHECKOUT))


def seconds_each(ask: Ask, questions: int, threads: int) -> list[float]:
    """How long each question took, asked by so many threads."""
    found: list[float] = []

    def client() -> None:
        for _ in range(questions // threads):
            begun = time.perf_counter()
            ask()
            found.append(time.perf_counter() - begun)

    clients = [threading.Thread(target=client) for _ in range(threads)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return found


def told(name: str, threads: int, spent: list[float]) -> str:
    """One line of figures, in milliseconds."""
    low, median, high = (q * 1000 for q in statistics.quantiles(spent, n=20)[0::9])
    worst = max(spent) * 1000
    return (
        f"{name:8} {threads} threads: median {median:6.3f} ms, 5 to 95 % {low:6.3f} to {high:6.3f}, worst {worst:7.2f}"
    )


def measure(snapshot: Snapshot, questions: int) -> None:
    """Prints the figures of both, in turns."""
    _STORE.bulk_load(path=snapshot.dataset, format=RdfFormat.N_QUADS)
    settings = Settings.of(quick_workers=WORKERS, worker_start="fork")
    # pebble first: it forks from this process, which should have no threads yet.
    with ProcessPool(max_workers=WORKERS, context=get_context("fork")) as pool:
        ways: dict[str, Ask] = {"pebble": lambda: pool.schedule(in_pebble, [QUESTION.query], timeout=30).result()}
        ways["pebble"]()
        with closing(SupervisedEngine(snapshot, CHECKOUT, settings)) as engine:
            ways["ours"] = lambda: engine.ask(QUESTION).whole()
            assert ways["ours"]() == ways["pebble"]()
            for _ in range(ROUNDS):
                for threads in (1, 4):
                    for name, ask in ways.items():
                        print(told(name, threads, seconds_each(ask, questions, threads)), flush=True)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        measure(fresh_snapshot(CHECKOUT, Path(folder)), int(sys.argv[1]) if sys.argv[1:] else 400)
