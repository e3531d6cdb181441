"""The light structure of a query, read from its tokens: groups, triple patterns, filters, and what binds a variable.

Not a parser: it refuses nothing, knows no precedence, and takes what it does not understand (blank node lists,
collections, triple terms) as one pattern that is anchored. It serves advice, which had better be silent than wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .tokens import Token, tokens

_NODES = frozenset({"iri", "name", "variable", "blank", "string", "number"})
_END = Token("end", "", 0)
_WITH_GROUP = frozenset({"OPTIONAL", "MINUS", "UNION", "WHERE", "LATERAL"})
_WITH_TERM = frozenset({"GRAPH", "SERVICE"})


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


@dataclass
class Group:
    """What stands between two braces: patterns, filters (as tokens), groups inside, and variables with given values."""

    patterns: list[Pattern] = field(default_factory=list)
    filters: list[list[Token]] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    links: list[frozenset[str]] = field(default_factory=list)
    is_select: bool = False

    def every(self) -> Iterator["Group"]:
        """This group and all groups inside."""
        yield self
        for group in self.groups:
            yield from group.every()

    def variables(self) -> frozenset[str]:
        """Every variable that is named inside."""
        found = {name for group in self.every() for pattern in group.patterns for name in pattern.variables}
        for group in self.every():
            found |= group.given.union(*group.links, *map(variables_in, group.filters))
        return frozenset(found)


def variables_in(read: Iterable[Token]) -> frozenset[str]:
    """The names of the variables among some tokens."""
    return frozenset(token.text[1:] for token in read if token.kind == "variable")


def structure(text: str) -> Group:
    """The outermost group of a query; a CONSTRUCT template is left out."""
    return _Reader([*tokens(text)]).outermost()


class _Reader:
    """Walks over the tokens once."""

    def __init__(self, read: list[Token]) -> None:
        self._read, self._place = read, 0

    def outermost(self) -> Group:
        found = Group()
        while self._ahead.kind != "end":
            if self._word() == "CONSTRUCT" and self._peek(1).text == "{":
                self._place += 1
                self._balanced()
            elif self._ahead.text == "{":
                found.groups.append(self._group())
            elif self._word() == "VALUES":
                found.given |= self._values()
            else:
                self._place += 1
        return found

    @property
    def _ahead(self) -> Token:
        return self._peek(0)

    def _peek(self, further: int) -> Token:
        place = self._place + further
        return self._read[place] if place < len(self._read) else _END

    def _word(self) -> str:
        return self._ahead.text.upper() if self._ahead.kind == "word" and self._ahead.text != "a" else ""

    def _next(self) -> Token:
        token = self._ahead
        self._place += 1
        return token

    def _balanced(self) -> list[Token]:
        """The tokens from an opening bracket to the one that closes it."""
        found, depth = [self._next()], 1
        while depth and self._ahead.kind != "end":
            token = self._next()
            found.append(token)
            depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]")) if token.kind == "mark" else 0
        return found

    def _group(self) -> Group:
        found = Group()
        self._next()
        statement: list[Token] = []
        while self._ahead.text != "}" and self._ahead.kind != "end":
            word = self._word()
            if self._ahead.text == "." or word not in ("", "TRUE", "FALSE") or self._ahead.text == "{":
                found.patterns += triple_patterns(statement)
                statement = []
                self._clause(found, word)
            elif self._ahead.text in ("(", "["):
                statement += self._balanced()
            else:
                statement.append(self._next())
        self._next()
        found.patterns += triple_patterns(statement)
        return found

    def _clause(self, found: Group, word: str) -> None:
        if self._ahead.text == "{":
            found.groups.append(self._group())
        elif word == "SELECT":
            self._sub_select(found)
        elif word == "VALUES":
            found.given |= self._values()
        elif word == "FILTER":
            self._filter(found)
        elif word == "BIND":
            self._next()
            self._bind(found, self._balanced())
        elif word in _WITH_TERM:
            self._named_group(found)
        else:
            self._next()

    def _sub_select(self, found: Group) -> None:
        found.is_select = True
        while self._ahead.text not in ("{", "}") and self._ahead.kind != "end":
            self._balanced() if self._ahead.text == "(" else self._next()
        if self._ahead.text == "{":
            found.groups.append(self._group())
        while self._ahead.text != "}" and self._ahead.kind != "end":
            if self._word() == "VALUES":
                found.given |= self._values()
            else:
                self._balanced() if self._ahead.text == "(" else self._next()

    def _values(self) -> frozenset[str]:
        self._next()
        named: list[Token] = []
        while self._ahead.text != "{" and self._ahead.kind != "end":
            named.append(self._next())
        self._balanced()
        return variables_in(named)

    def _filter(self, found: Group) -> None:
        self._next()
        while self._ahead.kind in ("word", "name", "iri"):
            self._next()
        if self._ahead.text == "{":
            found.groups.append(self._group())
        elif self._ahead.text == "(":
            found.filters.append(self._balanced())

    def _bind(self, found: Group, inside: list[Token]) -> None:
        named = variables_in(inside)
        if len(named) == 1:
            found.given |= named
        found.links.append(named)

    def _named_group(self, found: Group) -> None:
        self._next()
        if self._word() == "SILENT":
            self._next()
        term = self._next()
        if self._ahead.text == "{":
            group = self._group()
            group.links.append(variables_in([term]))
            found.groups.append(group)


def triple_patterns(statement: Sequence[Token]) -> list[Pattern]:
    """The triple patterns of one statement: a subject with all its predicates and objects."""
    if len(statement) < 3:
        return []
    found = list(_simple_patterns(statement))
    if found and all(pattern.is_understood for pattern in found):
        return found
    return [Pattern(_END, (), _END, variables_in(statement), is_understood=False)]


def _simple_patterns(statement: Sequence[Token]) -> Iterator[Pattern]:
    """The patterns, as long as ends are single terms; then one that is not understood, and no more."""
    subject, place = statement[0], 1
    while place < len(statement):
        start, place = place, _end_of_path(statement, place)
        path = tuple(statement[start:place])
        while True:
            end = statement[place] if place < len(statement) else _END
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
