"""The pages of things: every IRI below the base, as HTML or in an RDF syntax, by Accept and by suffix."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import Quad
from werkzeug.wrappers import Response as AnyResponse

from ..engine.describing import Describer
from ..errors import NotFound, Retired
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE, GRAPHS, OWL, nearest
from .actions import citation_of, query_address, record_of
from .addresses import address_of
from .desk import desk
from .island import json_ld_island
from .kinds import KINDS
from .language import chosen, language
from .listings import speech_of
from .lists import known_list, part_of
from .mentions import mentioned
from .namedgraphs import graph_documents, said_of_graph
from .negotiation import MEDIA_TYPES, choose, content_type
from .ontologypage import ontology_page
from .pictures import Picture, picture_of
from .portrait import Node, Portrait

things = Blueprint("things", __name__)

FORMATS = ["html", *(name for name, row in GRAPH_FORMATS.items() if not row.holds_graphs or name == "jsonld")]
SEGMENTS = tuple(KINDS)


@things.get(f"/<any({', '.join(SEGMENTS)}):segment>/<path:slug>")
def thing(segment: str, slug: str) -> AnyResponse:
    """One thing, negotiated; a suffix such as `.ttl` names the format outright."""
    identity, suffix = _named(f"{segment}/{slug}")
    if not _is_known(identity):
        missing = identity.partition("/")[2]
        raise NotFound(segment, missing, nearest(missing, _siblings(segment)))
    return _respond(identity, _described(identity), suffix)


@things.get("/dataset")
@things.get("/dataset.<suffix>")
def dataset(suffix: str | None = None) -> AnyResponse:
    """The dataset as it describes itself, negotiated."""
    return _respond("dataset", _described("dataset"), _format(suffix))


@things.get("/ontology")
@things.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> AnyResponse:
    """The ontology, negotiated."""
    return _respond("ontology", _ontology(), _format(suffix))


@things.get("/ontology/<version>")
def ontology_version(version: str) -> AnyResponse:
    """A version of the ontology by its version IRI; the one in force is there."""
    identity, suffix = _split(f"ontology/{version}")
    quads = _ontology()
    versions = [str(getattr(q.object, "value", "")) for q in quads if q.predicate.value == f"{OWL}versionIRI"]
    known = [iri.removeprefix(f"{BASE}ontology/") for iri in versions]
    for name, form in ((f"ontology/{version}", None), (identity, suffix)):
        if BASE + name in versions:
            return _respond(name, quads, form)
    raise NotFound("version of the ontology", version, nearest(version, known) or known)


@things.get("/sparql.<suffix>")
def service(suffix: str) -> AnyResponse:
    """The SPARQL service, described in the format of the suffix."""
    return redirect(f"{request.script_root}/sparql?format={_format(suffix)}", 303)


def _named(asked: str) -> tuple[str, str | None]:
    """The thing that is asked for and the format that a suffix names; as it is asked, else without its suffix.

    IRIs may hold escapes (`%20`), which a server reads as what they stand for. Raises Retired.
    """
    stem, suffix = _split(asked)
    for name, form in ((asked, None), (quote(asked), None), (stem, suffix), (quote(stem), suffix)):
        if retired := desk().inventory().retired.get(name):
            raise Retired(name, successor=retired.successor, date=retired.date, reason=chosen(retired.reason)[0])
        if _is_known(name):
            return name, form
    return stem, suffix


def _is_known(name: str) -> bool:
    return name in desk().things() or name in graph_documents(desk().engine)


def _siblings(segment: str) -> list[str]:
    """The names of all things of a kind; none where it would take long to find them."""
    things = desk().things()
    known = [*(things if things.is_listed else ()), *graph_documents(desk().engine)]
    return [name.partition("/")[2] for name in known if name.startswith(f"{segment}/")]


def _split(identity: str) -> tuple[str, str | None]:
    stem, _, suffix = identity.rpartition(".")
    return (stem, suffix) if stem and suffix in FORMATS else (identity, None)


def _format(suffix: str | None) -> str | None:
    if suffix is not None and suffix not in FORMATS:
        raise NotFound("format", suffix, nearest(suffix, FORMATS) or FORMATS)
    return suffix


def _described(identity: str) -> list[Quad]:
    fragments = desk().inventory().things.fragments_of(identity)
    described = Describer(desk().engine, desk().union).describe(identity, fragments)
    said = said_of_graph(desk().engine, identity, is_stated=identity in desk().things())
    return list({*described, *said})


def _ontology() -> list[Quad]:
    return [Quad(q.subject, q.predicate, q.object) for q in desk().engine.quads(GRAPHS["ontology"])]


def _respond(identity: str, quads: list[Quad], suffix: str | None) -> AnyResponse:
    name = suffix or choose(request, FORMATS, default="html")
    content = _page(identity, quads) if name == "html" else _written(quads, name)
    response = Response(content, content_type=content_type(name))
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = _links(identity)
    return response


def _written(quads: Iterable[Quad], name: str) -> bytes:
    return b"".join(GRAPH_FORMATS[name].write(quads, Compactor(read_context(desk().root))))


def _page(identity: str, quads: list[Quad]) -> str:
    """The page of a thing; it holds, besides words, the same triples as the other forms, as JSON-LD."""
    alternates = [(name, MEDIA_TYPES[name], address_of(f"{identity}.{name}")) for name in FORMATS[1:]]
    if identity.partition("/")[0] == "ontology":
        return ontology_page(identity, quads, alternates=alternates, data=json_ld_island(quads))
    nodes = Compactor(read_context(desk().root)).nodes(quad.triple for quad in quads)
    portrait = Portrait.of(identity, nodes, speech_of(desk(), language()), mentioned(nodes))
    own: Node = next((node for node in nodes if node["@id"] == identity), {})
    return render_template(
        "thing.html",
        portrait=portrait,
        alternates=alternates,
        data=json_ld_island(quads),
        picture=_picture(identity, own),
        citation=citation_of(identity, own),
        record=record_of(identity),
        query=query_address(identity),
        frame=portrait.segment if portrait.segment in _FRAMED else "",
        has_list=known_list(portrait.segment),
        members=part_of("architecture", portrait.segment, portrait.slug) if portrait.segment in _GATHERING else None,
    )


#: Things that a published frame makes one tree of, and things that gather methods.
_FRAMED, _GATHERING = ("architecture", "paper"), ("family", "task")


def _picture(identity: str, own: Node) -> Picture | None:
    """The small lineage picture of a method; of a claim, that of its child; of a paper, of the first it introduces."""
    about = [identity, own.get("child"), *own.get("introduces", ())]
    slug = next((str(iri).partition("/")[2] for iri in about if str(iri).startswith("architecture/")), "")
    return picture_of(slug) if slug else None


def _links(identity: str) -> str:
    """The Link header (RFC 8288): the canonical IRI, the thing in each format, and the data that describe it."""
    rows = [("alternate", name) for name in FORMATS] + [("describedby", "ttl")]
    formats = [f'<{address_of(f"{identity}.{name}")}>; rel="{rel}"; type="{MEDIA_TYPES[name]}"' for rel, name in rows]
    return ", ".join([f'<{BASE}{quote(identity, safe="/%")}>; rel="canonical"', *formats])
