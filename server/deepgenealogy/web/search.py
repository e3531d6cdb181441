"""`/search?q=`: things by any of their names, in English and Chinese, the best match first, as JSON."""

import json
from typing import Any

from flask import Blueprint, Response, request

from ..engine.binding import bound_text
from ..engine.lineage import rows_of
from ..errors import ParameterRefused
from ..sources.questions import read_question
from ..vocabulary import BASE, DGO
from .desk import desk

search = Blueprint("search", __name__)

#: How many hits are given unless `limit` says otherwise, and at most.
_LIMIT, _MOST = 20, 200


@search.get("/search")
def answer() -> Response:
    """The things whose names contain the words of `q`."""
    words = " ".join(request.args.get("q", "").split())
    if not words or len(words) > 200:
        raise ParameterRefused("q", "must be the words to look for, at most 200 characters")
    hits = found_by_name(words)[: _wanted()]
    body = json.dumps({"query": words, "hits": hits}, ensure_ascii=False, indent=1)
    return Response(body + "\n", content_type="application/json")


def _wanted() -> int:
    value = request.args.get("limit", str(_LIMIT))
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and 0 < int(value) <= _MOST):
        raise ParameterRefused("limit", f"must be a whole number from 1 to {_MOST}, not '{value[:40]}'")
    return int(value)


def found_by_name(words: str) -> list[dict[str, Any]]:
    """The hits for `words`: id, IRI, type, labels by language, and the name that matched; the best first."""
    path = desk().root / "queries" / "pages" / "search.rq"
    question = read_question(path, path.name, [])
    hits: dict[str, dict[str, Any]] = {}
    for row in rows_of(desk().engine, bound_text(question, {"text": words})):
        identity = row["thing"].removeprefix(BASE)
        kind = row["type"].removeprefix(DGO)
        fresh = {"id": identity, "iri": row["thing"], "type": kind, "label": {}, "matched": row["found"]}
        hit = hits.setdefault(identity, fresh)
        hit["label"][row["language"]] = row["label"]
        hit["matched"] = min(hit["matched"], row["found"], key=lambda name: _distance(words, name))
    return sorted(hits.values(), key=lambda hit: (_distance(words, hit["matched"]), hit["id"]))


def _distance(words: str, name: str) -> tuple[int, int]:
    """How far a name is from the words: the same, beginning with them, or holding them; then by length."""
    asked, given = words.lower(), name.lower()
    return (0 if asked == given else 1 if given.startswith(asked) else 2), len(name)
