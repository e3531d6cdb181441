"""One question with one worker: the clock, the lanes, the spool, and what its asker is told when it ends badly."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    Busy,
    QuestionRefused,
    SnapshotUnusable,
)
from ..settings import Settings
from .clock import Clock
from .deaths import FROM_OUTSIDE, death
from .delivery import Delivery, Spool, pumping
from .experience import Experience
from .federation import Ticket
from .halted import Halted, private_bytes
from .interface import Answer, Form, HasLeft, Question
from .lanes import GLANCE_S, Lane
from .nursery import Worker
from .wire import Message, send
from .worker import REPORTED, question_json

#: A query is heavy after so many seconds of processor time: it lets others go first, and leaves a full quick lane.
_HASTE_S = 0.03

#: To how many workers a question is put when all that were idle are found dead.
_ATTEMPTS = 3

#: A worker that was ended from outside so soon after a question was put to it had been ended before.
_STILLBORN_S = 0.25


class House(Protocol):
    """What a hearing needs of the engine: lanes, settings, and workers."""

    quick: Lane
    slow: Lane
    deliveries: Lane
    halted: Halted
    experience: Experience
    settings: Settings

    def take_worker(self, ticket: Ticket | None, *, afresh: bool) -> Worker:
        """A worker that is ready; one that was never idle, if it is wanted `afresh`."""
        ...

    def give_back(self, worker: Worker) -> None:
        """Takes a worker that can be used again."""
        ...

    def end(self, worker: Worker) -> int:
        """Ends a worker; says how it had ended already."""
        ...

    def replace_worker(self) -> None:
        """Sees to it that the next light question finds an idle worker, as one has gone to the slow lane."""
        ...


@dataclass(frozen=True)
class Terms:
    """On what terms a question is heard: who has left, what it may call, and what is done at its end."""

    has_left: HasLeft
    ticket: Ticket | None
    at_end: Callable[[], None]


@dataclass(frozen=True)
class Place:
    """A place that was taken: in which lane, and whether for a question that is expected to be heavy."""

    lane: Lane
    is_for_heavy: bool = False


@dataclass(frozen=True)
class Put:
    """A question that was put to a worker already: the worker, and the clock that runs for it."""

    worker: Worker
    clock: Clock


def put_to(worker: Worker, question: Question, clock: Clock) -> None:
    """Puts a question to a worker. Raises OSError if that is dead."""
    worker.channel.settimeout(clock.left_s)
    clock.put_to(worker.pid)
    send(worker.channel, b"Q", question_json(question, clock.left_s))
    worker.channel.settimeout(GLANCE_S)


def limit_s(settings: Settings, question: Question) -> float:
    """How long a question may take, in seconds."""
    return min(settings.query_time_limit_s, question.time_limit_s or settings.query_time_limit_s)


class Hearing:
    """A question that has a place in a lane; it leaves its lane, and lets its worker go, exactly once."""

    def __init__(self, house: House, question: Question, terms: Terms, place: Place, put: Put | None = None) -> None:
        self._house, self._question, self._terms, self._place = house, question, terms, place
        self._clock = put.clock if put else Clock(limit_s(house.settings, question))
        self._lane: Lane | None = place.lane
        self._worker: Worker | None = put.worker if put else None
        self._size, self._attempts = 0, _ATTEMPTS
        self._is_over, self._is_nice = False, place.is_for_heavy
        self._spool = Spool()

    def answer(self) -> Answer:
        """The whole answer if it fits the spool, else its beginning and the promise of the rest."""
        try:
            version, head = self._opening()
            pieces = self._pieces()
            for piece in pieces:
                self._spool.write(piece)
                if self._size > self._house.settings.answer_spool_bytes:
                    return Answer(*head, version, self._delivery(pieces), None, self._is_repeatable)
        except BaseException:
            self._spool.close()
            self._abandon()
            raise
        self._spool.end()
        return Answer(*head, version, Delivery(self._spool, self._abandon), self._size, self._is_repeatable)

    def _delivery(self, pieces: Iterator[bytes]) -> Delivery:
        """What is gathered and sent at the same time; the lane is left when all is gathered. Raises Busy."""
        deliveries = self._house.deliveries
        if not deliveries.try_enter():
            words = "too many large answers are being read; ask for less, or again later"
            raise Busy(words, retry_after_s=10, setting="delivery_limit")
        try:
            self._to_slow_lane()
            pump = pumping(self._rest(pieces), self._spool)
        except BaseException:
            deliveries.leave()
            raise
        return Delivery(self._spool, deliveries.leave, pump)

    def _rest(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        finally:
            self._abandon()

    def _has_left(self) -> bool:
        return self._spool.is_closed or self._terms.has_left()

    @property
    def _is_repeatable(self) -> bool:
        return self._terms.ticket is None

    def _begin(self) -> str:
        """Puts the question to a worker, if that is not done; says which snapshot it has."""
        if self._worker is not None:
            return self._worker.nursery.snapshot.name
        ticket, text = self._terms.ticket, self._question.query
        question = replace(self._question, query=ticket.rewritten(text) if ticket else text)
        for _ in range(self._house.quick.places + _ATTEMPTS):
            self._watch()
            worker = self._house.take_worker(ticket, afresh=self._is_nice)
            self._worker = worker
            if self._is_nice:
                worker.yield_to_others()
            try:
                put_to(worker, question, self._clock)
            except OSError:  # it died while it was idle
                self._worker = None
                self._house.end(worker)
                continue
            return worker.nursery.snapshot.name
        raise SnapshotUnusable("every worker dies before it is asked anything; the server's log says more")

    def _opening(self) -> tuple[str, tuple[Form, str]]:
        """The snapshot that answers, and the head of the answer; a worker that was dead already is replaced."""
        version = self._begin()
        message = self._received()
        if message is None:
            cause = self._cause()
            if cause not in FROM_OUTSIDE or self._clock.since_put_s > _STILLBORN_S or not self._attempts:
                raise death(cause, self._question.query, self._clock)
            self._attempts -= 1
            return self._opening()
        if message.kind == b"X":
            self._refuse(message)
        told = message.json()
        return version, (told["form"], told["format"])

    def _pieces(self) -> Iterator[bytes]:
        """The pieces of the answer as they come; at its end the worker is given back."""
        while (message := self._next()).kind == b"D":
            self._size += len(message.content)
            if self._size > self._house.settings.answer_size_limit_bytes:
                limit = self._house.settings.answer_size_limit_bytes
                raise AnswerTooLarge(f"the answer is larger than {limit} bytes; ask for less, or add LIMIT")
            yield message.content
        if message.kind == b"X":
            self._refuse(message)
        self._finish(goes_on=message.json()["goes_on"])
        ticket = self._terms.ticket
        if ticket and ticket.failure:  # an EXISTS takes a call that failed for false
            raise ticket.failure

    def _refuse(self, message: Message) -> None:
        told = message.json()
        end = self._next()
        self._finish(goes_on=end.kind == b"E" and end.json()["goes_on"])
        error = REPORTED.get(told["error"], QuestionRefused)(*told["arguments"])
        raise self._terms.ticket.told(error) if self._terms.ticket else error

    def _next(self) -> Message:
        message = self._received()
        if message is None:
            raise death(self._cause(), self._question.query, self._clock)
        return message

    def _received(self) -> Message | None:
        """The next message, or None if the worker is dead; the clock, the lane and the asker are watched meanwhile."""
        assert self._worker is not None
        while True:
            self._watch()
            try:
                return self._worker.reader.next()
            except TimeoutError:
                continue

    def _watch(self) -> None:
        if self._clock.is_over:
            raise self._clock.verdict()
        if self._has_left():
            raise AnswerBrokenOff("the asker has left")
        if self._worker is not None and self._lane is self._house.quick:
            if not self._is_nice and self._clock.worked_s > _HASTE_S:
                self._house.experience.note(self._question.query, was_heavy=True)
                self._be_nice(self._worker)
            if self._is_heavy:
                self._to_slow_lane()

    @property
    def _is_heavy(self) -> bool:
        """Whether the query has been worked on for long; that it waited, for a place or the processor, is no sign."""
        if self._clock.since_put_s > self._house.settings.quick_lane_s:
            return True
        return self._is_nice and self._house.quick.is_full

    def _to_slow_lane(self) -> None:
        """Moves over; halted while there is no place, so that the quick lane is free at once."""
        if self._lane is not self._house.quick or self._is_over or self._worker is None:
            return
        self._be_nice(self._worker)
        is_in = self._house.slow.try_enter()
        if not is_in:
            self._worker.stop()
        self._lane = None
        self._house.quick.leave()
        self._house.replace_worker()
        if not is_in:
            self._wait_halted(self._worker)
        self._lane = self._house.slow

    def _be_nice(self, worker: Worker) -> None:
        self._is_nice = True
        worker.yield_to_others()

    def _wait_halted(self, worker: Worker) -> None:
        """Takes a place in the slow lane when there is one, and goes on. Raises Busy."""
        halted, begun, held = self._house.halted, time.monotonic(), private_bytes(worker.pid)
        if not halted.admit(held):
            words = "the query would have to wait, and holds too much memory for that; ask again"
            raise Busy(words, retry_after_s=5, setting="worker_memory_limit_bytes, slow_workers")
        try:
            self._house.slow.enter(self._clock.left_s, self._has_left)
        finally:
            halted.let_go(held)
        self._clock.halted_since(begun)
        worker.go_on()

    def _cause(self) -> int:
        """How the worker ended, which is dead."""
        assert self._worker is not None
        worker, self._worker = self._worker, None
        return self._house.end(worker)

    def _finish(self, *, goes_on: bool) -> None:
        """The worker is through: it is kept if it is as good as new (not nice to others, and not able to call)."""
        worker, self._worker = self._worker, None
        assert worker is not None
        if self._place.is_for_heavy and self._clock.worked_s <= _HASTE_S:
            self._house.experience.note(self._question.query, was_heavy=False)
        if goes_on and not self._is_nice and self._terms.ticket is None:
            self._house.give_back(worker)
        else:
            self._house.end(worker)
        self._leave()

    def _abandon(self) -> None:
        """Ends what has not ended yet. May be called at any time, and again."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._house.end(worker)
        self._leave()

    def _leave(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.leave()
        self._terms.at_end()
