"""A lineage for people and programs: tree, JSON, JSON-LD, Graphviz DOT, Mermaid, GraphML, SVG. A format is a row."""

from collections.abc import Callable

from ..engine.lineage import Lineage
from .graphml import as_graphml
from .linked import as_json_ld
from .svg import as_svg
from .text import as_dot, as_json, as_mermaid, as_tree

#: Format name -> (media type, writer).
LINEAGE_FORMATS: dict[str, tuple[str, Callable[[Lineage], str]]] = {
    "json": ("application/json", as_json),
    "jsonld": ("application/ld+json", as_json_ld),
    "txt": ("text/plain", as_tree),
    "dot": ("text/vnd.graphviz", as_dot),
    "mmd": ("text/vnd.mermaid", as_mermaid),
    "graphml": ("application/graphml+xml", as_graphml),
    "svg": ("image/svg+xml", as_svg),
}

__all__ = ["LINEAGE_FORMATS"]
