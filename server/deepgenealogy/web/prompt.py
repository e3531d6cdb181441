"""Light questions that nobody asked before, answered in the thread that reads: `GET /sparql?query=…`, and no more.

To hand a request to another thread and through Flask takes several times what a light question takes. What does not
depend on the query is learned from an answer that was made in the ordinary way, as `repeats` learns: how the question
is answered, and what the answer's head says. The question is put to an idle worker (`engine.asked`); when its answer
comes, it is sent. All that is out of the ordinary goes the ordinary way, and so does a question whose answer does not
come soon: a thread hears on from there.
"""

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import unquote_plus

from cachetools import LRUCache

from ..engine.advice import advice_on
from ..engine.asked import Asked, Whole
from ..engine.forms import form_of
from ..engine.interface import Answer, Form, Question
from ..engine.supervised import SupervisedEngine
from ..errors import DeepGenealogyError
from .caching import is_fickle
from .manners import CODINGS, SMALLEST_CODED
from .repeats import Head, Repeats, Sent, head_of

_LOG = logging.getLogger("deepgenealogy")

#: Where the environment of a request holds how questions of its kind are answered, and the question that was put.
_KIND, _ASKED = "deepgenealogy.kind", "deepgenealogy.asked"

#: Requests that may be prompt: the query as its address has it, and the format if one is named.
PLAIN_HEAD = re.compile(rb"GET (/sparql)\?(query=([!$%'-;=?-~]{1,4500})(?:&format=[a-z]+)?) HTTP/1\.1\r\n")

#: The lines of a head that depend on the query, or are made anew each time.
_OF_THE_ANSWER = re.compile(rb"\r\n(?:ETag|Content-Length|Date|X-Request-Id): [^\r\n]*", re.IGNORECASE)

#: What stands in the heads of answers that are like no other one.
_SINGULAR = re.compile(rb"\r\n(?:X-Advice|Content-Encoding|Transfer-Encoding):|no-store", re.IGNORECASE)

_END = b"\r\n\r\n"

#: How many kinds of requests are known, and how many requests may wait for a worker.
_KINDS, _WAITING = 200, 100

#: Longer queries, in characters, are read by threads: what is to be said about one may take milliseconds.
_LONGEST = 1_500

#: How long an answer is looked for before a thread hears on, in seconds.
SOON_S = 0.03


@dataclass(frozen=True)
class Kind:
    """Requests that differ in their query only: the version of the data, their question, how answers are marked.

    `heads` holds what was learned: for a form of answers, their format and the beginning of their head. `plain_bytes`
    is the size from which the asker gets an answer in a content coding.
    """

    version: str
    question: Question
    mark: Callable[[str], str]
    plain_bytes: float
    heads: dict[Form, tuple[str, bytes]] = field(default_factory=dict)


def may_be_prompt(environ: dict[str, Any], question: Question, answer: Answer, mark: Callable[[str], str]) -> None:
    """Says how the answer to the present request was come by, so that others of its kind may have theirs promptly."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    coded = any(coding in accepted for coding in (*CODINGS, "*"))
    kind = Kind(answer.version, question, mark, SMALLEST_CODED if coded else float("inf"))
    environ[_KIND] = (kind, answer.form, answer.format)


def hand_over(environ: dict[str, Any], asked: Asked) -> None:
    """Hands a question that was put to a worker to whoever answers the request."""
    environ[_ASKED] = asked


def taken_over(environ: dict[str, Any], question: Question, version: str) -> Asked | None:
    """The question that was handed over, if it is this one and was put to a worker over this version of the data."""
    asked: Asked | None = environ.get(_ASKED)
    return asked if asked and asked.question == question and asked.version == version else None


class Prompt:
    """Puts questions, and learns how they are answered. Learns from several threads, puts in one."""

    def __init__(self, engine: SupervisedEngine, repeats: Repeats) -> None:
        self._engine, self.repeats = engine, repeats
        self._kinds: LRUCache[bytes, Kind] = LRUCache(_KINDS)
        self._lock = threading.Lock()
        self._waiting: deque[Pending] = deque()
        self._under_way = self.made = 0

    @property
    def is_expecting(self) -> bool:
        """Whether an answer is looked for, so that somebody has to see soon whether it has come."""
        return self._under_way > 0

    def learn(self, received: bytes, environ: dict[str, Any], status: int, sent: bytes) -> None:
        """Learns from the head of an answer that was `sent`."""
        head, told = head_of(received), environ.get(_KIND)
        plain = PLAIN_HEAD.match(received) if head and told and status == 200 and not _SINGULAR.search(sent) else None
        if head is None or told is None or plain is None:
            return
        kind, form, format_name = told
        if _etag(kind, plain) not in sent:
            return
        key = _without_query(head, plain)
        with self._lock:
            known: Kind | None = self._kinds.get(key)
            heads = known.heads if known and known.version == kind.version else {}
            start = _OF_THE_ANSWER.sub(b"", sent.removesuffix(_END))
            self._kinds[key] = replace(kind, heads={**heads, form: (format_name, start)})

    def put(self, received: bytes, connection: "Asking", sockets: dict[int, Any]) -> "Pending | None":
        """Puts the question of the one request that was `received`; None where it has to go the ordinary way.

        `sockets` are those that the server's loop watches.
        """
        request = self._request(received)
        if request is None:
            return None
        pending = Pending(self, request, connection, sockets)
        if not self._waiting and self._begun(pending):
            return pending
        if self._under_way and len(self._waiting) < _WAITING:
            self._waiting.append(pending)
            return pending
        return None

    def ended(self) -> None:
        """One that was begun has ended: others begin, or go the ordinary way where there is nothing to wait for."""
        self._under_way -= 1
        while self._waiting:
            if self._begun(self._waiting[0]):
                self._waiting.popleft()
            elif self._under_way:
                return
            else:
                self._waiting.popleft().go_the_ordinary_way()

    def sending(self, head: Head, client: str, sent: Sent, seconds: float) -> bytes:
        """A new answer as it is sent; it may be repeated."""
        self.made += 1
        self.repeats.keep(sent)
        return self.repeats.sending(head, client, sent, seconds)

    def _begun(self, pending: "Pending") -> bool:
        try:
            asked = self._engine.put(pending.request.question)
        except DeepGenealogyError:  # to be told in the ordinary way
            asked = None
        if asked is None:
            return False
        self._under_way += 1
        pending.begin(asked)
        return True

    def _request(self, received: bytes) -> "Request | None":
        plain = PLAIN_HEAD.match(received)
        head = head_of(received) if plain else None
        if plain is None or head is None:
            return None
        with self._lock:
            kind: Kind | None = self._kinds.get(_without_query(head, plain))
        if kind is None or kind.version != self._engine.version:
            return None
        try:
            query = unquote_plus(plain[3].decode(), errors="strict").removeprefix("\ufeff")
            if len(query) > _LONGEST or form_of(query) not in kind.heads or is_fickle(query) or advice_on(query):
                return None
            if self._engine.experience.expects_heavy(query):
                return None
        except (DeepGenealogyError, UnicodeDecodeError):  # to be told in the ordinary way
            return None
        return Request(received, head, plain, kind, replace(kind.question, query=query))


def _etag(kind: Kind, plain: re.Match[bytes]) -> bytes:
    """The line of the ETag as waitress writes it, after the line before it."""
    return b'\r\nEtag: "%b"' % kind.mark(plain[2].decode()).encode()


def _without_query(head: Head, plain: re.Match[bytes]) -> bytes:
    return head.key[: plain.start(3)] + head.key[plain.end(3) :]


class Asking(Protocol):
    """The connection of somebody who asks."""

    client: str

    def answered(self, answer: bytes) -> None:
        """Sends the whole answer."""
        ...

    def hear_on(self, received: bytes, asked: Asked | None) -> None:
        """Has a thread answer what was received; the question may be put already."""
        ...

    def handle_close(self) -> None:
        """Closes it."""
        ...


@dataclass(frozen=True)
class Request:
    """A request as it was received, and what it is made of."""

    received: bytes
    head: Head
    plain: re.Match[bytes]
    kind: Kind
    question: Question

    def answer(self, whole: Whole, version: str) -> Sent | None:
        """The answer from this version of the data as it is sent; None where it has to be made in the ordinary way."""
        format_name, start = self.kind.heads.get(whole.form, ("", b""))
        if format_name != whole.format or version != self.kind.version or len(whole.content) >= self.kind.plain_bytes:
            return None
        start += _etag(self.kind, self.plain) + b"\r\nContent-Length: %d" % len(whole.content)
        return Sent(self.kind.version, self.head.key, start, whole.content, self.plain[1].decode(), 200)


class Pending:
    """A request that waits for a worker, then for its answer, as the loop watches it (the interface of asyncore)."""

    accepting = False

    def __init__(self, prompt: Prompt, request: Request, connection: Asking, sockets: dict[int, Any]) -> None:
        self.request = request
        self._prompt, self._connection, self._sockets = prompt, connection, sockets
        self._asked: Asked | None = None
        self._since = time.monotonic()

    def begin(self, asked: Asked) -> None:
        """The question was put: its answer is looked for."""
        self._asked, self._since = asked, time.monotonic()
        self._sockets[asked.fileno()] = self

    def go_the_ordinary_way(self) -> None:
        """A thread answers: it hears on if the question was put."""
        asked, self._asked = self._asked, None
        if asked is not None:
            del self._sockets[asked.fileno()]
        self._connection.hear_on(self.request.received, asked)
        if asked is not None:
            self._prompt.ended()

    def readable(self) -> bool:
        """Whether news are waited for; not for ever."""
        if time.monotonic() - self._since > SOON_S:
            self.go_the_ordinary_way()
            return False
        return True

    def writable(self) -> bool:
        """Nothing is to be sent."""
        return False

    def handle_read_event(self) -> None:
        """Sends the answer, if it has come."""
        asked = self._asked
        assert asked is not None
        whole = asked.look()
        sent = self.request.answer(whole, asked.version) if whole else None
        if whole is None or sent is None:
            self.go_the_ordinary_way()
            return
        self._asked = None
        del self._sockets[asked.fileno()]
        asked.finish(whole)
        self._prompt.ended()
        seconds = time.monotonic() - asked.begun
        self._connection.answered(self._prompt.sending(self.request.head, self._connection.client, sent, seconds))

    def handle_close(self) -> None:
        """The worker is dead: whoever hears on finds out why."""
        if self._asked is not None:
            self.go_the_ordinary_way()

    def handle_expt_event(self) -> None:
        """There is no urgent news."""

    def handle_write_event(self) -> None:
        """There is nothing to be sent."""

    def handle_error(self) -> None:
        """Something is wrong here: it is told, and the ordinary way is gone if there still is one."""
        _LOG.exception("a prompt answer failed")
        if self._asked is not None:
            self.go_the_ordinary_way()
        else:
            self._connection.handle_close()
