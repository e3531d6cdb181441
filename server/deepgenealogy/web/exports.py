"""`/export/…`: dumps of one named graph or of the whole dataset, tables and bibliographies."""

from flask import Blueprint, Response

from ..errors import NotFound
from ..export import FILES, dump
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import GRAPHS, nearest
from .desk import desk
from .negotiation import content_type

exports = Blueprint("exports", __name__)


@exports.get("/export/<name>.<suffix>")
def export(name: str, suffix: str) -> Response:
    """A table or bibliography by its name; else a dump of `all` or of a named graph, in the format of the suffix."""
    if (filename := f"{name}.{suffix}") in FILES:
        return _file(filename)
    names = ["all", *GRAPHS, *FILES]
    if name not in ("all", *GRAPHS):
        raise NotFound("export", name, nearest(name, names) or names)
    if suffix not in GRAPH_FORMATS:
        raise NotFound("export format", suffix, nearest(suffix, GRAPH_FORMATS) or list(GRAPH_FORMATS))
    content = dump(desk().engine, desk().root, graph=name, format_name=suffix)
    return Response(content, content_type=content_type(suffix), headers=_named(f"deepgenealogy-{filename}"))


def _file(filename: str) -> Response:
    row = FILES[filename]
    charset = "; charset=utf-8" if row.media_type.startswith("text/") else ""
    return Response(row.write(desk().engine), content_type=row.media_type + charset, headers=_named(filename))


def _named(filename: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{filename}"'}
