"""Graphs from an engine that gives only so many triples at a time: all of them, or what is missing is told."""

import re
from collections.abc import Callable, Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from deepgenealogy.engine.remote.paging import paged_triples
from deepgenealogy.errors import EngineLimitReached

TRIPLES = [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(number)) for number in range(10)]


def giving(at_most: int, held: list[Quad] = TRIPLES) -> Callable[[str], Iterator[Quad]]:
    """An engine that gives at most so many triples, however many are asked for."""

    def read(query: str) -> Iterator[Quad]:
        size, offset = map(int, re.findall(r"(?:LIMIT|OFFSET) (\d+)", query))
        return iter(held[offset : offset + min(size, at_most)])

    return read


@pytest.mark.parametrize("at_most", [1, 3, 4, 100])
def test_every_triple_comes_once_also_where_the_engine_gives_fewer_than_are_asked_for(at_most: int) -> None:
    assert list(paged_triples(4, len(TRIPLES), giving(at_most))) == TRIPLES


def test_a_graph_that_holds_nothing_is_not_asked_for() -> None:
    assert list(paged_triples(4, 0, giving(0))) == []


@pytest.mark.parametrize("expected", [9, 11])
def test_triples_that_came_or_went_meanwhile_are_told(expected: int) -> None:
    with pytest.raises(EngineLimitReached, match=f"10 triples came in pages of 4, and there are {expected}"):
        list(paged_triples(4, expected, giving(4)))
