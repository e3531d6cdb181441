"""The map as one compact JSON document: rows in place of objects, and numbers in place of names that recur.

| member | what |
|---|---|
| `bands` | family (-1 for others, -2 for unplaced methods), top, bottom, colour on light, colour on dark, shape |
| `families` | id, names by language, what is broader (numbers) |
| `tasks` | id, names by language |
| `kinds`, `certainties`, `standings` | the words that links refer to, kinds with their names by language |
| `methods` | slug, names, date, x, y, band, families, tasks, 1 for an algorithm, descendants, origin |
| `links` | child, parent or component, kind (-1 for none), certainty, standing |

The origin of a method is 0 where people described it, 1 where it was harvested and is unplaced, 2 where it was
harvested and has its place.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..engine.genealogy import Concept, Genealogy
from ..vocabulary import DERIVATION_KINDS, DGO, USE_KINDS
from .bands import OTHERS, UNPLACED, unplaced
from .chart import Band, Chart
from .palette import PLAIN, Look, look

Json = Any

CERTAINTIES = ("high", "medium", "disputed")
STANDINGS = ("Derivation", "RejectedDerivation", "ComponentUse")
_KINDS = (*DERIVATION_KINDS, *USE_KINDS)


def chart_data(genealogy: Genealogy, chart: Chart, snapshot: str, labels: Mapping[str, Mapping[str, str]]) -> Json:
    """The document, with the ontology's `labels` by IRI; links name methods by their numbers, in the order of dates."""
    families = {family.identity: number for number, family in enumerate(genealogy.families)}
    return {
        "snapshot": snapshot,
        "size": [round(chart.width, 1), round(chart.height, 1)],
        "ticks": [[year, round(x, 1)] for year, x in chart.ticks],
        "bands": [_band(band, looks(chart)[n], families) for n, band in enumerate(chart.bands)],
        "families": [_family(family, families) for family in genealogy.families],
        "tasks": [[task.identity, task.label] for task in genealogy.tasks],
        "kinds": [[kind, labels.get(DGO + kind, {})] for kind in _KINDS],
        "certainties": CERTAINTIES,
        "standings": STANDINGS,
        "methods": list(_methods(genealogy, chart, families)),
        "links": list(_links(genealogy)),
    }


def looks(chart: Chart) -> list[Look]:
    """How each band looks."""
    return [PLAIN if band.family in (OTHERS, UNPLACED) else look(number) for number, band in enumerate(chart.bands)]


def _band(band: Band, own: Look, families: dict[str, int]) -> Json:
    top, bottom = round(band.top, 1), round(band.bottom, 1)
    family = families.get(band.family, -2 if band.family == UNPLACED else -1)
    return [family, top, bottom, own.light, own.dark, own.shape]


def _family(family: Concept, families: dict[str, int]) -> Json:
    return [family.identity, family.label, [families[one] for one in family.broader if one in families]]


def _methods(genealogy: Genealogy, chart: Chart, families: dict[str, int]) -> Iterator[Json]:
    tasks = {task.identity: number for number, task in enumerate(genealogy.tasks)}
    below, apart = descendants(genealogy), unplaced(genealogy)
    for method in genealogy.methods:
        x, y = chart.places[method.slug]
        own = [families[one] for one in method.families if one in families]
        addressed = [tasks[one] for one in method.tasks if one in tasks]
        row = [method.slug, method.label, method.introduced, x, y, chart.band_of[method.slug], own, addressed]
        origin = 0 if not method.is_harvested else 1 if method.slug in apart else 2
        yield [*row, int(method.is_algorithm), below[method.slug], origin]


def _links(genealogy: Genealogy) -> Iterator[Json]:
    number = {method.slug: place for place, method in enumerate(genealogy.methods)}
    for link in genealogy.links:
        kind = _KINDS.index(link.kind) if link.kind in _KINDS else -1
        certainty = CERTAINTIES.index(link.certainty) if link.certainty in CERTAINTIES else -1
        yield [number[link.child], number[link.parent], kind, certainty, STANDINGS.index(link.standing)]


def descendants(genealogy: Genealogy) -> dict[str, int]:
    """How many methods descend from each: sets as the bits of whole numbers, youngest first."""
    number = {method.slug: place for place, method in enumerate(genealogy.methods)}
    children: dict[str, list[str]] = {slug: [] for slug in number}
    for link in genealogy.links:
        if link.standing == "Derivation":
            children[link.parent].append(link.child)
    below = dict.fromkeys(number, 0)
    is_growing = True
    while is_growing:  # one round, and one to see that it was enough, where no child is older than its parent
        is_growing = False
        for slug in reversed(number):
            grown = below[slug]
            for child in children[slug]:
                grown |= below[child] | 1 << number[child]
            is_growing, below[slug] = is_growing or grown != below[slug], grown
    return {slug: bits.bit_count() for slug, bits in below.items()}
