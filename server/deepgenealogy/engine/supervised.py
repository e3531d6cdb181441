"""The engine of the server: every question is answered in a worker process that can be ended at any moment.

A question is screened, waits for a place in the quick lane, and is heard (see `hearing`). A worker that exceeds a
limit, dies, or works for somebody who has left is ended, and another takes its place.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad

from ..errors import SettingRefused, SnapshotUnusable, StateNotHeld
from ..settings import Settings
from . import hearing
from .asked import Asked
from .clock import Clock
from .counts import Counts
from .experience import Experience
from .federation import Guard, Ticket
from .fetching import Fetcher
from .former import FormerHouse
from .halted import Halted
from .hearing import Hearing, House, Place
from .interface import Answer, Form, HasLeft, Question, stays
from .lanes import Lane
from .nursery import Nursery, SpawningNursery, Worker, nursery_for
from .peers import Peers
from .publication import held_snapshot, held_snapshots
from .screening import Screen
from .snapshot import Snapshot
from .worker import Terms

#: How long a question waits for a place in the quick lane, in seconds.
_PATIENCE_S = 5.0


class SupervisedEngine:
    """Answers questions in worker processes over the snapshot in force."""

    def __init__(self, snapshot: Snapshot, root: Path, settings: Settings) -> None:
        self._root, self.settings = root, settings
        self._terms = Terms(settings.worker_memory_limit_bytes, settings.default_graph == "union")
        peers = _peers(settings)
        self._screen = Screen(settings.query_length_limit_bytes, settings.query_depth_limit, peers)
        self.quick = Lane(settings.quick_workers, settings.queue_limit, "quick")
        self.slow = Lane(settings.slow_workers, settings.queue_limit, "slow")
        self.deliveries = Lane(settings.delivery_limit, 0, "large")
        # What one more worker might take, for all who are halted.
        self.halted = Halted(settings.worker_memory_limit_bytes)
        self.experience = Experience()
        self.counts = Counts()
        self._lock = threading.Lock()
        self._idle: deque[Worker] = deque()
        self._nursery = nursery_for(snapshot, root, self._terms, settings)
        self._former: list[Nursery] = []
        self._fill()
        fetcher = Fetcher(peers, settings.service_time_limit_s, settings.service_size_limit_bytes)
        self._guard = Guard(fetcher) if peers else None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force."""
        return self._nursery.snapshot

    @property
    def version(self) -> str:
        """The name of the snapshot in force."""
        return self.snapshot.name

    def ask(self, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer. Raises QuestionRefused and its kinds; `has_left` says whether nobody waits for it any more."""
        return self.counts.counted(lambda: self._heard(question, has_left, self))

    def put(self, question: Question) -> Asked | None:
        """Puts a question to a worker that is idle, and waits for nothing; None where it would have to.

        Raises QuestionRefused and its kinds.
        """
        if not self.quick.try_enter():
            return None
        put = None
        try:
            put = None if self._screen.admit(question.query) else self._put(question)
        finally:
            if put is None:
                self.quick.leave()
        return Asked(self, question, put) if put else None

    def _put(self, question: Question) -> hearing.Put | None:
        clock = Clock(hearing.limit_s(self.settings, question))
        while worker := self._idle_worker():
            try:
                hearing.put_to(worker, question, clock)
            except OSError:  # it died while it was idle
                self.end(worker)
                continue
            return hearing.Put(worker, clock)
        return None

    def hear_on(self, question: Question, put: hearing.Put, has_left: HasLeft) -> Answer:
        """The answer to a question that was put to a worker. Raises as `ask` does."""
        terms = hearing.Terms(has_left, None, _nothing)
        return self.counts.counted(lambda: Hearing(self, question, terms, Place(self.quick), put).answer())

    def versions(self) -> list[str]:
        """The names of the snapshots that are held on disk, the latest first."""
        return held_snapshots(self.snapshot.folder.parents[1])

    def ask_at(self, version: str, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer from a former snapshot, by a worker of its own that reads it from disk. Raises StateNotHeld."""
        snapshot = held_snapshot(self.snapshot.folder.parents[1], version)
        try:
            nursery = SpawningNursery(snapshot, self._root, self._terms)
        except SnapshotUnusable as problem:  # it was taken away just now
            raise StateNotHeld(version, self.versions()) from problem
        try:
            house = FormerHouse(self, nursery, lambda: self.counts.workers(started=1))
            return self.counts.counted(lambda: self._heard(question, has_left, house))
        finally:
            nursery.retire()

    def _heard(self, question: Question, has_left: HasLeft, house: House) -> Answer:
        calls = self._screen.admit(question.query)
        place = self._entered(question, has_left)
        ticket = self._guard.admit(calls) if self._guard and calls else None
        terms = hearing.Terms(has_left, ticket, lambda: self._take_back(ticket))
        return Hearing(house, question, terms, place).answer()

    def _entered(self, question: Question, has_left: HasLeft) -> Place:
        """A place in the quick lane, half of which is kept from those that are expected to be heavy. Raises Busy."""
        limit_s = hearing.limit_s(self.settings, question)
        if not self.experience.expects_heavy(question.query):
            self.quick.enter(min(_PATIENCE_S, limit_s), has_left)
            return Place(self.quick)
        if self.quick.try_enter(leaving=self.quick.places // 2):
            return Place(self.quick, is_for_heavy=True)
        self.slow.enter(limit_s, has_left)
        return Place(self.slow, is_for_heavy=True)

    def note_answered(self, form: Form, seconds: float) -> None:
        """Counts a question that was answered in so many seconds."""
        self.counts.note(form, seconds)

    def _take_back(self, ticket: Ticket | None) -> None:
        if self._guard and ticket:
            self._guard.take_back(ticket)

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(filter(None, self.snapshot.manifest.graphs))

    def graph_sizes(self) -> dict[str, int]:
        """The number of quads of each graph."""
        return self.snapshot.manifest.graphs

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset, read from disk."""
        return self.snapshot.quads(graph)

    def move_to(self, snapshot: Snapshot) -> None:
        """Answers from `snapshot` from now on; what is being answered is ended from the former one."""
        nursery = nursery_for(snapshot, self._root, self._terms, self.settings)
        with self._lock:
            former, self._nursery = self._nursery, nursery
            idle, self._idle = self._idle, deque()
            self._former = [nursery for nursery in self._former if nursery.is_alive] + [former]
        for worker in idle:
            self.end(worker)
        former.retire()
        self._fill()

    def close(self) -> None:
        """Ends every process."""
        if self._guard:
            self._guard.close()
        with self._lock:
            idle, self._idle = self._idle, deque()
        for worker in idle:
            self.end(worker)
        for nursery in [*self._former, self._nursery]:
            nursery.close()

    def take_worker(self, ticket: Ticket | None, *, afresh: bool) -> Worker:
        """An idle worker, else a new one; always a new one, which may call the guard, for a question with a ticket."""
        if ticket is not None:
            return self._new_worker(self._guard.port if self._guard else None)
        if afresh:
            return self._new_worker()
        return self._idle_worker() or self._new_worker()

    def _idle_worker(self) -> Worker | None:
        nursery = self._living_nursery()
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None  # the last used: its memory is still at hand
            if worker is None or worker.nursery is nursery:
                return worker
            self.end(worker)  # it died with its nursery

    def give_back(self, worker: Worker) -> None:
        """Keeps a worker for the next question, unless there are enough or its snapshot is no longer in force."""
        with self._lock:
            if worker.nursery is self._nursery and len(self._idle) < self.settings.quick_workers:
                self._idle.append(worker)
                return
        self.end(worker)

    def replace_worker(self) -> None:
        """Sees to it that the next light question finds an idle worker, as one has gone to the slow lane."""
        if not self._idle:
            with contextlib.suppress(SnapshotUnusable):  # then whoever asks next is told
                self.give_back(self._new_worker())

    def end(self, worker: Worker) -> int:
        """Ends a worker; says how it had ended already."""
        self.counts.workers(ended=1)
        return worker.dismiss()

    def _fill(self) -> None:
        for _ in range(self.settings.quick_workers):
            self.give_back(self._new_worker())

    def _new_worker(self, guard_port: int | None = None) -> Worker:
        """A new worker, from a new nursery if the former one is dead. Raises SnapshotUnusable."""
        try:
            worker = self._living_nursery().new_worker(guard_port)
        except SnapshotUnusable:  # it died just now
            worker = self._living_nursery().new_worker(guard_port)
        self.counts.workers(started=1)
        return worker

    def _living_nursery(self) -> Nursery:
        with self._lock:
            if not self._nursery.is_alive:
                self._nursery.close()
                self._nursery = nursery_for(self._nursery.snapshot, self._root, self._terms, self.settings)
            return self._nursery


def _peers(settings: Settings) -> Peers:
    try:
        return Peers.of(settings.allow_service)
    except ValueError as problem:
        raise SettingRefused("allow_service", settings.allow_service, str(problem)) from problem


def _nothing() -> None:
    """Nothing is to be done."""
