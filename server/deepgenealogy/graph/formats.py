"""The table of RDF formats: name, media type, and how quads are written in it. A new format is a new row."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from ..vocabulary import BASE, PREFIXES
from .compact import Compactor

#: The directives with which Oxigraph begins Turtle and TriG; their order changes from run to run.
_HEAD = re.compile(rb"\A(?:@(?:base|prefix)[^\n]*\n)*")

Writer = Callable[[Iterable[Quad], Compactor], bytes]


@dataclass(frozen=True)
class GraphFormat:
    """One way to write quads. `name` is the suffix of paths; `holds_graphs` says whether graph names survive."""

    name: str
    media_type: str
    holds_graphs: bool
    write: Writer


def _lines(rdf_format: RdfFormat) -> Writer:
    """Written by Oxigraph in sorted order: N-Triples, N-Quads, RDF/XML."""

    def write(quads: Iterable[Quad], compactor: Compactor) -> bytes:
        prefixes = PREFIXES if rdf_format == RdfFormat.RDF_XML else None
        return serialize(_sorted(quads, rdf_format), format=rdf_format, prefixes=prefixes) or b""

    return write


def _prefixed(rdf_format: RdfFormat) -> Writer:
    """Turtle and TriG: our things relative to the base, and a head that names, sorted, the prefixes that occur."""

    def write(quads: Iterable[Quad], compactor: Compactor) -> bytes:
        prefixes = {name: iri for name, iri in PREFIXES.items() if name != "dg"}
        text = serialize(_sorted(quads, rdf_format), format=rdf_format, prefixes=prefixes, base_iri=BASE) or b""
        body = _HEAD.sub(b"", text)
        used = (name for name in sorted(prefixes) if f"{name}:".encode() in body)
        head = [f"@base <{BASE}> .", *(f"@prefix {name}: <{prefixes[name]}> ." for name in used)]
        return "\n".join([*head, "", ""]).encode() + body

    return write


def _sorted(quads: Iterable[Quad], rdf_format: RdfFormat) -> list[Quad] | list[Triple]:
    if rdf_format.supports_datasets:
        return sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))
    return sorted({quad.triple for quad in quads}, key=str)


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
        GraphFormat("ttl", "text/turtle", False, _prefixed(RdfFormat.TURTLE)),
        GraphFormat("jsonld", "application/ld+json", True, _json_ld),
        GraphFormat("nt", "application/n-triples", False, _lines(RdfFormat.N_TRIPLES)),
        GraphFormat("rdf", "application/rdf+xml", False, _lines(RdfFormat.RDF_XML)),
        GraphFormat("trig", "application/trig", True, _prefixed(RdfFormat.TRIG)),
        GraphFormat("nq", "application/n-quads", True, _lines(RdfFormat.N_QUADS)),
    )
}
