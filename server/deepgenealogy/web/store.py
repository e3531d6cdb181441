"""`/store`: SPARQL 1.1 Graph Store HTTP Protocol. Reads are always on, writes need --writable.

| address | graph |
|---|---|
| `/store?default` | the default graph; when read it is what queries see: in union mode, all named graphs |
| `/store?graph=IRI` | the graph with this IRI, which must be absolute (4.2) |
| `/store/<anything>` | the graph whose IRI is the address itself, without its query (4.1) |
| `POST /store` | a new graph, whose IRI is in the answer's Location; none when the body is empty (5.5) |

Source: https://www.w3.org/TR/sparql11-http-rdf-update/.
"""

from uuid import uuid4

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from ..engine.interface import Question
from ..engine.writing import Operation, Write
from ..errors import NotFound, ParameterRefused
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import nearest
from .answering import answer_to, respond
from .authority import authorised
from .bodies import bodies_of
from .conditions import conditions_of
from .desk import desk
from .negotiation import choose
from .parameters import parameters_percent_decoded
from .update import done, has_left

store = Blueprint("store", __name__)

_DEFAULT = ""
_EITHER = "name the graph by either ?default or ?graph=IRI"
_EVERY_TRIPLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

_OPERATIONS: dict[str, Operation] = {"PUT": "put", "POST": "post", "DELETE": "delete"}


@store.get("/store")
@store.get("/store/<path:name>")
def read(name: str = "") -> Response:
    """The triples of a graph, negotiated."""
    graph = _graph(name)
    if graph is None:
        raise ParameterRefused("graph", f"is missing: {_EITHER}")
    known = desk().engine.graph_sizes()
    if graph != _DEFAULT and graph not in known:
        raise NotFound("graph", graph, nearest(graph, known))
    format_name = choose(request, GRAPH_FORMATS, default="ttl")
    dataset = None if graph == _DEFAULT else [graph]
    return respond(answer_to(Question(_EVERY_TRIPLE, None, format_name, default_graphs=dataset)))


@store.route("/store", methods=list(_OPERATIONS))
@store.route("/store/<path:name>", methods=list(_OPERATIONS))
def write(name: str = "") -> Response:
    """Replace (PUT), extend (POST) or remove (DELETE) a graph."""
    writer = authorised()
    graph, location = _graph(name), ""
    if graph is None and request.method == "POST":
        graph = location = f"{_own_iri()}/{uuid4()}"
    if graph is None:
        raise ParameterRefused("graph", f"is missing: {_EITHER}")
    bodies = [] if request.method == "DELETE" else bodies_of(request)
    order = Write(_OPERATIONS[request.method], request.base_url, graph, bodies, conditions=conditions_of(request))
    written = writer.write(order, has_left())
    return done(written, location if written.created else "")


def _graph(name: str) -> str | None:
    """The IRI of the graph that the request names, the empty name for the default graph, None when it names none."""
    parameters = parameters_percent_decoded(request)
    graphs, defaults = parameters.all("graph"), parameters.all("default")
    named = len(graphs) + len(defaults)
    if named > 1 or (named and name):
        raise ParameterRefused("graph", f"is not the only name of a graph in this request; {_EITHER}")
    if name:
        return _own_iri()
    if not named:
        return None
    return _DEFAULT if defaults else _absolute(graphs[0])


def _own_iri() -> str:
    return _absolute(request.base_url)


def _absolute(iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as problem:
        raise ParameterRefused("graph", f"must be an absolute IRI, not '{iri[:80]}'") from problem
