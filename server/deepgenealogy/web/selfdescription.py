"""What the service says of itself: SPARQL 1.1 Service Description, health, the context and the frames."""

import json

from flask import Blueprint, Response, request
from pyoxigraph import Quad

from .. import __version__
from ..errors import NotFound
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..graph.quads import triples_of
from ..vocabulary import nearest
from .desk import desk
from .negotiation import MEDIA_TYPES, choose, content_type

service = Blueprint("service", __name__)

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}


def service_description() -> Response:
    """The service description in the RDF syntax that the asker likes best."""
    name = choose(request, [n for n in GRAPH_FORMATS if n not in ("trig", "nq")], default="ttl")
    root = desk().root
    triples = triples_of([_description()], root)
    quads = (Quad(t.subject, t.predicate, t.object) for t in triples)
    content = GRAPH_FORMATS[name].write(quads, Compactor(read_context(root)))
    return Response(b"".join(content), content_type=content_type(name), headers={"Vary": "Accept"})


def _description() -> dict[str, object]:
    features = ["UnionDefaultGraph"] if desk().settings.default_graph == "union" else []
    graphs = [
        {"@id": f"{name}#service", "@type": "sd:NamedGraph", "sd:name": {"@id": name}, "sd:graph": {"@id": name}}
        for name in desk().engine.graph_names()
    ]
    return {
        "@id": "sparql",
        "@type": "sd:Service",
        "sd:endpoint": {"@id": request.base_url},
        "sd:supportedLanguage": {"@id": f"{_SD}SPARQL11Query"},
        "sd:feature": [{"@id": f"{_SD}{feature}"} for feature in features],
        "sd:resultFormat": [{"@id": f"{_FORMATS}{iri}"} for iri in _NAMES.values()],
        "sd:defaultDataset": {
            "@id": "sparql#dataset",
            "@type": "sd:Dataset",
            "sd:defaultGraph": {"@id": "sparql#default-graph", "@type": "sd:Graph"},
            "sd:namedGraph": graphs,
        },
    }


@service.get("/healthz")
def health() -> Response:
    """200 when questions can be asked, with the snapshot that answers them."""
    body = {"status": "ok", "version": __version__, "snapshot": desk().engine.version}
    return Response(json.dumps(body), content_type="application/json")


@service.get("/context.jsonld")
def context() -> Response:
    """The one JSON-LD context."""
    text = (desk().root / "ontology" / "context.jsonld").read_bytes()
    return Response(text, content_type=MEDIA_TYPES["jsonld"])


@service.get("/frames/<name>.jsonld")
def frame(name: str) -> Response:
    """A published frame."""
    paths = {path.stem: path for path in (desk().root / "ontology" / "frames").glob("*.jsonld")}
    if name not in paths:
        raise NotFound("frame", name, nearest(name, paths))
    return Response(paths[name].read_bytes(), content_type=MEDIA_TYPES["jsonld"])
