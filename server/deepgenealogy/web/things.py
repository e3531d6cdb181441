"""The pages of things: every IRI below the base, as HTML or in an RDF syntax, by Accept and by suffix."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import Quad
from werkzeug.wrappers import Response as AnyResponse

from ..engine.binding import bound_text
from ..engine.interface import Question
from ..errors import NotFound
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS, read_triples
from ..sources.questions import Parameter, PublishedQuestion, read_question
from ..vocabulary import BASE, GRAPHS, nearest
from .desk import desk
from .negotiation import MEDIA_TYPES, choose, content_type
from .portrait import Portrait
from .sparql import answer_to

things = Blueprint("things", __name__)

FORMATS = ["html", *(name for name, row in GRAPH_FORMATS.items() if not row.holds_graphs or name == "jsonld")]
SEGMENTS = (
    "architecture",
    "paper",
    "task",
    "family",
    "modality",
    "derivation",
    "use",
    "entry",
    "repair",
    "heading",
    "article",
    "claim",
    "picture",
    "reading",
    "source",
    "scheme",
)


@things.get(f"/<any({', '.join(SEGMENTS)}):segment>/<slug>")
def thing(segment: str, slug: str) -> AnyResponse:
    """One thing, negotiated; a suffix such as `.ttl` names the format outright."""
    known = desk().things()
    name = None
    if f"{segment}/{slug}" not in known:
        slug, name = _split(slug)
    identity = f"{segment}/{slug}"
    if identity not in known:
        siblings = [iri.partition("/")[2] for iri in known if iri.startswith(f"{segment}/")]
        raise NotFound(segment, slug, nearest(slug, siblings))
    return _respond(identity, _described(identity), name or choose(request, FORMATS, default="html"))


def _split(slug: str) -> tuple[str, str | None]:
    stem, _, suffix = slug.rpartition(".")
    return (stem, suffix) if stem and suffix in FORMATS else (slug, None)


def _described(identity: str) -> list[Quad]:
    question = _description(desk().root / "queries" / "pages" / "describe.rq")
    text = bound_text(question, {"thing": identity})
    content = answer_to(Question(text, graph_format="nt")).whole()
    return read_triples(content)


def _description(path: Any) -> PublishedQuestion:
    question = read_question(path, path.name, [])
    parameter = Parameter("thing", "thing", {"en": "the thing"}, "")
    return PublishedQuestion(question.name, question.title, question.summary, (parameter,), question.text)


def _respond(identity: str, quads: list[Quad], name: str) -> AnyResponse:
    compactor = Compactor(read_context(desk().root))
    if name == "html":
        portrait = Portrait.of(identity, compactor.nodes(quad.triple for quad in quads))
        content: bytes | str = render_template("thing.html", portrait=portrait, formats=FORMATS[1:])
    else:
        content = b"".join(GRAPH_FORMATS[name].write(quads, compactor))
    response = Response(content, content_type=content_type(name))
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = _links(identity)
    return response


def _links(identity: str) -> str:
    """The Link header (RFC 8288): the canonical IRI, and the thing in each format."""
    here = f"{request.script_root}/{quote(identity)}"
    formats = [f'<{here}.{name}>; rel="alternate"; type="{MEDIA_TYPES[name]}"' for name in FORMATS]
    return ", ".join([f'<{BASE}{quote(identity)}>; rel="canonical"', *formats])


@things.get("/ontology")
@things.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> AnyResponse:
    """The ontology, negotiated."""
    if suffix is not None and suffix not in FORMATS:
        raise NotFound("format", suffix, nearest(suffix, FORMATS))
    quads = desk().engine.quads(GRAPHS["ontology"])
    plain = [Quad(q.subject, q.predicate, q.object) for q in quads]
    return _respond("ontology", plain, suffix or choose(request, FORMATS, default="html"))


@things.get("/graph/<name>")
def graph(name: str) -> AnyResponse:
    """A named graph: its dump is what describes it."""
    if name not in GRAPHS:
        raise NotFound("graph", name, nearest(name, GRAPHS))
    chosen = choose(request, [n for n in FORMATS if n != "html"], default="ttl")
    return redirect(f"{request.script_root}/export/{name}.{chosen}", 303)
