"""Prefixes and published queries as triples, in the layout of https://github.com/sib-swiss/sparql-examples.

SIB's query editor asks an endpoint for `sh:prefix` and `sh:namespace`, and for every `sh:SPARQLExecutable` with its
comment and its text; both are found in `dg:graph/meta`. A parameter is a `sh:Parameter`, whose default is the example
that the text binds: each text runs as it stands.
"""

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ..sources.questions import Parameter, PublishedQuestion
from ..vocabulary import BASE, ONTOLOGY, PREFIXES, XSD
from .nodes import Node
from .partitions import DOCUMENT

#: Form of a query -> the property that holds its text, and the class beside `sh:SPARQLExecutable`.
_FORMS = {
    "SELECT": ("sh:select", "sh:SPARQLSelectExecutable"),
    "ASK": ("sh:ask", "sh:SPARQLAskExecutable"),
    "CONSTRUCT": ("sh:construct", "sh:SPARQLConstructExecutable"),
}
_FORM = re.compile(rf"^\s*({'|'.join(_FORMS)})\b", re.MULTILINE | re.IGNORECASE)
_HEADER = re.compile(r"\A(?:#[^\n]*\n)*")

#: Kind of parameter -> the class or datatype of its values.
_KINDS: dict[str, Node] = {
    "integer": {"sh:datatype": {"@id": f"{XSD}integer"}},
    "text": {"sh:datatype": {"@id": f"{XSD}string"}},
    "architecture": {"sh:class": {"@id": "dgo:Method"}},
    **{kind: {"sh:class": {"@id": f"dgo:{kind.title()}"}} for kind in ("paper", "task", "family")},
}


def prefix_nodes() -> list[Node]:
    """Every prefix as a `sh:declare` of the ontology."""
    declared = [
        {
            "@id": f"{DOCUMENT}#prefix--{prefix}",
            "@type": "sh:PrefixDeclaration",
            "sh:prefix": prefix,
            "sh:namespace": {"@type": f"{XSD}anyURI", "@value": space},
        }
        for prefix, space in sorted(PREFIXES.items())
    ]
    return [{"@id": "ontology", "sh:declare": declared}]


def example_nodes(questions: Iterable[PublishedQuestion]) -> list[Node]:
    """Every published query as a `sh:SPARQLExecutable`."""
    return [_example(question) for question in questions]


def _example(question: PublishedQuestion) -> Node:
    text = _HEADER.sub("", question.text).strip()
    form = _FORM.search(text)
    key, cls = _FORMS[form.group(1).upper() if form else "SELECT"]
    identity = f"query/{question.name}"
    return {
        "@id": identity,
        "@type": ["sh:SPARQLExecutable", cls],
        "label": dict(question.title),
        "remark": dict(question.summary),
        "sh:prefixes": {"@id": ONTOLOGY},
        key: text,
        "schema:target": {"@id": "sparql"},
        "schema:keywords": question.name.split("-"),
        "schema:url": {"@id": f"queries/{question.name}"},
        "dcterms:isPartOf": {"@id": "dataset"},
        "sh:parameter": [_parameter(identity, parameter) for parameter in question.parameters],
    }


def _parameter(identity: str, parameter: Parameter) -> Node:
    return {
        "@id": f"{identity}#{parameter.name}-parameter",
        "@type": "sh:Parameter",
        "sh:path": {"@id": f"{identity}#{parameter.name}"},
        "sh:name": parameter.name,
        "sh:description": [{"@language": code, "@value": text} for code, text in sorted(parameter.meaning.items())],
        "sh:defaultValue": [_value(term) for term in _terms(parameter.example)],
        **_KINDS.get(parameter.kind, {}),
    }


def _terms(example: str) -> list[object]:
    """The RDF terms that the example of a parameter holds; SPARQL writes them as Turtle does."""
    objects = re.sub(r"\s+(?=[<\"\d])", ", ", example)
    quads = parse(f"@base <{BASE}> . <> <> {objects} .", format=RdfFormat.TURTLE)
    return [quad.object for quad in quads]


def _value(term: object) -> Node:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    assert isinstance(term, Literal)
    return {"@value": term.value, "@type": term.datatype.value}
