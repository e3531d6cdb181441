"""Every JSON-LD answer in the form that its asker wishes: expanded, flattened, framed; the context within or linked.

Views write compact documents; what stands here makes the other forms of them, after the view. That is work in
proportion to the document, so it is bounded: larger documents are had compacted, as they stream.
"""

import json
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ..errors import DeepGenealogyError, ParameterRefused
from ..export.nested import selected_document
from ..graph.context import linked_context, read_context, version_of
from ..graph.frames import Frame, read_frames
from ..graph.processing import FORMS as PROCESSED
from ..graph.processing import Processor
from ..vocabulary import nearest
from .desk import desk
from .problems import problem
from .profiles import JSON_LD, Wish, content_type_of, wish_of

Json = Any

#: The largest document of which another form is made, in bytes; about a second of work.
LARGEST_BYTES = 1_000_000

#: The same for a graph that is framed, in which each tree may hold the same nodes again.
LARGEST_FRAMED_BYTES = 100_000

_CATALOGUE = "/export/catalogue.jsonld"

#: The blueprint of contexts and frames, which have but one form.
_PUBLISHED = "jsonld"


class _TooLarge(DeepGenealogyError):
    """A document of which no other form is made."""


def teach_forms(app: Flask) -> None:
    """Have every JSON-LD answer of `app` come in the form that its asker wishes."""
    app.before_request(_note_wish)
    app.after_request(_grant)


def _note_wish() -> AnyResponse | None:
    """Reads the wish before anything is evaluated, so that one that cannot be granted costs nothing."""
    if request.blueprint == _PUBLISHED:
        return None
    g.wish = wish_of(request)
    if g.wish.frame and g.wish.frame not in (frames := read_frames(desk().root)):
        near = nearest(g.wish.frame, frames) or list(frames)
        raise ParameterRefused("frame", f"'{g.wish.frame[:80]}' is not published; did you mean {' or '.join(near)}?")
    if g.wish.frame == "catalogue" and request.path == "/export/all.jsonld":
        return redirect(request.script_root + _CATALOGUE, 303)
    return None


def _grant(response: Response) -> Response:
    if response.status_code != 200 or response.mimetype != JSON_LD or request.blueprint == _PUBLISHED:
        return response
    _tell_apart_alternates(response)
    if request.headers.get("Link"):
        response.vary.add("Link")
    wish: Wish = g.get("wish", Wish())
    if request.path == _CATALOGUE and (not wish or wish == Wish("framed", wish.frame)):
        response.headers["Content-Type"] = content_type_of("framed")
        return response
    if not wish or request.method == "HEAD":
        return response
    try:
        return _granted(response, wish)
    except _TooLarge as error:
        return problem(406, str(error), offers=[content_type_of("compacted")])
    except DeepGenealogyError as error:
        return current_app.make_response(current_app.handle_user_exception(error))


def _granted(response: Response, wish: Wish) -> Response:
    if wish == Wish("compacted"):
        response.headers["Content-Type"] = content_type_of(wish.form)
        return response
    is_of_asker = wish.form == "framed" and _kind() != "lineage" and not _thing()
    largest = LARGEST_FRAMED_BYTES if is_of_asker else LARGEST_BYTES
    document = json.loads(_whole(response, wish.form or "linked", largest))
    made = _made(document, wish)
    response.set_data(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = content_type_of(wish.form)
    return response


def _whole(response: Response, form: str, largest: int) -> bytes:
    """The bytes of an answer, which are not gathered beyond what can be worked on."""
    pieces, size = [], 0
    for piece in response.iter_encoded():
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            response.close()
            raise _too_large(form, largest)
    getattr(response.response, "close", tuple)()  # whoever made the pieces lets go of what they came from
    return b"".join(pieces)


def _too_large(form: str, largest: int) -> _TooLarge:
    return _TooLarge(
        f"the form '{form}' is made of documents of at most {largest} bytes, and this one is larger; "
        "ask for it as it is (compacted), or for a smaller part of the data"
    )


def _made(document: Json, wish: Wish) -> Json:
    own = document["@context"]
    if wish.form == "framed":
        frame, trees = _framed(document, wish.frame)
        return _in_context(trees, _given(frame.own_context, wish))
    if wish.form in PROCESSED:
        return PROCESSED[wish.form](Processor(own), document)
    return {**document, "@context": _given({}, wish)}


def _in_context(trees: list[Json], context: Json) -> Json:
    """One tree as the document itself, several as its graph."""
    return {"@context": context, **trees[0]} if len(trees) == 1 else {"@context": context, "@graph": trees}


def _given(own: dict[str, Any], wish: Wish) -> Json:
    """The context as the asker wishes it: carried, or by its address, with the keys that only a frame has."""
    shared = read_context(desk().root)
    if not wish.links_context:
        return {**shared, **own}
    address, base = linked_context(f"{request.url_root}context/{version_of(shared)}.jsonld")
    return [address, {**base, **own}]


def _framed(document: Json, name: str | None) -> tuple[Frame, list[Json]]:
    """The trees of the thing that was asked for, else of what the document holds, by the frame of its kind."""
    thing = _thing()
    kind = _kind()
    frames, root = read_frames(desk().root), desk().root
    if name is None and kind not in frames:
        raise ParameterRefused("frame", f"is needed for the form 'framed'; there are {', '.join(frames)}")
    frame = frames[name or kind]
    if not thing:
        return frame, frame.applied_to(document, repeats=kind == "lineage")
    if frame.name != kind:
        raise ParameterRefused("frame", f"'{frame.name}' has no tree for '{thing}'; {_fitting(kind, frames)}")
    selected = selected_document(desk().engine, root, frame.name, [thing])
    if len(json.dumps(selected)) > LARGEST_BYTES:
        raise _too_large("framed", LARGEST_BYTES)
    return frame, frame.applied_to(selected, [thing])


def _kind() -> str:
    """The first segment of the path: the kind of a thing, or the name of a service."""
    return request.path.split("/")[1]


def _fitting(kind: str, frames: dict[str, Frame]) -> str:
    return f"name '{kind}'" if kind in frames else "ask for it without a frame"


def _thing() -> str | None:
    """The thing that the request names, relative to the base; None where it names something else."""
    path = request.path.removeprefix("/")
    known = desk().things()
    stems = (path, path.rpartition(".")[0])
    return next((stem for stem in stems if stem in known and "/" in stem), None)


def _tell_apart_alternates(response: Response) -> None:
    """Of several links `alternate` PyLD's loader makes a list, which it then takes for one link, and fails.

    What is linked describes the thing as well, so both relations are named; that is another text to that loader.
    """
    link = response.headers.get("Link", "")
    if link.count('rel="alternate"') > 1:
        response.headers["Link"] = link.replace('rel="alternate"', 'rel="alternate describedby"')
