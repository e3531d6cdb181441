"""Linksets of VoID: how many links of which kind lead from our things to which outside dataset.

A mapping names the graph that it leads to (`sssom:object_source`); an identifier leads to the site of its address.
Pages and look-ups are no links between datasets, and are left out.
"""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from pyoxigraph import NamedNode, Quad

from ..vocabulary import BASE, FOAF, GRAPHS, PREFIXES, SKOS
from .nodes import Node
from .partitions import DOCUMENT

_SSSOM = PREFIXES["sssom"]
_LINKING = frozenset(
    [
        *(f"{SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")),
        f"{PREFIXES['rdfs']}seeAlso",
        f"{PREFIXES['schema']}identifier",
    ]
)


def linkset_nodes(quads: Iterable[Quad]) -> list[Node]:
    """A `void:Linkset` for each outside dataset and kind of link among the quads of `dg:graph/links`."""
    links = [quad for quad in quads if getattr(quad.graph_name, "value", "") == GRAPHS["links"]]
    sources = _sources(links)
    counts = Counter(
        (_dataset_of(quad.object.value, sources), quad.predicate.value)
        for quad in links
        if quad.predicate.value in _LINKING and isinstance(quad.object, NamedNode)
    )
    targets = [_target(name) for name in sorted({name for name, _ in counts})]
    return [*targets, *(_linkset(name, predicate, n) for (name, predicate), n in sorted(counts.items()))]


def _sources(links: Iterable[Quad]) -> dict[str, str]:
    """Outside thing -> the work that it is of, as the mappings say."""
    said = {key: {} for key in ("object_id", "object_source")}  # type: dict[str, dict[str, str]]
    for quad in links:
        key = quad.predicate.value.removeprefix(_SSSOM)
        if key in said and isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
            said[key][quad.subject.value] = quad.object.value
    return {thing: said["object_source"][row] for row, thing in said["object_id"].items()}


def _dataset_of(iri: str, sources: dict[str, str]) -> str:
    """The IRI of the outside dataset relative to the base: of its record, else one made from the site."""
    work = sources.get(iri)
    return work.removeprefix(BASE) if work else f"{DOCUMENT}#site--{urlsplit(iri).netloc}"


def _target(name: str) -> Node:
    site = name.rpartition("--")[2] if "#site--" in name else ""
    home = {FOAF + "homepage": {"@id": f"https://{site}/"}, "schema:name": site} if site else {}
    return {"@id": name, "@type": "void:Dataset", **home}


def _linkset(name: str, predicate: str, count: int) -> Node:
    own = name.rpartition("/")[2].rpartition("--")[2]
    local = predicate.replace("#", "/").rpartition("/")[2]
    return {
        "@id": f"{DOCUMENT}#links--{own}--{local}",
        "@type": "void:Linkset",
        "void:subjectsTarget": {"@id": "dataset"},
        "void:objectsTarget": {"@id": name},
        "void:linkPredicate": {"@id": predicate},
        "void:triples": count,
    }
