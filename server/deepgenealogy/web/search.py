"""`/search?q=`: things by any of their names, in English and Chinese, the best match first, as JSON or as a page."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request

from ..engine.naming import found_by_name
from ..errors import ParameterRefused
from .desk import desk
from .language import language
from .negotiation import accepted, best
from .phrases import Reference, in_language

search = Blueprint("search", __name__)

#: How many hits are given unless `limit` says otherwise, and at most.
_LIMIT, _MOST = 20, 200


@search.get("/search")
def answer() -> Response:
    """The things whose names contain the words of `q`."""
    words = " ".join(request.args.get("q", "").split())
    is_page = best(accepted(request), ["json", "html"]) == "html"
    if is_page and not words:
        return _page("", [])
    if not words or len(words) > 200:
        raise ParameterRefused("q", "must be the words to look for, at most 200 characters")
    hits = found_by_name(desk().engine, desk().root, words, _wanted())
    if is_page:
        return _page(words, hits)
    body = json.dumps({"query": words, "hits": hits}, ensure_ascii=False, indent=1)
    response = Response(body + "\n", content_type="application/json")
    response.vary.add("Accept")
    return response


def _page(words: str, hits: list[dict[str, Any]]) -> Response:
    found = [(_named(hit), f"kind.{hit['id'].partition('/')[0]}", hit["matched"]) for hit in hits]
    page = render_template("search.html", words=words, found=found, is_cut=len(found) == _wanted())
    return Response(page, content_type="text/html; charset=utf-8")


def _named(hit: Mapping[str, Any]) -> Reference:
    title = in_language(hit["label"], language())
    return Reference(hit["id"], title.words, title.lang)


def _wanted() -> int:
    value = request.args.get("limit", str(_LIMIT))
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and 0 < int(value) <= _MOST):
        raise ParameterRefused("limit", f"must be a whole number from 1 to {_MOST}, not '{value[:40]}'")
    return int(value)
