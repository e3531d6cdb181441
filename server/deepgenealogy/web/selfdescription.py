"""What the service says of itself: SPARQL 1.1 Service Description, and health."""

import json
from typing import Any

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode, Quad

from .. import __version__
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.description import named_graph
from ..graph.formats import GRAPH_FORMATS
from ..graph.quads import triples_of
from ..settings import SETTINGS
from ..vocabulary import BASE
from .desk import desk
from .negotiation import content_type

service = Blueprint("service", __name__)

_SD = "http://www.w3.org/ns/sparql-service-description#"
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"

#: The formats that have an IRI (https://www.w3.org/ns/formats/), by their names in our tables.
_FORMATS = {
    name: f"http://www.w3.org/ns/formats/{local}"
    for name, local in {
        "json": "SPARQL_Results_JSON",
        "xml": "SPARQL_Results_XML",
        "csv": "SPARQL_Results_CSV",
        "tsv": "SPARQL_Results_TSV",
        "ttl": "Turtle",
        "nt": "N-Triples",
        "rdf": "RDF_XML",
        "jsonld": "JSON-LD",
        "trig": "TriG",
        "nq": "N-Quads",
    }.items()
}

#: The unit of a setting, by the end of its name.
_UNITS = {"_s": "seconds", "_bytes": "bytes", "_quads": "quads"}


def description_in(name: str) -> Response:
    """The service description in the RDF syntax called `name`."""
    root = desk().root
    quads = (Quad(t.subject, t.predicate, t.object) for t in triples_of([_description()], root))
    content = GRAPH_FORMATS[name].write(quads, Compactor(read_context(root)))
    return Response(b"".join(content), content_type=content_type(name))


def _description() -> dict[str, Any]:
    writable = bool(_setting("writable"))
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if writable else [])]
    return {
        "@id": "sparql",
        "@type": "sd:Service",
        "sd:endpoint": {"@id": _endpoint()},
        "sd:supportedLanguage": [{"@id": f"{_SD}{language}"} for language in languages],
        "sd:feature": [{"@id": f"{_SD}{feature}"} for feature in _features()],
        "sd:resultFormat": [{"@id": iri} for iri in _FORMATS.values()],
        "sd:inputFormat": [{"@id": _FORMATS[name]} for name in GRAPH_FORMATS if writable],
        "sd:defaultEntailmentRegime": {"@id": _SIMPLE},
        "sd:defaultDataset": _dataset(),
        "sd:availableGraphs": {"@id": "sparql#dataset"},
        "dcat:servesDataset": {"@id": "dataset"},
        "schema:additionalProperty": [_limit(name) for name in SETTINGS if "_limit" in name],
    }


def _setting(name: str) -> Any:
    return getattr(desk().settings, name, None)


def _endpoint() -> str:
    """The address by which the service was reached; the canonical one when the Host header makes no IRI."""
    try:
        return NamedNode(request.base_url).value
    except ValueError:
        return f"{BASE}sparql"


def _features() -> list[str]:
    """Features in force. A graph that was written and is empty exists; FROM is never dereferenced."""
    union = ["UnionDefaultGraph"] if desk().settings.default_graph == "union" else []
    return ["EmptyGraphs", *union, *(["BasicFederatedQuery"] if _setting("allow_service") else [])]


def _dataset() -> dict[str, Any]:
    sizes = desk().engine.graph_sizes()
    default: dict[str, Any] = {"@id": "sparql#default-graph", "@type": "sd:Graph"}
    if desk().settings.default_graph == "strict":
        default["void:triples"] = sizes.get("", 0)
    return {
        "@id": "sparql#dataset",
        "@type": ["sd:Dataset", "sd:GraphCollection"],
        "sd:defaultGraph": default,
        "sd:namedGraph": [_named_graph(name, size) for name, size in sorted(sizes.items()) if name],
    }


def _named_graph(name: str, size: int) -> dict[str, Any]:
    """A graph as `dg:graph/meta` names it, with as many triples as it holds now."""
    node = named_graph(name)
    return {**node, "sd:graph": {**node["sd:graph"], "void:triples": size}}


def _limit(name: str) -> dict[str, Any]:
    """A limit in force, as a named value with its unit."""
    value = _setting(name)
    unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), None)
    return {
        "@type": "schema:PropertyValue",
        "schema:name": name,
        "schema:description": SETTINGS[name].help,
        "schema:value": int(value) if value == int(value) else value,
        **({"schema:unitText": unit} if unit else {}),
    }


@service.get("/healthz")
def health() -> Response:
    """200 when questions can be asked, with the snapshot that answers them."""
    body = {"status": "ok", "version": __version__, "snapshot": desk().engine.version}
    return Response(json.dumps(body), content_type="application/json")
