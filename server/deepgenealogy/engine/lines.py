"""A dataset as the lines of an N-Quads file, sorted by their bytes: what snapshots hold, merged without holding it.

Oxigraph writes a quad always as the same line (one space between terms, one before the full stop), so that equal
quads are equal lines, and sorted lines of several datasets are merged in constant memory.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from ..graph.statements import Statements, lines

#: Spaces of a line without a graph: after subject, predicate and object, where the object is no literal.
_SPACES_WITHOUT_GRAPH = 3

#: Bytes that are held at a time while datasets are merged, of all together; and lines of each at first.
_HELD_BYTES, _FIRST = 40_000_000, 100

#: So many lines are handed on at a time.
_BATCH = 10_000

#: So much of a file is read ahead; hundreds are read beside each other.
_BUFFER_BYTES = 1 << 18


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
    """The lines of several sorted datasets as one: sorted, each once.

    Of each dataset some lines are held. What comes before the last of them everywhere is known, and sorted at once.

    >>> list(merged([b"a", b"c"], [b"b", b"c"]))
    [b'a', b'b', b'c']
    """
    share = _HELD_BYTES // max(1, len(datasets))
    stretches = [stretch for lines in datasets if (stretch := _Stretch(iter(lines), share)).held]
    last: list[bytes] = []
    while stretches:
        edge = min(stretch.held[-1] for stretch in stretches)
        known = dict.fromkeys(sorted(line for stretch in stretches for line in stretch.until(edge)))
        for line in last:
            known.pop(line, None)
        last = [edge]
        yield from known
        stretches = [stretch for stretch in stretches if stretch.held]


class _Stretch:
    """Some lines of a sorted dataset, about so many bytes as it may hold, and those that follow them."""

    def __init__(self, lines: Iterator[bytes], most_bytes: int) -> None:
        self._lines, self._most, self._size = lines, most_bytes, _FIRST
        self._fill()

    def _fill(self) -> None:
        self.held, self._at = list(islice(self._lines, self._size)), 0
        self._size = max(1, self._most * len(self.held) // (sum(map(len, self.held)) or 1))

    def until(self, edge: bytes) -> list[bytes]:
        """The lines held up to `edge`, which are held no longer."""
        start, self._at = self._at, bisect_right(self.held, edge, self._at)
        found = self.held[start : self._at]
        if self._at == len(self.held):
            self._fill()
        return found


def graph_of(line: bytes) -> str:
    """The name of a line's graph: an IRI, the label of a blank node, or the empty name of the default graph.

    >>> graph_of(b'<urn:a> <urn:b> "c <urn:d>" .\\n'), graph_of(b'<urn:a> <urn:b> "c" <urn:g> .\\n')
    ('', 'urn:g')
    """
    return "" if line.count(b" ") == _SPACES_WITHOUT_GRAPH else _graph(line.rsplit(b" ", 2)[1])


def graphs_of(lines: Sequence[bytes]) -> Counter[str]:
    """How many of the lines lie in each graph, by `graph_of`; what lines have in common is looked at once.

    >>> graphs_of([b'<urn:a> <urn:b> "c" <urn:g> .\\n', b'<urn:a> <urn:b> "d" <urn:g> .\\n'])
    Counter({'urn:g': 2})
    """
    ends = Counter([line.rsplit(b" ", 2)[1] for line in lines])
    without = [line.rsplit(b" ", 2)[1] for line in lines if line.count(b" ") == _SPACES_WITHOUT_GRAPH]
    ends.subtract(without)
    found = Counter({"": len(without)})
    for end, number in ends.items():
        found[_graph(end)] += number
    return +found


def _graph(last: bytes) -> str:
    """The graph of a line with four terms, or with a literal, whose last term, or part of a literal, is `last`."""
    is_iri = last.startswith(b"<") and last.endswith(b">") and b'"' not in last
    is_label = last.startswith(b"_:") and b'"' not in last
    if not (is_iri or is_label):
        return ""
    return last[1:-1].decode() if is_iri else last.decode()


def lines_of(dataset: Path, *, without: Container[str] = ()) -> Iterator[bytes]:
    """The lines of a file of sorted N-Quads but for those of the graphs `without`."""
    with dataset.open("rb", buffering=_BUFFER_BYTES) as file:
        yield from file if without == () else (line for line in file if graph_of(line) not in without)


def batches(lines: Iterable[bytes], size: int = _BATCH) -> Iterator[list[bytes]]:
    """The same lines, so many at a time."""
    walk = iter(lines)
    while batch := list(islice(walk, size)):
        yield batch


def counted(lines: Iterable[bytes], every: int, tell: Callable[[int], None]) -> Iterator[bytes]:
    """The same lines; after each `every` of them, `tell` is told how many there were so far."""
    for number, batch in enumerate(batches(lines, every), 1):
        yield from batch
        if len(batch) == every:
            tell(number * every)
