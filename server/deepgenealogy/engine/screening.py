"""Questions are screened before they are parsed: length, nesting, and what would call out. Cheap, and on tokens only."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import CallOutRefused, QueryTooLong, TooDeep
from .tokens import tokens

_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")

#: Words after which the engine would open a connection.
CALLS_OUT = frozenset({"SERVICE", "LOAD"})


@dataclass(frozen=True)
class Screen:
    """What a query may be: its length in bytes, the depth of its brackets, and the hosts that SERVICE may name."""

    length_bytes: int
    depth: int
    allowed_hosts: frozenset[str] = frozenset()

    def admit(self, text: str) -> None:
        """Nothing, if the query may be parsed. Raises QueryTooLong, TooDeep or CallOutRefused."""
        if len(text.encode("utf-8", "surrogatepass")) > self.length_bytes:
            raise QueryTooLong(f"the query is longer than {self.length_bytes} bytes")
        found = list(tokens(text))
        deepest = nesting(token for _, token, _ in found)
        if deepest > self.depth:
            raise TooDeep(f"the query is nested {deepest} deep; the limit is {self.depth} (query_depth_limit)")
        for kind, token, offset in found:
            if kind == "word" and token.upper() in CALLS_OUT:
                raise CallOutRefused(f"{token.upper()} at offset {offset} would make this server call another, which it does not")


def nesting(marks: Iterable[str]) -> int:
    """How deep the brackets of these tokens are nested at most."""
    depth = deepest = 0
    for mark in marks:
        if mark in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif mark in _CLOSING:
            depth -= 1
    return deepest
