"""The query page: the editor with its examples, and the answer as a table where no script of the page makes one.

A browser that opens `/sparql?query=…` gets the page, for that is what a shared link is for; a program gets the answer,
whatever it accepts. They are told apart by `Upgrade-Insecure-Requests`, which browsers send when they open an address,
and only then (https://www.w3.org/TR/upgrade-insecure-requests/, 3.2.1).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, current_app, g, render_template, request

from ..engine.interface import Answer, Question
from ..engine.tables import TABLE_FORMATS
from ..engine.tokens import keywords
from ..errors import DeepGenealogyError
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE, PREFIXES
from .answering import answer_to
from .cells import cells
from .desk import desk
from .negotiation import accepted, best
from .phrases import Phrase
from .pinned import wants_page

#: Rows of a table that the server makes; the whole answer is there to be downloaded.
MOST_ROWS = 1_000

#: Asks for the page with the answer in it, whatever else the request says: for browsers without scripts.
SHOW = "show"

#: The header by which browsers say that they open the address itself.
OPENED = "Upgrade-Insecure-Requests"


@dataclass(frozen=True)
class Shown:
    """What stands below the query: a table with the number of all its rows, or a text, or a problem with its status.

    `is_too_large` says that there is an answer, and that no page holds it.
    """

    names: list[str] = field(default_factory=list)
    rows: list[list[Phrase | str]] = field(default_factory=list)
    count: int = 0
    text: str = ""
    form: str = "bindings"
    is_too_large: bool = False
    problem: DeepGenealogyError | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def wants_query_page() -> bool:
    """Whether the request is one of a browser that opens the address, or asks for the page by name."""
    is_opened = request.headers.get(OPENED) == "1" and wants_page()
    return request.method == "GET" and (SHOW in request.args or is_opened)


def query_page(query: str = "", question: Question | None = None) -> Response:
    """The page with a query in it, and with its answer where that is asked for."""
    shown = _shown(question) if question and SHOW in request.args else None
    page = render_template(
        "sparql.html",
        query=query,
        shown=shown,
        most_rows=MOST_ROWS,
        is_looked_at="advise" in request.args,
        advice=g.get("advice", ()),
        questions=_listed(),
        settings=desk().settings,
        given=_for_scripts(),
    )
    response = Response(page, shown.status if shown else 200, content_type="text/html; charset=utf-8")
    response.headers.update(shown.headers if shown else {})
    return response


def advice_response(query: str) -> Response:
    """What is to be said about the form of a query, which is not answered: as the page, or as JSON."""
    if best(accepted(request), ["html", "json"]) != "json":
        return query_page(query)
    rows = [{"name": row.name, "sentence": row.sentence} for row in g.get("advice", ())]
    return Response(json.dumps({"advice": rows}), content_type="application/json")


def _listed() -> list[tuple[Any, bool]]:
    """The published questions, and whether each asks other servers; those that do come last."""
    rows = [(question, "SERVICE" in keywords(question.text)) for question in desk().questions.values()]
    return sorted(rows, key=lambda row: row[1])


def _for_scripts() -> dict[str, Any]:
    """What the page's script works with besides words and addresses."""
    questions = {
        question.name: {
            "calls": calls,
            "explained": bool(question.explained),
            "parameters": [
                {"name": p.name, "kind": p.kind, "meaning": p.meaning, "example": p.example.strip('<>"')}
                for p in question.parameters
            ],
        }
        for question, calls in _listed()
    }
    formats = {"bindings": list(TABLE_FORMATS), "boolean": list(TABLE_FORMATS), "graph": list(GRAPH_FORMATS)}
    limit_s = desk().settings.query_time_limit_s
    return {"base": BASE, "prefixes": PREFIXES, "questions": questions, "formats": formats, "limit": limit_s}


def _shown(question: Question) -> Shown:
    try:
        return _read(answer_to(replace(question, table_format="json", graph_format="ttl")))
    except DeepGenealogyError as problem:
        refusal = current_app.make_response(current_app.handle_user_exception(problem))
        headers = {name: value for name, value in refusal.headers.items() if name == "Retry-After"}
        return Shown(problem=problem, status=refusal.status_code, headers=headers)


def _read(answer: Answer) -> Shown:
    """The answer as far as a page shows it; one that is not whole when it is sent is not shown at all."""
    if answer.size is None:
        getattr(answer.pieces, "close", tuple)()
        return Shown(form=answer.form, is_too_large=True)
    if answer.form == "graph":
        return Shown(form="graph", text=answer.whole().decode())
    told = json.loads(answer.whole())
    if answer.form == "boolean":
        return Shown(form="boolean", text=str(told["boolean"]).lower())
    names, rows = told["head"]["vars"], told["results"]["bindings"]
    return Shown(names, [cells(row, names) for row in rows[:MOST_ROWS]], len(rows))
