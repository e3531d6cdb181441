"""The generated graph is one of ours but for its size: checks and shapes hold, and no term is used that ours lacks."""

from collections import Counter

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.graph.checkqueries import read_checks, violations
from deepgenealogy.graph.shacl import breaches, read_shapes
from deepgenealogy.vocabulary import GRAPHS, ONTOLOGY, RDF_TYPE
from tests.benchmarks.generated import World, lines
from tests.conftest import CHECKOUT

COUNT = 150


def quads_of(count: int, seed: int = 1) -> list[Quad]:
    """The quads of a generated graph."""
    return list(parse("".join(lines(World(count, seed))).encode(), format=RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    """A small generated graph."""
    return quads_of(COUNT)


def term(quad: Quad) -> tuple[str, str, str]:
    """The graph, the predicate, and the class where one is named."""
    is_type = quad.predicate.value == RDF_TYPE
    return quad.graph_name.value, quad.predicate.value, quad.object.value if is_type else ""  # type: ignore[union-attr]


def test_it_says_nothing_in_terms_that_ours_does_not_use(quads: list[Quad], real_snapshot: Snapshot) -> None:
    assert {term(quad) for quad in quads} - {term(quad) for quad in real_snapshot.quads()} == set()


def test_it_says_nothing_twice(quads: list[Quad]) -> None:
    assert len(set(quads)) == len(quads)


def test_it_has_the_shapes_of_ours(quads: list[Quad], real_snapshot: Snapshot) -> None:
    ontology = list(real_snapshot.quads(GRAPHS["ontology"]))
    assert list(breaches([*ontology, *quads], read_shapes(CHECKOUT))) == []


def test_no_check_query_finds_a_violation_in_its_methods(quads: list[Quad], real_snapshot: Snapshot) -> None:
    store = Store()
    store.extend([*quads, *real_snapshot.quads(GRAPHS["ontology"])])
    found = {
        check.rule: [row for row in violations(check, store) if row[0] != ONTOLOGY] for check in read_checks(CHECKOUT)
    }
    assert {rule: rows[:2] for rule, rows in found.items() if rows} == {}


def test_the_same_seed_gives_the_same_graph_and_another_seed_another() -> None:
    first, again, other = ("".join(lines(World(50, seed))) for seed in (1, 1, 2))
    assert (first == again, first == other) == (True, False)


def test_parents_are_older_and_few_and_some_have_very_many_children() -> None:
    world = World(5_000)
    parents = [world.parents(number) for number in range(world.count)]
    assert all(parent < number for number, of_one in enumerate(parents) for parent in of_one)
    assert {len(of_one) for of_one in parents} == {0, 1, 2, 3}
    assert Counter(parent for of_one in parents for parent in of_one).most_common(1)[0][1] > 100


def test_a_larger_graph_begins_with_the_methods_of_a_smaller_one() -> None:
    small, large = World(100), World(100_000)
    assert [small.ancestors(n) for n in range(100)] == [large.ancestors(n) for n in range(100)]
    assert [small.day(n) for n in range(100)] == [large.day(n) for n in range(100)]
