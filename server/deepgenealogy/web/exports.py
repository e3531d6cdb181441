"""`/export/…`: dumps of one named graph or of the whole dataset, and the Graph Store Protocol's reads of the same."""

from flask import Blueprint, Response

from ..errors import NotFound
from ..export import dump
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import GRAPHS, nearest
from .desk import desk
from .negotiation import content_type

exports = Blueprint("exports", __name__)


@exports.get("/export/<name>.<suffix>")
def export(name: str, suffix: str) -> Response:
    """A dump: `all`, or the short name of a named graph, in the format that the suffix names."""
    names = ["all", *GRAPHS]
    if name not in names:
        raise NotFound("export", name, nearest(name, names) or names)
    if suffix not in GRAPH_FORMATS:
        raise NotFound("export format", suffix, nearest(suffix, GRAPH_FORMATS) or list(GRAPH_FORMATS))
    content = dump(desk().engine, desk().root, graph=name, format_name=suffix)
    filename = f"deepgenealogy-{name}.{suffix}"
    headers = {"Content-Disposition": f'inline; filename="{filename}"'}
    return Response(content, content_type=content_type(suffix), headers=headers)
