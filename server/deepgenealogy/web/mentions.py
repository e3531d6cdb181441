"""What a description mentions and does not name: asked for, so that a page can call all of it by a name.

Claims, entries, repairs have no label; they are called by what is said of them (see `titles`), which is fetched here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode, Quad

from ..engine.interface import Question
from ..graph.compact import Compactor
from ..graph.context import expand, read_context
from ..graph.formats import read_triples
from ..vocabulary import BASE, RDF_TYPE, RDFS
from .desk import desk
from .titles import NAMING, Node, id_of

#: Segments of things that have no label.
_UNLABELLED = (
    *("entry/", "heading/", "repair/", "claim/", "picture/", "reading/"),
    *("derivation/", "use/", "reuse/", "mapping/"),
)

#: More than a description ever mentions by two of its properties.
_MOST = 400


def mentioned(nodes: Iterable[Node]) -> dict[str, Node]:
    """What things that the nodes mention are called by: id -> node, with the labels of its ends."""
    told = {node["@id"] for node in nodes if any(key in node for key in ("label", *NAMING))}
    unnamed = sorted({iri for node in nodes for iri in _ids(node)} - told)[:_MOST]
    if not unnamed:
        return {}
    first = _asked(unnamed, [f"{RDFS}label", RDF_TYPE, *_naming()])
    ends = {iri for node in first.values() for iri in _ends(node)} - told - first.keys()
    return {**first, **(_asked(sorted(ends), [f"{RDFS}label"]) if ends else {})}


def _ids(node: Node) -> Iterator[str]:
    for value in node.values():
        for one in value if isinstance(value, list) else [value]:
            iri = id_of(one) if isinstance(one, str | dict) else ""
            if iri.startswith(_UNLABELLED):
                yield iri


def _ends(node: Node) -> list[str]:
    found = (id_of(node.get(key)) for key in NAMING)
    return [iri for iri in found if "/" in iri and not iri.startswith("http")]


def _naming() -> list[str]:
    context = read_context(desk().root)
    return [expand(context, key) for key in NAMING]


def _asked(ids: Iterable[str], properties: Iterable[str]) -> dict[str, Node]:
    things = " ".join(str(iri) for iri in map(_iri, ids) if iri)
    named = " ".join(f"<{iri}>" for iri in properties)
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {things} }} VALUES ?p {{ {named} }} ?s ?p ?o }}"
    quads: list[Quad] = read_triples(desk().engine.ask(Question(text, None, "nt", default_graphs=desk().union)).whole())
    found: list[Mapping[str, Any]] = Compactor(read_context(desk().root)).nodes(quad.triple for quad in quads)
    return {node["@id"]: node for node in found}


def _iri(identity: str) -> NamedNode | None:
    try:
        return NamedNode(BASE + identity)
    except ValueError:
        return None
