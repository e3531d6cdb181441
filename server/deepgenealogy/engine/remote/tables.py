"""Answers of an engine elsewhere, read and put right: bindings and booleans as SPARQL JSON, graphs as quads.

What has come in lies in a temporary file until it is whole: memory does not grow with an answer, and none is sent on
that is cut.
"""

import io
import json
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import httpx
from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, RdfFormat, Triple, parse, parse_query_results
from pyoxigraph import QueryResultsFormat as ResultsFormat

from ...errors import AnswerTooLarge, EngineLimitReached, EngineUnanswered
from ..tables import Results
from .dialects import Dialect, Repair, repaired

JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"

#: What part of an answer stays in memory, in bytes.
_IN_MEMORY = 1_000_000

#: Told by Virtuoso with an answer that holds as many rows as it ever gives.
_MAX_ROWS = "X-SPARQL-MaxRows"

Spool = IO[bytes]


def spool() -> Spool:
    """An empty file, in memory while it is small."""
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


class Lines:
    """The lines of an answer, put right as they are read; refused beyond so many bytes, and when it is no answer."""

    def __init__(self, response: httpx.Response, name: str, wanted: str, limit_bytes: int) -> None:
        self._response, self._name, self._limit = response, name, limit_bytes
        found = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if found not in (wanted, "application/json" if wanted == JSON else wanted, "text/plain"):
            words = f"answered with '{found[:80]}' where {wanted} was asked for; give the address of its SPARQL queries"
            raise EngineUnanswered(name, words)

    def read(self, repairs: tuple[Repair, ...] = ()) -> Iterator[bytes]:
        """The answer, in pieces. Raises AnswerTooLarge."""
        return self._repaired(repairs) if repairs else self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        size = 0
        for piece in self._response.iter_bytes():
            size += len(piece)
            if size > self._limit:
                raise AnswerTooLarge(f"the answer is larger than {self._limit} bytes; ask for less, or add LIMIT")
            yield piece

    def _repaired(self, repairs: tuple[Repair, ...]) -> Iterator[bytes]:
        """Line by line; an engine whose answers need repairs writes a row to a line."""
        rest = b""
        for piece in self._pieces():
            *lines, rest = (rest + piece).split(b"\n")
            yield from (repaired(line, repairs) + b"\n" for line in lines)
        yield repaired(rest, repairs)


def boolean_of(content: bytes, name: str) -> bool:
    """The boolean of an ASK, be it told as one or as a table with a number or without a row."""
    try:
        told = json.loads(content)
        if "boolean" in told:
            return bool(told["boolean"])
        cells = [cell["value"] for row in told["results"]["bindings"] for cell in row.values()]
        return bool(cells) and str(cells[0]) not in ("0", "false")
    except (ValueError, KeyError, TypeError) as problem:
        raise EngineUnanswered(name, f"answered an ASK with what is no boolean: {content[:80]!r}") from problem


def cap_of(response: httpx.Response) -> int:
    """The number of rows at which this answer is cut; 0 when the engine says nothing."""
    told = response.headers.get(_MAX_ROWS, "")
    return int(told) if told.isdecimal() else 0


def rows_of(content: Spool) -> tuple[list[str], list[Any]]:
    """The variables and the rows of an answer in SPARQL JSON that is known to have no more than a page of rows."""
    content.seek(0)
    told = json.load(content)
    return told["head"]["vars"], told["results"]["bindings"]


def results_in(content: Spool, name: str) -> Results:
    """The bindings or the boolean that a file of SPARQL JSON holds, read as they are asked for."""
    content.seek(0)
    try:
        return parse_query_results(content, format=ResultsFormat.JSON)
    except (SyntaxError, ValueError) as problem:
        raise EngineUnanswered(name, f"answered with JSON that is no SPARQL result ({problem})") from problem


def quads_in(content: IO[bytes] | Iterable[bytes], name: str) -> Iterator[Quad]:
    """The triples of N-Triples, read as they are asked for."""
    try:
        yield from parse(_as_file(content), format=RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as problem:
        raise EngineUnanswered(name, f"answered with what is no N-Triples ({problem})") from problem


def quads_of_rows(solutions: QuerySolutions) -> Iterator[Quad]:
    """The triples that rows of three columns stand for; rows that are none are left out, as CONSTRUCT does."""
    for solution in solutions:
        subject, predicate, object_ = solution[0], solution[1], solution[2]
        if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
            yield from () if object_ is None or isinstance(object_, Triple) else [Quad(subject, predicate, object_)]


def not_cut(quads: Iterable[Quad], dialect: Dialect, name: str) -> Iterator[Quad]:
    """The same triples. Raises EngineLimitReached when there are so many that the engine may have left some out."""
    for number, quad in enumerate(quads, 1):
        if number == dialect.graph_cap:
            words = (
                f"{name} gives at most {dialect.graph_cap} triples at a time and does not say whether there are more"
            )
            raise EngineLimitReached(f"{words}; ask for less, or for rows by SELECT, which are fetched page by page")
        yield quad


def _as_file(content: IO[bytes] | Iterable[bytes]) -> Any:
    return content if hasattr(content, "read") else _File(iter(content))


class _File(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = piece
        taken, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
