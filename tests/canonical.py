"""What two RDF texts have in common: their quads, blank nodes named by RDFC-1.0, however they were read.

Three readers stand here: Oxigraph, which also wrote most texts, and two that share no code with it, rdflib and PyLD.
"""

import json
import warnings
from collections.abc import Iterable

import rdflib
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

#: Suffix -> the format as Oxigraph and as rdflib call it.
SYNTAXES = {
    "ttl": (RdfFormat.TURTLE, "turtle"),
    "nt": (RdfFormat.N_TRIPLES, "nt"),
    "rdf": (RdfFormat.RDF_XML, "xml"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
    "trig": (RdfFormat.TRIG, "trig"),
    "nq": (RdfFormat.N_QUADS, "nquads"),
}


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """The quads as a set in which blank nodes have canonical names."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def read_by_oxigraph(content: bytes, suffix: str) -> set[Quad]:
    """The quads of `content`, written in the syntax of `suffix`, as Oxigraph reads them."""
    return canonical(parse(content, format=SYNTAXES[suffix][0]))


def read_by_rdflib(content: bytes, suffix: str) -> set[Quad]:
    """The quads of `content`, written in the syntax of `suffix`, as rdflib reads them."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7.6 calls what it deprecates itself
        dataset.parse(data=content, format=SYNTAXES[suffix][1])
        nquads = dataset.serialize(format="nquads", encoding="utf-8")
    return read_by_oxigraph(nquads, "nq")


def read_by_pyld(content: bytes) -> set[Quad]:
    """The quads of a JSON-LD text as PyLD, the reference processor, expands it."""
    nquads: str = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads"})
    return read_by_oxigraph(nquads.encode(), "nq")


def as_default(quads: Iterable[Quad]) -> set[Quad]:
    """The same triples in the default graph: what a syntax without graph names can hold."""
    return canonical({Quad(quad.subject, quad.predicate, quad.object) for quad in quads})
