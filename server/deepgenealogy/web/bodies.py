"""RDF that a request carries: which syntax, which bytes; a multipart body is taken apart. No RDF is parsed here.

Parsing belongs to the process that writes, under its limits (see `engine.parsing`).
"""

from collections.abc import Iterator
from pathlib import PurePath

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from ..engine.writing import Body
from ..errors import BodyRefused
from ..graph.formats import GRAPH_FORMATS
from .parameters import WrongMediaType, check_coding

#: Media type -> name of the format.
READABLE = {row.media_type: row.name for row in GRAPH_FORMATS.values()}

_MULTIPART = "multipart/form-data"

#: No request needs more parts than this.
_MOST_PARTS = 200

#: What programs write into a part whose kind they do not know; its file name then tells.
_UNKNOWN = ("", "application/octet-stream")


def bodies_of(request: Request) -> list[Body]:
    """The RDF documents of a request: one, or one for each part of a multipart POST; none when the body is empty.

    A body without a media type is read as RDF/XML, as the Graph Store Protocol says (section 5). Raises WrongMediaType
    and BodyRefused.
    """
    if request.method == "POST" and request.mimetype == _MULTIPART:
        return list(_parts(request))
    content = request.get_data()
    if not request.mimetype and not content:
        return []
    check_coding(request, READABLE)
    format_name = _format(request.mimetype or GRAPH_FORMATS["rdf"].media_type)
    return [Body(format_name, content)] if content else []


def _format(media_type: str) -> str:
    name = READABLE.get(media_type)
    if name is None:
        named = f"'{media_type[:80]}' is no RDF syntax" if media_type else "the media type is missing"
        raise WrongMediaType(f"{named} that is read here; send one of {', '.join(READABLE)}", READABLE)
    return name


def _parts(request: Request) -> Iterator[Body]:
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary or not boundary.isascii():
        raise BodyRefused("a multipart body needs a boundary in its Content-Type")
    decoder = MultipartDecoder(boundary.encode("ascii"), max_parts=_MOST_PARTS)
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    try:
        yield from _decoded(decoder)
    except ValueError as problem:
        raise BodyRefused(f"the multipart body cannot be taken apart: {problem}") from problem


def _decoded(decoder: MultipartDecoder) -> Iterator[Body]:
    format_name, content = "", b""
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field | File):
            format_name, content = _format_of_part(event.headers, getattr(event, "filename", "")), b""
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                yield Body(format_name, content)


def _format_of_part(headers: Headers, filename: str) -> str:
    media_type, _ = parse_options_header(headers.get("Content-Type", ""))
    suffix = PurePath(filename).suffix.removeprefix(".")
    if media_type in _UNKNOWN and suffix in GRAPH_FORMATS:
        return suffix
    return _format(media_type)
