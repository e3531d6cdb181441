"""The pieces that descriptions of operations are made of: parameters, bodies, answers, failures."""

from collections.abc import Iterable
from typing import Any

from ..desk import desk
from ..negotiation import MEDIA_TYPES

Json = dict[str, Any]

FAILURES = {
    "400": "the request cannot be understood",
    "403": "the server takes no writes, or not with this token",
    "404": "there is no such thing; near names are given",
    "406": "none of the accepted formats can be had; those on offer are given",
    "409": "the pinned snapshot answers otherwise than the address says",
    "410": "the thing is retired, or the snapshot not held any more; what is there instead is given",
    "413": "the request is too large",
    "503": "every place is taken; Retry-After says when to ask again",
    "504": "the query was not answered in time",
    "507": "the query needs more memory, or has a larger answer, than is allowed",
}
TEXT: Json = {"type": "string"}
ARRAY: Json = {"type": "array", "items": TEXT}


def operation(name: str, summary: str, media: Iterable[str], parameters: Iterable[Json] = ()) -> Json:
    """One operation: what it answers with, and how it may fail."""
    failures = {status: {"$ref": f"#/components/responses/{status}"} for status in FAILURES}
    answer = {"description": summary, "content": {media_type: {} for media_type in media}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": answer, "304": {"description": "the asker holds the answer already"}, **failures},
    }


def failures() -> Json:
    """The failures that every operation shares, by status."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words, "content": content} for status, words in FAILURES.items()}


def media(names: Iterable[str]) -> list[str]:
    """The media types of formats."""
    return list(dict.fromkeys(MEDIA_TYPES[name] for name in names))


def one_of(names: Iterable[str]) -> Json:
    """The schema of a choice."""
    return {"type": "string", "enum": list(names)}


def in_query(name: str, schema: Json) -> Json:
    """A parameter of the query string."""
    return {"name": name, "in": "query", "required": False, "schema": schema}


def format_of(names: Iterable[str]) -> Json:
    """The parameter `format`."""
    return in_query("format", one_of(names))


def in_header(name: str) -> Json:
    """A header of the request."""
    return {"name": name, "in": "header", "required": False, "schema": TEXT}


def written() -> Json:
    """How a write may be answered, besides the failures that every operation shares."""
    snapshot = {"X-Deepgenealogy-Snapshot": {"description": "the snapshot that holds the write", "schema": TEXT}}
    words = {"201": "the graph was made", "204": "the graph was changed"}
    refused = {
        "401": "the token is missing",
        "412": "the condition does not hold: somebody else wrote meanwhile",
        "415": "the body is in no syntax that is read here",
    }
    answers: Json = {status: {"description": text, "headers": snapshot} for status, text in words.items()}
    return answers | {status: {"description": text} for status, text in refused.items()}


def in_path(name: str) -> Json:
    """A parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def slug(segment: str) -> Json:
    """The slug of a thing, with one that is there as the example."""
    things = desk().things()
    known = things if things.is_listed else ()
    slugs = [thing.partition("/")[2] for thing in known if thing.startswith(f"{segment}/")]
    example = {"example": min(slugs)} if slugs else {}
    return {**in_path("slug"), "description": "a slug, also with a suffix that names the format", **example}


def body(field: str) -> Json:
    """Both forms of POST: a form with that field, or the text itself."""
    form = {"type": "object", "properties": {field: TEXT}, "required": [field]}
    forms = {"application/x-www-form-urlencoded": form, f"application/sparql-{field}": TEXT}
    return {"content": {media_type: {"schema": schema} for media_type, schema in forms.items()}}
