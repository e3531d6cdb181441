"""The one JSON-LD context: the only mapping between the keys of records and the terms of the ontology."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_context(root: Path) -> dict[str, Any]:
    """The `@context` of `ontology/context.jsonld` below `root`: key -> IRI or term definition."""
    text = (root / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    context: dict[str, Any] = json.loads(text)["@context"]
    return context


def expand(context: dict[str, Any], name: str) -> str:
    """The IRI of a term or compact IRI; `name` itself when it is neither.

    >>> expand({"dgo": "http://x/#", "parent": {"@id": "dgo:parent"}}, "parent")
    'http://x/#parent'
    """
    definition = context.get(name, name)
    iri: str = definition["@id"] if isinstance(definition, dict) else definition
    prefix, colon, local = iri.partition(":")
    if colon and not local.startswith("//") and isinstance(context.get(prefix), str):
        return str(context[prefix]) + local
    return iri
