"""The whole genealogy at once: every method, every derivation, refused derivation and use, families and tasks.

It is what the map draws. A handful of questions without paths fetch it, in time proportional to the answer.
"""

from dataclasses import dataclass

from ..vocabulary import BASE, DGO
from .interface import Engine
from .lineage import TRUE, rows_of

_PREFIXES = f"""PREFIX dgo: <{DGO}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_METHODS = """SELECT ?method ?introduced ?first (EXISTS { ?method a dgo:LearningAlgorithm } AS ?isAlgorithm)
  (EXISTS { ?method dgo:harvestedFrom ?source } AS ?isHarvested)
WHERE { ?method a dgo:Method ; dgo:introduced ?introduced ; dgo:notBefore ?first }"""
_LABELS = """SELECT ?thing ?label (LANG(?label) AS ?language)
WHERE { VALUES ?class { dgo:Method dgo:Family dgo:Task } ?thing a ?class ; rdfs:label ?label }"""
_MEMBERS = "SELECT ?method ?concept WHERE { ?method dgo:memberOf|dgo:addressesTask ?concept }"
_CONCEPTS = """SELECT ?concept ?broader
WHERE { VALUES ?class { dgo:Family dgo:Task } ?concept a ?class OPTIONAL { ?concept skos:broader ?broader } }"""
_LINKS = """SELECT ?child ?other ?kind ?certainty ?class WHERE {
  VALUES ?class { dgo:Derivation dgo:RejectedDerivation dgo:ComponentUse }
  ?link a ?class ; dgo:child ?child ; dgo:parent|dgo:component ?other ; dgo:certainty ?certainty .
  OPTIONAL { ?link dgo:kind ?kind }
}"""


@dataclass(frozen=True)
class Method:
    """A method: its slug, names by language, date as known and first possible day, families and tasks by their ids.

    A harvested one comes from a program's list of models; where nobody has found what it derives from, it has no place
    in the tree yet.
    """

    slug: str
    label: dict[str, str]
    introduced: str
    first: str
    is_algorithm: bool
    families: tuple[str, ...]
    tasks: tuple[str, ...]
    is_harvested: bool = False


@dataclass(frozen=True)
class Link:
    """From child to parent, or to the component used; `standing` is Derivation, RejectedDerivation or ComponentUse."""

    child: str
    parent: str
    kind: str
    certainty: str
    standing: str


@dataclass(frozen=True)
class Concept:
    """A family or a task: its id (`family/recurrent-networks`), names by language, and what it is narrower than."""

    identity: str
    label: dict[str, str]
    broader: tuple[str, ...]


@dataclass(frozen=True)
class Genealogy:
    """Everything, in a fixed order: methods by date, links by their ends, concepts by id."""

    methods: list[Method]
    links: list[Link]
    families: list[Concept]
    tasks: list[Concept]


def genealogy(engine: Engine) -> Genealogy:
    """The whole genealogy in the present state of the engine."""
    labels: dict[str, dict[str, str]] = {}
    for row in _rows(engine, _LABELS):
        labels.setdefault(_id(row["thing"]), {})[row["language"]] = row["label"]
    methods = _methods(engine, labels)
    known = {method.slug for method in methods}
    concepts = _concepts(engine, labels)
    return Genealogy(
        methods,
        [link for link in _links(engine) if link.child in known and link.parent in known],
        [concept for concept in concepts if concept.identity.startswith("family/")],
        [concept for concept in concepts if concept.identity.startswith("task/")],
    )


def _methods(engine: Engine, labels: dict[str, dict[str, str]]) -> list[Method]:
    members: dict[str, set[str]] = {}
    for row in _rows(engine, _MEMBERS):
        members.setdefault(_id(row["method"]), set()).add(_id(row["concept"]))
    found: dict[str, Method] = {}
    for row in _rows(engine, _METHODS):
        identity = _id(row["method"])
        slug, of = identity.partition("/")[2], sorted(members.get(identity, ()))
        found[slug] = Method(
            slug,
            dict(sorted(labels.get(identity, {}).items())),
            row["introduced"],
            row["first"],
            row["isAlgorithm"] in TRUE,
            tuple(one for one in of if one.startswith("family/")),
            tuple(one for one in of if one.startswith("task/")),
            row["isHarvested"] in TRUE,
        )
    return sorted(found.values(), key=lambda method: (method.first, method.slug))


def _links(engine: Engine) -> list[Link]:
    found = {
        Link(
            _id(row["child"]).partition("/")[2],
            _id(row["other"]).partition("/")[2],
            row.get("kind", "").removeprefix(DGO),
            row["certainty"],
            row["class"].removeprefix(DGO),
        )
        for row in _rows(engine, _LINKS)
    }
    return sorted(found, key=lambda link: (link.child, link.parent, link.standing, link.kind))


def _concepts(engine: Engine, labels: dict[str, dict[str, str]]) -> list[Concept]:
    broader: dict[str, set[str]] = {}
    for row in _rows(engine, _CONCEPTS):
        above = broader.setdefault(_id(row["concept"]), set())
        above |= {_id(row["broader"])} if "broader" in row else set()
    return [
        Concept(identity, dict(sorted(labels.get(identity, {}).items())), tuple(sorted(above)))
        for identity, above in sorted(broader.items())
    ]


def _rows(engine: Engine, query: str) -> list[dict[str, str]]:
    return rows_of(engine, _PREFIXES + query)


def _id(iri: str) -> str:
    return iri.removeprefix(BASE)
