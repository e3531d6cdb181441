"""Questions are screened before they are parsed: length, nesting, and what would call out. Cheap, and on tokens only.

The engine knows no word boundaries: `SERVICESILENT<x>{}`, `SERVICEa:b{}` and `trueSERVICE<x>{}` call out for it. So a
call is any bare word that holds `SERVICE` or `LOAD`, and any prefixed name that does where the engine could part them.
A call that the operator allows has one form only: `SERVICE` or `SERVICE SILENT`, then an IRI or a prefixed name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..errors import CallOutRefused, QueryTooLong, TooDeep
from ..vocabulary import PREFIXES
from .peers import Peers
from .tokens import Token, may_end_anywhere, may_hold, readings

_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
_KNOWN = frozenset(f"{prefix}:" for prefix in PREFIXES)
_END = Token("mark", "{", 0)

#: Words after which the engine would open a connection.
CALLS_OUT = ("SERVICE", "LOAD")
_CURES = {
    "SERVICE": "ask that server yourself, or have the operator allow its host (--allow-service HOST)",
    "LOAD": "fetch the data and send it itself",
}


@dataclass(frozen=True)
class Call:
    """One allowed SERVICE: the endpoint's IRI, where its term stands in the text, and whether it is SILENT."""

    iri: str
    start: int
    end: int
    is_silent: bool


@dataclass(frozen=True)
class Screen:
    """What a query may be: its length in bytes, the depth of its brackets, and the peers that SERVICE may name."""

    length_bytes: int
    depth: int
    peers: Peers = field(default_factory=Peers)

    def admit(self, text: str) -> tuple[Call, ...]:
        """The calls that the query makes, if it may be parsed. Raises QueryTooLong, TooDeep or CallOutRefused."""
        check_length(text, self.length_bytes)
        calls, deep = may_hold(text, CALLS_OUT), is_deep(text, self.depth)
        if not (calls or deep or may_end_anywhere(text)):
            return ()
        found = readings(text, _KNOWN)
        deepest = nesting(token.text for token in found[0])
        if deepest > self.depth:
            raise TooDeep(f"the query is nested {deepest} deep; the limit is {self.depth} (query_depth_limit)")
        offsets = {token.offset: token for reading in found for token in calls_out(reading)}
        return self._allowed(found[0], offsets) if offsets else ()

    def _allowed(self, read: Sequence[Token], offsets: dict[int, Token]) -> tuple[Call, ...]:
        refuse_all_calls(offsets, self.peers)
        calls = tuple(_calls(read))
        places = {token.offset for token in read if token.text.upper() == "SERVICE" and token.kind == "word"}
        if set(offsets) != places or len(calls) != len(places):
            raise CallOutRefused("write each call as SERVICE <iri> or SERVICE SILENT <iri>, with the address in full")
        for call in calls:
            self.peers.check(call.iri)
        return calls


def check_length(text: str, most_bytes: int) -> None:
    """Nothing, unless the query is too long; to be asked before its tokens are read. Raises QueryTooLong."""
    if len(text) > most_bytes or len(text.encode("utf-8", "surrogatepass")) > most_bytes:
        raise QueryTooLong(f"the query is longer than {most_bytes} bytes")


def refuse_all_calls(offsets: dict[int, Token], peers: Peers) -> None:
    """Nothing, unless a call is there that no operator could allow, or the operator allows none."""
    for offset, token in offsets.items():
        word = next(word for word in CALLS_OUT if word in token.text.upper())
        if not peers or word == "LOAD":
            raise CallOutRefused(
                f"{word} at offset {offset} would make this server call another, which it does not; {_CURES[word]}"
            )


def calls_out(read: Sequence[Token]) -> Iterator[Token]:
    """The tokens of one reading at which the engine could read a SERVICE or LOAD."""
    depth = 0
    before = ""
    for token, after in pairwise([*read, _END]):
        depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "mark" else 0
        bare = token.text.partition(":")[0].upper()
        if (token.kind == "word" and any(word in bare for word in CALLS_OUT)) or (
            token.kind == "name" and before != "PREFIX" and _glued(bare, after, depth)
        ):
            yield token
        before = token.text.upper()


def _glued(prefix: str, after: Token, depth: int) -> bool:
    """Whether the engine could part this prefix: a SERVICE is followed by a group, a LOAD stands outside all groups."""
    return ("SERVICE" in prefix and after.text == "{") or ("LOAD" in prefix and depth == 0)


def _calls(read: Sequence[Token]) -> Iterator[Call]:
    """The calls in the form that is allowed, none of them inside another."""
    declared = dict(PREFIXES)
    depth, within = 0, -1
    for place, token in enumerate(read):
        following = read[place + 1 : place + 4]
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        within = -1 if token.text == "}" and depth <= within else within
        if token.kind == "word" and token.text.upper() == "PREFIX":
            declared |= _declaration(following)
        elif token.kind == "word" and token.text.upper() == "SERVICE":
            if within >= 0:
                raise CallOutRefused("a SERVICE inside another SERVICE is not made; ask the two one after the other")
            within = depth if following else -1
            yield _call(following, declared)


def _declaration(following: Sequence[Token]) -> dict[str, str]:
    return {following[0].text[:-1]: following[1].text[1:-1]} if len(following) > 1 else {}


def _call(following: Sequence[Token], declared: dict[str, str]) -> Call:
    """The call whose SERVICE stands before `following`."""
    silent = bool(following) and following[0].text.upper() == "SILENT"
    term, group = (*following[silent : silent + 2], _END, _END)[:2]
    iri = _iri(term, declared)
    if iri is None or group.text != "{" or "\\" in iri:
        raise CallOutRefused(f"SERVICE must name its server by an IRI written out, not by '{term.text[:80]}'")
    return Call(iri, term.offset, term.end, silent)


def _iri(term: Token, declared: dict[str, str]) -> str | None:
    if term.kind == "iri":
        return term.text[1:-1]
    prefix, _, local = term.text.partition(":")
    return declared[prefix] + local.replace("\\", "") if term.kind == "name" and prefix in declared else None


def is_deep(text: str, depth: int) -> bool:
    """Whether there are brackets enough for a nesting deeper than `depth`: what is cheap to ask before `nesting`."""
    return sum(map(text.count, _OPENING)) > depth


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
