"""The digest of an answer: a name for what was answered, the same wherever and however often it is answered.

| form | what is digested, in UTF-8 |
|---|---|
| bindings | the answer in TSV (SPARQL 1.1 Query Results TSV): its first line, then the other lines sorted by bytes |
| graph | the answer in N-Triples, each triple once, the lines sorted by bytes |
| boolean | `true` or `false` |

Each line ends with a line feed. A blank node is written `_:`, whatever its label, since labels say nothing. The digest
is `sha256-` and the first 32 hexadecimal digits of the SHA-256, so that a shell can make it:

    curl -s -H 'Accept: text/tab-separated-values' "$URL" | (read -r head; echo "$head"; LC_ALL=C sort) | sha256sum

The order of rows has no part in it. Where the query has an ORDER BY of its own, the order is told by a second, shorter
digest of the rows as they came; rows that an ORDER BY leaves equal may come in any order, and then only this differs.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import AnswerTooLargeToPin, QuestionRefused
from .forms import form_of
from .interface import Answer, Question
from .tokens import tokens

#: Words by which the same question has another answer each time: clocks, dice, and other servers.
FICKLE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})

#: How many hexadecimal digits are kept of the SHA-256 of an answer, of an order, of a wording.
_ANSWER_DIGITS, _ORDER_DIGITS, _WORDING_DIGITS = 32, 8, 16

#: A blank node as a whole cell of TSV, or as subject or object of a line of N-Triples.
_BLANK_CELL = re.compile(r"(?:(?<=\t)|^)_:[^\t]*")
_BLANK_END = re.compile(r'^_:\S+|(?<= )_:[^\s"]+(?= \.$)')

Ask = Callable[[Question], Answer]


@dataclass(frozen=True)
class Fixed:
    """An answer that stands still: its canonical lines, and their digests; `order` is empty without an ORDER BY."""

    form: str
    header: str
    lines: tuple[str, ...]
    digest: str
    order: str
    version: str

    def changes_to(self, later: "Fixed") -> tuple[list[str], list[str]]:
        """The lines that `later` has more, and those that it has no more, sorted; a line may stand there repeatedly."""
        before, after = Counter(self.lines), Counter(later.lines)
        return sorted((after - before).elements()), sorted((before - after).elements())


def fixed(ask: Ask, question: Question, *, limit_bytes: int) -> Fixed:
    """The answer to `question`, canonical and digested.

    Raises AnswerTooLargeToPin when it has more than `limit_bytes`, QuestionRefused when its answer differs each time.
    """
    words = [token.text.upper() for token in tokens(question.query) if token.kind == "word"]
    if found := sorted(FICKLE.intersection(words)):
        raise QuestionRefused(f"an answer that depends on {', '.join(found)} cannot be pinned: it differs each time")
    asked = Question(question.query, "tsv", "nt", question.default_graphs, question.named_graphs)
    answer = ask(asked)
    lines = _lines(answer, limit_bytes)
    header = lines.pop(0) if answer.form == "bindings" else ""
    blank = _BLANK_END if answer.form == "graph" else _BLANK_CELL
    came = [blank.sub("_:", line) for line in lines] if "_:" in "".join(lines) else lines
    ordered = sorted(set(came) if answer.form == "graph" else came, key=str.encode)
    head = [header] if answer.form == "bindings" else []
    order = _digest(came, _ORDER_DIGITS) if is_ordered(question.query) else ""
    digest = f"sha256-{_digest([*head, *ordered], _ANSWER_DIGITS)}"
    return Fixed(answer.form, header, tuple(ordered), digest, order, answer.version)


def _lines(answer: Answer, limit_bytes: int) -> list[str]:
    held = bytearray()
    for piece in answer.pieces:
        held += piece
        if len(held) > limit_bytes:
            raise AnswerTooLargeToPin(f"an answer of more than {limit_bytes} bytes cannot be pinned; ask for less")
    return held.decode().removesuffix("\n").split("\n") if held else []


def _digest(lines: Sequence[str], digits: int) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()[:digits]


def is_ordered(query: str) -> bool:
    """Whether the rows of a SELECT come in an order that the query names, outside all braces.

    >>> is_ordered("SELECT * { { SELECT ?s { ?s ?p ?o } ORDER BY ?s } }")
    False
    """
    depth, found = 0, False
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        found = found or (depth == 0 and token.kind == "word" and token.text.upper() == "ORDER")
    return found and form_of(query) == "bindings"


def wording(query: str) -> str:
    """A name for the wording of a query: white space and comments have no part in it.

    >>> wording("ASK { }") == wording("ASK # whether\\n{}")
    True
    """
    return hashlib.sha256(" ".join(token.text for token in tokens(query)).encode()).hexdigest()[:_WORDING_DIGITS]
