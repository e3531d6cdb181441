"""The table of RDF formats: name, media type, and how quads are written in it. A new format is a new row."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, serialize

from ..vocabulary import BASE, PREFIXES
from .compact import Compactor

Writer = Callable[[Iterable[Quad], Compactor], bytes]


@dataclass(frozen=True)
class GraphFormat:
    """One way to write quads. `name` is the suffix of paths; `holds_graphs` says whether graph names survive."""

    name: str
    media_type: str
    holds_graphs: bool
    write: Writer


def _through(rdf_format: RdfFormat) -> Writer:
    """Written by Oxigraph, in the order of N-Quads; the default graph's prefixes are ours."""

    def write(quads: Iterable[Quad], compactor: Compactor) -> bytes:
        ordered = sorted(set(quads), key=str)
        statements = ordered if rdf_format.supports_datasets else sorted({q.triple for q in ordered}, key=str)
        if rdf_format in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
            return serialize(statements, format=rdf_format) or b""
        relative = {"base_iri": BASE} if rdf_format in (RdfFormat.TURTLE, RdfFormat.TRIG) else {}
        return serialize(statements, format=rdf_format, prefixes=PREFIXES, **relative) or b""

    return write


def _json_ld(quads: Iterable[Quad], compactor: Compactor) -> bytes:
    everything = set(quads)
    if all(str(quad.graph_name) == "DEFAULT" for quad in everything):
        document = compactor.document(quad.triple for quad in everything)
    else:
        document = compactor.dataset(everything)
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


GRAPH_FORMATS = {
    row.name: row
    for row in (
        GraphFormat("ttl", "text/turtle", False, _through(RdfFormat.TURTLE)),
        GraphFormat("jsonld", "application/ld+json", True, _json_ld),
        GraphFormat("nt", "application/n-triples", False, _through(RdfFormat.N_TRIPLES)),
        GraphFormat("rdf", "application/rdf+xml", False, _through(RdfFormat.RDF_XML)),
        GraphFormat("trig", "application/trig", True, _through(RdfFormat.TRIG)),
        GraphFormat("nq", "application/n-quads", True, _through(RdfFormat.N_QUADS)),
    )
}
