"""The invented world itself: it is whole, so that what a test breaks in it is the only thing wrong."""

from pathlib import Path

from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.vocabulary import GRAPHS


def test_the_invented_world_becomes_quads_in_every_graph_that_is_made_from_it(fabricated_root: Path) -> None:
    graphs = {getattr(quad.graph_name, "value", "") for quad in dataset_quads(fabricated_root)}
    assert graphs == {iri for iri in GRAPHS.values() if "/harvest/" not in iri}
