"""Linksets of VoID: how many links of which kind lead from our things to which outside dataset.

A mapping names the graph that it leads to (`sssom:object_source`); an identifier leads to the site of its address.
Pages and look-ups are no links between datasets, and are left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from ..vocabulary import BASE, FOAF, PREFIXES, SKOS
from .nodes import Node
from .partitions import DOCUMENT
from .statements import Statement

_SSSOM = PREFIXES["sssom"]
_LINKING = frozenset(
    [
        *(f"{SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")),
        f"{PREFIXES['rdfs']}seeAlso",
        f"{PREFIXES['schema']}identifier",
    ]
)


def linkset_nodes(links: Sequence[Statement]) -> list[Node]:
    """A `void:Linkset` for each outside dataset and kind of link among the triples of `dg:graph/links`."""
    sources = _sources(links)
    counts = Counter(
        (_dataset_of(value[1:-1], sources), predicate)
        for _, predicate, value in links
        if predicate in _LINKING and value[0] == "<"
    )
    targets = [_target(name) for name in sorted({name for name, _ in counts})]
    return [*targets, *(_linkset(name, predicate, n) for (name, predicate), n in sorted(counts.items()))]


def _sources(links: Iterable[Statement]) -> dict[str, str]:
    """Outside thing -> the work that it is of, as the mappings say."""
    said = {key: {} for key in (f"{_SSSOM}object_id", f"{_SSSOM}object_source")}  # type: dict[str, dict[str, str]]
    for subject, predicate, value in links:
        if predicate in said and value[0] == subject[0] == "<":
            said[predicate][subject] = value[1:-1]
    things, works = said.values()
    return {thing: works[row] for row, thing in things.items()}


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
