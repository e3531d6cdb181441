"""Answers as agents can use them: one line of JSON, bounded, with whole IRIs, and with word of what was left out."""

import json
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from ..engine.interface import Answer
from ..vocabulary import BASE

#: Rows of one answer unless more are asked for, and at most; characters of one answer in text.
ROWS, MOST_ROWS = 100, 1_000
MOST_CHARACTERS = 60_000


def written(content: Any) -> str:
    """Content as compact JSON, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def table(answer: Answer, most: int) -> dict[str, Any]:
    """The answer to a SELECT: columns, and rows whose cells are terms as SPARQL writes them, at most `most`.

    Such a cell can be put into the next query as it is; an unbound one is empty.
    """
    head, *lines = answer.whole().decode("utf-8").removesuffix("\n").split("\n")
    rows = [line.split("\t") for line in lines]
    kept = _that_fit(rows[:most])
    return {
        "columns": [name.removeprefix("?") for name in head.split("\t")],
        "rows": rows[:kept],
        **cut(kept, len(rows), "ask again with a larger max_rows, or add ORDER BY, LIMIT and OFFSET to the query"),
    }


def _that_fit(rows: Iterable[list[str]]) -> int:
    return fitting(sum(map(len, row)) + 3 * len(row) for row in rows)


def fitting(lengths: Iterable[int]) -> int:
    """How many parts of these lengths, in characters, fit into one answer.

    >>> fitting([50_000, 9_000, 9_000])
    2
    """
    return sum(1 for total in accumulate(lengths) if total <= MOST_CHARACTERS)


def cut(kept: int, there_are: int, cure: str) -> dict[str, Any]:
    """Word of what was left out; nothing when everything is there."""
    if kept == there_are:
        return {"total": there_are}
    return {"total": there_are, "cut": f"only the first {kept} of {there_are} are shown; {cure}"}


def text(answer: Answer) -> dict[str, Any]:
    """The answer to a CONSTRUCT or DESCRIBE as Turtle, cut between statements where it is too long."""
    turtle = answer.whole().decode("utf-8")
    if len(turtle) <= MOST_CHARACTERS:
        return {"turtle": turtle}
    shown = turtle[: turtle.rfind(" .\n", 0, MOST_CHARACTERS) + 3]
    cure = "describe fewer things, or add LIMIT and OFFSET to the query"
    return {"turtle": shown, "cut": f"only the first {len(shown)} of {len(turtle)} characters are shown; {cure}"}


def in_language(value: Any, language: str) -> Any:
    """The same JSON-LD with texts in one language alone, where they are there in it; `all` keeps every language."""
    if isinstance(value, list):
        return [in_language(item, language) for item in value]
    if not isinstance(value, Mapping):
        return value
    if language in value and value.keys() <= {"en", "zh"}:
        return value[language]
    return {key: in_language(item, language) for key, item in value.items()}


def iri_of(thing: str) -> str:
    """The IRI of what is named by slug (of a method), by path below the base, or by IRI.

    >>> iri_of("resnet")
    'https://w3id.org/deepgenealogy/architecture/resnet'
    """
    local = thing.strip().removeprefix(BASE).strip("/")
    return BASE + (local if "/" in local else f"architecture/{local}")
