"""The paths of the reconciliation service."""

from collections.abc import Iterable

from ...engine.reconciliation.kinds import TYPES
from .pieces import TEXT, Json, in_path, in_query, one_of, operation

_JSON = ("application/json", "text/javascript")
_COUNT: Json = {"type": "integer", "minimum": 0, "maximum": 999_999}


def reconciling() -> dict[str, Json]:
    """Reconciliation Service API 0.2: one address for the manifest, batches and data extension, and its companions."""
    asked = [in_query("queries", TEXT), in_query("extend", TEXT)]
    form = {"type": "object", "properties": {"queries": TEXT, "extend": TEXT}}
    posted = {
        **_operation("reconcileByPost", "Candidates for a batch of names, or values of properties", _JSON),
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
    }
    identity = {**in_query("id", TEXT), "required": True}
    kind = {**in_path("kind"), "schema": one_of(["entity", "type", "property"])}
    typed = [kind, in_query("prefix", TEXT), in_query("cursor", _COUNT)]
    wanted = [in_query("type", one_of(TYPES)), in_query("limit", _COUNT)]
    return {
        "/reconcile": {
            "get": _operation(
                "reconcile", "Reconciliation Service API 0.2: without parameters the manifest", _JSON, asked
            ),
            "post": posted,
        },
        "/reconcile/suggest/{kind}": {"get": _operation("suggest", "What begins as the prefix does", _JSON, typed)},
        "/reconcile/flyout/{kind}": {"get": _operation("flyout", "A small card of one thing", _JSON, [kind, identity])},
        "/reconcile/preview": {"get": operation("preview", "A small page about one thing", ["text/html"], [identity])},
        "/reconcile/properties": {"get": _operation("proposeProperties", "The properties of a type", _JSON, wanted)},
    }


def _operation(name: str, summary: str, media: Iterable[str], parameters: Iterable[Json] = ()) -> Json:
    """An operation that may also be asked by a script, with the name of its function."""
    return operation(name, summary, media, [*parameters, in_query("callback", TEXT)])
