"""`/lineage/<slug>`: ancestors and descendants of a method, in the format that the suffix names; JSON without one."""

from flask import Blueprint, Response, request

from ..drawing import LINEAGE_FORMATS
from ..engine.lineage import DIRECTIONS, Direction, lineage_of
from ..errors import ParameterRefused
from .desk import desk

lineage = Blueprint("lineage", __name__)


@lineage.get("/lineage/<slug>")
def answer(slug: str) -> Response:
    """The lineage of a method, bounded by `direction` and `depth`."""
    stem, _, suffix = slug.rpartition(".")
    name, slug = (suffix, stem) if stem and suffix in LINEAGE_FORMATS else ("json", slug)
    media_type, write = LINEAGE_FORMATS[name]
    found = lineage_of(desk().engine, slug, direction=_direction(), depth=_depth())
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(write(found), content_type=media_type + charset)


def _direction() -> Direction:
    value = request.args.get("direction", "ancestors")
    if value not in DIRECTIONS:
        raise ParameterRefused("direction", f"must be one of {', '.join(DIRECTIONS)}, not '{value[:40]}'")
    return value


def _depth() -> int | None:
    value = request.args.get("depth")
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise ParameterRefused("depth", f"must be a whole number, not '{value[:40]}'")
    return int(value)
