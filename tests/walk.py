"""Which things the walks over everything ask for: some of every kind, more of what was curated than of the rest.

`--every-iri` (`make walk`) asks for all of them, and the second reasoner for all that they entail. Over an engine
elsewhere one in a few of these is enough: the pages are the same code, and `tests/engines` compares answers.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode, Quad

from deepgenealogy.engine.interface import Engine
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import BASE, GRAPHS, RDF_TYPE
from tests.engines.elsewhere import chosen

#: The graphs of which more things are walked; of how many one is, there and elsewhere. One of each kind always is.
CURATED = ("ontology", "article", "genealogy", "curation", "links", "meta")
CURATED_STEP, HARVESTED_STEP = 10, 60

#: Of how many addresses of a kind that links lead to one is asked for.
TARGET_STEP = 12

#: Of how many of these one is walked over an engine elsewhere.
ELSEWHERE_STEP = 12


def ours(quads: Iterable[Quad]) -> set[str]:
    """Every IRI of ours in any place of any quad, relative to the base."""
    terms = {term for q in quads for term in (q.subject, q.predicate, q.object, q.graph_name)}
    return {t.value.removeprefix(BASE) for t in terms if isinstance(t, NamedNode) and t.value.startswith(BASE)}


def led_to(targets: Iterable[str], *, whole: bool) -> list[str]:
    """Those of the targets of links that are asked for: of every kind of address the first and each few."""
    kinds: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for target in sorted(targets):
        kinds.setdefault(_kind(target), []).append(target)
    return [target for alike in kinds.values() for target in (alike if whole else alike[::TARGET_STEP])]


def _kind(target: str) -> tuple[str, str, tuple[str, ...]]:
    """The first part of a path, its suffix, and the names of its parameters."""
    path, _, query = target.partition("?")
    first, _, rest = path.removeprefix("/").partition("/")
    suffix = rest.rpartition(".")[2] if rest.rpartition(".")[2] in GRAPH_FORMATS else ""
    return first, suffix, tuple(sorted(dict(parse_qsl(query, keep_blank_values=True))))


def one_of_every_shape(quads: list[Quad]) -> list[Quad]:
    """The ontology, and what is said of one thing of every shape: of those with the same classes and properties."""
    about: dict[object, list[Quad]] = {}
    for quad in quads:
        about.setdefault(quad.subject, []).append(quad)
    shapes = {_shape(about[thing]): thing for thing in sorted(about, key=str, reverse=True)}
    chosen = set(shapes.values()) | {q.subject for q in quads if q.graph_name == NamedNode(GRAPHS["ontology"])}
    return [quad for quad in quads if quad.subject in chosen]


def _shape(own: list[Quad]) -> frozenset[object]:
    """The properties that a thing has, and its classes."""
    return frozenset(q.object if q.predicate.value == RDF_TYPE else q.predicate for q in own)


def walked(engine: Engine, documents: Iterable[str], *, whole: bool) -> list[str]:
    """Those of `documents` (relative to the base, without `#`) that are walked, sorted."""
    found = sorted(documents)
    if whole:
        return found
    curated = {iri.partition("#")[0] for name in CURATED for iri in ours(engine.quads(GRAPHS[name]))}
    kept = [document for document in found if document in curated]
    harvested = [document for document in found if document not in curated]
    first = {document.partition("/")[0]: document for document in reversed(found)}
    picked = sorted({*first.values(), *kept[::CURATED_STEP], *harvested[::HARVESTED_STEP]})
    return picked if chosen().is_embedded else picked[::ELSEWHERE_STEP]
