"""What went wrong, in the language of the request: messages are English, and the table has a template for each.

A row `said.…` of the table holds the English template, `there is no {kind} '{name}'`, and the same in the other
languages. A message is told by the most exact template that fits it. Of the places to fill, `{words}` is a message of
its own, `{list}` and `{near}` are lists, `{kind}` is a kind of thing, `{tokens}` is SPARQL as its parser names it;
everything else stands as it is. Who raises an error need not know that its message will be translated.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from string import Formatter
from typing import NamedTuple

from .language import LANGUAGES, known, language, table, words

#: The language of a piece that is code, and no language at all (BCP 47).
CODE = "zxx"

_ENGLISH = LANGUAGES[0]
_ROWS, _PARSERS = "said.", "parser."

#: What fits a place to fill: numbers, names of settings; everything else is any text.
_SHAPES = dict.fromkeys(("count", "line", "column", "rows", "page", "most"), r"[\d.,]+") | {
    "setting": r"[a-z_]+(?:, [a-z_]+)*"
}


class Piece(NamedTuple):
    """A part of a message, and the language that it is in: `en` where no template fits."""

    text: str
    language: str


class _Row(NamedTuple):
    pattern: re.Pattern[str]
    key: str


def told(message: str) -> list[Piece]:
    """The message in the language of the request, as far as the table knows it, in pieces that follow each other."""
    spoken = language()
    return [Piece(message, _ENGLISH)] if spoken == _ENGLISH else _joined(_told(message, spoken))


def told_whole(message: str) -> str:
    """The message in the language of the request if all of it is known in it, else in English: never half."""
    pieces = told(message)
    is_whole = all(piece.language != _ENGLISH for piece in pieces)
    return "".join(piece.text for piece in pieces) if is_whole else message


def language_of(message: str) -> str:
    """The language in which `told_whole` tells it."""
    return language() if all(piece.language != _ENGLISH for piece in told(message)) else _ENGLISH


def _told(message: str, spoken: str) -> Iterator[Piece]:
    for pattern, key in _rows():
        if found := pattern.fullmatch(message):
            yield from _filled(table()[key][spoken], found.groupdict(), spoken)
            return
    yield Piece(message, _ENGLISH)


def _filled(template: str, values: dict[str, str], spoken: str) -> Iterator[Piece]:
    for text, name, _, _ in Formatter().parse(template):
        yield Piece(text, spoken)
        if name is not None:
            yield from _VALUES.get(name, _as_it_is)(values[name], spoken)


def _as_it_is(value: str, spoken: str) -> Iterator[Piece]:
    yield Piece(value, spoken)


def _kind(value: str, spoken: str) -> Iterator[Piece]:
    is_known = known(f"kind.{value}")
    yield Piece(words(f"kind.{value}"), spoken) if is_known else Piece(value, _ENGLISH)


def _listed(value: str, spoken: str) -> Iterator[Piece]:
    items = re.split(r",? or |, ", value)
    yield Piece(words("comma").join(item.strip("'") for item in items), spoken)


def _code(value: str, spoken: str) -> Iterator[Piece]:
    """What a parser expects: SPARQL, and between it words of its own that are rows of the table too."""
    for key, row in table().items():
        if key.startswith(_PARSERS):
            value = value.replace(row[_ENGLISH], row[spoken])
    yield Piece(value, CODE)


#: The name of a place to fill -> how what stands there is told.
_VALUES: dict[str, Callable[[str, str], Iterator[Piece]]] = {
    "words": _told,
    "kind": _kind,
    "list": _listed,
    "near": _listed,
    "tokens": _code,
}


@cache
def _rows() -> list[_Row]:
    """The templates as patterns, those with the most words of their own first."""
    rows = [(key, row[_ENGLISH]) for key, row in table().items() if key.startswith(_ROWS)]
    rows.sort(key=lambda row: -sum(len(text) for text, *_ in Formatter().parse(row[1])))
    return [_Row(_pattern(template), key) for key, template in rows]


def _pattern(template: str) -> re.Pattern[str]:
    parts = (
        re.escape(text) + (f"(?P<{name}>{_SHAPES.get(name, '.+?')})" if name is not None else "")
        for text, name, _, _ in Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """The pieces, those of one language that follow each other put together."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].language == piece.language:
            found[-1] = Piece(found[-1].text + piece.text, piece.language)
        elif piece.text:
            found.append(piece)
    return found
