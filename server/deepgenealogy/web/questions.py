"""`/queries`: the published questions, and their answers."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from ..engine.binding import bound_text
from ..engine.explainedtables import EXPLAINED_FORMATS
from ..engine.explaining import ExplainedAnswer, Row, explained_answer
from ..engine.interface import Answer, Question
from ..sources.questions import PublishedQuestion, question_named
from .answering import accepted_formats, answer_to, respond
from .cells import cell, cells
from .desk import desk
from .negotiation import NotAcceptable, accepted, best, named_format
from .permalinks import asking, own_arguments, pin_of, published
from .phrases import Phrase
from .pinned import pinned_response, table_of, verified, wants_page

questions = Blueprint("questions", __name__)


@questions.get("/queries")
def index() -> Response:
    """The list of published questions, as a page or as JSON."""
    rows = list(desk().questions.values())
    if best(accepted(request), ["json", "html"]) == "html":
        return Response(render_template("queries.html", questions=rows), content_type="text/html; charset=utf-8")
    body = [
        {
            "name": row.name,
            "title": dict(row.title),
            "summary": dict(row.summary),
            "parameters": [
                {"name": p.name, "kind": p.kind, "meaning": dict(p.meaning), "example": p.example}
                for p in row.parameters
            ],
            "explainedBy": [explained.by for explained in row.explained],
        }
        for row in rows
    ]
    response = Response(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Vary"] = "Accept"
    return response


@questions.get("/queries/<name>")
def answer(name: str) -> Response:
    """The answer to one published question, its parameters taken from the address; pinned or explained if asked so."""
    stem, _, suffix = name.rpartition(".")
    if suffix == "rq" and stem:
        text = bound_text(question_named(desk().questions, stem), own_arguments(request.args.to_dict()))
        return Response(text, content_type="application/sparql-query")
    question, given = question_named(desk().questions, name), request.args.to_dict()
    pin, arguments = pin_of(given), own_arguments(given)
    text = bound_text(question, arguments)
    if given.get("explain", "") not in ("", "0"):
        explain = partial(_explained, question, text, arguments, pin.snapshot)
        return verified(published(name, given), pin, lambda found: explain()) if pin.snapshot else explain()
    if pin.snapshot:
        return pinned_response(published(name, given), pin)
    if wants_page():
        return _page(question, text, arguments, table_of(published(name, given)))
    table_format, graph_format = accepted_formats()
    return respond(answer_to(Question(text, table_format, graph_format, desk().union)))


def _explained(question: PublishedQuestion, text: str, arguments: dict[str, str], snapshot: str) -> Response:
    """The answer with the reasons of each row, from a snapshot or from the present data."""
    found = explained_answer(asking(snapshot), question, text, desk().explanations, desk().union)
    name = _format_of_explained()
    if name == "html":
        rows = {"names": found.names, "rows": [cells(row, found.names) for row in found.rows]}
        return _page(question, text, arguments, rows, reasons=[_shown(reasons, found) for reasons in found.reasons])
    content = EXPLAINED_FORMATS[name](found).encode()
    return respond(Answer("bindings", name, found.version, [content], len(content)))


def _shown(reasons: Sequence[Row], found: ExplainedAnswer) -> list[list[tuple[str, Phrase | str]]]:
    """Reasons as a page shows them: name and cell of each variable that is bound."""
    names = found.reason_names
    return [[(name, cell(reason[name])) for name in names if name in reason] for reason in reasons]


def _format_of_explained() -> str:
    offers = [*EXPLAINED_FORMATS, "html"]
    name = named_format(request) or best(accepted(request), offers)
    if name not in offers:
        raise NotAcceptable(offers)
    return name


def _page(
    question: PublishedQuestion, text: str, given: dict[str, str], table: dict[str, Any], **more: Any
) -> Response:
    asked = published(question.name, given)
    told = {"question": question, "text_of_query": text, "given": given, "asked": asked, **table, **more}
    page = render_template("query.html", **told)
    return Response(page, content_type="text/html; charset=utf-8")
