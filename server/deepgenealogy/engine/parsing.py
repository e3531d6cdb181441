"""RDF that somebody sent becomes triples; what would harm the parser or call out is refused before it is parsed.

Oxigraph parses Turtle of any depth, but dies of deeply nested JSON-LD, and takes time for RDF/XML that grows with the
square of its depth; it expands the entities of a DOCTYPE; and it loads no remote context. Meant to run in the writing
process, under its limits.
"""

import re
from xml.parsers import expat

from pyoxigraph import DefaultGraph, RdfFormat, Triple, parse

from ..errors import BodyRefused

#: Deepest nesting of objects and lists in JSON-LD; Oxigraph dies at about 3,200.
JSON_DEPTH_LIMIT = 100

#: Deepest nesting of elements in RDF/XML: Oxigraph takes 0.1 s for that, and 11 s for four times as much.
XML_DEPTH_LIMIT = 10_000

_JSON_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|([\[{])|([\]}])', re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_PLACE = re.compile(r"^Parser error (?:at|between) .*?: ", re.DOTALL)


def triples_of_body(content: bytes, format_name: str, base: str) -> list[Triple]:
    """The triples of a document in the format called `format_name`; its blank nodes are its own. Raises BodyRefused."""
    document = content.removeprefix(_BOM)
    check = _CHECKS.get(format_name)
    if check:
        check(document)
    rdf_format = RdfFormat.from_extension(format_name)
    try:
        quads = list(parse(document, format=rdf_format, base_iri=base, rename_blank_nodes=True))
    except SyntaxError as problem:
        raise BodyRefused(words_of(problem), problem.lineno or 0, problem.offset or 0) from problem
    except (ValueError, OSError) as problem:
        raise BodyRefused(str(problem)) from problem
    if any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads):
        raise BodyRefused("the body names graphs of its own, and one graph is written at a time; send triples only")
    return [quad.triple for quad in quads]


def words_of(problem: SyntaxError) -> str:
    """What a parser of Oxigraph says, without the place, which stands beside it."""
    if "LoadDocumentCallback" in problem.msg:
        return "the body refers to a context that lies elsewhere, and this server fetches none; write the context out"
    return _PLACE.sub("", problem.msg)


def _check_json(document: bytes) -> None:
    depth = 0
    for bracket in _JSON_BRACKETS.finditer(document):
        depth += (bracket[1] is not None) - (bracket[2] is not None)
        if depth > JSON_DEPTH_LIMIT:
            line = document.count(b"\n", 0, bracket.start()) + 1
            column = bracket.start() - document.rfind(b"\n", 0, bracket.start())
            raise BodyRefused(f"it is nested deeper than {JSON_DEPTH_LIMIT}; write nodes side by side", line, column)


def _check_xml(document: bytes) -> None:
    """Well-formed XML without a DOCTYPE, so that no entity can be declared, and not nested too deeply."""
    parser, depth = expat.ParserCreate(), 0

    def refusal(words: str) -> BodyRefused:
        return BodyRefused(words, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def declare(*_: object) -> None:
        raise refusal("a DOCTYPE is not read, since its entities can grow without end; write IRIs out")

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > XML_DEPTH_LIMIT:
            raise refusal(f"it is nested deeper than {XML_DEPTH_LIMIT}; write nodes side by side")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler, parser.StartElementHandler, parser.EndElementHandler = declare, begin, end
    try:
        parser.Parse(document, True)
    except expat.ExpatError as problem:
        raise BodyRefused(expat.ErrorString(problem.code), problem.lineno, problem.offset + 1) from problem


_CHECKS = {"jsonld": _check_json, "rdf": _check_xml}
