"""`/sparql`: SPARQL 1.1 Protocol, queries by GET and both forms of POST; without a query, the service description."""

from flask import Blueprint, Response, g, render_template, request

from ..engine.advice import advice_on
from ..engine.forms import form_of
from ..engine.interface import Answer, Question
from ..engine.tables import TABLE_FORMATS
from ..errors import ParameterRefused, QuestionRefused
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import PREFIXES
from .desk import desk
from .negotiation import NotAcceptable, accepted, best, choose, content_type, named_format
from .parameters import Parameters, parameters_of
from .selfdescription import description_in

sparql = Blueprint("sparql", __name__)

_TABLES, _GRAPHS = list(TABLE_FORMATS), list(GRAPH_FORMATS)

#: What `?format=json` and `?format=xml` mean for an answer that is a graph.
_TWINS = {"json": "jsonld", "xml": "rdf"}

_TO_UPDATE = "POST it to /update, which is there when the server was started with --writable"


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; without one, say what this service is."""
    parameters = parameters_of(request, "query")
    if parameters.all("update"):
        raise ParameterRefused("update", f"is not read here; {_TO_UPDATE}")
    query = parameters.one("query")
    if query is None:
        return _without_query()
    if form_of(query) == "update":
        raise QuestionRefused(f"this is an update, and here only queries are answered; {_TO_UPDATE}")
    g.advice = advice_on(query)
    if "advise" in request.args:
        return _page(query)
    return respond(answer_to(_question(query, parameters)))


@sparql.after_request
def advise(response: Response) -> Response:
    """Tells with the answer, or with what stands in its place, what is to be said about the form of the query."""
    for advice in g.get("advice", ()):
        response.headers.add("X-Advice", str(advice))
    return response


def _without_query() -> Response:
    name = choose(request, [*_GRAPHS, "html"], default="ttl")
    if name != "html":
        return description_in(name)
    return _page()


def _page(query: str = "") -> Response:
    """The query page, with a query in it and what is to be said about its form."""
    questions = desk().questions.values()
    page = render_template(
        "sparql.html", questions=questions, prefixes=PREFIXES, query=query, advice=g.get("advice", ())
    )
    return Response(page, mimetype="text/html")


def _question(query: str, parameters: Parameters) -> Question:
    defaults, named = parameters.graphs("default-graph-uri"), parameters.graphs("named-graph-uri")
    chosen = bool(defaults or named)
    table, graph = accepted_formats()
    limit_s = parameters.seconds("timeout")
    return Question(query, table, graph, defaults if chosen else None, named if chosen else None, limit_s)


def accepted_formats() -> tuple[str | None, str | None]:
    """The formats that the asker likes best for bindings and for graphs; None where it accepts none of them."""
    name = named_format(request)
    if name is None:
        likes = accepted(request)
        return best(likes, _TABLES), best(likes, _GRAPHS)
    if name not in _TABLES and name not in _GRAPHS:
        raise NotAcceptable([*_TABLES, *_GRAPHS])
    return (name, _TWINS.get(name)) if name in _TABLES else (None, name)


def answer_to(question: Question) -> Answer:
    """The engine's answer to a question of the present request; given up when the asker leaves."""
    has_left = request.environ.get("waitress.client_disconnected")
    return desk().engine.ask(question, has_left) if has_left else desk().engine.ask(question)


def respond(answer: Answer) -> Response:
    """An answer of the engine as a response; never cached beyond the snapshot that it came from."""
    response = Response(answer.pieces, content_type=content_type(answer.format))
    response.implicit_sequence_conversion = False  # nobody gathers an answer that is longer than the spool
    if answer.size is not None:
        response.content_length = answer.size
    if not answer.is_repeatable:
        response.headers["Cache-Control"] = "no-store"
    return response
