"""Answers to permalinks: the pinned answer, verified; or in its place what became of it.

| what is found | status |
|---|---|
| the same answer, or the same rows in another order | 200, `X-Deepgenealogy-Answer`, `X-Deepgenealogy-Verified` |
| another answer from the same snapshot | 409: the address was altered, or the question is worded otherwise now |
| the snapshot is not held any more | 410, with today's answer, its digest and whether it is the same |
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request

from ..engine.digests import Fixed
from ..engine.interface import Answer
from ..engine.tables import TABLE_FORMATS
from ..errors import StateNotHeld
from ..graph.formats import GRAPH_FORMATS
from .answering import accepted_formats, respond
from .cells import cells
from .negotiation import accepted, best, named_format
from .permalinks import Asked, Pin, Verdict, asking, canonical, fixed_answer, local
from .problems import problem

#: A page is for those who like it better than everything that programs read.
_FORMATS = [*TABLE_FORMATS, *GRAPH_FORMATS, "html"]

#: The member of an answer in JSON that says how it stands to what is pinned.
_MEMBER = "pinned"


def wants_page() -> bool:
    """Whether the asker likes a page best."""
    return named_format(request) is None and best(accepted(request), _FORMATS) == "html"


def pinned_response(asked: Asked, pin: Pin) -> Response:
    """The answer to a permalink, or what became of it."""
    make = _page if wants_page() else _answer
    return verified(asked, pin, lambda found: make(asked, pin, found))


def verified(asked: Asked, pin: Pin, make: Callable[[Fixed], Response]) -> Response:
    """What `make` makes of the pinned answer, once that is verified; else what stands in its place."""
    try:
        found = fixed_answer(asked, pin.snapshot)
    except StateNotHeld as error:
        return _gone(asked, pin, error)
    verdict = pin.verdict(found)
    return _conflict(asked, pin, found) if verdict == "different" else marked(make(found), asked, found, verdict)


def marked(response: Response, asked: Asked, found: Fixed, verdict: Verdict) -> Response:
    """A response with the headers that say what it is: snapshot, digest, verdict, and by which IRI it is cited."""
    response.headers["X-Deepgenealogy-Snapshot"] = found.version
    response.headers["X-Deepgenealogy-Answer"] = found.digest
    response.headers["X-Deepgenealogy-Verified"] = verdict
    permalink = asked.permalink(found)
    response.headers.add("Link", f'<{canonical(permalink)}>; rel="cite-as"')  # RFC 8574
    response.headers.add("Link", f'<{local(asked.permalink(found, below="/citation"))}>; rel="describedby"')
    return response


def statement(asked: Asked, pin: Pin, found: Fixed) -> dict[str, Any]:
    """How an answer stands to what is pinned, for programs."""
    told = {"snapshot": found.version, "answer": found.digest, "verified": pin.verdict(found)}
    told["permalink"] = canonical(asked.permalink(found))
    return told | ({"wording": wording_verdict(asked, pin)} if pin.wording else {})


def wording_verdict(asked: Asked, pin: Pin) -> str:
    """Whether a published question is worded as it was when it was pinned."""
    return "same" if pin.wording in ("", asked.wording) else "changed"


def _answer(asked: Asked, pin: Pin, found: Fixed) -> Response:
    table, graph = accepted_formats()
    answer = asking(pin.snapshot)(replace(asked.question, table_format=table, graph_format=graph))
    if answer.format != "json":
        return respond(answer)
    told = {
        _MEMBER: statement(asked, pin, found),
        **json.loads(answer.whole()),
    }  # Oxigraph takes no member after results
    text = json.dumps(told, ensure_ascii=False).encode()
    return respond(Answer(answer.form, answer.format, answer.version, [text], len(text)))


def table_of(asked: Asked, snapshot: str = "") -> dict[str, Any]:
    """What a page shows of an answer: `names` and `rows` of cells; a boolean or a graph as `text_of_answer`."""
    answer = asking(snapshot)(replace(asked.question, table_format="json", graph_format="ttl"))
    if answer.form == "graph":
        return _as_text(answer.whole().decode())
    told = json.loads(answer.whole())
    if answer.form == "boolean":
        return _as_text(str(told["boolean"]).lower())
    names = told["head"]["vars"]
    return {"names": names, "rows": [cells(row, names) for row in told["results"]["bindings"]], "text_of_answer": ""}


def _as_text(text: str) -> dict[str, Any]:
    return {"names": [], "rows": [], "text_of_answer": text}


def _page(asked: Asked, pin: Pin, found: Fixed) -> Response:
    page = _rendered(asked, pin, found, **table_of(asked, pin.snapshot))
    return Response(page, content_type="text/html; charset=utf-8")


def _rendered(asked: Asked, pin: Pin, found: Fixed, **more: Any) -> str:
    return render_template(
        "pinned.html",
        asked=asked,
        pin=pin,
        found=found,
        verdict=pin.verdict(found),
        wording=wording_verdict(asked, pin),
        permalink=canonical(asked.permalink(found)),
        **more,
    )


def _conflict(asked: Asked, pin: Pin, found: Fixed) -> Response:
    reason = "the address was altered"
    if wording_verdict(asked, pin) == "changed":
        reason = "the question is worded otherwise now; its former wording is in the history of the project"
    detail = (
        f"the snapshot {pin.snapshot} answers {found.digest}, and not the pinned {pin.answer}: {reason}. "
        "Leave out 'answer' to see what it answers"
    )
    unpinned = local(asked.address(more=[("snapshot", pin.snapshot)]))
    return problem(409, detail, pinned=statement(asked, pin, found), unpinned=unpinned)


def _gone(asked: Asked, pin: Pin, error: StateNotHeld) -> Response:
    """410, with today's answer: a page shows it, a problem names its digest and address."""
    today = fixed_answer(asked)
    if wants_page():
        page = _rendered(asked, pin, today, gone=str(error), **table_of(asked))
        return Response(page, 410, content_type="text/html; charset=utf-8")
    told = statement(asked, pin, today) | {"url": local(asked.address())}
    return problem(410, str(error), snapshot=error.name, held=list(error.held), today=told)
