"""Triple patterns, read from the tokens of one statement. What is not understood becomes one pattern that says so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .tokens import Token

_NODES = frozenset({"iri", "name", "variable", "blank", "string", "number"})

#: Stands where no token is left.
END = Token("end", "", 0)


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: its ends, the tokens of its predicate or path, and every variable in it."""

    subject: Token
    path: tuple[Token, ...]
    object: Token
    variables: frozenset[str]
    is_understood: bool = True

    @property
    def repeats(self) -> bool:
        """Whether it is a path of any length."""
        return any(token.kind == "mark" and token.text in "*+" for token in self.path)

    @property
    def is_type(self) -> bool:
        """Whether it only says of what class something is."""
        return [token.text for token in self.path] in (["a"], ["rdf:type"])

    @property
    def ends(self) -> tuple[Token, Token]:
        """Subject and object."""
        return self.subject, self.object

    @property
    def has_constant_end(self) -> bool:
        """Whether subject or object is a term, not a variable."""
        return not self.is_understood or any(end.kind != "variable" for end in self.ends)


def variables_in(read: Iterable[Token]) -> frozenset[str]:
    """The names of the variables among some tokens."""
    return frozenset(token.text[1:] for token in read if token.kind == "variable")


def triple_patterns(statement: Sequence[Token]) -> list[Pattern]:
    """The triple patterns of one statement: a subject with all its predicates and objects."""
    if len(statement) < 3:
        return []
    found = list(_simple_patterns(statement))
    if found and all(pattern.is_understood for pattern in found):
        return found
    return [Pattern(END, (), END, variables_in(statement), is_understood=False)]


def _simple_patterns(statement: Sequence[Token]) -> Iterator[Pattern]:
    """The patterns, as long as ends are single terms; then one that is not understood, and no more."""
    subject, place = statement[0], 1
    while place < len(statement):
        start, place = place, _end_of_path(statement, place)
        path = tuple(statement[start:place])
        while True:
            end = statement[place] if place < len(statement) else END
            clear = path and _is_node(subject) and _is_node(end)
            yield Pattern(subject, path, end, variables_in([subject, *path, end]), is_understood=bool(clear))
            if not clear:
                return
            place = _end_of_term(statement, place)
            if place >= len(statement) or statement[place].text != ",":
                break
            place += 1
        while place < len(statement) and statement[place].text == ";":
            place += 1


def _is_node(token: Token) -> bool:
    return token.kind in _NODES or (token.kind == "word" and token.text.lower() in ("true", "false"))


def _end_of_path(statement: Sequence[Token], place: int) -> int:
    """Where the path ends that begins at `place`: after an element no `/` or `|` follows."""
    while place < len(statement):
        while place < len(statement) and statement[place].text in ("^", "!"):
            place += 1
        place = _end_of_brackets(statement, place)
        while place < len(statement) and statement[place].text in ("*", "+", "?"):
            place += 1
        if place >= len(statement) or statement[place].text not in ("/", "|"):
            return place
        place += 1
    return place


def _end_of_brackets(statement: Sequence[Token], place: int) -> int:
    depth = 0
    while place < len(statement):
        depth += (statement[place].text == "(") - (statement[place].text == ")")
        place += 1
        if depth <= 0:
            return place
    return place


def _end_of_term(statement: Sequence[Token], place: int) -> int:
    """Where a term ends: a string may have a language or a datatype after it."""
    is_string = statement[place].kind == "string"
    place += 1
    if is_string and place < len(statement) and statement[place].kind == "language":
        return place + 1
    if is_string and [token.text for token in statement[place : place + 2]] == ["^", "^"]:
        return place + 3
    return place
