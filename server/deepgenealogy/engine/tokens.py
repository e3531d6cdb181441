"""The tokens of a SPARQL text: keywords are told from the same letters in strings, IRIs, comments, names and variables.

After the terminals of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar). The engine chooses between an
IRI and the operator `<` by context, which tokens do not have: `?a<?b+'>'` is a comparison with a string, `?a <b+'>` a
pattern with an IRI. `tokens` takes the longest match; `readings` follows every way in which the text can be read, so
that no keyword hides in a string or comment that only one of them sees.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..errors import QuestionRefused

_TERMINALS = (
    ("space", r"\s+"),
    ("comment", r"#[^\n\r]*"),
    ("iri", r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'),
    ("string", r'"""(?:[^"\\]|\\.|"(?!""))*"""' r"|'''(?:[^'\\]|\\.|'(?!''))*'''"),
    ("string", r'"(?:[^"\\\n\r]|\\.)*"' r"|'(?:[^'\\\n\r]|\\.)*'"),
    ("variable", r"[?$][\w\u00b7]+"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("blank", r"_:\w(?:[\w.\-\u00b7]*[\w\-\u00b7])?"),
    (
        "name",
        r"(?:[^\W\d_][\w.\-\u00b7]*)?:"
        r"(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.))?)?",
    ),
    ("word", r"[^\W\d_][\w]*"),
    ("number", r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"),
    ("mark", r"."),
)
_TOKEN = re.compile("|".join(f"(?P<t{n}>{pattern})" for n, (_, pattern) in enumerate(_TERMINALS)), re.DOTALL)
_KINDS = {f"t{n}": kind for n, (kind, _) in enumerate(_TERMINALS)}
_UNSEEN = frozenset({"space", "comment"})

#: Tokens of texts up to this length are kept for a moment, in characters.
_KEPT_LENGTH = 10_000

_QUOTES = frozenset({'"', "'", '""', "''"})

#: An IRI that begins with a scheme: read as operators it is a prefixed name, and with `//` it is nothing at all.
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]*:)(//)?")


class Token(NamedTuple):
    """One token: its kind, its text, and its offset in the text that it stands in."""

    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` by the longest match; white space and comments are left out. Raises QuestionRefused.

    >>> [token.kind for token in tokens("ASK { ?from <http://x/FROM> 'FROM' } # FROM")]
    ['word', 'mark', 'variable', 'iri', 'string', 'mark']
    """
    return iter(_longest(text)) if len(text) <= _KEPT_LENGTH else first_tokens(text)


def may_hold(text: str, words: Iterable[str]) -> bool:
    """Whether any of `words` (in upper case) can stand in a token of `text`: cheap to ask before tokens are read.

    A token is a piece of the text, so that no is certain; yes decides nothing.

    >>> may_hold("ASK {}", ["SERVICE"]), may_hold("ASK { ?s ?p 'service' }", ["SERVICE"])
    (False, True)
    """
    raised = text.upper()
    return any(word in raised for word in words)


def may_end_anywhere(text: str) -> bool:
    """Whether there are quotation marks: a text without them can be read in few ways, and each of them is short."""
    return "'" in text or '"' in text


def first_tokens(text: str) -> Iterator[Token]:
    """The same as `tokens`, read only as far as they are taken."""
    if may_end_anywhere(text):
        return _reading(text, 0, set(), _Effort.enough_for(text))
    return _without_quotes(text)


def _without_quotes(text: str) -> Iterator[Token]:
    """The tokens of a text in which nothing can be opened and not closed, so that no effort has to be counted."""
    return (
        Token(kind, match.group(), match.start())
        for match in _TOKEN.finditer(text)
        if (kind := _KINDS[match.lastgroup or "t0"]) not in _UNSEEN
    )


def keywords(text: str) -> set[str]:
    """The words of `text` that stand as words, in upper case: keywords, and the names of functions."""
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


@lru_cache(maxsize=16)
def _longest(text: str) -> tuple[Token, ...]:
    """The tokens by the longest match; kept for a moment, as a question is looked at from several sides."""
    return tuple(first_tokens(text))


@dataclass
class _Effort:
    """How many more characters may be looked at, so that no text takes more than linear time."""

    left: int

    @classmethod
    def enough_for(cls, text: str) -> "_Effort":
        """As much as any text needs whose strings are closed."""
        return cls(20 * len(text) + 100_000)

    def spend(self, found: str, to_the_end: int) -> None:
        """Counts a token, and for a quotation mark that opens nothing the search for its other end."""
        self.left -= len(found)
        if found in _QUOTES:
            self.left -= to_the_end
        if self.left < 0:
            raise QuestionRefused(
                "the query can be read in too many ways: strings in it are opened and not closed, or comparisons "
                "look like IRIs; close the strings, and put a space after each '<' that compares"
            )


def readings(text: str, prefixes: frozenset[str] = frozenset()) -> list[list[Token]]:
    """Every way to read `text`: first the tokens of the longest match, then what else some other reading sees.

    Each other reading begins after a `<` that may be an operator, and ends where it meets one that is listed.
    `prefixes` are those that the engine knows without a declaration, each with its colon. Raises QuestionRefused for a
    text with so many readings that following them would cost more than a few passes.
    """
    plain = list(tokens(text))
    declared = prefixes | {token.text for token in plain if token.kind == "name" and token.text.endswith(":")}
    if not _doubtful(plain, declared):
        return [plain]
    effort = _Effort.enough_for(text)
    seen: set[int] = set()
    first = list(_reading(text, 0, seen, effort))
    found, todo = [first], _doubtful(first, declared)
    while todo:
        other = list(_reading(text, todo.pop(), seen, effort))
        found += [other] if other else []
        todo += _doubtful(other, declared)
    return found


def _reading(text: str, start: int, seen: set[int], effort: _Effort) -> Iterator[Token]:
    while start < len(text) and start not in seen:
        seen.add(start)
        match = _TOKEN.match(text, start)
        assert match is not None  # the last terminal takes any character
        kind, found = _KINDS[match.lastgroup or "t0"], match.group()
        effort.spend(found, len(text) - start)
        if kind not in _UNSEEN:
            yield Token(kind, found, start)
        start = match.end()


def _doubtful(read: list[Token], prefixes: frozenset[str]) -> list[int]:
    """Where readings go on that take the `<` of an IRI for an operator and so see other strings or comments."""
    return [token.offset + 1 for token in read if token.kind == "iri" and _may_be_operator(token.text, prefixes)]


def _may_be_operator(iri: str, prefixes: frozenset[str]) -> bool:
    if "'" not in iri and "#" not in iri:
        return False
    scheme = _SCHEME.match(iri)
    return scheme is None or (not scheme[2] and any(prefix.endswith(scheme[1]) for prefix in prefixes))
