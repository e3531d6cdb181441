"""`/openapi.json`: the description of the API (OpenAPI 3.1), made from the tables that the server itself works from."""

import json

from flask import Blueprint, Response, request

from ... import __version__
from .paths import PATHS
from .pieces import Json, failures

openapi = Blueprint("openapi", __name__)

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
        "paths": {path: row for paths in PATHS for path, row in paths().items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
            "responses": failures(),
        },
    }
    return Response(json.dumps(body, indent=1), content_type="application/json")
