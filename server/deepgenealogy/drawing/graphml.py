"""GraphML of a lineage, and of any graph with plain attributes. http://graphml.graphdrawing.org/specification.html

An edge leads from parent to child.
"""

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..engine.lineage import Lineage
from ..vocabulary import BASE
from .words import name

#: Attributes of a node or an edge: texts and whole numbers.
Attributes = Mapping[str, str | int]

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"


def as_graphml(lineage: Lineage) -> str:
    """The lineage as GraphML: distance and date of its members, kind and evidence of its derivations as attributes."""
    nodes: dict[str, Attributes] = {
        member.slug: {
            "label": name(member),
            "labelZh": member.label.get("zh", ""),
            "iri": f"{BASE}architecture/{member.slug}",
            "introduced": member.introduced,
            "year": int(member.introduced[:4]),
            "distance": member.distance,
        }
        for member in lineage.members
    }
    edges = (
        (d.parent, d.child, {"label": d.kind, "kind": d.kind, "paper": d.paper, "certainty": d.certainty})
        for d in lineage.derivations
    )
    return graphml(lineage.start, nodes, edges)


def graphml(identity: str, nodes: Mapping[str, Attributes], edges: Iterable[tuple[str, str, Attributes]]) -> str:
    """A directed graph as GraphML: nodes by identifier, edges as (source, target, attributes), without empty texts."""
    rows = list(edges)
    root = Element("graphml", xmlns=_NAMESPACE)
    _declare(root, "node", nodes.values())
    _declare(root, "edge", (attributes for *_, attributes in rows))
    graph = SubElement(root, "graph", id=identity, edgedefault="directed")
    for node, attributes in nodes.items():
        _fill(SubElement(graph, "node", id=node), "node", attributes)
    for source, target, attributes in rows:
        _fill(SubElement(graph, "edge", source=source, target=target), "edge", attributes)
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _declare(root: Element, domain: str, everything: Iterable[Attributes]) -> None:
    types = {key: "int" if isinstance(value, int) else "string" for row in everything for key, value in row.items()}
    for key, type_name in types.items():
        SubElement(root, "key", {"id": f"{domain}-{key}", "for": domain, "attr.name": key, "attr.type": type_name})


def _fill(element: Element, domain: str, attributes: Attributes) -> None:
    for key, value in attributes.items():
        if value != "":
            SubElement(element, "data", key=f"{domain}-{key}").text = str(value)
