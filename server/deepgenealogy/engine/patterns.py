"""The light structure of a query, read from its tokens: groups, triple patterns, filters, and what binds a variable.

Not a parser: it refuses nothing, knows no precedence, and takes what it does not understand (blank node lists,
collections, triple terms) as one pattern that is anchored. It serves advice, which had better be silent than wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .tokens import Token, tokens
from .triples import END, Pattern, triple_patterns, variables_in

_WITH_GROUP = frozenset({"OPTIONAL", "MINUS", "UNION", "WHERE", "LATERAL"})
_WITH_TERM = frozenset({"GRAPH", "SERVICE"})


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


def structure(text: str) -> Group:
    """The outermost group of a query; a CONSTRUCT template is left out."""
    return _Reader([*tokens(text)]).outermost()


class _Reader:
    """Walks over the tokens once; they are followed by as many ends as anything looks further."""

    def __init__(self, read: list[Token]) -> None:
        self._read, self._place = [*read, END, END], 0
        self._last = len(read)

    def outermost(self) -> Group:
        found = Group()
        while self._ahead.kind != "end":
            if self._word() == "CONSTRUCT" and self._read[self._place + 1].text == "{":
                self._next()
                self._balanced()
            elif self._ahead.text == "{":
                found.groups.append(self._group())
            elif self._word() == "VALUES":
                found.given |= self._values()
            else:
                self._next()
        return found

    @property
    def _ahead(self) -> Token:
        return self._read[self._place]

    def _word(self) -> str:
        kind, text, _ = self._read[self._place]
        return text.upper() if kind == "word" and text != "a" else ""

    def _next(self) -> Token:
        token = self._read[self._place]
        self._place = min(self._place + 1, self._last)
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
