"""Permalinks: an address that carries all that it pins, so that the server keeps nothing about it.

    /queries/ancestors?architecture=u-net&snapshot=2bbe98d9c9bb4e0c&answer=sha256-…&order=…&wording=…
    /sparql?query=…&snapshot=2bbe98d9c9bb4e0c&answer=sha256-…&order=…

| parameter | pins | by |
|---|---|---|
| the question's own | the question | every argument in full, also those left at their examples |
| `snapshot` | the data | the name of the snapshot, which is made from its content |
| `answer` | the rows | their digest (see `engine.digests`) |
| `order` | the order of the rows, where the query has an ORDER BY | a digest of the rows as they came |
| `wording` | the text of a published question | a digest of its tokens; free SPARQL stands in the address itself |
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from flask import request

from ..engine.archive import Archivist, ask_at
from ..engine.binding import bound_text, full_arguments
from ..engine.digests import Fixed, fixed, wording
from ..engine.interface import Answer, Question
from ..errors import ParameterRefused, QuestionRefused
from ..sources.questions import RESERVED, PublishedQuestion, question_named
from ..vocabulary import BASE
from .desk import desk
from .language import table
from .parameters import Parameters

_SHAPES = {
    "snapshot": (re.compile(r"[0-9a-f]{16}"), "the name of a snapshot, 16 hexadecimal digits"),
    "answer": (re.compile(r"sha256-[0-9a-f]{32}"), "sha256- and 32 hexadecimal digits"),
    "order": (re.compile(r"[0-9a-f]{8}"), "8 hexadecimal digits"),
    "wording": (re.compile(r"[0-9a-f]{16}"), "16 hexadecimal digits"),
}
_TITLE = re.compile(r"^\s*#\s*title:\s*(.+?)\s*$", re.MULTILINE)

#: How what is found stands to what is pinned; `unpinned` where the address names no digest.
Verdict = Literal["same", "reordered", "different", "unpinned"]


@dataclass(frozen=True)
class Pin:
    """What an address pins; empty where it pins nothing."""

    snapshot: str = ""
    answer: str = ""
    order: str = ""
    wording: str = ""

    def verdict(self, found: Fixed) -> Verdict:
        """How an answer stands to the pinned one."""
        if not self.answer:
            return "unpinned"
        if self.answer != found.digest:
            return "different"
        return "reordered" if self.order and self.order != found.order else "same"


@dataclass(frozen=True)
class Asked:
    """A question as an address asks it: its path, its arguments in full, its title, and what is put to the engine.

    It is cited by its `title`; pages show that of `titles` which is in their language.
    """

    path: str
    arguments: tuple[tuple[str, str], ...]
    title: str
    question: Question
    wording: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def address(self, *, below: str = "", more: Iterable[tuple[str, str]] = ()) -> str:
        """The path of the question, or of something below it (`/citation`), with its arguments."""
        pairs = [*self.arguments, *more]
        return self.path + below + (f"?{urlencode(pairs)}" if pairs else "")

    def permalink(self, found: Fixed, *, below: str = "") -> str:
        """The address that pins this answer to this question."""
        pairs = {"snapshot": found.version, "answer": found.digest, "order": found.order, "wording": self.wording}
        return self.address(below=below, more=((name, value) for name, value in pairs.items() if value))


def canonical(address: str) -> str:
    """An address of this server as the IRI by which it is cited."""
    return BASE + address.removeprefix("/")


def local(address: str) -> str:
    """An address of this server in full, as its asker reaches it."""
    return request.url_root.rstrip("/") + address


def pin_of(given: Mapping[str, str]) -> Pin:
    """What the parameters of a request pin. Raises ParameterRefused."""
    values = {name: given.get(name, "") for name in _SHAPES}
    for name, (shape, words) in _SHAPES.items():
        if values[name] and not shape.fullmatch(values[name]):
            raise ParameterRefused(name, f"must be {words}, not '{values[name][:80]}'")
    if values["answer"] and not values["snapshot"]:
        raise ParameterRefused("snapshot", "is missing: an answer is pinned together with its snapshot")
    return Pin(**values)


def published(name: str, given: Mapping[str, str]) -> Asked:
    """A published question with what the request gives. Raises NotFound, ParameterRefused."""
    question = question_named(desk().questions, name)
    arguments = full_arguments(question, own_arguments(given))
    text = bound_text(question, arguments)
    put = Question(text, None, None, desk().union)
    titles = {language: _title(question, arguments, language) for language in question.title}
    return Asked(f"/queries/{name}", tuple(arguments.items()), titles["en"], put, wording(text), titles)


def own_arguments(given: Mapping[str, str]) -> dict[str, str]:
    """The arguments of a published question among the parameters of a request."""
    return {name: value for name, value in given.items() if name not in RESERVED}


def _title(question: PublishedQuestion, arguments: Mapping[str, str], language: str) -> str:
    shown = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return question.title[language] + (f" ({shown})" if shown else "")


def free(parameters: Parameters) -> Asked:
    """A query of the asker's own, with its dataset; a comment `# title: …` in it is its title.

    Raises ParameterRefused.
    """
    query = parameters.one("query")
    if query is None:
        raise ParameterRefused("query", "is missing: give the query that is to be cited or compared")
    graphs = {name: parameters.graphs(name) for name in ("default-graph-uri", "named-graph-uri")}
    defaults, named = graphs.values()
    chosen = bool(defaults or named)
    question = Question(query, None, None, defaults if chosen else None, named if chosen else None)
    arguments = (("query", query), *((name, iri) for name, iris in graphs.items() for iri in iris))
    titles = {language: row.format(name=wording(query)) for language, row in table()["answers.free"].items()}
    if titled := _TITLE.search(query):
        titles = {"en": titled[1]}
    return Asked("/sparql", arguments, titles["en"], question, titles=titles)


def asking(snapshot: str = "") -> Callable[[Question], Answer]:
    """Puts questions to a snapshot, or to the present data; given up when the asker of the request leaves."""
    has_left = request.environ.get("waitress.client_disconnected")
    engine, more = desk().engine, (has_left,) if has_left else ()
    if snapshot:
        return lambda question: ask_at(engine, snapshot, question, *more)
    return lambda question: engine.ask(question, *more)


def fixed_answer(asked: Asked, snapshot: str = "") -> Fixed:
    """The answer from a snapshot, or from the present data, digested. Raises StateNotHeld, AnswerTooLargeToPin …"""
    return fixed(asking(snapshot), asked.question, limit_bytes=desk().settings.answer_spool_bytes)


def repeatable_answer(asked: Asked) -> Fixed:
    """The present answer, asked for twice. Raises QuestionRefused when the second time it was another."""
    found = fixed_answer(asked)
    again = fixed(asking_anew(found.version), asked.question, limit_bytes=desk().settings.answer_spool_bytes)
    if again.digest != found.digest and again.version == found.version:
        raise QuestionRefused(
            "the same data gave two answers to this query, so that none can be cited: with LIMIT or GROUP_CONCAT, "
            "order the rows in a sub-SELECT; leave out SAMPLE"
        )
    return found


def asking_anew(snapshot: str) -> Callable[[Question], Answer]:
    """Puts questions to a snapshot as if it were a former one: read afresh, where the engine keeps former ones."""
    engine = desk().engine
    if isinstance(engine, Archivist):
        return lambda question: engine.ask_at(snapshot, question)
    return engine.ask
