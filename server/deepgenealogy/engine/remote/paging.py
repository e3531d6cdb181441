"""All rows of a SELECT, or triples of a graph, from an engine that gives only so many at a time: page by page.

None comes twice and none is left out: pages are taken in an order in which no two different rows are equal; that the
numbers agree in the end is looked at too, since nobody holds the data still meanwhile.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

from pyoxigraph import Quad

from ...errors import EngineLimitReached
from .tables import rows_of
from .wording import count_of, page_of, page_of_triples

#: Fetches the answer to a query: a file of SPARQL JSON, and the cap that was told with it.
Fetch = Callable[[str], AbstractContextManager[tuple[IO[bytes], int]]]


@dataclass(frozen=True)
class Page:
    """An answer in SPARQL JSON, and the number of rows at which the engine cuts."""

    content: IO[bytes]
    size: int


def paged(query: str, first: Page, fetch: Fetch, whole: IO[bytes]) -> None:
    """Writes all rows of `query` into `whole`; `first` is the answer as it was cut. Raises EngineLimitReached."""
    variables, rows = rows_of(first.content)
    whole.write(b'{"head":%s,"results":{"bindings":[' % json.dumps({"vars": variables}).encode())
    if len(rows) < first.size:
        _write(rows, whole, 0)
    else:
        written = _pages(query, variables, first.size, fetch, whole)
        expected = _number(count_of(query), fetch)
        if written != expected:
            words = f"{written} rows came in pages of {first.size}, and there are {expected}"
            raise EngineLimitReached(
                f"the engine elsewhere gives at most {first.size} rows at a time; {words}: ask again"
            )
    whole.write(b"]}}")


def paged_triples(size: int, expected: int, read: Callable[[str], Iterator[Quad]]) -> Iterator[Quad]:
    """All triples of a graph, `size` at a time or fewer where the engine gives fewer. Raises EngineLimitReached.

    They are read as triples: an engine may write these faster than rows, and no row need be turned into one.
    """
    found, before = 0, -1
    while before < found < expected:
        before = found
        for triple in read(page_of_triples(size=size, offset=found)):
            found += 1
            yield triple
    if found != expected:
        words = f"{found} triples came in pages of {size}, and there are {expected}"
        raise EngineLimitReached(f"the engine elsewhere gives at most {size} triples at a time; {words}: ask again")


def _pages(query: str, variables: list[str], size: int, fetch: Fetch, whole: IO[bytes]) -> int:
    written = 0
    while True:
        with fetch(page_of(query, variables, size=size, offset=written)) as (content, _):
            rows = rows_of(content)[1]
        _write(rows, whole, written)
        written += len(rows)
        if len(rows) < size:
            return written


def _write(rows: list[Any], whole: IO[bytes], before: int) -> None:
    for number, row in enumerate(rows, before):
        whole.write(b",\n" * bool(number) + json.dumps(row, ensure_ascii=False).encode())


def _number(query: str, fetch: Fetch) -> int:
    with fetch(query) as (content, _):
        (row,) = rows_of(content)[1]
    return int(next(iter(row.values()))["value"])
