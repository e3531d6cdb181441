"""The one JSON-LD context: the only mapping between the keys of records and the terms of the ontology.

It is named by its content, so that what a name leads to never changes: `context/<version>.jsonld`. Former contexts are
kept as `ontology/contexts/<version>.jsonld`, so that documents which name one can be read for ever.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from ..vocabulary import BASE

#: So many hexadecimal digits of SHA-256 name a version.
_DIGITS = 12


@cache
def read_context(root: Path) -> dict[str, Any]:
    """The `@context` of `ontology/context.jsonld` below `root`: key -> IRI or term definition."""
    return _read(root / "ontology" / "context.jsonld")


def version_of(context: dict[str, Any]) -> str:
    """The name of a context, made from what it says and not from how it is laid out.

    >>> version_of({"a": "urn:a", "b": "urn:b"}) == version_of({"b": "urn:b", "a": "urn:a"})
    True
    """
    text = json.dumps(context, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@cache
def read_contexts(root: Path) -> dict[str, dict[str, Any]]:
    """Every published context by its version, the present one first."""
    former = [_read(path) for path in sorted((root / "ontology" / "contexts").glob("*.jsonld"))]
    return {version_of(context): context for context in (read_context(root), *former)}


def linked_context(address: str) -> list[Any]:
    """The `@context` of a document that names the context by address instead of carrying it.

    The base stands beside it: a processor takes no `@base` from a context that it fetched (JSON-LD 1.1, 4.1.3).
    """
    return [address, {"@base": BASE}]


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


def _read(path: Path) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return context
