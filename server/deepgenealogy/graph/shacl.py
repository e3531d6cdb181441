"""Do the quads have the shapes of `ontology/shapes.ttl`? pySHACL decides; a breach becomes a finding with its line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph
from rdflib import Literal as RdflibLiteral
from rdflib.term import Identifier, URIRef

from ..errors import Finding
from ..sources.records import Catalogue
from ..vocabulary import XSD
from .context import expand, read_context
from .places import place_of


def shape_findings(catalogue: Catalogue, quads: Iterable[Quad]) -> Iterator[Finding]:
    """Every breach of a shape, with the file and line of the key concerned."""
    keys = _keys(catalogue.root)
    for focus, path, message in breaches(quads, read_shapes(catalogue.root)):
        key = keys.get(path, "")
        file, line = place_of(catalogue, focus, key)
        what, _, cure = message.rstrip(".").partition(": ")
        about = f"{focus}: {what}" if focus else what
        yield Finding(file, line, f"shape:{key or 'node'}", about, cure or "see ontology/shapes.ttl")


def read_shapes(root: Path) -> Graph:
    """The shapes graph."""
    return Graph().parse(root / "ontology" / "shapes.ttl")


def count_shapes(root: Path) -> int:
    """How many constraints there are: node shapes and property shapes."""
    shapes = read_shapes(root)
    return len(set(shapes.subjects(RDF.type, SH.NodeShape)) | set(shapes.objects(None, SH.property)))


def breaches(quads: Iterable[Quad], shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """The focus node, the path and the message of each violation; the path is empty where the whole node is meant."""
    data = Graph()
    for quad in quads:
        data.add((_to_rdflib(quad.subject), _to_rdflib(quad.predicate), _to_rdflib(quad.object)))
    _, report, _ = validate(data, shacl_graph=shapes, inference="none", allow_warnings=False)
    assert isinstance(report, Graph)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield (
            _text(report, result, SH.focusNode),
            _path(report, result),
            _text(report, result, SH.resultMessage),
        )


def _path(report: Graph, result: Any) -> str:
    """The path of a result; of alternatives the first, which is what a record would say."""
    path = report.value(result, SH.resultPath)
    alternatives = report.value(path, SH.alternativePath) if isinstance(path, BNode) else None
    first = report.value(alternatives, RDF.first) if alternatives is not None else path
    return str(first or "")


def _text(report: Graph, result: Any, predicate: Any) -> str:
    return str(report.value(result, predicate) or "")


def _keys(root: Path) -> dict[str, str]:
    context = read_context(root)
    names = (name for name in reversed(context) if not name.startswith("@"))
    return {expand(context, name): name for name in names}


def _to_rdflib(term: object) -> Identifier:
    """The same term for rdflib."""
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        plain = term.datatype.value == f"{XSD}string"  # rdflib tells "a" from "a"^^xsd:string; RDF 1.1 does not
        return RdflibLiteral(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)
    return BNode(getattr(term, "value", str(term)))
