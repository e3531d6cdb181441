"""What was answered need not be made again: strong ETags, and the answer cache.

The mark of a request is made from the snapshot, whose name it begins with, the edition of the software and its texts,
the request (address, query, dataset, parameters) and what its asker accepts. It is known before anything is evaluated;
it is the ETag of the answer (a content coding is appended after a colon) and its key in the cache. Only answers that
succeeded have one.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cachetools import LRUCache
from flask import Response, g, request
from werkzeug.http import parse_etags

from .. import __version__
from ..engine.interface import UNNAMED
from ..engine.tokens import keywords, may_hold
from .desk import desk
from .language import language
from .repeats import may_be_repeated

#: Methods whose answers carry an ETag, and the endpoint where a POST only asks.
_READS = frozenset({"GET", "HEAD"})
_QUERIES = "sparql.endpoint"

#: Endpoints whose answers tell of this moment, and must not be used again; files have ETags of their own.
_OF_THE_MOMENT = frozenset({"service.health", "metrics.figures"})
_NEVER_KEPT = _OF_THE_MOMENT | {None, "static"}

#: Words of SPARQL by which the same question has another answer each time: clocks, dice, and other servers.
_FICKLE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})

#: How long an answer may be used without asking again; after that an ETag costs one round trip and no evaluation.
_FRESH_S = 60

#: No single answer takes more than this part of the cache.
_LARGEST_PART = 8

#: What an answer takes in memory besides its bytes: keys, objects, entries of tables; measured.
_OVERHEAD_BYTES = 1_500

_WEB = Path(__file__).resolve().parent

#: Files of the package that shape pages and other answers: code, templates, words, names of bundled scripts.
_SHAPING = frozenset({".py", ".html", ".tsv", ".json"})


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it lies in the cache: its headers and its bytes, not yet coded."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __len__(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + _OVERHEAD_BYTES

    def response(self) -> Response:
        """The answer once more."""
        return Response(self.body, headers=list(self.headers))


class AnswerCache:
    """The answers used last, bounded in bytes. Safe to use from several threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._kept: LRUCache[str, Kept] = LRUCache(limit_bytes, getsizeof=len)
        self._lock = threading.Lock()
        self.largest_bytes = limit_bytes // _LARGEST_PART
        self.hits = self.misses = 0

    @property
    def size_bytes(self) -> int:
        """How much is kept."""
        return int(self._kept.currsize)

    def get(self, mark: str) -> Kept | None:
        """The answer with this mark, if it is kept."""
        with self._lock:
            kept: Kept | None = self._kept.get(mark)
            self.hits += kept is not None
            self.misses += kept is None
            return kept

    def put(self, mark: str, kept: Kept) -> None:
        """Keeps an answer, in place of those used longest ago."""
        if len(kept) <= self.largest_bytes:
            with self._lock:
                self._kept[mark] = kept


class Caching:
    """Hooks around the views: `recall` before them, `remember` after them."""

    def __init__(self, cache: AnswerCache, root: Path) -> None:
        self._cache = cache
        self._edition = edition(root)

    def recall(self) -> Response | None:
        """304 when the asker holds the answer already, or the answer from the cache; None when it has to be made."""
        if not _may_be_kept():
            return None
        g.version = desk().engine.version
        if g.version.startswith(UNNAMED):
            return None
        g.words = self._words(g.version)
        g.mark = _mark(g.version, g.words)
        if request.method in _READS and (held := _held(g.mark)):
            may_be_repeated(request.environ, g.version)
            return Response(status=304, headers={"ETag": f'"{held}"'})
        kept = self._cache.get(g.mark)
        g.recalled = kept is not None
        return kept.response() if kept else None

    def remember(self, response: Response) -> None:
        """Gives an answer its ETag and Cache-Control, and keeps it if it can be kept."""
        of_the_moment = request.endpoint in _OF_THE_MOMENT or response.headers.get("Cache-Control") == "no-store"
        if response.status_code >= 400 or of_the_moment or _differs_each_time():
            response.headers["Cache-Control"] = "no-store"
            return
        response.headers.setdefault("Cache-Control", self._freshness())
        # Where a write came between, nobody knows which snapshot the view saw.
        if response.status_code != 200 or "mark" not in g or g.version != desk().engine.version:
            return
        if request.method in _READS and "ETag" not in response.headers:
            response.set_etag(g.mark)
        may_be_repeated(request.environ, g.version)
        if not g.recalled:
            self._keep(g.mark, response)

    def _freshness(self) -> str:
        if request.method not in _READS or desk().settings.writable or desk().engine.version.startswith(UNNAMED):
            return "no-cache"
        return f"public, max-age={_FRESH_S}, must-revalidate"

    def _words(self, version: str) -> list[str]:
        """All that the answer depends on, but for the body of a POST."""
        return [
            version,
            self._edition,
            request.url_root,
            request.path,
            request.environ.get("QUERY_STRING", ""),
            request.headers.get("Accept", ""),
            request.headers.get("Link", ""),  # may name a JSON-LD frame
            request.headers.get("Upgrade-Insecure-Requests", ""),  # a browser opens the address itself
            language(),
        ]

    def _keep(self, mark: str, response: Response) -> None:
        if response.direct_passthrough:  # a file: the system keeps it
            return
        headers = tuple((name, value) for name, value in response.headers if name.lower() not in _NOT_KEPT)
        if not response.is_streamed:
            self._cache.put(mark, Kept(headers, response.get_data()))
        elif request.method != "HEAD":
            made = response.response
            response.call_on_close(getattr(made, "close", _nothing))
            response.response = self._gathered(mark, headers, response.iter_encoded())

    def _gathered(self, mark: str, headers: tuple[tuple[str, str], ...], pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces as they come; if they end and were not too many, the answer is kept."""
        held: list[bytes] | None = []
        size = 0
        for piece in pieces:
            size += len(piece)
            held = held if held is not None and size <= self._cache.largest_bytes else None
            if held is not None:
                held.append(piece)
            yield piece
        if held is not None:
            self._cache.put(mark, Kept(headers, b"".join(held)))


#: Where in the words of a request the query string of its address stands.
_QUERY_STRING = 4

#: Headers that belong to one sending, or are given anew to each.
_NOT_KEPT = frozenset({"etag", "content-length", "date"})


def _mark(version: str, words: list[str]) -> str:
    if request.method in _READS:
        return f"{version}-{_digest(words)}"
    of_body = [request.headers.get(name, "") for name in ("Content-Type", "Content-Encoding")]
    return f"{version}-{_digest([*words, 'POST', *of_body], request.get_data())}"


def marking() -> Callable[[str], str] | None:
    """How the answer to a GET like the present one is marked when the query string of its address is another one.

    None where it would have no mark.
    """
    if request.method != "GET" or "mark" not in g:
        return None
    version, before, after = g.version, g.words[:_QUERY_STRING], g.words[_QUERY_STRING + 1 :]
    return lambda query_string: f"{version}-{_digest([*before, query_string, *after])}"


def _digest(words: list[str], body: bytes = b"") -> str:
    return hashlib.sha256(json.dumps(words).encode() + body).hexdigest()[:32]


def _nothing() -> None:
    """Nothing is to be closed."""


def _may_be_kept() -> bool:
    if request.endpoint in _NEVER_KEPT:
        return False
    return request.method in _READS or (request.method == "POST" and request.endpoint == _QUERIES)


def _differs_each_time() -> bool:
    if request.endpoint != _QUERIES:
        return False
    return is_fickle(request.values.get("query") or request.get_data(as_text=True))


def is_fickle(query: str) -> bool:
    """Whether a query has another answer each time it is asked."""
    return may_hold(query, _FICKLE) and not _FICKLE.isdisjoint(keywords(query))


def _held(mark: str) -> str | None:
    """The ETag of the answer that the asker holds (RFC 9110, 13.1.2: compared weakly), in a coding that it can read.

    `*` is not answered here: whether there is an answer at all is known only when it was made.
    """
    accepted = request.accept_encodings
    for tag in filter(None, parse_etags(request.headers.get("If-None-Match")).as_set(include_weak=True)):
        own, _, coding = tag.partition(":")
        if own == mark and (not coding or accepted[coding] > 0):
            return str(tag)
    return None


def snapshot_of(tag: str) -> str:
    """The name of the snapshot that an ETag of ours is of; a bare name of one is its own.

    >>> snapshot_of("f09c541040d5743a-0a1b:zstd")
    'f09c541040d5743a'
    """
    return tag.partition(":")[0].partition("-")[0]


def edition(root: Path) -> str:
    """A name for all that shapes an answer besides the snapshot: package, templates, queries, context."""
    digest = hashlib.sha256(__version__.encode())
    package = [path for path in _WEB.parent.rglob("*") if path.suffix in _SHAPING]
    texts = [path for folder in ("queries", "ontology") for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(package) + sorted(texts):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
