"""Lines of N-Quads: the graph of each is told from its end."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from deepgenealogy.engine.lines import graph_of, graphs_of

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
