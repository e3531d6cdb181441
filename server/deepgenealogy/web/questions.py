"""`/queries`: the published questions, and their answers."""

import json

from flask import Blueprint, Response, render_template, request

from ..engine.binding import bound_text
from ..engine.interface import Question
from ..sources.questions import question_named
from .desk import desk
from .negotiation import best
from .sparql import accepted_formats, respond

questions = Blueprint("questions", __name__)


@questions.get("/queries")
def index() -> Response:
    """The list of published questions, as a page or as JSON."""
    rows = list(desk().questions.values())
    if best(request.accept_mimetypes, ["json", "html"]) == "html":
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
        }
        for row in rows
    ]
    response = Response(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Vary"] = "Accept"
    return response


@questions.get("/queries/<name>")
def answer(name: str) -> Response:
    """The answer to one published question, its parameters taken from the address."""
    stem, _, suffix = name.rpartition(".")
    if suffix == "rq" and stem:
        return Response(question_named(desk().questions, stem).text, content_type="application/sparql-query")
    question = question_named(desk().questions, name)
    given = {key: value for key, value in request.args.items() if key not in ("format", "output")}
    text = bound_text(question, given)
    if best(request.accept_mimetypes, ["json", "html"]) == "html" and "format" not in request.args:
        table = desk().engine.ask(Question(text, "tsv", "nt")).whole().decode()
        page = render_template("query.html", question=question, text=text, table=_rows(table), given=given)
        return Response(page, content_type="text/html; charset=utf-8")
    table_format, graph_format = accepted_formats()
    return respond(desk().engine.ask(Question(text, table_format, graph_format)))


def _rows(tsv: str) -> list[list[str]]:
    return [line.split("\t") for line in tsv.splitlines()]
