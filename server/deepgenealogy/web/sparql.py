"""`/sparql`: SPARQL 1.1 Protocol, queries by GET and both forms of POST; without a query, the service description."""

from flask import Blueprint, Response, g, request

from ..engine.advice import advice_on
from ..engine.forms import form_of
from ..engine.interface import Question
from ..engine.screening import check_length
from ..engine.tables import TABLE_FORMATS
from ..errors import ParameterRefused, QuestionRefused
from ..graph.formats import GRAPH_FORMATS
from .answering import accepted_formats, answer_to, respond
from .caching import marking
from .desk import desk
from .negotiation import choose
from .parameters import Parameters, parameters_of
from .permalinks import free, pin_of
from .pinned import pinned_response
from .prompt import may_be_prompt
from .querypage import OPENED, advice_response, query_page, wants_query_page
from .selfdescription import description_in

sparql = Blueprint("sparql", __name__)

_TABLES, _GRAPHS = list(TABLE_FORMATS), list(GRAPH_FORMATS)

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
    check_length(query, desk().settings.query_length_limit_bytes)
    if form_of(query) == "update":
        raise QuestionRefused(f"this is an update, and here only queries are answered; {_TO_UPDATE}")
    g.advice = advice_on(query)
    if "advise" in request.args:
        return advice_response(query)
    if pin := _pinned(parameters):
        return pin
    if wants_query_page():
        return query_page(query, _question(query, parameters))
    question = _question(query, parameters)
    answer = answer_to(question)
    if answer.is_repeatable and (mark := marking()):
        may_be_prompt(request.environ, question, answer, mark)
    return respond(answer)


@sparql.after_request
def advise(response: Response) -> Response:
    """Tells with the answer, or with what stands in its place, what is to be said about the form of the query."""
    for advice in g.get("advice", ()):
        response.headers.add("X-Advice", str(advice))
    response.vary.add(OPENED)
    return response


def _pinned(parameters: Parameters) -> Response | None:
    """The answer to a permalink; None when the request pins nothing."""
    pin = pin_of(dict(parameters.pairs))
    return pinned_response(free(parameters), pin) if pin.snapshot else None


def _without_query() -> Response:
    name = choose(request, [*_GRAPHS, "html"], default="ttl")
    if name != "html":
        return description_in(name)
    return query_page()


def _question(query: str, parameters: Parameters) -> Question:
    defaults, named = parameters.graphs("default-graph-uri"), parameters.graphs("named-graph-uri")
    chosen = bool(defaults or named)
    table, graph = accepted_formats()
    limit_s = parameters.seconds("timeout")
    return Question(query, table, graph, defaults if chosen else None, named if chosen else None, limit_s)
