"""`/queries`: the published questions, and their answers."""

import json
from typing import Any

from flask import Blueprint, Response, render_template, request

from ..engine.binding import bound_text
from ..engine.interface import Question
from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from ..sources.questions import question_named
from ..vocabulary import BASE
from .desk import desk
from .negotiation import accepted, best, named_format
from .portrait import Reference
from .sparql import accepted_formats, answer_to, respond

questions = Blueprint("questions", __name__)

#: Parameters of the request, and not of the question.
_NO_ARGUMENTS = frozenset({"format", "output", "spreadsheet"})

#: A page is for those who like it better than everything that programs read.
_FORMATS = [*TABLE_FORMATS, *GRAPH_FORMATS, "html"]


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
    given = {key: value for key, value in request.args.items() if key not in _NO_ARGUMENTS}
    text = bound_text(question, given)
    if named_format(request) is None and best(accepted(request), _FORMATS) == "html":
        found = json.loads(answer_to(Question(text, "json", None)).whole())
        names = found["head"]["vars"]
        rows = [_cells(row, names) for row in found["results"]["bindings"]]
        page = render_template("query.html", question=question, text=text, names=names, rows=rows, given=given)
        return Response(page, content_type="text/html; charset=utf-8")
    table_format, graph_format = accepted_formats()
    return respond(answer_to(Question(text, table_format, graph_format)))


def _cells(row: dict[str, Any], names: list[str]) -> list[Reference | str]:
    """The cells of a row as a page shows them: links to things, plain texts, nothing where nothing is bound."""
    return [_cell(row.get(name, {"type": "literal", "value": ""})) for name in names]


def _cell(term: dict[str, str]) -> Reference | str:
    value = term["value"]
    if term["type"] != "uri":
        return value
    identity = value.removeprefix(BASE)
    return Reference(identity, identity.partition("ontology#")[2] or identity)
