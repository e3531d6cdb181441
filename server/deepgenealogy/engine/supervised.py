"""The engine of the server: every question is answered in a worker process that can be ended at any moment.

A question enters the quick lane, is sent to a worker, and its answer is spooled up to a size before anything is sent
on; an answer beyond that size is handed on while it comes. A worker that exceeds a limit, dies, or works for somebody who
has left is ended, and another takes its place.
"""

import contextlib
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile

from pyoxigraph import Quad

from ..errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    Busy,
    DeepGenealogyError,
    MemoryLimitReached,
    QuestionRefused,
    SnapshotUnusable,
    TimeLimitReached,
    TooDeep,
)
from ..settings import Settings
from .interface import Answer, Question
from .lanes import Lane
from .nursery import Nursery, Worker
from .screening import Screen
from .snapshot import Snapshot
from .wire import Message, send
from .worker import REPORTED, Terms, question_json

#: How often a waiting thread looks whether its asker has left, in seconds.
_GLANCE_S = 0.25

#: How long a question waits for a place in the quick lane, in seconds.
_PATIENCE_S = 5.0

#: What part of a spool stays in memory, in bytes; the rest lies in a temporary file.
_SPOOL_IN_MEMORY = 262_144

HasLeft = Callable[[], bool]


def _stays() -> bool:
    return False


@dataclass
class Counts:
    """What happened so far, for `/metrics`: answers and failures by outcome, seconds spent, workers ended."""

    outcomes: dict[str, int]
    seconds: dict[str, float]
    workers_started: int = 0
    workers_ended: int = 0

    def note(self, outcome: str, seconds: float) -> None:
        """Counts one question."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.seconds[outcome] = self.seconds.get(outcome, 0.0) + seconds


class SupervisedEngine:
    """Answers questions in worker processes over the snapshot in force."""

    def __init__(self, snapshot: Snapshot, root: Path, settings: Settings) -> None:
        self._root, self._settings = root, settings
        self._terms = Terms(settings.worker_memory_limit_bytes, settings.default_graph == "union")
        self._screen = Screen(settings.query_length_limit_bytes, settings.query_depth_limit)
        self.quick = Lane(settings.quick_workers, settings.queue_limit, "quick")
        self.slow = Lane(settings.slow_workers, settings.queue_limit, "slow")
        self.counts = Counts({}, {})
        self._lock = threading.Lock()
        self._idle: deque[Worker] = deque()
        self._nursery = Nursery(snapshot, root, self._terms)
        for _ in range(settings.quick_workers):
            self._idle.append(self._new_worker())

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force."""
        return self._nursery.snapshot

    @property
    def version(self) -> str:
        """The name of the snapshot in force."""
        return self.snapshot.name

    def ask(self, question: Question, has_left: HasLeft = _stays) -> Answer:
        """The answer. Raises QuestionRefused and its kinds; `has_left` says whether nobody waits for it any more."""
        begun = time.monotonic()
        outcome = "error"
        try:
            self._screen.admit(question.query)
            self.quick.enter(_PATIENCE_S)
            answer = _Hearing(self, question, has_left, begun).answer()
            outcome = answer.form
        except DeepGenealogyError as error:
            outcome = type(error).__name__
            raise
        finally:
            self.counts.note(outcome, time.monotonic() - begun)
        return answer

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(self.snapshot.manifest.graphs)

    def graph_sizes(self) -> dict[str, int]:
        """The number of quads of each graph."""
        return self.snapshot.manifest.graphs

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset, read from disk."""
        return self.snapshot.quads(graph)

    def move_to(self, snapshot: Snapshot) -> None:
        """Answers from `snapshot` from now on; what is being answered is ended from the former one."""
        nursery = Nursery(snapshot, self._root, self._terms)
        with self._lock:
            former, self._nursery = self._nursery, nursery
            idle, self._idle = self._idle, deque()
        for worker in idle:
            worker.dismiss()
        threading.Thread(target=_close_later, args=(former, self._settings.query_time_limit_s), daemon=True).start()

    def close(self) -> None:
        """Ends every process."""
        self._nursery.close()

    def take_worker(self) -> Worker:
        """An idle worker, else a new one."""
        with self._lock:
            while self._idle:
                return self._idle.popleft()
        return self._new_worker()

    def give_back(self, worker: Worker) -> None:
        """Keeps a worker for the next question, unless there are enough or its snapshot is no longer in force."""
        with self._lock:
            if worker.nursery is self._nursery and len(self._idle) < self._settings.quick_workers:
                self._idle.append(worker)
                return
        self.end(worker)

    def end(self, worker: Worker) -> int:
        """Ends a worker; says which signal had ended it already."""
        self.counts.workers_ended += 1
        return worker.dismiss()

    def _new_worker(self) -> Worker:
        with self._lock:
            if not self._nursery.is_alive:
                self._nursery = Nursery(self._nursery.snapshot, self._root, self._terms)
            nursery = self._nursery
        self.counts.workers_started += 1
        return nursery.new_worker()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings


def _close_later(nursery: Nursery, seconds: float) -> None:
    time.sleep(seconds)
    nursery.close()


class _Hearing:
    """One question with one worker: the clock, the lanes, the spool."""

    def __init__(self, engine: SupervisedEngine, question: Question, has_left: HasLeft, begun: float) -> None:
        self._engine, self._question, self._has_left, self._begun = engine, question, has_left, begun
        settings = engine.settings
        limit = settings.query_time_limit_s
        self._limit_s = min(limit, question.time_limit_s or limit)
        self._lane = engine.quick
        self._size = 0
        self._over = False
        self._worker = self._start()

    def _start(self) -> Worker:
        try:
            while True:
                worker = self._engine.take_worker()
                worker.channel.settimeout(_GLANCE_S)
                try:
                    send(worker.channel, b"Q", question_json(self._question, self._limit_s))
                    return worker
                except OSError:
                    self._engine.end(worker)
        except SnapshotUnusable:
            self._lane.leave()
            raise

    def answer(self) -> Answer:
        """The whole answer if it fits the spool, else its beginning and the promise of the rest."""
        spool = SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY)  # noqa: SIM115  (closed when it was sent)
        try:
            head = self._expect_head()
            version = self._worker.nursery.snapshot.name
            pieces = self._pieces()
            for piece in pieces:
                spool.write(piece)
                if self._size > self._engine.settings.answer_spool_bytes:
                    self._to_slow_lane()
                    return Answer(head["form"], head["format"], version, _then(spool, pieces, self._abandon), None)
        except BaseException:
            spool.close()
            self._abandon()
            raise
        return Answer(head["form"], head["format"], version, _then(spool, iter(()), self._abandon), self._size)

    def _expect_head(self) -> dict[str, str]:
        message = self._next()
        if message.kind == b"X":
            self._refuse(message)
        found: dict[str, str] = message.json()
        return found

    def _pieces(self) -> Iterator[bytes]:
        """The pieces of the answer as they come; at its end the worker is given back."""
        while (message := self._next()).kind == b"D":
            self._size += len(message.content)
            if self._size > self._engine.settings.answer_size_limit_bytes:
                limit = self._engine.settings.answer_size_limit_bytes
                raise AnswerTooLarge(f"the answer is larger than {limit} bytes; ask for less, or add LIMIT")
            yield message.content
        if message.kind == b"X":
            self._refuse(message)
        self._finish(goes_on=message.json()["goes_on"])

    def _refuse(self, message: Message) -> None:
        told = message.json()
        end = self._next()
        self._finish(goes_on=end.kind == b"E" and end.json()["goes_on"])
        raise REPORTED.get(told["error"], QuestionRefused)(*told["arguments"])

    def _next(self) -> Message:
        """The next message, watching the clock, the lane and the asker meanwhile."""
        while True:
            self._watch()
            try:
                message = self._worker.reader.next()
            except TimeoutError:
                continue
            if message is None:
                raise self._death()
            return message

    def _watch(self) -> None:
        spent = time.monotonic() - self._begun
        if spent > self._limit_s:
            raise self._too_slow()
        if self._has_left():
            raise AnswerBrokenOff("the asker has left")
        if self._lane is self._engine.quick and spent > self._engine.settings.quick_lane_s:
            self._to_slow_lane()

    def _to_slow_lane(self) -> None:
        """Moves over; halted while there is no place, so that the quick lane is free at once."""
        if self._lane is self._engine.slow or self._over:
            return
        self._worker.yield_to_others()
        slow, quick = self._engine.slow, self._engine.quick
        if not slow.try_enter():
            self._worker.stop()
            self._lane.leave()
            self._lane = None  # type: ignore[assignment]
            slow.enter(max(0.0, self._limit_s - (time.monotonic() - self._begun)))
            self._worker.go_on()
        else:
            quick.leave()
        self._lane = slow

    def _too_slow(self) -> TimeLimitReached:
        return TimeLimitReached(f"the query was not answered within {self._limit_s:g} seconds")

    def _death(self) -> DeepGenealogyError:
        """Why the worker died, as the error that its asker gets."""
        cause = self._engine.end(self._worker)
        self._leave()
        if cause == signal.SIGALRM:
            return self._too_slow()
        if cause in (signal.SIGSEGV, signal.SIGBUS):
            return TooDeep("the query is too deep or too large to be evaluated")
        if cause in (signal.SIGABRT, signal.SIGKILL):
            return MemoryLimitReached("the query needs more memory than it may take")
        return Busy("the worker ended before the answer was whole; ask again", retry_after_s=1)

    def _finish(self, *, goes_on: bool) -> None:
        if self._lane is self._engine.slow or not goes_on:
            self._engine.end(self._worker)
        else:
            self._engine.give_back(self._worker)
        self._leave()

    def _abandon(self) -> None:
        """Ends the worker, unless it was given back or is dead already."""
        if not self._over:
            self._engine.end(self._worker)
            self._leave()

    def _leave(self) -> None:
        self._over = True
        if self._lane is not None:
            self._lane.leave()


def _then(spool: "SpooledTemporaryFile[bytes]", rest: Iterator[bytes], abandon: Callable[[], None]) -> Iterator[bytes]:
    """What is in the spool, then the rest as it comes; whatever happens, nothing is left open."""
    with contextlib.closing(spool):
        try:
            spool.seek(0)
            while piece := spool.read(65_536):
                yield piece
            try:
                yield from rest
            except DeepGenealogyError as error:
                raise AnswerBrokenOff(str(error)) from error
        finally:
            abandon()
