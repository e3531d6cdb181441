"""A dataset as the lines of an N-Quads file, sorted by their bytes: what snapshots hold, merged without holding it.

Oxigraph writes a quad always as the same line (one space between terms, one before the full stop), so that equal
quads are equal lines, and sorted lines of several datasets are merged in constant memory.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from ..graph.statements import Statements, lines

#: Spaces of a line without a graph: after subject, predicate and object, where the object is no literal.
_SPACES_WITHOUT_GRAPH = 3


def sorted_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Each quad once, as its line, in the order of snapshots.

    >>> from pyoxigraph import NamedNode
    >>> sorted_lines([Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"), NamedNode("urn:g"))])
    [b'<urn:a> <urn:b> <urn:c> <urn:g> .\\n']
    """
    return _sorted(serialize(quads, format=RdfFormat.N_QUADS) or b"")


def lines_from(told: Statements) -> list[bytes]:
    """The statements of all graphs in the same way."""
    return _sorted("".join(lines(told)).encode())


def _sorted(content: bytes) -> list[bytes]:
    return sorted(set(content.splitlines(keepends=True)))


def merged(*datasets: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of several sorted datasets as one: sorted, each once."""
    return (line for line, _ in groupby(heapq.merge(*datasets)))


def graph_of(line: bytes) -> str:
    """The name of a line's graph: an IRI, the label of a blank node, or the empty name of the default graph.

    >>> graph_of(b'<urn:a> <urn:b> "c <urn:d>" .\\n'), graph_of(b'<urn:a> <urn:b> "c" <urn:g> .\\n')
    ('', 'urn:g')
    """
    return _graph(line[:-3].rpartition(b" ")[2], line.count(b" "))


def graphs_of(lines: Iterable[bytes]) -> Counter[str]:
    """How many of the lines lie in each graph, by `graph_of`; what lines have in common is looked at once.

    >>> graphs_of([b'<urn:a> <urn:b> "c" <urn:g> .\\n', b'<urn:a> <urn:b> "d" <urn:g> .\\n'])
    Counter({'urn:g': 2})
    """
    found = Counter[str]()
    ends = Counter((line[:-3].rpartition(b" ")[2], min(line.count(b" "), _SPACES_WITHOUT_GRAPH + 1)) for line in lines)
    for (last, spaces), number in ends.items():
        found[_graph(last, spaces)] += number
    return found


def _graph(last: bytes, spaces: int) -> str:
    """The graph of a line whose last term, or part of a literal, is `last`, and which has so many spaces."""
    is_iri = last.startswith(b"<") and last.endswith(b">") and b'"' not in last
    is_label = last.startswith(b"_:") and b'"' not in last
    if not (is_iri or is_label) or spaces == _SPACES_WITHOUT_GRAPH:
        return ""
    return last[1:-1].decode() if is_iri else last.decode()


def lines_of(dataset: Path, *, without: Container[str] = ()) -> Iterator[bytes]:
    """The lines of a file of sorted N-Quads but for those of the graphs `without`."""
    with dataset.open("rb", buffering=1 << 20) as file:
        yield from file if without == () else (line for line in file if graph_of(line) not in without)


def counted(lines: Iterable[bytes], every: int, tell: Callable[[int], None]) -> Iterator[bytes]:
    """The same lines; after each `every` of them, `tell` is told how many there were so far."""
    for number, line in enumerate(lines, 1):
        if number % every == 0:
            tell(number)
        yield line
