"""GraphML, of everything and of a lineage, as networkx reads it."""

import io
from xml.etree.ElementTree import fromstring

import networkx
import pytest

from deepgenealogy.drawing import LINEAGE_FORMATS
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import lineage_of, rows_of
from deepgenealogy.vocabulary import BASE, DGO


def read(text: str) -> "networkx.DiGraph[str]":
    """The graph as networkx reads it."""
    graph = networkx.read_graphml(io.BytesIO(text.encode()))
    assert isinstance(graph, networkx.DiGraph)
    return graph


@pytest.fixture(scope="session")
def graph(written: dict[str, str]) -> "networkx.DiGraph[str]":
    """The whole graph of descent."""
    return read(written["lineage.graphml"])


def test_the_edges_are_the_derivations_that_hold(graph: "networkx.DiGraph[str]", engine: EmbeddedEngine) -> None:
    rows = rows_of(engine, f"SELECT ?p ?c {{ ?c <{DGO}derivesFrom> ?p }}")
    prefix = f"{BASE}architecture/"
    assert set(graph.edges) == {(row["p"].removeprefix(prefix), row["c"].removeprefix(prefix)) for row in rows}


def test_the_ancestors_of_networkx_are_those_of_the_engine(
    graph: "networkx.DiGraph[str]", engine: EmbeddedEngine
) -> None:
    found = {member.slug for member in lineage_of(engine, "dall-e").members}
    assert networkx.ancestors(graph, "dall-e") | {"dall-e"} == found


def test_nodes_and_edges_have_typed_attributes(graph: "networkx.DiGraph[str]") -> None:
    assert graph.nodes["resnet"]["label"] == "ResNet"
    assert graph.nodes["resnet"]["labelZh"] == "残差网络"
    assert graph.nodes["resnet"]["year"] == 2015
    assert graph.edges["vggnet", "resnet"]["kind"] == "extends"
    assert graph.edges["vggnet", "resnet"]["locator"] == "Section 3.3, Figure 3"


def test_every_attribute_is_declared_once(written: dict[str, str]) -> None:
    root = fromstring(written["lineage.graphml"])
    space = "{http://graphml.graphdrawing.org/xmlns}"
    declared = [key.get("id") for key in root.iter(f"{space}key")]
    used = {data.get("key") for data in root.iter(f"{space}data")}
    assert used <= set(declared)
    assert len(declared) == len(set(declared))


def test_a_lineage_has_its_members_and_derivations(engine: EmbeddedEngine) -> None:
    graph = read(LINEAGE_FORMATS["graphml"][1](lineage_of(engine, "u-net", depth=2)))
    assert set(graph.edges) == {("fcn", "u-net"), ("vggnet", "fcn")}
    assert graph.nodes["vggnet"]["distance"] == -2
    assert graph.edges["fcn", "u-net"]["paper"] == "arxiv-1505.04597"
