"""The routes of the service: requests read, answers written as JSON, or as a script for `callback`."""

import json
import re
import time
from collections.abc import Callable

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from ...engine.reconciliation.kinds import PROPERTIES, TYPES, properties_of, type_of
from ...engine.reconciliation.matchers import Matchers
from ...engine.reconciliation.scoring import Matcher
from ...errors import ParameterRefused, TimeLimitReached
from ..desk import desk
from ..parameters import Parameters, parameters_in_address, parameters_of_form
from .manifest import manifest
from .reading import Json, read_batch, read_extension
from .suggestion import flyout, suggested, thing_with
from .writing import description, extension_json, property_json, results

reconciliation = Blueprint("reconciliation", __name__)

_EXTENSION = "deepgenealogy.reconciliation"

#: Names of functions by which a script may ask (JSONP): nothing that could be more than a name.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,5}", re.ASCII)

#: A preview stands in a frame of the page that asks; it loads nothing and runs nothing.
_PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)

#: What a preview says of a thing, in this order, as far as it has it.
_SHOWN = ("fullName", "author", "venue", "derivesFrom", "addressesTask", "memberOf", "introduces", "broader")


@reconciliation.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = Matchers()


def _matcher() -> Matcher:
    matchers: Matchers = current_app.extensions[_EXTENSION]
    return matchers.of(desk().engine, desk().root)


def _patience() -> Callable[[], None]:
    """Raises TimeLimitReached when called after the longest time that a query may take."""
    limit_s = desk().settings.query_time_limit_s
    end = time.monotonic() + limit_s

    def go_on() -> None:
        if time.monotonic() > end:
            raise TimeLimitReached(f"the batch took more than {limit_s:g} s; send a smaller one")

    return go_on


@reconciliation.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """The manifest; with `queries` the candidates of a batch of names, with `extend` the values of properties."""
    given = parameters_of_form(request)
    queries, extension = given.one("queries"), given.one("extend")
    if queries is not None and extension is not None:
        raise ParameterRefused("extend", "is given beside 'queries'; send them in requests of their own")
    if queries is not None:
        return _reply(results(_matcher(), read_batch(queries), _patience()), given)
    if extension is not None:
        return _reply(extension_json(_matcher().gazetteer, read_extension(extension), _patience()), given)
    if request.method == "POST" or given.one("query") is not None:
        raise ParameterRefused("queries", 'is missing: send {"q0": {"query": "ResNet"}} in it, as version 0.2 has it')
    return _reply(manifest(request.url_root), given)


@reconciliation.get("/reconcile/suggest/<kind>")
def suggest(kind: str) -> Response:
    """What begins as `prefix` does: things, types or properties."""
    given = parameters_in_address(request)
    return _reply(suggested(_matcher(), kind, given.one("prefix") or "", _whole(given, "cursor", 0)), given)


@reconciliation.get("/reconcile/flyout/<kind>")
def fly(kind: str) -> Response:
    """The small card of a suggestion."""
    given = parameters_in_address(request)
    return _reply(flyout(_matcher(), kind, _needed(given, "id")), given)


@reconciliation.get("/reconcile/properties")
def propose() -> Response:
    """The properties that things of a type have."""
    given = parameters_in_address(request)
    wanted, limit = given.one("type"), _whole(given, "limit", len(PROPERTIES))
    rows = properties_of(type_of(wanted).id) if wanted else list(PROPERTIES.values())
    asked = {"type": wanted} if wanted else {}
    return _reply({"properties": [property_json(row) for row in rows[:limit]], "limit": limit, **asked}, given)


@reconciliation.get("/reconcile/preview")
def preview() -> Response:
    """A page about one thing, small enough for the frame that the manifest gives."""
    gazetteer = _matcher().gazetteer
    thing = thing_with(gazetteer, _needed(parameters_in_address(request), "id"))
    facts = [(PROPERTIES[name].name, gazetteer.values(thing, PROPERTIES[name])) for name in _SHOWN]
    named = {
        label: ", ".join(
            gazetteer.things[value.text].name if value.text in gazetteer.things else value.text for value in own
        )
        for label, values in facts
        if (own := [value for value in values if value.language in ("", "en")])
    }
    page = render_template(
        "reconciliation/preview.html",
        thing=thing,
        types=[TYPES[name].name for name in thing.types],
        chinese=thing.text_of(PROPERTIES["label"].predicate, "zh"),
        line=description(gazetteer, thing),
        definition=thing.text_of(PROPERTIES["definition"].predicate),
        facts=named,
        address=f"{request.url_root}{thing.id}",
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


def _reply(body: Json, given: Parameters) -> Response:
    # A lone surrogate, which JSON can write and UTF-8 cannot, goes back as it came: escaped.
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    callback = given.one("callback")
    if callback is None:
        return Response(text + b"\n", content_type="application/json")
    if not _CALLBACK.fullmatch(callback):
        raise ParameterRefused("callback", "must be the name of a function")
    script = text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return Response(
        b"/**/" + callback.encode() + b"(" + script + b");\n", content_type="text/javascript; charset=utf-8"
    )


def _needed(given: Parameters, name: str) -> str:
    value = given.one(name)
    if not value:
        raise ParameterRefused(name, "is missing: it names what is asked for, as in ?id=architecture/resnet")
    return value


def _whole(given: Parameters, name: str, default: int) -> int:
    value = given.one(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise ParameterRefused(name, f"must be a whole number from 0, not '{value[:40]}'")
    return int(value)
