"""The table of RDF formats: name, media type, and how quads are written in it. A new format is a new row."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from ..vocabulary import BASE, PREFIXES
from .compact import Compactor

#: The directives with which Oxigraph begins Turtle and TriG; their order changes from run to run.
_HEAD = re.compile(rb"\A(?:@(?:base|prefix)[^\n]*\n)*")

#: The opening tag of the root element of RDF/XML; its namespaces, too, change their order from run to run.
_ROOT = re.compile(rb"<rdf:RDF ([^>]*)>")
_ROOT_ENDS = b"\n</rdf:RDF>"

Writer = Callable[[Iterable[Quad], Compactor], Iterator[bytes]]

#: So many quads are sorted and grouped together; a larger answer is written batch by batch, in constant memory.
BATCH = 50_000


@dataclass(frozen=True)
class GraphFormat:
    """One way to write quads. `name` is the suffix of paths; `holds_graphs` says whether graph names survive."""

    name: str
    media_type: str
    holds_graphs: bool
    write: Writer


def _lines(rdf_format: RdfFormat) -> Writer:
    """N-Triples and N-Quads: written by Oxigraph."""

    def write(quads: Iterable[Quad], compactor: Compactor) -> Iterator[bytes]:
        for batch in _batches(quads):
            yield serialize(_sorted(batch, rdf_format), format=rdf_format) or b""

    return write


def _xml(quads: Iterable[Quad], compactor: Compactor) -> Iterator[bytes]:
    """RDF/XML: the batches' bodies within one root element, its namespaces in order."""
    for number, batch in enumerate(_batches(quads)):
        text = serialize(_sorted(batch, RdfFormat.RDF_XML), format=RdfFormat.RDF_XML, prefixes=PREFIXES) or b""
        declaration, namespaces, body = _ROOT.split(text, 1)
        if number == 0:
            yield declaration + b"<rdf:RDF " + b" ".join(sorted(namespaces.split())) + b">"
        yield body.removesuffix(_ROOT_ENDS)
    yield _ROOT_ENDS


def _prefixed(rdf_format: RdfFormat) -> Writer:
    """Turtle and TriG: our things relative to the base, and a head that names all prefixes, sorted."""
    prefixes = {name: iri for name, iri in sorted(PREFIXES.items()) if name != "dg"}
    head = [f"@base <{BASE}> .", *(f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()), "", ""]

    def write(quads: Iterable[Quad], compactor: Compactor) -> Iterator[bytes]:
        yield "\n".join(head).encode()
        for batch in _batches(quads):
            statements = _sorted(batch, rdf_format)
            text = serialize(statements, format=rdf_format, prefixes=prefixes, base_iri=BASE) or b""
            yield _HEAD.sub(b"", text)

    return write


def _json_ld(quads: Iterable[Quad], compactor: Compactor) -> Iterator[bytes]:
    """Compact JSON-LD: the context, then nodes (or named graphs of nodes), sorted within a batch."""
    yield compactor.opening()
    separator = b"\n"
    for batch in _batches(quads):
        for member in compactor.members(set(batch)):
            yield separator + json.dumps(member, ensure_ascii=False, indent=1).encode()
            separator = b",\n"
    yield b"\n]}\n"


def _batches(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    """Lists of at most BATCH quads; one empty list when there are none."""
    walk = iter(quads)
    batch = list(islice(walk, BATCH))
    yield batch
    while len(batch) == BATCH and (batch := list(islice(walk, BATCH))):
        yield batch


def _sorted(quads: Iterable[Quad], rdf_format: RdfFormat) -> list[Quad] | list[Triple]:
    if rdf_format.supports_datasets:
        return sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))
    return sorted({quad.triple for quad in quads}, key=str)


def read_triples(content: bytes) -> list[Quad]:
    """The quads of the default graph that N-Triples hold."""
    return list(parse(content, format=RdfFormat.N_TRIPLES))


GRAPH_FORMATS = {
    row.name: row
    for row in (
        GraphFormat("ttl", "text/turtle", False, _prefixed(RdfFormat.TURTLE)),
        GraphFormat("jsonld", "application/ld+json", True, _json_ld),
        GraphFormat("nt", "application/n-triples", False, _lines(RdfFormat.N_TRIPLES)),
        GraphFormat("rdf", "application/rdf+xml", False, _xml),
        GraphFormat("trig", "application/trig", True, _prefixed(RdfFormat.TRIG)),
        GraphFormat("nq", "application/n-quads", True, _lines(RdfFormat.N_QUADS)),
    )
}
