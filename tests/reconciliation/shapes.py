"""What version 0.2 asks of each kind of answer, restated as JSON Schemas; nothing else may stand there.

The published schemas (github.com/reconciliation-api/specs) are more lenient, and their repository names no licence, so
that they are not copied here. Where `DEEPGENEALOGY_RECONCILIATION_SCHEMAS` names the folder `0.2/schemas` of a
checkout, every answer is held against them too (test_conformance).
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

Json = dict[str, Any]

VARIABLE = "DEEPGENEALOGY_RECONCILIATION_SCHEMAS"

#: Kind of answer -> file of the published schema.
PUBLISHED = {
    "manifest": "manifest.json",
    "batch": "reconciliation-query-batch.json",
    "result": "reconciliation-result-batch.json",
    "entities": "suggest-entities-response.json",
    "types": "suggest-types-response.json",
    "properties": "suggest-properties-response.json",
    "proposal": "data-extension-property-proposal.json",
    "extension": "data-extension-query.json",
    "values": "data-extension-response.json",
}

_TEXT: Json = {"type": "string", "minLength": 1}
_URL: Json = {"type": "string", "pattern": "^https?://"}


def _record(required: Json, optional: Json | None = None) -> Json:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _by_key(content: Json) -> Json:
    return {"type": "object", "additionalProperties": content}


_REFERENCE = _record({"id": _TEXT, "name": _TEXT})
_DESCRIBED = _record({"id": _TEXT, "name": _TEXT, "description": _TEXT})
_TYPE = _record({"id": _TEXT, "name": _TEXT, "description": _TEXT}, {"broader": _list(_DESCRIBED)})
_FEATURE = _record({"id": _TEXT, "value": {"type": ["number", "boolean"]}})
_CANDIDATE = _record(
    {
        "id": _TEXT,
        "name": _TEXT,
        "description": _TEXT,
        "type": _list(_REFERENCE),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "features": _list(_FEATURE),
    }
)
_SUGGEST = _record(
    {
        "service_url": _URL,
        "service_path": {"type": "string", "pattern": "^/"},
        "flyout_service_url": _URL,
        "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    }
)
_TEMPLATE: Json = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
_SETTING = _record(
    {
        "name": _TEXT,
        "label": _TEXT,
        "help_text": _TEXT,
        "default": {"type": ["number", "string"]},
        "type": {"enum": ["number", "text", "checkbox", "select"]},
    },
    {"choices": _list(_record({"value": _TEXT, "name": _TEXT}))},
)
_CELL: Json = {
    "oneOf": [
        _REFERENCE,
        _record({"str": _TEXT}),
        _record({"int": {"type": "integer"}}),
        _record({"date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T00:00:00Z$"}}),
    ]
}

SHAPES: dict[str, Json] = {
    "manifest": _record(
        {
            "versions": {"const": ["0.2"]},
            "name": _TEXT,
            "identifierSpace": _URL,
            "schemaSpace": _URL,
            "documentation": _URL,
            "serviceVersion": _TEXT,
            "defaultTypes": _list(_TYPE),
            "view": _record({"url": _TEMPLATE}),
            "preview": _record({"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
            "suggest": _record({"entity": _SUGGEST, "type": _SUGGEST, "property": _SUGGEST}),
            "extend": _record(
                {
                    "propose_properties": _record({"service_url": _URL, "service_path": _TEXT}),
                    "property_settings": _list(_SETTING),
                }
            ),
            "batchSize": {"type": "integer", "minimum": 1},
        }
    ),
    "result": _by_key(_record({"result": _list(_CANDIDATE)})),
    "entities": _record({"result": _list(_record({**_DESCRIBED["properties"], "notable": _list(_REFERENCE)}))}),
    "types": _record({"result": _list(_TYPE)}),
    "properties": _record({"result": _list(_DESCRIBED)}),
    "proposal": _record({"properties": _list(_DESCRIBED), "limit": {"type": "integer"}}, {"type": _TEXT}),
    "values": _record(
        {
            "meta": _list(_record({"id": _TEXT, "name": _TEXT}, {"type": _REFERENCE})),
            "rows": _by_key(_by_key(_list(_CELL))),
        }
    ),
    "flyout": _record({"id": _TEXT, "html": _TEXT}),
}


def published(kind: str) -> jsonschema_rs.Validator:
    """The validator of a published schema; skips where no checkout of them is named."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder with the published schemas")
    schema = json.loads((Path(folder) / PUBLISHED[kind]).read_text(encoding="utf-8"))
    shared = json.loads((Path(folder) / "type.json").read_text(encoding="utf-8"))
    # The manifest also refers to Swagger's schema for logging in, of which we say nothing.
    schema.get("properties", {}).pop("authentication", None)
    registry = jsonschema_rs.Registry([(shared["$id"], shared)])
    # The meta-schema that they name has no version any more; they were written for draft 7.
    del schema["$schema"]
    return jsonschema_rs.Draft7Validator(schema, registry=registry)
