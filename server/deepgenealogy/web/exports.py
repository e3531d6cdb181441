"""`/export/…`: dumps of one named graph or of the whole dataset, tables and bibliographies.

A dump is made piece by piece as it is read, in constant memory. So many are made at the same time (`export_limit`): a
reader who takes his time keeps others from dumps, and from nothing else.
"""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from ..engine.lanes import Lane
from ..engine.supervised import SupervisedEngine
from ..errors import Busy, NotFound
from ..export import FILES, dump
from ..export.apart import ApartDump
from ..graph.formats import BATCH, GRAPH_FORMATS
from ..vocabulary import GRAPHS, nearest
from .desk import desk
from .negotiation import content_type

exports = Blueprint("exports", __name__)

_LANE = "deepgenealogy.exports"


@exports.record
def make_room(state: BlueprintSetupState) -> None:
    """Gives the application its places for dumps."""
    settings = state.app.extensions["deepgenealogy"].settings
    state.app.extensions[_LANE] = Lane(settings.export_limit, 0, "export")


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
    return _made(
        lambda: _dump(name, suffix),
        content_type=content_type(suffix),
        headers=_named(f"deepgenealogy-{filename}"),
    )


def _dump(name: str, suffix: str) -> Iterator[bytes]:
    """A dump; a large one is made by a process of its own, so that this one stays free for light questions."""
    engine, root = desk().engine, desk().root
    sizes = engine.graph_sizes()
    quads = sum(sizes.values()) if name == "all" else sizes.get(GRAPHS[name], 0)
    if quads > BATCH and isinstance(engine, SupervisedEngine):
        return ApartDump(engine.snapshot, root, graph=name, format_name=suffix)
    return dump(engine, root, graph=name, format_name=suffix)


def _file(filename: str) -> Response:
    row = FILES[filename]
    charset = "; charset=utf-8" if row.media_type.startswith("text/") else ""
    return _made(lambda: row.write(desk().engine), content_type=row.media_type + charset, headers=_named(filename))


def _made(make: Callable[[], Any], **of_response: Any) -> Response:
    """The response with what `make` gives, holding a place for dumps until it is sent or left. Raises Busy."""
    lane: Lane = current_app.extensions[_LANE]
    if not lane.try_enter():
        raise Busy("too many dumps are being made; ask again later", retry_after_s=30, setting="export_limit")
    try:
        response = Response(make(), **of_response)
    except BaseException:
        lane.leave()
        raise
    response.call_on_close(lane.leave)
    return response


def _named(filename: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{filename}"'}
