"""The whole dataset of a sources folder: stated, entailed and described, in one fixed order."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Triple

from ..errors import SourcesRefused
from ..sources.integrity import integrity_findings
from ..sources.questions import read_questions
from ..sources.records import Catalogue, read_catalogue
from ..vocabulary import GRAPHS
from .description import description_nodes
from .quads import quads_of, stated_quads

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
    stated = stated_quads(catalogue)
    progress("adding what they entail")
    graphs = _graphs([*stated, *entailed_quads(stated)])
    described = description_nodes(graphs, read_questions(catalogue.root))
    return [*chain.from_iterable(graphs.values()), *set(quads_of(described, catalogue.root, "meta"))]


def _graphs(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """The quads by the IRI of their graph, each triple in the first of its graphs: a union would count it twice."""
    found: dict[str, list[Quad]] = {iri: [] for iri in GRAPHS.values()}
    for quad in quads:
        found[getattr(quad.graph_name, "value", "")].append(quad)
    held: set[Triple] = set()
    for iri, own in found.items():
        fresh = {quad.triple: quad for quad in own}
        found[iri] = [quad for triple, quad in fresh.items() if triple not in held]
        held.update(fresh)
    return found
