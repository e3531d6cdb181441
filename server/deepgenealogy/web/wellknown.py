"""`/.well-known/void` (RFC 8615; VoID, section 7.2): all that the dataset says of itself, in every form.

It answers 200 where it stands, for not every client follows a redirect. A browser gets the counts as tables.
"""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from pyoxigraph import Literal, NamedNode, Quad

from ..errors import NotFound
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..graph.partitions import DOCUMENT
from ..vocabulary import BASE, GRAPHS, PREFIXES, nearest
from .addresses import address_of
from .desk import desk
from .island import json_ld_island
from .negotiation import MEDIA_TYPES, choose, content_type
from .terminology import piece_of

wellknown = Blueprint("wellknown", __name__)

FORMATS = ["html", *(name for name, row in GRAPH_FORMATS.items() if not row.holds_graphs or name == "jsonld")]
_VOID = PREFIXES["void"]
_SIZES = ("triples", "entities", "classes", "properties", "distinctSubjects", "distinctObjects")

Said = defaultdict[str, dict[str, list[str]]]


@wellknown.get("/.well-known/void")
@wellknown.get("/.well-known/void.<suffix>")
def void(suffix: str | None = None) -> Response:
    """All of `dg:graph/meta`, negotiated; Turtle for those who have no wish."""
    if suffix is not None and suffix not in FORMATS:
        raise NotFound("format", suffix, nearest(suffix, FORMATS) or FORMATS)
    name = suffix or choose(request, FORMATS, default="ttl")
    quads = [Quad(q.subject, q.predicate, q.object) for q in desk().engine.quads(GRAPHS["meta"])]
    content = _page(quads) if name == "html" else _written(quads, name)
    response = Response(content, content_type=content_type(name))
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = _links()
    return response


def _written(quads: Iterable[Quad], name: str) -> bytes:
    return b"".join(GRAPH_FORMATS[name].write(quads, Compactor(read_context(desk().root))))


def _links() -> str:
    alternates = [(name, MEDIA_TYPES[name], address_of(f"{DOCUMENT}.{name}")) for name in FORMATS]
    rows = [f'<{address}>; rel="alternate"; type="{media_type}"' for _, media_type, address in alternates]
    return ", ".join([f'<{BASE}{quote(DOCUMENT)}>; rel="canonical"', f'<{BASE}dataset>; rel="describes"', *rows])


def _page(quads: list[Quad]) -> str:
    said = _by_subject(quads)
    graphs = sorted(said[f"{BASE}dataset"].get(f"{_VOID}subset", []))
    alternates = [(name, MEDIA_TYPES[name], address_of(f"{DOCUMENT}.{name}")) for name in FORMATS[1:]]
    return render_template(
        "void.html",
        alternates=alternates,
        canonical=BASE + DOCUMENT,
        data=json_ld_island(quads),
        sizes=[(name, _numbers(said[iri])) for name, iri in _named(graphs)],
        keys=_SIZES,
        partitions=[(name, _classes(said, iri)) for name, iri in _named(graphs)[1:]],
        links=sorted(_linkset(node) for node in said.values() if f"{_VOID}linkPredicate" in node),
        address_of=address_of,
    )


def _named(graphs: Iterable[str]) -> list[tuple[str, str]]:
    return [("everything", f"{BASE}dataset"), *((iri.removeprefix(f"{BASE}graph/"), iri) for iri in graphs)]


def _by_subject(quads: Iterable[Quad]) -> Said:
    said: Said = defaultdict(dict)
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            said[quad.subject.value].setdefault(quad.predicate.value, []).append(quad.object.value)
    return said


def _numbers(node: dict[str, list[str]]) -> list[int]:
    return [int(node[f"{_VOID}{key}"][0]) for key in _SIZES if f"{_VOID}{key}" in node]


def _classes(said: Said, graph: str) -> list[tuple[str, str, int, list[str]]]:
    """The classes of a graph: words, IRI, number of members, and the properties that members have."""
    return [_class(said, node) for node in sorted(said[graph].get(f"{_VOID}classPartition", []))]


def _class(said: Said, partition: str) -> tuple[str, str, int, list[str]]:
    node = said[partition]
    (iri,), (members,) = node[f"{_VOID}class"], node[f"{_VOID}entities"]
    uses = [said[use][f"{_VOID}property"][0] for use in sorted(node.get(f"{_VOID}propertyPartition", []))]
    return piece_of(iri).words, iri, int(members), [piece_of(use).words for use in uses]


def _linkset(node: dict[str, list[str]]) -> tuple[str, str, int]:
    target, predicate, count = (node[f"{_VOID}{key}"][0] for key in ("objectsTarget", "linkPredicate", "triples"))
    return target.rpartition("--")[2].removeprefix(BASE), piece_of(predicate).words, int(count)
