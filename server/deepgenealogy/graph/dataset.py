"""The whole dataset of a sources folder: stated, entailed and described."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad

from ..errors import SourcesRefused
from ..sources.integrity import integrity_findings
from ..sources.questions import read_questions
from ..sources.records import Catalogue, read_catalogue
from ..vocabulary import GRAPHS
from .description import description_nodes
from .entailments import Reasoner
from .quads import quads_of, stated_graphs
from .statements import Statements, each_once, quads_from, statements

#: Told the name of each step as it begins.
Progress = Callable[[str], None]


def sound_catalogue(root: Path) -> Catalogue:
    """The catalogue of `root`, shape and integrity found good. Raises SourcesRefused with every finding."""
    catalogue = read_catalogue(root)
    if findings := integrity_findings(catalogue):
        raise SourcesRefused(findings)
    return catalogue


def dataset_quads(root: Path) -> list[Quad]:
    """Every quad that the sources in `root` give, sorted as N-Quads. Raises SourcesRefused."""
    return sorted(chain.from_iterable(map(quads_from, dataset_parts(root))), key=str)


def dataset_parts(root: Path, progress: Progress = lambda step: None) -> Iterator[Statements]:
    """The same in two parts, as soon as each is made: what is stated, and what that entails and what describes it.

    The reasoner works while the caller does something with the first part.
    """
    with Reasoner() as reasoner:
        progress("reading the records")
        yield from _parts(sound_catalogue(root), reasoner, progress)


def complete_quads(catalogue: Catalogue, progress: Progress = lambda step: None) -> list[Quad]:
    """The quads of one catalogue: what it states, what that entails, and what the dataset says of itself."""
    with Reasoner() as reasoner:
        return list(chain.from_iterable(map(quads_from, _parts(catalogue, reasoner, progress))))


def _parts(catalogue: Catalogue, reasoner: Reasoner, progress: Progress) -> Iterator[Statements]:
    progress("making quads")
    made = stated_graphs(catalogue)
    stated = each_once({iri: statements(made.get(name, ()), iri) for name, iri in GRAPHS.items()})
    progress("adding what they entail")
    reasoner.begin(list(chain.from_iterable(stated.values())))
    yield stated
    inferred, meta = GRAPHS["inferred"], GRAPHS["meta"]
    rest = {inferred: reasoner.entailed()}
    described = description_nodes({**stated, **rest}, read_questions(catalogue.root))
    yield rest | each_once({meta: statements(quads_of(described, catalogue.root, "meta"), meta)})
