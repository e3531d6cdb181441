"""`/openapi.json`: the description of the API (OpenAPI 3.1), made from the tables that the server itself works from."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request

from .. import __version__
from ..drawing import LINEAGE_FORMATS
from ..engine.lineage import DIRECTIONS
from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import GRAPHS
from .desk import desk
from .negotiation import MEDIA_TYPES
from .things import FORMATS, SEGMENTS

openapi = Blueprint("openapi", __name__)

Json = dict[str, Any]

_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "the X-Request-Id under which the server noted it"},
    },
}
_FAILURES = {
    "400": "the request cannot be understood",
    "403": "the server takes no writes, or not with this token",
    "404": "there is no such thing; near names are given",
    "406": "none of the accepted formats can be had; those on offer are given",
    "413": "the request is too large",
    "503": "every place is taken; Retry-After says when to ask again",
    "504": "the query was not answered in time",
    "507": "the query needs more memory, or has a larger answer, than is allowed",
}
_TEXT: Json = {"type": "string"}
_ARRAY: Json = {"type": "array", "items": _TEXT}


@openapi.get("/openapi.json")
def description() -> Response:
    """The description, with this server's own address in it."""
    body = {
        "openapi": "3.1.0",
        "info": {
            "title": "Deep Genealogy",
            "version": __version__,
            "description": "The family tree of deep-learning architectures as linked data.",
            "license": {"name": "Data: CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": request.url_root.rstrip("/")}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
            "responses": _failures(),
        },
    }
    return Response(json.dumps(body, indent=1), content_type="application/json")


def _paths() -> dict[str, Json]:
    return {**_protocol(), **_pages(), **_questions(), **_search(), **_files(), **_plain()}


def _protocol() -> dict[str, Json]:
    """SPARQL 1.1 Protocol and the reads of the Graph Store HTTP Protocol."""
    formats = [*_media(TABLE_FORMATS), *_media(GRAPH_FORMATS)]
    dataset = [_query("default-graph-uri", _ARRAY), _query("named-graph-uri", _ARRAY)]
    asked = [_query("query", _TEXT), *dataset, _query("format", _names([*TABLE_FORMATS, *GRAPH_FORMATS]))]
    graph = [_query("graph", _TEXT), _query("default", {"type": "string", "maxLength": 0})]
    posted = {**_operation("queryByPost", "SPARQL query", formats, dataset), "requestBody": _body("query")}
    changed = {**_operation("update", "SPARQL update", []), "requestBody": _body("update"), "security": [{"token": []}]}
    return {
        "/sparql": {
            "get": _operation("query", "SPARQL query; without one, the service description", formats, asked),
            "post": posted,
        },
        "/update": {"post": changed},
        "/store": {"get": _operation("readGraph", "A graph of the store", _media(GRAPH_FORMATS), graph)},
    }


def _body(operation: str) -> Json:
    """Both forms of POST: a form with the field `operation`, or the text itself."""
    form = {"type": "object", "properties": {operation: _TEXT}, "required": [operation]}
    forms = {"application/x-www-form-urlencoded": form, f"application/sparql-{operation}": _TEXT}
    return {"content": {media_type: {"schema": schema} for media_type, schema in forms.items()}}


def _pages() -> dict[str, Json]:
    formats = _media(FORMATS)
    things = {
        f"/{segment}/{{slug}}": {
            "get": _operation(segment, f"One {segment}", formats, [_slug(segment), _format(FORMATS)])
        }
        for segment in SEGMENTS
    }
    ontology = {"get": _operation("ontology", "The ontology", formats, [_format(FORMATS)])}
    return {**things, "/ontology": ontology, "/": {"get": _operation("home", "The front page", ["text/html"])}}


def _questions() -> dict[str, Json]:
    """Each published question has an operation of its own, with its parameters and their examples."""
    formats = ["text/html", *_media(TABLE_FORMATS), *_media(GRAPH_FORMATS)]
    listed = _operation("questions", "The published questions", ["application/json", "text/html"])
    paths: dict[str, Json] = {"/queries": {"get": listed}}
    for question in desk().questions.values():
        parameters = [
            {**_query(parameter.name, _TEXT), "description": parameter.meaning["en"]}
            for parameter in question.parameters
        ]
        operation = _operation(
            f"ask-{question.name}", question.title["en"], formats, [*parameters, _format(TABLE_FORMATS)]
        )
        paths[f"/queries/{question.name}"] = {"get": operation}
    return paths


def _search() -> dict[str, Json]:
    words = {**_query("q", {"type": "string", "minLength": 1, "maxLength": 200}), "required": True}
    most = _query("limit", {"type": "integer", "minimum": 1, "maximum": 200})
    summary = "Names, aliases and titles, in English and Chinese"
    return {"/search": {"get": _operation("search", summary, ["application/json"], [words, most])}}


def _files() -> dict[str, Json]:
    drawn = [row[0] for row in LINEAGE_FORMATS.values()]
    bounds = [
        _query("direction", _names(DIRECTIONS)),
        _query("depth", {"type": "integer", "minimum": 0, "maximum": 999_999}),
    ]
    named = {**_in_path("name"), "schema": _names(["all", *GRAPHS])}
    suffix = {**_in_path("suffix"), "schema": _names(GRAPH_FORMATS)}
    return {
        "/lineage/{slug}": {
            "get": _operation(
                "lineage", "Ancestors and descendants of a method", drawn, [_slug("architecture"), *bounds]
            )
        },
        "/export/{name}.{suffix}": {"get": _operation("export", "A dump", _media(GRAPH_FORMATS), [named, suffix])},
        "/graph/{name}": {"get": _operation("graph", "A named graph", _media(GRAPH_FORMATS), [_in_path("name")])},
        "/frames/{name}.jsonld": {
            "get": _operation("frame", "A JSON-LD frame", ["application/ld+json"], [_in_path("name")])
        },
    }


def _plain() -> dict[str, Json]:
    rows = {
        "/context.jsonld": ("context", "The JSON-LD context", "application/ld+json"),
        "/healthz": ("health", "200 when questions can be asked", "application/json"),
        "/metrics": ("metrics", "Figures in Prometheus form", "text/plain"),
        "/openapi.json": ("description", "This description", "application/json"),
    }
    return {path: {"get": _operation(name, words, [media])} for path, (name, words, media) in rows.items()}


def _operation(name: str, summary: str, media: Iterable[str], parameters: Iterable[Json] = ()) -> Json:
    failures = {status: {"$ref": f"#/components/responses/{status}"} for status in _FAILURES}
    answer = {"description": summary, "content": {media_type: {} for media_type in media}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": answer, "304": {"description": "the asker holds the answer already"}, **failures},
    }


def _failures() -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words, "content": content} for status, words in _FAILURES.items()}


def _media(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(MEDIA_TYPES[name] for name in names))


def _names(names: Iterable[str]) -> Json:
    return {"type": "string", "enum": list(names)}


def _query(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _format(names: Iterable[str]) -> Json:
    return _query("format", _names(names))


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _slug(segment: str) -> Json:
    """The slug of a thing, with one that is there as the example."""
    slugs = [thing.partition("/")[2] for thing in desk().things() if thing.startswith(f"{segment}/")]
    example = {"example": min(slugs)} if slugs else {}
    return {**_in_path("slug"), "description": "a slug, also with a suffix that names the format", **example}
