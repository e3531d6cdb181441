"""A query that means the same and that a dialect understands: its prologue written anew, and what the dialect misreads.

Everything is done on tokens, and nothing is done to a query that does not parse: it was rehearsed before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from ...errors import CallOutRefused
from ...vocabulary import BASE, PREFIXES
from ..forms import without_dataset
from ..tokens import Token, readings, tokens
from .dialects import Dialect

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_KNOWN = frozenset(f"{prefix}:" for prefix in PREFIXES)
_CLAUSES_AFTER = frozenset({"LIMIT", "OFFSET", "VALUES"})


@dataclass(frozen=True)
class Prologue:
    """The base (ours, if it declares none) and the prefixes that a query declares, and what comes after."""

    base: str
    prefixes: dict[str, str]
    body: str


def prologue_of(text: str) -> Prologue:
    """A query taken apart; relative IRIs of prefixes are resolved against the base in force where they stand."""
    base, prefixes, read = BASE, dict[str, str](), list(tokens(text))
    place = 0
    while place < len(read) and read[place].kind == "word" and read[place].text.upper() in ("BASE", "PREFIX"):
        if read[place].text.upper() == "BASE":
            base = _resolved(base, read[place + 1].text[1:-1])
            place += 2
        else:
            prefixes[read[place + 1].text[:-1]] = _resolved(base, read[place + 2].text[1:-1])
            place += 3
    return Prologue(base, prefixes, text[read[place].offset :] if place < len(read) else "")


def _resolved(base: str, iri: str) -> str:
    if _SCHEME.match(iri):
        return iri
    return urljoin(base, iri) + "#" * (iri.endswith("#"))


def worded(text: str, dialect: Dialect, *, has_dataset: bool = False) -> str:
    """The query for an engine of this dialect; `has_dataset`: whether the request names the dataset.

    Raises CallOutRefused for what the engine's functions would reach.
    """
    refuse_own_functions(text, dialect)
    found = prologue_of(without_dataset(text) if has_dataset and dialect.adds_from_to_request else text)
    body = found.body
    if not dialect.starts_paths_at_values and _has_path(list(tokens(body))):
        body = _values_apart(body)
    if dialect.before_describe and body[:8].upper() == "DESCRIBE":
        return dialect.before_describe + _head(found, body) + body
    return _head(found, body) + body


def _head(found: Prologue, body: str) -> str:
    used = {token.text.partition(":")[0] for token in tokens(body) if token.kind == "name"}
    declared = {prefix: iri for prefix, iri in PREFIXES.items() if prefix in used} | found.prefixes
    lines = [f"BASE <{found.base}>"]
    lines += [f"PREFIX {prefix}: <{iri}>" for prefix, iri in declared.items()]
    return "".join(f"{line}\n" for line in lines)


def refuse_own_functions(text: str, dialect: Dialect) -> None:
    """Nothing, unless the query names what reaches beyond its data. Raises CallOutRefused."""
    if not dialect.own_schemes:
        return
    for reading in readings(text, _KNOWN):
        for iri in _iris(reading):
            if iri.lower().startswith(dialect.own_schemes):
                words = "functions of its database, which can read files and call other servers"
                raise CallOutRefused(f"<{iri[:80]}> belongs to {dialect.name} alone: {words}; use those of SPARQL 1.1")


def _iris(read: Sequence[Token]) -> Iterator[str]:
    """Every IRI that some tokens can stand for, written out."""
    prefixes = dict(PREFIXES)
    for place, token in enumerate(read):
        if token.kind == "iri":
            yield _plain(token.text[1:-1])
        elif token.kind == "name" and place and read[place - 1].text.upper() == "PREFIX" and place + 1 < len(read):
            prefixes[token.text[:-1]] = _plain(read[place + 1].text[1:-1])
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            yield prefixes.get(prefix, f"{prefix}:") + re.sub(r"\\(.)", r"\1", _plain(local))


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def _has_path(read: Sequence[Token]) -> bool:
    """Whether a mark of repetition follows what can be a step of a path."""
    pairs = pairwise(read)
    return any(
        mark.kind == "mark" and mark.text in "*+?" and (step.kind in ("name", "iri") or step.text in (")", "a"))
        for step, mark in pairs
    )


def _values_apart(body: str) -> str:
    """The same query, each VALUES within a group in a sub-SELECT of its own: the same join, and it is made first."""
    read, depth, written, since = list(tokens(body)), 0, list[str](), 0
    for place, token in enumerate(read):
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        if depth and token.kind == "word" and token.text.upper() == "VALUES" and token.offset >= since:
            opening = next(number for number in range(place, len(read)) if read[number].text == "{")
            end = next(read[number].end for number in range(opening, len(read)) if read[number].text == "}")
            names = " ".join(part.text for part in read[place:opening] if part.kind == "variable")
            block = body[token.offset : end]
            written += [body[since : token.offset], f"{{ SELECT {names} {{ {block} }} }}" if names else block]
            since = end
    return "".join([*written, body[since:]])


def as_select(text: str) -> str | None:
    """A CONSTRUCT whose template is one triple of three variables as a SELECT of these; None for any other query."""
    found = prologue_of(text)
    read = list(tokens(found.body))
    template = [token.text for token in read[1:7] if token.text != "."]
    if read[0].text.upper() != "CONSTRUCT" or template[:1] != ["{"] or template[4:5] != ["}"]:
        return None
    names = template[1:4]
    if len(set(names)) < len(names) or not all(name[0] in "?$" for name in names):
        return None
    closing = next(token for token in read if token.text == "}")
    return text[: len(text) - len(found.body)] + f"SELECT {' '.join(names)}" + found.body[closing.end :]


def page_of(text: str, variables: Sequence[str], *, size: int, offset: int) -> str:
    """Some rows of a SELECT, in an order that tells all different rows apart, so that pages neither overlap nor gap."""
    found = prologue_of(text)
    head = text[: len(text) - len(found.body)]
    return f"{head}SELECT * {{ {{ {ordered(found.body, variables)}\n}} }} LIMIT {size} OFFSET {offset}"


def page_of_triples(*, size: int, offset: int) -> str:
    """Some triples of the default graph, as `page_of` takes some rows."""
    page = page_of("SELECT ?s ?p ?o { ?s ?p ?o }", ("s", "p", "o"), size=size, offset=offset)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ {page} }} }}"


def count_of(text: str) -> str:
    """The number of rows of a SELECT, as ?n."""
    found = prologue_of(text)
    return f"{text[: len(text) - len(found.body)]}SELECT (COUNT(*) AS ?n) {{ {{ {found.body}\n}} }}"


def ordered(body: str, variables: Sequence[str]) -> str:
    """A SELECT without its prologue, its rows ordered by these variables where its own order leaves them equal.

    >>> ordered("SELECT ?a { ?a ?b ?c } LIMIT 5", ["a"])
    'SELECT ?a { ?a ?b ?c } \\nORDER BY ?a LIMIT 5'
    """
    depth, place, is_ordered = 0, len(body), False
    for token in tokens(body):
        if token.kind == "mark":
            depth += (token.text in "{(") - (token.text in ")}")
        elif depth == 0 and token.kind == "word":
            is_ordered |= token.text.upper() == "ORDER"
            if token.text.upper() in _CLAUSES_AFTER:
                place = min(place, token.offset)
    keys = " ".join(f"?{name}" for name in variables)
    return f"{body[:place]}\n{'' if is_ordered else 'ORDER BY '}{keys} {body[place:]}".rstrip()
