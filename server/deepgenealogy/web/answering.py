"""The engine's answers as responses: in the format that the asker likes best, given up when the asker leaves."""

from flask import Response, request

from ..engine.interface import Answer, Question, stays
from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from .desk import desk
from .negotiation import NotAcceptable, accepted, best, content_type, named_format
from .prompt import taken_over

_TABLES, _GRAPHS = list(TABLE_FORMATS), list(GRAPH_FORMATS)

#: What `?format=json` and `?format=xml` mean for an answer that is a graph.
_TWINS = {"json": "jsonld", "xml": "rdf"}


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
    has_left = request.environ.get("waitress.client_disconnected", stays)
    asked = taken_over(request.environ, question, desk().engine.version)
    return asked.hear_on(has_left) if asked else desk().engine.ask(question, has_left)


def respond(answer: Answer) -> Response:
    """An answer of the engine as a response; never cached beyond the snapshot that it came from."""
    response = Response(answer.pieces, content_type=content_type(answer.format))
    response.implicit_sequence_conversion = False  # nobody gathers an answer that is longer than the spool
    if answer.size is not None:
        response.content_length = answer.size
    if not answer.is_repeatable:
        response.headers["Cache-Control"] = "no-store"
    return response
