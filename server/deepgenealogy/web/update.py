"""`/update`: SPARQL 1.1 Protocol, updates by both forms of POST. Off unless the server was started with --writable."""

from typing import Any

from flask import Blueprint, Response, request

from ..engine.forms import form_of
from ..engine.interface import stays
from ..engine.writing import Body, Write, Written
from ..errors import ParameterRefused, QuestionRefused
from .authority import authorised
from .conditions import conditions_of
from .parameters import parameters_of

update = Blueprint("update", __name__)

_TO_SPARQL = "send it to /sparql"

#: The header that names the snapshot which holds a write.
SNAPSHOT = "X-Deepgenealogy-Snapshot"


@update.post("/update")
def endpoint() -> Response:
    """Make an update: all of its operations, or none."""
    writer = authorised()
    parameters = parameters_of(request, "update")
    if parameters.all("query"):
        raise ParameterRefused("query", f"is not answered here; {_TO_SPARQL}")
    text = parameters.one("update") or ""
    if form_of(text) not in ("update", None):
        raise QuestionRefused(f"this is a query, and here only updates are made; {_TO_SPARQL}")
    write = Write(
        "update",
        request.base_url,
        bodies=[Body("update", text.encode())],
        using=parameters.graphs("using-graph-uri"),
        using_named=parameters.graphs("using-named-graph-uri"),
        conditions=conditions_of(request),
    )
    return done(writer.write(write, has_left()))


def has_left() -> Any:
    """What says whether the asker of the present request has left."""
    return request.environ.get("waitress.client_disconnected") or stays


def done(written: Written, location: str = "") -> Response:
    """The answer to a write: 201 where it made a graph, else 204; its header names the snapshot that holds it."""
    response = Response(status=201 if written.created else 204, headers={SNAPSHOT: written.snapshot})
    response.headers.pop("Content-Type")
    if location:
        response.location = location
    return response
