"""Requests of subjects: batches, keys in the graph's own forms, pages; one step is one question, page by page."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from ..sources.endpoints import Endpoint, Request
from ..sources.questions import VALUES_BLOCK
from ..sources.terms import NOBODY, written
from .calling import Call
from .subjects import Subject
from .works import read_list, read_rows

_Item = TypeVar("_Item")

RESULTS = "application/sparql-results+json"

#: What a subject is asked for by -> its values, as our record writes them.
VALUES: dict[str, Callable[[Subject], Sequence[str]]] = {
    "arxiv": lambda subject: [subject.arxiv] if subject.arxiv else [],
    "doi": lambda subject: [subject.doi] if subject.doi else [],
    "title": lambda subject: subject.names,
    "name": lambda subject: subject.names,
}

#: Those that decide; by the others one only finds candidates.
IDENTIFIERS = ("arxiv", "doi")


@dataclass(frozen=True)
class Step:
    """One question: the call for each page (from 0), how its items are read, and whether there can be more pages."""

    page: Callable[[int], Call]
    items: Callable[[Any], list[Any]]
    is_paged: bool


def steps_of(endpoint: Endpoint, subjects: Sequence[Subject]) -> list[Step]:
    """The questions that ask for these subjects by identifier, and over SPARQL by title or name in the same breath."""
    if endpoint.protocol == "rest":
        return _rest_steps(endpoint, subjects, IDENTIFIERS)
    return [_sparql_step(endpoint, batch) for batch in _batches(subjects, endpoint.limits.batch)]


def naming_steps(endpoint: Endpoint, subjects: Sequence[Subject]) -> list[Step]:
    """The questions that ask a REST graph by title, for subjects that no identifier found."""
    return _rest_steps(endpoint, subjects, ("title", "name")) if endpoint.protocol == "rest" else []


def query_for(endpoint: Endpoint, subjects: Sequence[Subject]) -> str:
    """The graph's query, its blocks filled with what we know of these subjects."""
    terms = {}
    for kind, patterns in endpoint.keys.items():
        values = [value for subject in subjects for value in VALUES[kind](subject)]
        terms[f"{kind}Key"] = " ".join(written(patterns, values or [NOBODY]))
    return VALUES_BLOCK.sub(lambda block: f"VALUES ?{block[1]} {{ {terms[block[1]]} }}", endpoint.query)


def _sparql_step(endpoint: Endpoint, subjects: Sequence[Subject]) -> Step:
    query, rows = query_for(endpoint, subjects), endpoint.limits.page

    def page(number: int) -> Call:
        text = f"{query.rstrip()}\nLIMIT {rows} OFFSET {number * rows}"
        return Call("POST", endpoint.endpoint, form=(("query", text),), accept=RESULTS)

    return Step(page, lambda answer: list(read_rows(answer)), True)


def _rest_steps(endpoint: Endpoint, subjects: Sequence[Subject], kinds: Sequence[str]) -> list[Step]:
    return [step for request in endpoint.requests if request.by in kinds for step in _of(endpoint, request, subjects)]


def _of(endpoint: Endpoint, request: Request, subjects: Sequence[Subject]) -> Iterator[Step]:
    values = [value for subject in subjects for value in VALUES[request.by](subject)[:1]]
    for keys in _batches(written([request.key], values), request.batch):
        yield _rest_step(endpoint, request, keys)


def _rest_step(endpoint: Endpoint, request: Request, keys: Sequence[str]) -> Step:
    rows = endpoint.limits.page

    def page(number: int) -> Call:
        told = {"keys": request.separator.join(keys), "page": number + 1, "offset": number * rows, "rows": rows}
        pairs = (text.partition("=") for text in request.parameters)
        parameters = tuple((name, value.format(**told)) for name, _, value in pairs)
        body = json.dumps({request.body: keys}, ensure_ascii=False) if request.body else ""
        address = endpoint.endpoint.rstrip("/") + request.path
        return Call(request.method, address, parameters, body=body, none=request.none)

    is_paged = any("{page}" in text or "{offset}" in text for text in request.parameters)
    return Step(page, lambda answer: [] if answer is None else read_list(answer, request), is_paged)


def _batches(items: Iterable[_Item], size: int) -> Iterator[tuple[_Item, ...]]:
    """`items` in tuples of `size`, the last one shorter."""
    left = iter(items)
    while batch := tuple(islice(left, size)):
        yield batch
