"""What a query's tokens tell before anything is parsed: the form of its answer, and whether it names a dataset."""

import re
from collections.abc import Iterator
from typing import Literal

from ..vocabulary import PREFIXES
from .interface import Form
from .tokens import Token, first_tokens, tokens

#: The words with which operations begin, after their prologue; `update` stands for every operation of SPARQL Update.
_FORMS: dict[str, Form | Literal["update"]] = {
    "SELECT": "bindings",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
    **dict.fromkeys(
        ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"),
        "update",
    ),
}
#: FROM in letters that do not follow a colon: what does is the local part of a name, as in `dgo:derivesFrom`.
_MAY_BE_CLAUSE = re.compile(r"(?<![:\w])\w*FROM")

_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})


def names_dataset(text: str) -> bool:
    """Whether a query has a FROM clause; the engine needs no space around that word.

    >>> [names_dataset(text) for text in ("ASK FROMNAMED<x:g> {}", "ASK { ?s <x:FROM> 'FROM' }")]
    [True, False]
    """
    return next(_clauses(text), None) is not None


def without_dataset(text: str) -> str:
    """A query without its FROM clauses; for one that the engine can parse.

    >>> without_dataset("SELECT * FROM <x:g> FROM NAMED g:h WHERE {}"), without_dataset("ASK FROMNAMED<x:g>{}")
    ('SELECT *   WHERE {}', 'ASK {}')
    """
    pieces, end = [], 0
    for start, stop in _clauses(text):
        pieces.append(text[end:start])
        end = stop
    return "".join([*pieces, text[end:]])


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where FROM clauses begin and end."""
    if not _MAY_BE_CLAUSE.search(text.upper()):
        return
    depth, before, declared = 0, "", set(PREFIXES)
    read = list(tokens(text))
    for place, token in enumerate(read):
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and before == "PREFIX":
            declared.add(prefix)
        elif depth == 0 and "FROM" in prefix.upper() and _is_clause(token, prefix not in declared):
            graph = next((one for one in read[place:] if one.kind in ("iri", "name")), token)
            yield token.offset + prefix.upper().index("FROM"), graph.end
        before = token.text.upper()


def _is_clause(token: Token, is_unknown_prefix: bool) -> bool:
    return token.kind == "word" or (token.kind == "name" and is_unknown_prefix)


def form_of(text: str) -> Form | Literal["update"] | None:
    """The form of the answer to a query, `update` for an update, None for what is neither.

    >>> form_of("PREFIX ask: <http://x/ASK> # SELECT\\nCONSTRUCT WHERE { ?s ?p ?o }")
    'graph'
    """
    words = (token.text.upper() for token in first_tokens(text) if token.kind == "word")
    return next((_FORMS.get(word) for word in words if word not in _PROLOGUE), None)
