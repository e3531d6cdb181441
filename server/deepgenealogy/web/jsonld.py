"""What JSON-LD documents refer to: the context, each of its versions, and the frames."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .. import __version__
from ..errors import NotFound
from ..graph.context import read_context, read_contexts
from ..graph.frames import read_frames
from ..vocabulary import nearest
from .desk import desk
from .profiles import content_type_of

jsonld = Blueprint("jsonld", __name__)

Json = Any

#: What a name leads to for ever is fetched once; what it leads to today, once a day.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


@jsonld.get("/context.jsonld")
def context() -> Response:
    """The context in force."""
    return _published({"@context": read_context(desk().root)}, "context", _FOR_A_DAY)


@jsonld.get("/context/<version>.jsonld")
def context_version(version: str) -> AnyResponse:
    """One version of the context, the same for ever; the number of this release leads to the version that it has."""
    contexts = read_contexts(desk().root)
    if version == __version__:
        return redirect(f"{request.script_root}/context/{next(iter(contexts))}.jsonld", 307)
    if version not in contexts:
        raise NotFound("version of the context", version, nearest(version, contexts) or list(contexts))
    return _published({"@context": contexts[version]}, "context", _FOR_EVER)


@jsonld.get("/frames/<name>.jsonld")
def frame(name: str) -> Response:
    """A published frame."""
    frames = read_frames(desk().root)
    if name not in frames:
        raise NotFound("frame", name, nearest(name, frames) or list(frames))
    return _published(frames[name].content, "frame", _FOR_A_DAY)


def _published(content: Json, profile: str, freshness: str) -> Response:
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return Response(text, content_type=content_type_of(profile), headers={"Cache-Control": freshness})
