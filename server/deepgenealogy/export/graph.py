"""`lineage.graphml`: every method and every derivation that holds, for networkx, Gephi, Cytoscape and yEd.

An edge leads from parent to child, so that `networkx.ancestors` means what it says.
"""

from collections.abc import Iterator

from ..drawing.graphml import Attributes, graphml
from ..engine.interface import Engine
from .catalogue import Derivation, Method, derivations, methods

Edge = tuple[str, str, Attributes]


def write_lineage_graph(engine: Engine) -> Iterator[bytes]:
    """The graph of descent as GraphML."""
    nodes, edges = lineage_graph(engine)
    return iter([graphml("lineage", nodes, edges).encode()])


def lineage_graph(engine: Engine) -> tuple[dict[str, Attributes], list[Edge]]:
    """Nodes by slug and edges (parent, child), both with plain attributes; rejected derivations are no edges."""
    nodes = {slug: _node(method) for slug, method in methods(engine).items()}
    edges = [(row.parent, row.child, _edge(row)) for row in derivations(engine) if not row.rejected]
    return nodes, edges


def _node(method: Method) -> Attributes:
    return {
        "label": method.names.get("en", method.slug),
        "labelZh": method.names.get("zh", ""),
        "iri": method.iri,
        "type": method.kind,
        "introduced": method.introduced,
        "year": int(method.not_before[:4] or 0),
        "paper": method.paper,
        "families": ";".join(method.families),
        "tasks": ";".join(method.tasks),
    }


def _edge(row: Derivation) -> Attributes:
    return {
        "label": row.kind,
        "iri": row.iri,
        "kind": row.kind,
        "paper": row.paper,
        "harvestedFrom": row.harvested_from,
        "locator": row.locator,
        "certainty": row.certainty,
        "checkedAgainst": row.checked_against,
        "rationale": row.rationale.get("en", ""),
    }
