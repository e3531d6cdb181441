"""Citations of answers and what has changed since, as operations below each question; what pins an answer."""

from ..citations import FORMATS
from ..desk import desk
from .pieces import TEXT, Json, in_query, one_of, operation

_CITED = [row.media_type for row in FORMATS.values()]

#: What a permalink adds to the parameters of its question.
PINS = [
    {
        **in_query("snapshot", {"type": "string", "pattern": "^[0-9a-f]{16}$"}),
        "description": "answer from this snapshot",
    },
    {
        **in_query("answer", {"type": "string", "pattern": "^sha256-[0-9a-f]{32}$"}),
        "description": "the digest that the answer must have; 409 when it has another",
    },
    {
        **in_query("order", {"type": "string", "pattern": "^[0-9a-f]{8}$"}),
        "description": "the digest of the rows' order",
    },
]


def pinning() -> dict[str, Json]:
    """`…/citation` and `…/changes` below each published question and below free SPARQL."""
    query = {**in_query("query", TEXT), "required": True}
    paths = _below("/sparql", "query", [query])
    for question in desk().questions.values():
        own = [in_query(parameter.name, TEXT) for parameter in question.parameters]
        paths |= _below(f"/queries/{question.name}", question.name, own)
    return paths


def _below(path: str, name: str, own: list[Json]) -> dict[str, Json]:
    snapshot = {**PINS[0], "required": True}
    cited = operation(
        f"cite-{name}",
        "How the answer is cited",
        ["text/html", *_CITED],
        [*own, *PINS, in_query("format", one_of(FORMATS))],
    )
    changed = operation(
        f"compare-{name}",
        "Rows added and removed since a snapshot",
        ["application/json", "text/html"],
        [*own, snapshot],
    )
    return {f"{path}/citation": {"get": cited}, f"{path}/changes": {"get": changed}}
