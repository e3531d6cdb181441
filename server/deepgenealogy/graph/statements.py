"""Triples as strings: to count, compare and sort strings costs a fraction of what it costs with objects."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Quad, RdfFormat, parse, serialize

#: Subject and object of a triple as N-Triples writes them, so that a text is never taken for a thing, and between them
#: the IRI of the predicate.
Statement = tuple[str, str, str]

#: The statements of each graph by its IRI.
Statements = Mapping[str, list[Statement]]


def statements(quads: Iterable[Quad], graph: str) -> list[Statement]:
    """The triples of `quads`, all of which lie in the graph with this IRI.

    >>> from pyoxigraph import NamedNode
    >>> statements([Quad(*map(NamedNode, ("urn:a", "urn:b", "urn:c", "urn:g")))], "urn:g")
    [('<urn:a>', 'urn:b', '<urn:c>')]
    """
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode().split("\n")[:-1]
    return [statement_of(line.removesuffix(f" <{graph}> .")) for line in lines]


def statement_of(words: str) -> Statement:
    """The statement that three terms in N-Triples are, one space between them.

    >>> statement_of('<urn:a> <urn:b> "in a few words"')
    ('<urn:a>', 'urn:b', '"in a few words"')
    """
    subject, predicate, value = words.split(" ", 2)
    return subject, predicate[1:-1], value


def lines(told: Statements) -> list[str]:
    """The statements of all graphs as lines of N-Quads, in no order.

    >>> lines({"urn:g": [("<urn:a>", "urn:b", "<urn:c>")]})
    ['<urn:a> <urn:b> <urn:c> <urn:g> .\\n']
    """
    return [f"{s} <{p}> {o} <{graph}> .\n" for graph, own in told.items() for s, p, o in own]


def quads_from(told: Statements) -> list[Quad]:
    """The statements of all graphs as quads."""
    return list(parse("".join(lines(told)), format=RdfFormat.N_QUADS))


def each_once(graphs: Mapping[str, Iterable[Statement]]) -> dict[str, list[Statement]]:
    """Each statement once, in the first of its graphs: a union would count it twice.

    >>> each_once({"urn:g": [("_:a", "urn:b", "_:c")], "urn:h": [("_:a", "urn:b", "_:c"), ("_:c", "urn:b", "_:a")]})
    {'urn:g': [('_:a', 'urn:b', '_:c')], 'urn:h': [('_:c', 'urn:b', '_:a')]}
    """
    held: set[Statement] = set()
    found = {}
    for graph, own in graphs.items():
        fresh = dict.fromkeys(own)
        found[graph] = [statement for statement in fresh if statement not in held]
        held.update(fresh)
    return found
