"""Lines of N-Quads: the graph of each is told from its end; sorted ones are merged, each once."""

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from deepgenealogy.engine import lines as of_engine
from deepgenealogy.engine.lines import graph_of, graphs_of, merged

NODES = [NamedNode("urn:a"), NamedNode("urn:g"), BlankNode("b"), BlankNode("g")]
TEXTS = st.text(st.sampled_from('a <>_:"\\\\\n.g^@'), max_size=8)
LITERALS = TEXTS.map(Literal) | TEXTS.map(lambda text: Literal(text, language="en"))
QUADS = st.builds(
    Quad,
    st.sampled_from(NODES),
    st.just(NamedNode("urn:p")),
    st.sampled_from(NODES) | LITERALS | TEXTS.map(lambda text: Literal(text, datatype=NamedNode("urn:g"))),
    st.sampled_from([*NODES, DefaultGraph()]),
)


def name_of(quad: Quad) -> str:
    """The name of its graph, as lines have it."""
    graph = quad.graph_name
    return "" if isinstance(graph, DefaultGraph) else graph.value if isinstance(graph, NamedNode) else str(graph)


@given(st.lists(QUADS, max_size=12))
def test_the_graph_of_every_line_is_told(quads: list[Quad]) -> None:
    lines = [serialize([quad], format=RdfFormat.N_QUADS) or b"" for quad in quads]
    assert [graph_of(line) for line in lines] == [name_of(quad) for quad in quads]
    assert graphs_of(lines) == Counter(map(name_of, quads))


DATASETS = st.lists(st.lists(st.binary(min_size=1, max_size=2), max_size=30).map(sorted), max_size=6)


@given(DATASETS, st.integers(1, 40), st.integers(1, 5))
def test_datasets_are_merged_whatever_is_held_of_them(datasets: list[list[bytes]], held: int, first: int) -> None:
    with patch.multiple(of_engine, _HELD_BYTES=held, _FIRST=first):
        found = list(merged(*datasets))
    assert found == [line for line, _ in groupby(heapq.merge(*datasets))]


def test_of_long_lines_few_are_held() -> None:
    taken: Counter[int] = Counter()

    def long(number: int) -> Iterator[bytes]:
        for line in range(400):
            taken[number] += 1
            yield b"%06d" % line + b"x" * 100_000

    first = next(iter(merged(long(1), long(2))))
    assert first.startswith(b"000000")
    with patch.object(of_engine, "_HELD_BYTES", 1_000_000):
        found = merged(long(3), long(4))
        for _ in range(150):
            next(found)
    assert max(taken[3], taken[4]) <= 150 + 100
