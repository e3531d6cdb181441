"""Requests that come again, byte for byte: answered from the bytes that were sent before, and not even parsed.

The answer cache saves making an answer; this saves everything else. What is kept is keyed by the whole head of the
request but for the fields that say who asks, so that nothing has to be known about which fields an answer depends on.
It holds as long as the snapshot that it came from is in force. Views say what may be kept, by `may_be_repeated`; the
server looks here first, in the thread that reads (see `connections`).
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from cachetools import LRUCache
from waitress.utilities import build_http_date

from .journal import Entry, sane_id, shown_path

#: Where the environment of a request holds the version of the data that its answer is the same for.
_REPEATABLE = "deepgenealogy.repeatable"

#: Fields that say who asks, whence and how, and that no view reads; the journal does.
_OF_THE_ASKER = re.compile(
    rb"\r\n(User-Agent|X-Request-Id|X-Forwarded-For|Referer|DNT|Priority|Traceparent|Sec-GPC|Sec-Fetch-[A-Za-z]+"
    rb"|Sec-CH-UA[A-Za-z-]*):([\t\x20-\x7e\x80-\xff]*)(?=\r\n)",
    re.IGNORECASE,
)

#: The lines of an answer that are made anew each time.
_OF_THE_MOMENT = re.compile(rb"\r\n(?:Date|X-Request-Id): [^\r\n]*", re.IGNORECASE)

#: A field that goes on in the next line (obsolete since RFC 7230).
_FOLDED = (b"\r\n ", b"\r\n\t")

_END = b"\r\n\r\n"

#: No single answer takes more than this part of what may be kept; what one takes besides its bytes, measured.
_LARGEST_PART, _OVERHEAD_BYTES = 8, 1_000


def may_be_repeated(environ: dict[str, Any], version: str) -> None:
    """Says that the answer to this request is the same as long as `version` is in force."""
    environ[_REPEATABLE] = version


class Head(NamedTuple):
    """The head of a request: what its answer depends on, and who asks, by the names of fields in small letters."""

    key: bytes
    asker: dict[bytes, bytes]

    def field(self, name: bytes) -> str:
        """A field that says who asks; empty where there is none."""
        return self.asker.get(name, b"").strip(b" \t").decode("latin-1")


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it was sent, without the lines that are made anew each time."""

    version: str
    key: bytes
    start: bytes
    body: bytes
    path: str
    status: int

    def __len__(self) -> int:
        return len(self.key) + len(self.start) + len(self.body) + _OVERHEAD_BYTES


class Repeats:
    """The answers sent last, bounded in bytes. Safe to use from several threads.

    `version` says which data are in force, `note` is told of each answer, `hops` how many proxies are believed.
    """

    def __init__(
        self, limit_bytes: int, version: Callable[[], str], note: Callable[[Entry], None], hops: int = 0
    ) -> None:
        self._kept: LRUCache[bytes, Sent] = LRUCache(limit_bytes, getsizeof=len)
        self._lock = threading.Lock()
        self._version, self._note, self._hops = version, note, hops
        self._date = (0, b"")
        self.largest_bytes = limit_bytes // _LARGEST_PART
        self.hits = 0

    @property
    def size_bytes(self) -> int:
        """How much is kept."""
        return int(self._kept.currsize)

    def answer(self, received: bytes, client: str) -> bytes | None:
        """The whole answer to the one request that was `received`; None when it has to be made. For one thread."""
        head = head_of(received)
        if head is None:
            return None
        with self._lock:
            sent: Sent | None = self._kept.get(head.key)
        if sent is None or sent.version != self._version():
            return None
        self.hits += 1
        return self.sending(head, client, sent)

    def sending(self, head: Head, client: str, sent: Sent, seconds: float = 0.0) -> bytes:
        """An answer as it is sent now, and noted: it took so many seconds."""
        chosen = sane_id(head.field(b"x-request-id"))
        self._note({**_entry(chosen, self._client(head, client), head, sent), "seconds": round(seconds, 4)})
        moment = b"\r\nDate: %b\r\nX-Request-Id: %b\r\n\r\n" % (self._now(), chosen.encode())
        return b"".join((sent.start, moment, sent.body))

    def learn(self, received: bytes, environ: dict[str, Any], status: int, answer: list[bytes]) -> None:
        """Keeps an answer, its head and the pieces of its body as they were sent, if it may be repeated."""
        version, asked = environ.get(_REPEATABLE), head_of(received)
        if version is None or asked is None:
            return
        start = _OF_THE_MOMENT.sub(b"", answer[0].removesuffix(_END))
        self.keep(Sent(version, asked.key, start, b"".join(answer[1:]), shown_path(environ), status))

    def keep(self, sent: Sent) -> None:
        """Keeps an answer, unless it is too large."""
        if len(sent) <= self.largest_bytes:
            with self._lock:
                self._kept[sent.key] = sent

    def _client(self, head: Head, peer: str) -> str:
        """Who asks, as the proxies that are believed have it."""
        told = head.field(b"x-forwarded-for").split(",") if self._hops else []
        return (told[-self._hops].strip() if len(told) >= self._hops > 0 else "") or peer

    def _now(self) -> bytes:
        second, date = self._date
        now = int(time.time())
        if now != second:
            date = build_http_date(now).encode()
            self._date = (now, date)
        return date


@lru_cache(maxsize=1)  # whoever answers in the thread that reads looks at it
def head_of(received: bytes) -> Head | None:
    """The head of a GET without a body, if it is all that was received, and plain."""
    is_whole = received.find(_END) == len(received) - len(_END)
    if not is_whole or not received.startswith(b"GET ") or any(mark in received for mark in _FOLDED):
        return None
    parts = _OF_THE_ASKER.split(received)
    asker = dict(zip(map(bytes.lower, parts[1::3]), parts[2::3], strict=True))
    return Head(b"".join(parts[::3]), asker) if len(asker) == len(parts) // 3 else None


def _entry(chosen: str, client: str, head: Head, sent: Sent) -> Entry:
    return {
        "id": chosen,
        "client": client,
        "method": "GET",
        "path": sent.path,
        "status": sent.status,
        "agent": head.field(b"user-agent")[:500],
        "bytes": len(sent.body),
        "whole": True,
    }
