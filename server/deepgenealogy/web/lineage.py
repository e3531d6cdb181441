"""`/lineage/<slug>`: the line of a method, or two methods compared, in every format: by suffix, `?format=`, Accept."""

from typing import Any, TypeVar

from flask import Blueprint, Response, request
from werkzeug.datastructures import MIMEAccept

from ..drawing import LINEAGE_FORMATS
from ..engine.comparison import SHOWS, compare
from ..engine.lineage import DIRECTIONS, Lineage, lineage_of
from ..errors import ParameterRefused
from .desk import desk
from .negotiation import NotAcceptable, accepted

lineage = Blueprint("lineage", __name__)

Choice = TypeVar("Choice", bound=str)

_BY_MEDIA_TYPE = {media_type: name for name, (media_type, _) in LINEAGE_FORMATS.items()}


@lineage.get("/lineage/<slug>")
def answer(slug: str) -> Response:
    """The lineage of a method, bounded by `direction` and `depth`; or, `with` another, what `show` compares."""
    stem, _, suffix = slug.rpartition(".")
    slug, name = (stem, suffix) if stem and suffix in LINEAGE_FORMATS else (slug, _format())
    media_type, write = LINEAGE_FORMATS[name]
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(write(_asked(slug)), content_type=media_type + charset)


def _asked(slug: str) -> Lineage:
    other = request.args.get("with")
    if other is None:
        if "show" in request.args:
            raise ParameterRefused("show", "compares two methods; name the other by 'with'")
        direction = _choice("direction", DIRECTIONS)
        return lineage_of(desk().engine, slug, direction=direction, depth=_depth())
    for bound in ("direction", "depth"):
        if bound in request.args:
            raise ParameterRefused(bound, "is not known to a comparison; leave it out, or leave out 'with'")
    return compare(desk().engine, slug, other, show=_choice("show", SHOWS))


def _format() -> str:
    """The format of `?format=`, else the one that Accept likes best; JSON where it likes all the same."""
    asked = request.args.get("format")
    if asked is not None:
        name = _BY_MEDIA_TYPE.get(asked.strip().lower().replace(" ", "+"), asked)
        if name not in LINEAGE_FORMATS:
            raise ParameterRefused("format", f"must be one of {', '.join(LINEAGE_FORMATS)}, not '{asked[:40]}'")
        return name
    plain = MIMEAccept((value.partition(";")[0].strip(), quality) for value, quality in accepted(request))
    if not plain:
        return "json"
    media_type = plain.best_match(_BY_MEDIA_TYPE)
    if media_type is None:
        raise NotAcceptable(LINEAGE_FORMATS, {name: row[0] for name, row in LINEAGE_FORMATS.items()})
    return _BY_MEDIA_TYPE[media_type]


def _choice(parameter: str, choices: tuple[Choice, ...]) -> Choice:
    """The value of a parameter, or the first of its choices where it is not given."""
    value: Any = request.args.get(parameter, choices[0])
    if value not in choices:
        raise ParameterRefused(parameter, f"must be one of {', '.join(choices)}, not '{value[:40]}'")
    return value  # type: ignore[no-any-return]


def _depth() -> int | None:
    value = request.args.get("depth")
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise ParameterRefused("depth", f"must be a whole number, not '{value[:40]}'")
    return int(value)
