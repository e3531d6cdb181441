"""The dataset that a request names for an update becomes the update's own USING clauses (SPARQL 1.1 Protocol, 2.2.3).

The clauses stand before each WHERE that is outside all braces. `DELETE WHERE {…}` cannot take them, and is written
out as `DELETE {…} USING … WHERE {…}`, which SPARQL 1.1 Update (3.1.3.3) says it is short for.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pyoxigraph import NamedNode

from ..errors import QuestionRefused
from .tokens import Token, readings

#: The words that can stand outside all braces of an update.
_KNOWN_WORDS = {
    *("BASE", "PREFIX", "VERSION", "INSERT", "DELETE", "DATA", "WHERE", "INTO", "SILENT", "DEFAULT", "NAMED", "ALL"),
    *("GRAPH", "TO", "CREATE", "DROP", "CLEAR", "ADD", "MOVE", "COPY", "LOAD"),
}
_NAMING = ("WITH", "USING")
_NOTHING = Token("mark", "", 0)


def with_dataset(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """The update `text` with the graphs of the request as its dataset. Raises QuestionRefused.

    >>> with_dataset("DELETE WHERE { ?s ?p ?o }", ["http://x/g"], [])
    'DELETE { ?s ?p ?o } USING <http://x/g> WHERE { ?s ?p ?o }'
    """
    if not default_graphs and not named_graphs:
        return text
    clauses = [f"USING {NamedNode(iri)}" for iri in default_graphs]
    clauses += [f"USING NAMED {NamedNode(iri)}" for iri in named_graphs]
    outside = list(_outside_braces(_read(text)))
    _check(outside)
    return "".join(_pieces(text, outside, " ".join(clauses)))


def _read(text: str) -> list[Token]:
    found = readings(text)
    if len(found) > 1:
        raise QuestionRefused("the update can be read in several ways; put a space after each '<' that compares")
    return found[0]


def _outside_braces(read: Sequence[Token]) -> Iterator[Token]:
    """The tokens outside all braces, and the outermost braces themselves."""
    depth = 0
    for token in read:
        is_brace = token.kind == "mark" and token.text in "{}"
        depth -= is_brace and token.text == "}"
        if depth == 0:
            yield token
        depth += is_brace and token.text == "{"


def _check(outside: Sequence[Token]) -> None:
    for before, token in pairwise([_NOTHING, *outside]):
        word = token.text.partition(":")[0].upper()
        names_graphs = word.startswith(_NAMING) and before.text.upper() != "PREFIX"
        if token.kind in ("word", "name") and names_graphs:
            raise QuestionRefused(
                "the request names a dataset (using-graph-uri, using-named-graph-uri), and so does the update with "
                f"{word} at offset {token.offset}; leave one of them out"
            )
        if token.kind == "word" and word not in _KNOWN_WORDS:
            raise QuestionRefused(f"'{token.text[:40]}' at offset {token.offset} is no word of an update")


def _pieces(text: str, outside: Sequence[Token], clauses: str) -> Iterator[str]:
    done = 0
    for place, token in enumerate(outside):
        if token.kind != "word" or token.text.upper() != "WHERE":
            continue
        yield text[done : token.offset]
        if place and outside[place - 1].text.upper() == "DELETE":
            yield _group(text, outside[place + 1 : place + 3]) + " "
        yield f"{clauses} "
        done = token.offset
    yield text[done:]


def _group(text: str, braces: Sequence[Token]) -> str:
    if [brace.text for brace in braces] != ["{", "}"]:
        raise QuestionRefused("after DELETE WHERE a group in braces is missing")
    return text[braces[0].offset : braces[1].end]
