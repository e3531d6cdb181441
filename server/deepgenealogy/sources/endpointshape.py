"""The shape of the record of an external graph: its keys, and what each may hold."""

from .shapes import Key

#: The folder of the queries that ask external graphs, below `queries/`.
QUERIES = "links"

PROTOCOLS = ("sparql", "rest", "file")

#: What of ours is looked for in a graph: papers, or methods.
SUBJECTS = ("paper", "method")

#: By what a graph can be asked; each is a variable `?<kind>Key` of its query.
KEYS = ("arxiv", "doi", "title", "name")

#: What is read of a work that a REST graph gives: JSON pointers into it (RFC 6901).
FIELDS = ("id", "identifiers", "title", "year")

_RELATIONS = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "rdfs:seeAlso")
_TEXT, _TEXTS, _NEEDED = Key("text"), Key("texts"), Key("text", required=True)

LIMITS = dict.fromkeys(("batch", "page", "pauseS", "timeoutS", "tries", "backoffS", "patienceS", "sizeBytes"), _NEEDED)
REQUEST: dict[str, Key] = {
    "by": Key("choice", required=True, choices=KEYS),
    "method": Key("choice", required=True, choices=("GET", "POST")),
    "path": _NEEDED,
    "parameters": _TEXTS,
    "body": _TEXT,
    "key": _NEEDED,
    "separator": _TEXT,
    "works": _TEXT,
    "batch": _NEEDED,
    "none": _TEXT,
}
ENDPOINT: dict[str, Key] = {
    "label": _NEEDED,
    "homepage": _NEEDED,
    "license": _NEEDED,
    "protocol": Key("choice", required=True, choices=PROTOCOLS),
    "endpoint": _TEXT,
    "dump": _TEXT,
    "subject": Key("choice", required=True, choices=SUBJECTS),
    "mappings": _TEXT,
    "prefix": _NEEDED,
    "namespace": _NEEDED,
    "predicate": Key("choice", required=True, choices=_RELATIONS),
    "candidate": Key("choice", required=True, choices=_RELATIONS),
    "limits": Key("mapping", required=True, items=LIMITS),
    "keys": Key("mapping", items=dict.fromkeys(KEYS, _TEXTS)),
    "requests": Key("items", items=REQUEST),
    "fields": Key("mapping", items=dict.fromkeys(FIELDS, _TEXTS)),
    "thing": _TEXT,
    "secret": Key("mapping", items={"variable": _NEEDED, "header": _TEXT, "parameter": _TEXT}),
    "documentedAt": Key("texts", required=True),
    "note": Key("languages"),
}
