"""Whether servers answer alike: answers as values that can be compared, without what each writes in its own way."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from http.client import HTTPException

from pyoxigraph import BlankNode, RdfFormat, parse

from tests.benchmarks.contestants import Running
from tests.benchmarks.load import Request
from tests.protocol.asking import Reply, send

#: How many requests of a workload are compared.
COMPARED = 12

#: A number that all servers are asked with where requests have one.
_NUMBER = "1000000"


def value_of(reply: Reply) -> object:
    """What an answer says: the rows of a table, the statements of a graph; blank nodes and datatypes left out."""
    if reply.status != 200:
        return reply.status
    if "json" in reply.media_type:
        return Counter(map(_row, json.loads(reply.body)["results"]["bindings"]))
    if reply.media_type != "application/n-triples":
        return reply.media_type
    triples = {quad.triple for quad in parse(reply.body, format=RdfFormat.N_TRIPLES)}
    return frozenset(
        (str(triple.subject), triple.predicate.value, getattr(triple.object, "value", ""))
        for triple in triples
        if not isinstance(triple.subject, BlankNode) and not isinstance(triple.object, BlankNode)
    )


def _row(row: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((name, term["value"], term.get("xml:lang", "").lower()) for name, term in row.items()))


def answers(running: Running, requests: Sequence[Request]) -> list[object]:
    """What a server says to the first few requests; conditions left out, so that there is something to compare."""
    found: list[object] = []
    for target, given in requests[:COMPARED]:
        plain = {name: value for name, value in given.items() if name != "If-None-Match"}
        try:
            found.append(value_of(send(running.address, "GET", target.replace("{n}", _NUMBER), None, plain)))
        except (OSError, HTTPException) as problem:
            found.append(f"broken off ({type(problem).__name__})")
    return found


def differences(ours: Sequence[object], theirs: Sequence[object]) -> str:
    """What is different, in a few words; empty where nothing is."""
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if one != other:
            return f"request {place}: {_size(one)} against {_size(other)}"
    return ""


def _size(value: object) -> str:
    return f"{len(value)} statements or rows" if isinstance(value, Counter | frozenset) else str(value)
