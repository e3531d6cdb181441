"""Triples as compact JSON-LD in the keys of the one context: typed, grouped by subject, `@id` relative to the base.

Grouped and written in one pass, in time proportional to the answer; that the result says the same as the triples is
tested with two JSON-LD processors. JSON-LD 1.1, https://www.w3.org/TR/json-ld11/.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ..errors import QuestionRefused
from ..vocabulary import BASE, RDF_TYPE, XSD
from .context import expand

Json = Any

#: Literals that are written as JSON's own numbers and booleans: those that every reader takes for the same.
_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_BOOLEANS = {"true": True, "false": False}

#: What is safe to write relative to the base: no colon, no query, no dot segments.
_SAFE_RELATIVE = re.compile(r"[A-Za-z][A-Za-z0-9_~.#/-]*")
_DOT_SEGMENT = re.compile(r"(?:^|/)\.{1,2}(?:[/#]|$)")


class Compactor:
    """Writes nodes in the keys of one context. Build it once for a context; it holds no state of an answer."""

    def __init__(self, context: dict[str, Any]) -> None:
        self._context = context
        self._terms: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self._names: dict[str, str] = {}
        self._prefixes = {name: iri for name, iri in context.items() if _is_prefix(name, iri)}
        for name, definition in context.items():
            if name.startswith("@") or name in self._prefixes:
                continue
            row = definition if isinstance(definition, dict) else {}
            if "@list" in row.get("@container", ()) or "@reverse" in row:
                continue  # triples alone do not say that they are a whole list
            iri = expand(context, name)
            self._terms.setdefault(iri, []).append((name, row))
            self._names.setdefault(iri, name)

    def opening(self) -> bytes:
        """The beginning of a JSON-LD document: the context, and the opening of its `@graph`."""
        context = json.dumps(self._context, ensure_ascii=False, indent=1)
        return b'{"@context": ' + context.encode() + b',\n"@graph": ['

    def members(self, quads: Iterable[Quad]) -> Iterator[Json]:
        """What stands in the `@graph` of a document: nodes of the default graph, and named graphs of nodes."""
        ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
        for graph, own in groupby(ordered, key=lambda quad: quad.graph_name):
            nodes = self.nodes(quad.triple for quad in own)
            if isinstance(graph, NamedNode):
                yield {"@id": self._reference(graph), "@graph": nodes}
            else:
                yield from nodes

    def nodes(self, triples: Iterable[Triple]) -> list[Json]:
        """One node a subject, sorted by subject, then by predicate and object."""
        ordered = sorted(triples, key=str)
        return [self._node(subject, list(own)) for subject, own in groupby(ordered, key=lambda t: t.subject)]

    def _node(self, subject: Any, triples: list[Triple]) -> Json:
        node: dict[str, Json] = {"@id": self._reference(subject)}
        for triple in triples:
            if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
                node.setdefault("@type", []).append(self._vocabulary_name(triple.object.value))
            else:
                self._add(node, triple.predicate.value, triple.object)
        return {key: _unwrapped(key, value, self._context) for key, value in node.items()}

    def _add(self, node: dict[str, Json], predicate: str, value: Any) -> None:
        key, row = self._key(predicate, value)
        if "@language" in row.get("@container", ()):
            node.setdefault(key, {}).setdefault(value.language, []).append(value.value)
        else:
            node.setdefault(key, []).append(self._value(value, row))

    def _key(self, predicate: str, value: Any) -> tuple[str, dict[str, Any]]:
        terms = self._terms.get(predicate, ())
        fitting = (term for term in terms if _fits(value, term[1], self._context))
        return next(fitting, None) or next(filter(_takes_all, terms), (self._curie(predicate), {}))

    def _value(self, value: Any, row: dict[str, Any]) -> Json:
        if isinstance(value, Literal):
            return self._literal(value, row)
        if row.get("@type") == "@vocab":
            return self._vocabulary_name(value.value)
        reference = self._reference(value)
        return reference if row.get("@type") == "@id" else {"@id": reference}

    def _literal(self, value: Literal, row: dict[str, Any]) -> Json:
        if value.language:
            own = row.get("@language") == value.language
            return value.value if own else {"@language": value.language, "@value": value.value}
        datatype = value.datatype.value
        if datatype == f"{XSD}integer" and _INTEGER.fullmatch(value.value):
            return int(value.value)
        if datatype == f"{XSD}boolean" and value.value in _BOOLEANS:
            return _BOOLEANS[value.value]
        if datatype == f"{XSD}string" or expand(self._context, row.get("@type", "")) == datatype:
            return value.value
        return {"@type": self._vocabulary_name(datatype), "@value": value.value}

    def _reference(self, term: Any) -> str:
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if not isinstance(term, NamedNode):
            raise QuestionRefused("triple terms (RDF 1.2) cannot be written as JSON-LD; ask for Turtle or N-Triples")
        iri = term.value
        relative = iri.removeprefix(BASE)
        is_safe = relative != iri and _SAFE_RELATIVE.fullmatch(relative) and not _DOT_SEGMENT.search(relative)
        return relative if is_safe else iri

    def _vocabulary_name(self, iri: str) -> str:
        return self._names.get(iri) or self._curie(iri)

    def _curie(self, iri: str) -> str:
        for name, namespace in self._prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and "/" not in local:
                return f"{name}:{local}"
        return iri


def _is_prefix(name: str, iri: Any) -> bool:
    return isinstance(iri, str) and not name.startswith("@") and iri.endswith(("#", "/")) and "://" in iri


def _fits(value: Any, row: dict[str, Any], context: dict[str, Any]) -> bool:
    wanted, by_language = row.get("@type"), "@language" in row.get("@container", ())
    if not isinstance(value, Literal):
        return wanted in ("@id", "@vocab") and not (wanted == "@vocab" and isinstance(value, BlankNode))
    if value.language:
        return by_language or row.get("@language") == value.language
    if by_language or wanted in ("@id", "@vocab") or "@language" in row:
        return False
    return wanted is None or expand(context, wanted) == value.datatype.value


def _takes_all(term: tuple[str, dict[str, Any]]) -> bool:
    """Whether a term says nothing of its values: then one that is no plain literal is written out under it."""
    return not term[1].keys() & {"@type", "@language"} and "@language" not in term[1].get("@container", ())


def _unwrapped(key: str, value: Json, context: dict[str, Any]) -> Json:
    """Lists of one are opened, except under keys that are always lists."""
    definition = context.get(key)
    container = definition.get("@container", ()) if isinstance(definition, dict) else ()
    if "@set" in container:
        return value
    if isinstance(value, dict):
        return {language: _single(texts) for language, texts in value.items()}
    return _single(value)


def _single(value: Json) -> Json:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
