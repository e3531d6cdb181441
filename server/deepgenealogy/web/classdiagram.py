"""The classes of the ontology as boxes in columns: each right of the classes that it is a kind of.

Places are whole numbers, from the order of names alone: the same ontology always gives the same picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..vocabulary import DGO
from .terminology import piece_of

WIDTH, HEIGHT = 190, 26
_COLUMN, _ROW, _EDGE = 260, 34, 4


@dataclass(frozen=True)
class Box:
    """A class: the words in its box, its anchor on the page ('' for those of others), and where its box begins."""

    words: str
    anchor: str
    x: int
    y: int


@dataclass(frozen=True)
class Diagram:
    """Boxes, and for each "is a kind of" a line from (x1, y1) to (x2, y2)."""

    boxes: Sequence[Box]
    lines: Sequence[tuple[int, int, int, int]]
    width: int
    height: int


def class_diagram(above: Mapping[str, Sequence[str]]) -> Diagram:
    """The picture of classes; `above` gives the IRIs that each class, by its name, is a kind of."""
    parents = {DGO + name: list(iris) for name, iris in above.items()}
    columns: dict[int, list[str]] = {}
    for iri in sorted({*parents, *(parent for iris in parents.values() for parent in iris)}):
        columns.setdefault(_depth(iri, parents), []).append(iri)
    places = {
        iri: (_EDGE + _COLUMN * column, _EDGE + _ROW * row)
        for column, iris in columns.items()
        for row, iri in enumerate(_ordered(iris, parents))
    }
    boxes = [_box(iri, place) for iri, place in sorted(places.items())]
    lines = [_line(places[iri], places[parent]) for iri in sorted(parents) for parent in parents[iri]]
    rows = max((len(iris) for iris in columns.values()), default=0)
    return Diagram(boxes, lines, _COLUMN * len(columns), 2 * _EDGE + _ROW * rows)


def _depth(iri: str, parents: Mapping[str, Sequence[str]]) -> int:
    """The column: classes of others first, ours that are kinds of none beside their kind."""
    if not iri.startswith(DGO):
        return 0
    return 1 + max((_depth(parent, parents) for parent in parents[iri]), default=0)


def _ordered(iris: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Those with parents first and beside them, so that few lines cross."""
    return sorted(iris, key=lambda iri: (not parents.get(iri), sorted(parents.get(iri, ())), iri))


def _box(iri: str, place: tuple[int, int]) -> Box:
    return Box(piece_of(iri).words, iri.removeprefix(DGO) if iri.startswith(DGO) else "", *place)


def _line(child: tuple[int, int], parent: tuple[int, int]) -> tuple[int, int, int, int]:
    return parent[0] + WIDTH, parent[1] + HEIGHT // 2, child[0], child[1] + HEIGHT // 2
