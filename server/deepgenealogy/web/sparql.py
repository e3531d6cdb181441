"""`/sparql`: SPARQL 1.1 Protocol, queries by GET and by both forms of POST; without a query, the service description."""

from flask import Blueprint, Response, render_template, request

from ..engine.interface import Answer, Question
from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import PREFIXES
from .desk import desk
from .negotiation import NICKNAMES, NotAcceptable, best, content_type
from .problems import problem
from .selfdescription import service_description

sparql = Blueprint("sparql", __name__)

_TABLES, _GRAPHS = list(TABLE_FORMATS), [name for name, row in GRAPH_FORMATS.items() if name not in ("trig", "nq")]


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; without one, say what this service is."""
    if request.method == "POST" and request.mimetype not in (
        "application/x-www-form-urlencoded",
        "application/sparql-query",
    ):
        return problem(415, "POST a query as application/x-www-form-urlencoded or as application/sparql-query")
    query = _query()
    if query is None:
        return _without_query()
    return respond(desk().engine.ask(_question(query)))


def _query() -> str | None:
    if request.mimetype == "application/sparql-query":
        return request.get_data().decode("utf-8")
    return request.values.get("query")


def _without_query() -> Response:
    if request.method == "POST":
        return problem(400, "the request holds no query; send it as the field 'query'")
    if best(request.accept_mimetypes, [*_GRAPHS, "html"]) == "html":
        questions = desk().questions.values()
        return Response(render_template("sparql.html", questions=questions, prefixes=PREFIXES), mimetype="text/html")
    return service_description()


def _question(query: str) -> Question:
    table, graph = accepted_formats()
    parameters = request.values
    defaults, named = parameters.getlist("default-graph-uri"), parameters.getlist("named-graph-uri")
    chosen = bool(defaults or named)
    return Question(query, table, graph, defaults if chosen else None, named if chosen else None)


def accepted_formats() -> tuple[str | None, str | None]:
    """The formats that the asker likes best for bindings and for graphs; None where it accepts none of them."""
    asked = request.values.get("format") or request.values.get("output")
    if asked:
        name = NICKNAMES.get(asked, asked)
        if name not in _TABLES and name not in _GRAPHS:
            raise NotAcceptable([*_TABLES, *_GRAPHS])
        graph_of_table = {"json": "jsonld", "xml": "rdf"}.get(name, "ttl")
        return (name, graph_of_table) if name in _TABLES else (None, name)
    accepted = request.accept_mimetypes
    return best(accepted, _TABLES), best(accepted, _GRAPHS)


def respond(answer: Answer) -> Response:
    """An answer of the engine as a response; never cached beyond the snapshot that it came from."""
    response = Response(answer.pieces, content_type=content_type(answer.format))  # type: ignore[arg-type]
    response.headers["Vary"] = "Accept"
    return response

