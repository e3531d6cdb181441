"""One graph linked: asked step by step, judged, held against what we have, and written for review."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..engine.dumps import Dump
from ..engine.peers import Peers
from ..errors import SettingRefused
from ..sources.endpoints import Endpoint
from ..sources.records import Catalogue
from .answers import Answers
from .asking import Step, naming_steps, steps_of
from .calling import Call, Caller
from .comparing import Compared, compare
from .local import LocalCaller
from .matching import match
from .review import write_review
from .subjects import Subject, subjects_of
from .works import Work, works_of_list, works_of_rows

#: Is told how many steps more there are, and how many more are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Terms:
    """How a run is made: where answers are kept and reviews written, who asks, how many subjects, from which file."""

    cache: Path
    output: Path
    contact: str = ""
    limit: int | None = None
    refresh: bool = False
    dump: Path | None = None
    tell: Callable[[str], None] = field(default=lambda words: None)


@dataclass(frozen=True)
class Outcome:
    """What became of one graph: how many subjects, the comparison, calls made and answers that were at hand, files."""

    endpoint: Endpoint
    subjects: int
    compared: Compared
    calls: int
    kept: int
    files: tuple[Path, ...]


@dataclass
class _Asker:
    """Puts steps to one graph, or to the answers that are kept of it."""

    caller: Caller | LocalCaller
    answers: Answers
    refresh: bool
    rows: int
    kept: int = 0

    def items(self, step: Step) -> list[Any]:
        """Everything that one step finds, page by page."""
        found: list[Any] = []
        number = 0
        while True:
            page = step.items(self._answer(step.page(number), step))
            found += page
            number += 1
            if not step.is_paged or len(page) < self.rows:
                return found

    def _answer(self, call: Call, step: Step) -> Any:
        is_held, answer = (False, None) if self.refresh else self.answers.held(call)
        if is_held:
            self.kept += 1
            return answer
        answer = self.caller.answer(call, step.items)
        self.answers.keep_answer(call, answer)
        return answer


def link(
    catalogue: Catalogue, endpoint: Endpoint, terms: Terms, progress: Progress = lambda more, done: None
) -> Outcome:
    """Asks one graph for everything of ours, and writes what a curator reviews. Raises EndpointUnanswered."""
    subjects = subjects_of(catalogue, endpoint.subject)[: terms.limit]
    asker = _asker(endpoint, terms)
    works = _works(endpoint, subjects, asker, progress)
    judged = match(subjects, works, endpoint.subject)
    compared = compare(catalogue, endpoint, subjects, judged)
    files = write_review(endpoint, compared, terms.output)
    return Outcome(endpoint, len(subjects), compared, asker.caller.made, asker.kept, files)


def plan(catalogue: Catalogue, endpoint: Endpoint, terms: Terms) -> tuple[int, list[tuple[Call, bool]]]:
    """How many subjects would be asked for, and each first call with whether its answer is at hand. Asks nobody."""
    subjects = subjects_of(catalogue, endpoint.subject)[: terms.limit]
    answers = Answers(terms.cache / endpoint.name)
    calls = [step.page(0) for step in steps_of(endpoint, subjects)]
    return len(subjects), [(call, not terms.refresh and answers.held(call)[0]) for call in calls]


def _asker(endpoint: Endpoint, terms: Terms) -> _Asker:
    answers = Answers(terms.cache / endpoint.name)
    if terms.dump is not None:
        # A file is quick to ask and may have changed: nothing that was kept of it is used.
        return _Asker(LocalCaller(Dump(terms.dump)), answers, True, endpoint.limits.page)
    caller = Caller(endpoint, _peers(endpoint), terms.contact, tell=terms.tell)
    return _Asker(caller, answers, terms.refresh, endpoint.limits.page)


def _peers(endpoint: Endpoint) -> Peers:
    """The one host that a graph's record names; nothing else is called for it."""
    try:
        parts = urlsplit(endpoint.endpoint)
        if parts.scheme not in ("http", "https"):
            raise ValueError("it must be http or https")
        return Peers.of(parts.netloc)
    except ValueError as problem:
        raise SettingRefused("endpoint", endpoint.endpoint, str(problem)) from problem


def _works(endpoint: Endpoint, subjects: Sequence[Subject], asker: _Asker, progress: Progress) -> list[Work]:
    steps = steps_of(endpoint, subjects)
    found = _asked(steps, asker, progress)
    if endpoint.protocol != "rest":
        return works_of_rows(found)
    works = works_of_list(found, endpoint)
    certain = {one.subject.id for one in match(subjects, works, endpoint.subject).matches if one.evidence.decides}
    left = [subject for subject in subjects if subject.id not in certain]
    named = _asked(naming_steps(endpoint, left), asker, progress)
    return works_of_list([*found, *named], endpoint)


def _asked(steps: Sequence[Step], asker: _Asker, progress: Progress) -> list[Any]:
    found = []
    progress(len(steps), 0)
    for step in steps:
        found += asker.items(step)
        progress(0, 1)
    return found
