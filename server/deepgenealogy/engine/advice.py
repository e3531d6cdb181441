"""Advice: a question whose form cannot end well is recognised, and told how it is asked instead. One row an advice.

The measured reasons: a path with both ends free takes over 30 s on 100,000 nodes, and with an end bound 2 µs a node;
common ancestors as two joined paths take 20.7 s where two sub-SELECTs take 0.026 s; a FILTER that holds an end of a
path to one term takes over 15 s; a cross product of 100,000 triples never ends. Silence is better than a wrong word:
what binds a variable anywhere in the query counts as binding it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from .experience import shape_of
from .patterns import Group, structure
from .screening import is_deep, nesting
from .tokens import Token, tokens
from .triples import Pattern, variables_in

#: Longer and deeper queries are not looked at: advice must stay cheaper than the answer.
_LONGEST, _DEEPEST = 10_000, 50

#: Of shapes up to this length it is kept what is advised, in characters.
_KEPT_LENGTH = 2_000


@dataclass(frozen=True)
class Advice:
    """One row: a name, the test of a query's structure, and the sentence with the rewriting that works (ASCII)."""

    name: str
    applies: Callable[[Group], bool]
    sentence: str

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


def advice_on(query: str) -> list[Advice]:
    """What is to be said about the form of `query`.

    >>> [advice.name for advice in advice_on("SELECT * { ?a ?p ?b . ?c ?q ?d }")]
    ['cross-product']
    """
    if len(query) > _LONGEST:
        return []
    if is_deep(query, _DEEPEST) and nesting(token.text for token in tokens(query)) > _DEEPEST:
        return []
    shape = shape_of(query)
    return list(_advised(shape) if len(shape) <= _KEPT_LENGTH else _rows(shape))


@lru_cache(maxsize=500)
def _advised(shape: str) -> tuple[Advice, ...]:
    return _rows(shape)


def _rows(query: str) -> tuple[Advice, ...]:
    found = structure(query)
    return tuple(row for row in ADVICE if row.applies(found))


def has_free_path(query: Group) -> bool:
    """Whether a path of any length has two variables for ends that nothing else holds or joins to each other."""
    held = _held(query) | {name for name, _ in _equalities(query)}
    joined = [pattern.variables for pattern in _patterns(query) if not pattern.repeats]
    return any(
        len(ends) == 2 and not held & ends and not any(ends <= names for names in joined)
        for pattern in _patterns(query)
        if pattern.repeats and not pattern.has_constant_end
        for ends in [variables_in(pattern.ends)]
    )


def has_joined_paths(query: Group) -> bool:
    """Whether two paths of any length lead from bound ends to one variable, in one group."""
    given = _given(query)
    return any(
        _free_end(one, given) == _free_end(other, given) is not None
        for group in query.every()
        for one, other in combinations([pattern for pattern in group.patterns if pattern.repeats], 2)
    )


def has_equality_for_an_end(query: Group) -> bool:
    """Whether a FILTER holds the end of a path, or of a pattern of variables only, to an IRI."""
    ends = {
        name
        for pattern in _patterns(query)
        if pattern.is_understood and (pattern.repeats or len(pattern.variables) == 3)
        for name in variables_in(pattern.ends)
    }
    return any(name in ends for name, _ in _equalities(query))


def has_cross_product(query: Group) -> bool:
    """Whether a group has triple patterns that nothing joins, in two parts that no term narrows."""
    return any(len(_loose_parts(group, outside)) > 1 for group, outside in _with_outside(query, frozenset()))


def _patterns(query: Group) -> Iterator[Pattern]:
    return (pattern for group in query.every() for pattern in group.patterns)


def _given(query: Group) -> set[str]:
    return {name for group in query.every() for name in group.given}


def _held(query: Group) -> set[str]:
    """The variables that a term, VALUES or BIND narrows, and those that plain patterns join to them."""
    held = _given(query)
    plain = [pattern for pattern in _patterns(query) if not pattern.repeats]
    for pattern in _patterns(query):
        held |= pattern.variables if pattern.has_constant_end else set()
    links = [pattern.variables for pattern in plain] + [link for group in query.every() for link in group.links]
    return _reached(held, links)


def _reached(start: set[str], links: list[frozenset[str]]) -> set[str]:
    found, before = set(start), -1
    while len(found) != before:
        before = len(found)
        found.update(*(link for link in links if link & found))
    return found


def _free_end(path: Pattern, given: set[str]) -> str | None:
    """The variable at one end of a path whose other end is bound; None when it is not so."""
    free = [name for name in variables_in(path.ends) if name not in given]
    return free[0] if path.is_understood and len(free) == 1 else None


def _equalities(query: Group) -> Iterator[tuple[str, Token]]:
    """The variables that a FILTER, or a part of one joined by &&, holds equal to an IRI."""
    for group in query.every():
        for inside in group.filters:
            for left, sign, right in _conjuncts(inside[1:-1]):
                for one, other in ((left, right), (right, left)):
                    if sign.text == "=" and one.kind == "variable" and other.kind in ("iri", "name"):
                        yield one.text[1:], other


def _conjuncts(inside: list[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """The parts of three tokens between `&&`; none where `||` stands, or anything but bare comparisons in a part."""
    part: list[Token] = []
    texts = [token.text for token in inside]
    if "|" in texts:
        return
    for token in [*inside, Token("mark", "&", 0)]:
        if token.text != "&":
            part.append(token)
            continue
        bare = [piece for piece in part if piece.text not in ("(", ")")]
        if len(bare) == 3 and len(part) in (3, 5):
            yield bare[0], bare[1], bare[2]
        part = []


def _with_outside(group: Group, outside: frozenset[str]) -> Iterator[tuple[Group, frozenset[str]]]:
    """Each group with the variables that are joined around it; a sub-SELECT knows none of them."""
    outside = frozenset() if group.is_select else outside
    yield group, outside
    inside = [inner.variables() for inner in group.groups]
    groups_with = Counter(name for names in inside for name in names)
    here = outside.union(*_joins(group), group.given)
    for inner, names in zip(group.groups, inside, strict=True):
        elsewhere = {name for name, count in groups_with.items() if count > (name in names)}
        yield from _with_outside(inner, here | elsewhere)


def _joins(group: Group) -> list[frozenset[str]]:
    """What joins variables in a group itself."""
    return [*(pattern.variables for pattern in group.patterns), *group.links, *map(variables_in, group.filters)]


def _loose_parts(group: Group, outside: frozenset[str]) -> list[frozenset[str]]:
    """The parts of a group's patterns that share no variable with each other, and that no term narrows."""
    joins = [*_joins(group), *(inner.variables() for inner in group.groups), outside]
    parts = _components(pattern.variables for pattern in group.patterns if pattern.variables)
    joined = _components([*parts, *(join for join in joins if join)])
    narrow = outside | group.given.union(*(p.variables for p in group.patterns if p.has_constant_end and not p.is_type))
    own = {name for part in parts for name in part}
    return [part for part in joined if part & own and not part & narrow]


def _components(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The sets, those that share a member put together."""
    found: list[frozenset[str]] = []
    for new in sets:
        apart = [old for old in found if not old & new]
        found = [*apart, new.union(*(old for old in found if old & new))]
    return found


ADVICE = (
    Advice(
        "free-path",
        has_free_path,
        "a path with both ends free searches from every node; bind one end, "
        "as in VALUES ?start { <...> } ?start dgo:derivesFrom+ ?end",
    ),
    Advice(
        "joined-paths",
        has_joined_paths,
        "two paths joined in one variable are searched once for each pair; put each into a sub-SELECT of its own, "
        "as in { SELECT DISTINCT ?y { <a> dgo:derivesFrom+ ?y } } { SELECT DISTINCT ?y { <b> dgo:derivesFrom+ ?y } }",
    ),
    Advice(
        "equality-filter",
        has_equality_for_an_end,
        "a FILTER with = is applied only after everything was found; bind the variable instead, "
        "as in VALUES ?x { <...> } in place of FILTER(?x = <...>)",
    ),
    Advice(
        "cross-product",
        has_cross_product,
        "triple patterns that share no variable are combined each with each; join them by a variable, "
        "or ask two questions",
    ),
)
