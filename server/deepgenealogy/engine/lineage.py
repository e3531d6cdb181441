"""The lineage of a method: its ancestors, its descendants or both, as nodes and derivations, in the order of distance.

One question with a bound end fetches the derivations (in time proportional to the answer); the walk over them is plain
Python, and so is the limit of depth, but for small ones, with which no more is fetched than what is that near.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from pyoxigraph import NamedNode

from ..errors import NotFound
from ..vocabulary import BASE, DGO, PLAIN_DESCENT, nearest
from .interface import Engine, Question

Direction = Literal["ancestors", "descendants", "both"]
DIRECTIONS: tuple[Direction, ...] = ("ancestors", "descendants", "both")

#: The start stands in VALUES, so that derivations are looked up for what was reached. With the start as an end of the
#: path, or the path in a sub-SELECT, Oxigraph reads every derivation: 43 s in place of 15 ms among 140,000.
_EDGES = """
PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#>
SELECT DISTINCT ?child ?parent ?kind ?paper ?certainty WHERE {{
  VALUES ?start {{ {start} }}
  {path} .
  ?derivation a dgo:Derivation ; dgo:child ?child ; dgo:parent ?parent ; dgo:kind ?kind ; dgo:certainty ?certainty .
  OPTIONAL {{ ?derivation dgo:statedIn ?stated }}
  OPTIONAL {{ ?derivation dgo:harvestedFrom ?source }}
  BIND(COALESCE(?stated, ?source) AS ?paper)  # as `|`, which Virtuoso loses beside two paths
  FILTER(BOUND(?paper))
}}"""
_STEPS = {"ancestors": ("dgo:derivesFrom", "?child"), "descendants": ("^dgo:derivesFrom", "?parent")}

#: Up to this depth, a path has so many steps that may be left out, in place of any number.
_FEW = 3
_NAMES = """
PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?method ?label ?language ?introduced WHERE {{
  VALUES ?method {{ {methods} }}
  ?method a dgo:Method ; rdfs:label ?label ; dgo:introduced ?introduced .
  BIND(LANG(?label) AS ?language)
}}"""


#: How engines write the boolean true (XML Schema allows both).
TRUE = frozenset({"true", "1"})


@dataclass(frozen=True)
class Member:
    """A method of a lineage: its slug, names, date as known, and distance (negative for ancestors)."""

    slug: str
    label: dict[str, str]
    introduced: str
    distance: int


@dataclass(frozen=True)
class Descent:
    """One derivation of a lineage: from child to parent, with kind, paper key and certainty.

    Of one that was harvested, which no paper states, `paper` is the key of the source that it was harvested from.
    """

    child: str
    parent: str
    kind: str
    paper: str
    certainty: str

    @property
    def is_harvested(self) -> bool:
        """Whether it was read from code, not from a paper."""
        return self.kind == PLAIN_DESCENT

    @property
    def basis(self) -> str:
        """What states it: `paper/arxiv-1512.03385`, or the source that it was harvested from, `source/timm`."""
        return f"{'source' if self.is_harvested else 'paper'}/{self.paper}"


@dataclass(frozen=True)
class Lineage:
    """Members by distance and date, and the derivations between them."""

    start: str
    direction: Direction
    members: list[Member]
    derivations: list[Descent]

    def as_json(self) -> dict[str, object]:
        """The same as plain JSON."""
        return asdict(self)


def lineage_of(engine: Engine, slug: str, *, direction: Direction = "ancestors", depth: int | None = None) -> Lineage:
    """The lineage of the method `slug`, at most `depth` derivations away. Raises NotFound with the nearest slugs."""
    distances, kept = {slug: 0}, set()
    for way in DIRECTIONS[:2] if direction == "both" else (direction,):
        edges, reached = line_of(engine, slug, way, depth=depth)
        sign = -1 if way == "ancestors" else 1
        distances |= {method: sign * steps for method, steps in reached.items() if method != slug}
        kept |= {edge for edge in edges if edge.child in reached and edge.parent in reached}
    return Lineage(slug, direction, members_of(engine, distances, asked_for=[slug]), in_order(kept))


def line_of(engine: Engine, slug: str, way: str, *, depth: int | None = None) -> tuple[list[Descent], dict[str, int]]:
    """All derivations above (`ancestors`) or below (`descendants`) a method, and what is reached, in how many steps.

    With a `depth`, what is further away may be missing.
    """
    edges = _edges(engine, _iri(engine, slug), way, depth)
    return edges, _walk(slug, edges, upwards=way == "ancestors", depth=depth)


def in_order(derivations: Iterable[Descent]) -> list[Descent]:
    """Derivations by child, then by parent."""
    return sorted(derivations, key=lambda edge: (edge.child, edge.parent))


def _iri(engine: Engine, slug: str) -> NamedNode:
    try:
        return NamedNode(f"{BASE}architecture/{slug}")
    except ValueError as problem:
        raise NotFound("architecture", slug, nearest(slug, _all_slugs(engine))) from problem


def _edges(engine: Engine, start: NamedNode, way: str, depth: int | None) -> list[Descent]:
    """The derivations by which one goes on from what is reached within `depth` steps, and maybe from further away."""
    step, end = _STEPS[way]
    path = f"{step}*" if depth is None or depth > _FEW else "/".join([f"{step}?"] * max(1, depth))
    query = _EDGES.format(start=start, path=f"?start {path} {end}")
    return [
        Descent(
            _local(row["child"]),
            _local(row["parent"]),
            row["kind"].removeprefix(DGO),
            _local(row["paper"]),
            row["certainty"],
        )
        for row in rows_of(engine, query)
    ]


def _walk(start: str, edges: Iterable[Descent], *, upwards: bool, depth: int | None) -> dict[str, int]:
    """Method -> steps from `start`, breadth first."""
    steps: dict[str, list[str]] = {}
    for edge in edges:
        near, far = (edge.child, edge.parent) if upwards else (edge.parent, edge.child)
        steps.setdefault(near, []).append(far)
    found, front = {start: 0}, [start]
    while front:
        following = []
        for near in front:
            for far in steps.get(near, ()):
                if far not in found and (depth is None or found[near] < depth):
                    found[far] = found[near] + 1
                    following.append(far)
        front = following
    return found


def members_of(engine: Engine, distances: dict[str, int], *, asked_for: Iterable[str]) -> list[Member]:
    """The members at these distances, nearest first. Raises NotFound when one that was asked for is none of ours."""
    methods = " ".join(f"<{BASE}architecture/{slug}>" for slug in sorted(distances))
    labels: dict[str, dict[str, str]] = {}
    dates: dict[str, str] = {}
    for row in rows_of(engine, _NAMES.format(methods=methods)):
        slug = _local(row["method"])
        labels.setdefault(slug, {})[row["language"]] = row["label"]
        dates[slug] = row["introduced"]
    for slug in asked_for:
        if slug not in labels:
            raise NotFound("architecture", slug, nearest(slug, _all_slugs(engine)))
    members = [Member(slug, dict(sorted(own.items())), dates[slug], distances[slug]) for slug, own in labels.items()]
    return sorted(members, key=lambda member: (abs(member.distance), member.introduced, member.slug))


def rows_of(engine: Engine, query: str) -> list[dict[str, str]]:
    """The rows of a SELECT as plain text values by variable."""
    content = json.loads(engine.ask(Question(query, table_format="json")).whole())
    return [{name: cell["value"] for name, cell in row.items()} for row in content["results"]["bindings"]]


def _all_slugs(engine: Engine) -> list[str]:
    return [_local(row["method"]) for row in rows_of(engine, f"SELECT ?method {{ ?method a <{DGO}Method> }}")]


def _local(iri: str) -> str:
    return iri.removeprefix(BASE).partition("/")[2]
