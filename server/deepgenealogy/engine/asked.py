"""A question that was put to an idle worker by somebody who does not wait: a thread that serves many askers at once.

When the worker's channel can be read, it is looked whether the whole answer has come. Where it has not, as it is large,
is a refusal, or takes long, a thread that can wait hears on from there: nothing is begun anew.
"""

import time
from typing import NamedTuple, Protocol

from .hearing import House, Put
from .interface import Answer, Form, HasLeft, Question


class Whole(NamedTuple):
    """A whole answer that has come: its form, the name of its format, and its bytes."""

    form: Form
    format: str
    content: bytes


class Hearer(House, Protocol):
    """What an asked question needs of the engine."""

    def hear_on(self, question: Question, put: Put, has_left: HasLeft) -> Answer:
        """Waits for the answer to a question that was put to a worker."""
        ...

    def note_answered(self, form: Form, seconds: float) -> None:
        """Counts a question that was answered."""
        ...


class Asked:
    """A question with its worker and its place in the quick lane; it is finished, heard on, or given up, once."""

    def __init__(self, house: Hearer, question: Question, put: Put) -> None:
        self._house, self._put = house, put
        self.question = question
        self.version = put.worker.nursery.snapshot.name
        self.begun = time.monotonic()
        self._is_over = False

    def fileno(self) -> int:
        """The descriptor that can be read when there is news."""
        return self._put.worker.channel.fileno()

    def look(self) -> Whole | None:
        """The whole answer, if that is what has come; else None, and what has come stays for who hears on."""
        reader = self._put.worker.reader
        reader.gather()
        held = reader.held()
        if not held or held[0].kind != b"H" or held[-1].kind != b"E":
            return None
        content = b"".join(message.content for message in held[1:-1])
        if len(content) > self._house.settings.answer_size_limit_bytes:
            return None
        told = held[0].json()
        return Whole(told["form"], told["format"], content)

    def finish(self, whole: Whole) -> None:
        """Ends it after `look` gave the whole answer: the worker is free for the next question."""
        self._is_over = True
        worker = self._put.worker
        goes_on = worker.reader.held()[-1].json()["goes_on"]
        worker.reader.forget()
        if goes_on:
            self._house.give_back(worker)
        else:
            self._house.end(worker)
        self._house.quick.leave()
        self._house.note_answered(whole.form, time.monotonic() - self.begun)

    def hear_on(self, has_left: HasLeft) -> Answer:
        """The answer, waited for. Raises QuestionRefused and its kinds."""
        self._is_over = True
        return self._house.hear_on(self.question, self._put, has_left)

    def give_up(self) -> None:
        """Wants no answer any more, if there was none yet: the worker is ended."""
        if not self._is_over:
            self._is_over = True
            self._house.end(self._put.worker)
            self._house.quick.leave()
