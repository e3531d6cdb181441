"""What a graph gave back, read: works, each with its IRI and the identifiers, titles and years that stand at it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..sources.endpoints import Endpoint, Request
from .identifiers import identifiers
from .names import folded, year_in

#: Variable of a query -> what of a work it tells.
_VARIABLES = {"arxiv": "identifiers", "doi": "identifiers", "title": "names", "name": "names", "year": "years"}


@dataclass(frozen=True)
class Work:
    """One thing of theirs, whatever they call it: a paper, a concept, a class."""

    iri: str
    identifiers: frozenset[str]
    names: tuple[str, ...]
    years: frozenset[int]

    @property
    def label(self) -> str:
        """One of its titles or names, always the same one; empty when it has none."""
        return min(self.names, default="")

    @property
    def folded_names(self) -> frozenset[str]:
        """Its titles or names in the form in which they are compared."""
        return frozenset(filter(None, map(folded, self.names)))


class UnusableAnswer(ValueError):
    """An answer that is no answer; the message says what it is instead."""


def read_rows(answer: Any) -> list[Mapping[str, str]]:
    """The rows of an answer in SPARQL 1.1 Query Results JSON. Raises UnusableAnswer."""
    try:
        bindings = answer["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]
    except (KeyError, TypeError, AttributeError) as problem:
        raise UnusableAnswer("JSON that is no SPARQL result") from problem


def works_of_rows(rows: Iterable[Mapping[str, str]]) -> list[Work]:
    """The works of the rows of a query, sorted by IRI; rows with the same `?thing` are one work."""
    told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if "thing" in row:
            found = told[row["thing"]]
            for variable, kind in _VARIABLES.items():
                found[kind] |= {row[variable]} if row.get(variable) else set()
    return [_work(iri, found["identifiers"], found["names"], found["years"]) for iri, found in sorted(told.items())]


def _work(iri: str, keys: Iterable[str], names: Iterable[str], years: Iterable[str]) -> Work:
    known = {year for year in map(year_in, years) if year is not None}
    return Work(iri, identifiers(tuple(keys)), tuple(sorted(names)), frozenset(known))


def read_list(answer: Any, request: Request) -> list[Any]:
    """The works in an answer of a REST graph, as it gives them. Raises UnusableAnswer."""
    found = pointed(answer, request.works)
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise UnusableAnswer(f"JSON without the works at '{request.works or '/'}'")
    return found


def works_of_list(items: Iterable[Any], endpoint: Endpoint) -> list[Work]:
    """The works of a REST graph, sorted by IRI; what has no id (an identifier that it does not know) is left out."""
    told = {work.iri: work for work in (_work_of(item, endpoint) for item in items) if work is not None}
    return [told[iri] for iri in sorted(told)]


def _work_of(item: Any, endpoint: Endpoint) -> Work | None:
    texts = {field: list(_texts(item, endpoint.fields.get(field, ()))) for field in endpoint.fields}
    if not texts.get("id"):
        return None
    iri = endpoint.thing.format(id=texts["id"][0])
    return _work(iri, texts.get("identifiers", ()), texts.get("title", ()), texts.get("year", ()))


def _texts(item: Any, pointers: Iterable[str]) -> Iterator[str]:
    for pointer in pointers:
        found = pointed(item, pointer)
        if isinstance(found, str | int) and not isinstance(found, bool):
            yield str(found)


def pointed(value: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to; None where it leads nowhere.

    >>> pointed({"issued": {"date-parts": [[1998, 11]]}}, "/issued/date-parts/0/0")
    1998
    """
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value
