"""Two methods compared: common ancestors, the shortest line, the difference; against the queries and networkx."""

import json
from itertools import pairwise, product
from pathlib import Path

import networkx
import pytest

from deepgenealogy.drawing import LINEAGE_FORMATS
from deepgenealogy.engine.binding import bound_text
from deepgenealogy.engine.comparison import SHOWS, common_ancestors, compare, difference, line_between
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import lineage_of, rows_of
from deepgenealogy.errors import NotFound
from deepgenealogy.export.graph import lineage_graph
from deepgenealogy.sources.questions import read_questions
from deepgenealogy.vocabulary import BASE

METHODS = ("densenet", "u-net", "pix2pix", "gpt-3", "resnet", "vggnet", "perceptron", "dqn")
PAIRS = list(product(METHODS, METHODS))


@pytest.fixture(scope="session")
def graph(engine: EmbeddedEngine) -> "networkx.DiGraph[str]":
    """The graph of descent, from parent to child."""
    nodes, edges = lineage_graph(engine)
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((parent, child) for parent, child, _ in edges)
    return graph


def ancestors(graph: "networkx.DiGraph[str]", slug: str) -> set[str]:
    """The ancestors of a method, as networkx finds them."""
    return set(networkx.ancestors(graph, slug))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_common_ancestors_are_those_of_both(
    first: str, second: str, engine: EmbeddedEngine, graph: "networkx.DiGraph[str]"
) -> None:
    both = ancestors(graph, first) & ancestors(graph, second)
    assert set(common_ancestors(engine, first, second).found) == both - {first, second}


def test_the_nearest_common_ancestors_are_those_of_the_published_question(
    engine: EmbeddedEngine, real_root: Path
) -> None:
    question = read_questions(real_root)["nearest-common-ancestors"]
    for first, second in [("densenet", "u-net"), ("pix2pix", "resnet"), ("gpt-3", "dall-e"), ("srgan", "wgan")]:
        rows = rows_of(engine, bound_text(question, {"first": first, "second": second}))
        expected = sorted({row["ancestor"].removeprefix(f"{BASE}architecture/") for row in rows})
        assert common_ancestors(engine, first, second).nearest == expected


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_difference_is_what_only_the_first_has(
    first: str, second: str, engine: EmbeddedEngine, graph: "networkx.DiGraph[str]"
) -> None:
    own = ancestors(graph, first) - ancestors(graph, second) - {second}
    assert set(difference(engine, first, second).found) == own


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_line_is_a_shortest_one_over_a_common_ancestor(
    first: str, second: str, engine: EmbeddedEngine, graph: "networkx.DiGraph[str]"
) -> None:
    line = line_between(engine, first, second).found
    up, down = (networkx.single_source_shortest_path_length(graph.reverse(), slug) for slug in (first, second))
    meetings = [up[slug] + down[slug] for slug in up.keys() & down.keys()]
    assert len(line) == (min(meetings) + 1 if meetings else 0)
    assert all(graph.has_edge(a, b) or graph.has_edge(b, a) for a, b in pairwise(line))


def test_a_line_of_descent_goes_straight_down(engine: EmbeddedEngine) -> None:
    assert line_between(engine, "u-net", "vggnet").found == ["u-net", "fcn", "vggnet"]
    assert line_between(engine, "vggnet", "u-net").found == ["vggnet", "fcn", "u-net"]


def test_the_line_to_itself_is_the_method_alone(engine: EmbeddedEngine) -> None:
    assert line_between(engine, "u-net", "u-net").found == ["u-net"]


@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize("slugs", [("u-net", "resnt"), ("resnt", "u-net")])
def test_an_unknown_method_is_named_with_the_nearest(show: str, slugs: tuple[str, str], engine: EmbeddedEngine) -> None:
    with pytest.raises(NotFound) as refusal:
        compare(engine, *slugs, show=show)  # type: ignore[arg-type]
    assert refusal.value.name == "resnt"
    assert "resnet" in refusal.value.near


@pytest.mark.parametrize("format_name", LINEAGE_FORMATS)
@pytest.mark.parametrize("show", SHOWS)
def test_every_comparison_can_be_written_in_every_format(show: str, format_name: str, engine: EmbeddedEngine) -> None:
    found = compare(engine, "densenet", "u-net", show=show)  # type: ignore[arg-type]
    assert "densenet" in LINEAGE_FORMATS[format_name][1](found).lower()


def test_the_members_of_every_comparison_hold_both_ends_of_its_derivations(engine: EmbeddedEngine) -> None:
    for show in SHOWS:
        found = compare(engine, "pix2pix", "resnet", show=show)
        slugs = {member.slug for member in found.members}
        assert {end for edge in found.derivations for end in (edge.child, edge.parent)} <= slugs
        assert {*found.found, found.start} <= slugs


def test_json_says_what_was_found(engine: EmbeddedEngine) -> None:
    content = json.loads(LINEAGE_FORMATS["json"][1](common_ancestors(engine, "densenet", "u-net")))
    assert (content["start"], content["other"], content["show"]) == ("densenet", "u-net", "common")
    assert content["nearest"] == ["vggnet"]


def test_text_says_that_nothing_was_found(engine: EmbeddedEngine) -> None:
    text = LINEAGE_FORMATS["txt"][1](difference(engine, "vggnet", "resnet"))
    assert text == "Ancestors of VGGNet that are not ancestors of ResNet\n  none\n"


def test_a_lineage_is_what_it_was(engine: EmbeddedEngine) -> None:
    assert set(lineage_of(engine, "u-net", depth=1).as_json()) == {"start", "direction", "members", "derivations"}
