"""`datapackage.json`: what a release holds, for Frictionless tools (Data Package, version 1).

Source: https://specs.frictionlessdata.io/data-package/
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from .. import __version__
from ..vocabulary import BASE
from .reference import AUTHOR, WORK
from .tables import ARCHITECTURE_COLUMNS, DERIVATION_COLUMNS

LICENCES = (
    {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0 (ontology, data, queries)",
    },
    {
        "name": "Apache-2.0",
        "path": "https://www.apache.org/licenses/LICENSE-2.0",
        "title": "Apache License 2.0 (software)",
    },
)

#: Media types by suffix; a file with another suffix is plain text.
_MEDIA_TYPES = {
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".csv": "text/csv",
    ".bib": "application/x-bibtex",
    ".json": "application/json",
    ".graphml": "application/graphml+xml",
    ".rq": "application/sparql-query",
    ".md": "text/markdown",
}

#: Columns that are not plain text; `introduced` is a date at the precision that is known.
_TYPES: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "format": "uri"},
    "notBefore": {"type": "date"},
    "notAfter": {"type": "date"},
    "rejected": {"type": "boolean"},
    "families": {"type": "string", "description": "slugs, parted by ;"},
    "tasks": {"type": "string", "description": "slugs, parted by ;"},
    "parents": {"type": "string", "description": "slugs, parted by ;"},
    "assertedBy": {"type": "string", "description": "keys of works, parted by ;"},
    "harvestedFrom": {"type": "string", "description": "key of the source from whose code it was read"},
    "evidence": {"type": "string", "description": "keys of reuses of code, parted by ;"},
}


def _key(field: str, resource: str) -> dict[str, Any]:
    return {"fields": field, "reference": {"resource": resource, "fields": "slug"}}


#: Table -> its columns, and its keys.
_SCHEMAS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "architectures.csv": (ARCHITECTURE_COLUMNS, {"primaryKey": "slug"}),
    "derivations.csv": (
        DERIVATION_COLUMNS,
        {"foreignKeys": [_key("child", "architectures"), _key("parent", "architectures")]},
    ),
}


@dataclass(frozen=True)
class Packed:
    """A file of a release: its path in the package, its size, and the SHA-256 of its bytes in hexadecimal digits."""

    path: str
    size_bytes: int
    sha256: str


def datapackage(files: Iterable[Packed], snapshot: str) -> bytes:
    """The description of a release made of `files`, whose data are those of a snapshot."""
    body = {
        "profile": "data-package",
        "name": "deepgenealogy",
        "id": BASE,
        "title": WORK,
        "version": __version__,
        "snapshot": snapshot,
        "homepage": BASE,
        "licenses": list(LICENCES),
        "contributors": [{"title": AUTHOR, "role": "author"}],
        "resources": [_resource(file) for file in files],
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(file: Packed) -> dict[str, Any]:
    path = PurePosixPath(file.path)
    about = {
        "name": _name(path),
        "path": file.path,
        "mediatype": _MEDIA_TYPES.get(path.suffix, "text/plain"),
        "encoding": "utf-8",
        "bytes": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if path.name not in _SCHEMAS:
        return about | {"profile": "data-resource", "format": path.suffix.removeprefix(".") or "txt"}
    columns, keys = _SCHEMAS[path.name]
    fields = [{"name": column, **_TYPES.get(column, {"type": "string"})} for column in columns]
    return about | {"profile": "tabular-data-resource", "format": "csv", "schema": {"fields": fields, **keys}}


def _name(path: PurePosixPath) -> str:
    """A name of lower-case letters, digits, `-` and `.`; that of a table is its stem, by which keys refer to it."""
    return path.stem if path.name in _SCHEMAS else path.as_posix().lower().replace("/", "-").replace("_", "-")
