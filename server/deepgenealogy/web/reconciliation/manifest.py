"""The manifest: what the service offers and where, for the address that it was asked at."""

from ... import __version__
from ...engine.reconciliation.kinds import TYPES, Type
from ...vocabulary import BASE, DGO
from .reading import BATCH_SIZE, Json

#: What OpenRefine offers to match a column with unless the user looks for another type.
_DEFAULT_TYPES = ("Method", "Paper", "Task", "Family")

_PREVIEW_WIDTH, _PREVIEW_HEIGHT = 430, 300

_SETTINGS = (
    {
        "name": "limit",
        "label": "Most values",
        "type": "number",
        "default": 0,
        "help_text": "The most values to give of one thing; 0 for all",
    },
    {
        "name": "offset",
        "label": "Values to skip",
        "type": "number",
        "default": 0,
        "help_text": "How many values to leave out at the beginning, to page through long lists",
    },
    {
        "name": "language",
        "label": "Language",
        "type": "select",
        "default": "en",
        "help_text": "The language of names and definitions",
        "choices": [
            {"value": "en", "name": "English"},
            {"value": "zh", "name": "Chinese"},
            {"value": "all", "name": "All"},
        ],
    },
)


def type_json(row: Type) -> Json:
    """A type as clients get it, with the type that it is a part of."""
    broader = {"broader": [type_json(TYPES[row.broader])]} if row.broader else {}
    return {"id": row.id, "name": row.name, "description": row.description, **broader}


def manifest(root: str) -> Json:
    """The manifest of a server at `root`, which ends with a slash."""
    service = f"{root}reconcile"
    return {
        "versions": ["0.2"],
        "name": "Deep Genealogy",
        "identifierSpace": BASE,
        "schemaSpace": DGO,
        "documentation": f"{root}openapi.json",
        "serviceVersion": __version__,
        "defaultTypes": [type_json(TYPES[name]) for name in _DEFAULT_TYPES],
        "view": {"url": f"{root}{{{{id}}}}"},
        "preview": {
            "url": f"{service}/preview?id={{{{id}}}}",
            "width": _PREVIEW_WIDTH,
            "height": _PREVIEW_HEIGHT,
        },
        "suggest": {kind: _suggest(service, kind) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": list(_SETTINGS),
        },
        "batchSize": BATCH_SIZE,
    }


def _suggest(service: str, kind: str) -> Json:
    return {
        "service_url": service,
        "service_path": f"/suggest/{kind}",
        "flyout_service_url": service,
        "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
    }
