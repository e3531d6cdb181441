"""The whole dataset of a sources folder: stated, entailed and described, in one fixed order."""

from collections.abc import Callable
from pathlib import Path

from pyoxigraph import Quad, Triple

from ..errors import SourcesRefused
from ..sources.integrity import integrity_findings
from ..sources.questions import read_questions
from ..sources.records import Catalogue, read_catalogue
from ..vocabulary import GRAPHS
from .description import description_nodes
from .quads import in_graph, stated_quads, triples_of

#: Told the name of each step as it begins.
Progress = Callable[[str], None]


def sound_catalogue(root: Path) -> Catalogue:
    """The catalogue of `root`, shape and integrity found good. Raises SourcesRefused with every finding."""
    catalogue = read_catalogue(root)
    if findings := integrity_findings(catalogue):
        raise SourcesRefused(findings)
    return catalogue


def dataset_quads(root: Path, progress: Progress = lambda step: None) -> list[Quad]:
    """Every quad that the sources in `root` give, sorted as N-Quads. Raises SourcesRefused."""
    return sorted(unsorted_quads(root, progress), key=str)


def unsorted_quads(root: Path, progress: Progress = lambda step: None) -> list[Quad]:
    """The same in any order, each once."""
    progress("reading the records")
    return complete_quads(sound_catalogue(root), progress)


def complete_quads(catalogue: Catalogue, progress: Progress = lambda step: None) -> list[Quad]:
    """The quads of one catalogue: what it states, what that entails, and what the dataset says of itself."""
    from .entailments import entailed_quads  # late: a server over a built snapshot reasons about nothing

    progress("making quads")
    quads = stated_quads(catalogue)
    progress("adding what they entail")
    quads += entailed_quads(quads)
    quads = _in_one_graph(quads)
    described = description_nodes(quads, read_questions(catalogue.root))
    quads += in_graph(triples_of(described, catalogue.root), "meta")
    return list(set(quads))


def _in_one_graph(quads: list[Quad]) -> list[Quad]:
    """The same without what an earlier graph holds already: a union of graphs would count it twice."""
    order = {iri: number for number, iri in enumerate(GRAPHS.values())}
    first: dict[Triple, Quad] = {}
    for quad in sorted(quads, key=lambda quad: order[getattr(quad.graph_name, "value", "")]):
        first.setdefault(quad.triple, quad)
    return list(first.values())
