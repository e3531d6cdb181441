"""One question with one worker: the clock, the lanes, the spool, and what its asker is told when it ends badly."""

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

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
    WorkerFailed,
)
from ..settings import Settings
from .delivery import Delivery, new_spool
from .federation import Ticket
from .interface import Answer, Form, HasLeft, Question
from .lanes import GLANCE_S, Lane
from .nursery import UNKNOWN, Worker
from .wire import Message, send
from .worker import OUT_OF_MEMORY, REPORTED, question_json

#: After so many seconds a query leaves the quick lane when others wait for a place there.
_HASTE_S = 0.1

#: To how many workers a question is put when all that were idle are found dead.
_ATTEMPTS = 3

#: A worker that was ended from outside so soon after a question was put to it had been ended before.
_STILLBORN_S = 0.25


class House(Protocol):
    """What a hearing needs of the engine: lanes, settings, and workers."""

    quick: Lane
    slow: Lane
    settings: Settings

    def take_worker(self, ticket: Ticket | None) -> Worker:
        """A worker that is ready."""
        ...

    def give_back(self, worker: Worker) -> None:
        """Takes a worker that can be used again."""
        ...

    def end(self, worker: Worker) -> int:
        """Ends a worker; says how it had ended already."""
        ...


@dataclass(frozen=True)
class Terms:
    """On what terms a question is heard: who has left, when it came, what it may call, and what is done at its end."""

    has_left: HasLeft
    begun: float
    ticket: Ticket | None
    at_end: Callable[[], None]


class Hearing:
    """A question that has a place in the quick lane; it leaves its lane, and lets its worker go, exactly once."""

    def __init__(self, house: House, question: Question, terms: Terms) -> None:
        self._house, self._question, self._terms = house, question, terms
        limit = house.settings.query_time_limit_s
        self._limit_s = min(limit, question.time_limit_s or limit)
        self._lane: Lane | None = house.quick
        self._worker: Worker | None = None
        self._size, self._attempts = 0, _ATTEMPTS
        self._is_over = False

    def answer(self) -> Answer:
        """The whole answer if it fits the spool, else its beginning and the promise of the rest."""
        spool = new_spool()
        try:
            version, head = self._opening()
            pieces = self._pieces()
            for piece in pieces:
                spool.write(piece)
                if self._size > self._house.settings.answer_spool_bytes:
                    self._to_slow_lane()
                    delivery = Delivery(spool, pieces, self._abandon)
                    return Answer(*head, version, delivery, None, self._is_repeatable)
        except BaseException:
            spool.close()
            self._abandon()
            raise
        delivery = Delivery(spool, iter(()), self._abandon)
        return Answer(*head, version, delivery, self._size, self._is_repeatable)

    @property
    def _is_repeatable(self) -> bool:
        return self._terms.ticket is None

    def _begin(self) -> str:
        """Puts the question to a worker; says which snapshot it has."""
        ticket, text = self._terms.ticket, self._question.query
        question = replace(self._question, query=ticket.rewritten(text) if ticket else text)
        for _ in range(self._house.quick.places + _ATTEMPTS):
            self._watch()
            worker = self._house.take_worker(ticket)
            self._worker = worker
            try:
                worker.channel.settimeout(self._left_s())
                send(worker.channel, b"Q", question_json(question, self._left_s()))
                worker.channel.settimeout(GLANCE_S)
            except OSError:  # it died while it was idle
                self._worker = None
                self._house.end(worker)
                continue
            return worker.nursery.snapshot.name
        raise SnapshotUnusable("every worker dies before it is asked anything; the server's log says more")

    def _opening(self) -> tuple[str, tuple[Form, str]]:
        """The snapshot that answers, and the head of the answer; a worker that was dead already is replaced."""
        version, put = self._begin(), time.monotonic()
        message = self._received()
        if message is None:
            cause = self._cause()
            if cause not in (-signal.SIGKILL, UNKNOWN) or time.monotonic() - put > _STILLBORN_S or not self._attempts:
                raise self._death(cause)
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
            raise self._death(self._cause())
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
        if self._left_s() <= _NO_TIME_S:
            raise self._too_slow()
        if self._terms.has_left():
            raise AnswerBrokenOff("the asker has left")
        quick, patience = self._house.quick, self._house.settings.quick_lane_s
        patience = min(patience, _HASTE_S) if quick.waiting else patience
        if self._worker is not None and self._lane is quick and self._spent_s() > patience:
            self._to_slow_lane()

    def _spent_s(self) -> float:
        return time.monotonic() - self._terms.begun

    def _left_s(self) -> float:
        return max(_NO_TIME_S, self._limit_s - self._spent_s())

    def _to_slow_lane(self) -> None:
        """Moves over; halted while there is no place, so that the quick lane is free at once."""
        if self._lane is not self._house.quick or self._is_over or self._worker is None:
            return
        self._worker.yield_to_others()
        is_in = self._house.slow.try_enter()
        if not is_in:
            self._worker.stop()
        self._lane = None
        self._house.quick.leave()
        if not is_in:
            self._house.slow.enter(self._left_s(), self._terms.has_left)
            self._worker.go_on()
        self._lane = self._house.slow

    def _too_slow(self) -> TimeLimitReached:
        return TimeLimitReached(
            f"the query was not answered within {self._limit_s:g} seconds; ask for less, or bind more"
        )

    def _cause(self) -> int:
        """How the worker ended, which is dead."""
        assert self._worker is not None
        worker, self._worker = self._worker, None
        return self._house.end(worker)

    def _death(self, cause: int) -> DeepGenealogyError:
        """Why the worker died, as the error that its asker gets."""
        if cause == -signal.SIGALRM:
            return self._too_slow()
        if cause in (-signal.SIGSEGV, -signal.SIGBUS):
            return TooDeep("the query is too deep or too large to be evaluated; nest less")
        if cause in (-signal.SIGABRT, -signal.SIGKILL, OUT_OF_MEMORY):
            return MemoryLimitReached("the query needs more memory than it may take; ask for less, or do not sort")
        if cause == UNKNOWN:
            return Busy("the worker was ended before the answer was whole; ask again", retry_after_s=1)
        return WorkerFailed(f"a worker process ended with status {cause} at this query: {self._question.query[:500]!r}")

    def _finish(self, *, goes_on: bool) -> None:
        """The worker is through: it is kept if it is as good as new (not nice to others, and not able to call)."""
        worker, self._worker = self._worker, None
        assert worker is not None
        if goes_on and self._lane is self._house.quick and self._terms.ticket is None:
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


#: Time that is too short to do anything; a system timer of 0 would be none at all.
_NO_TIME_S = 0.001
