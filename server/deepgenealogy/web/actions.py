"""What a page offers to do with its thing: cite it, ask about it in SPARQL, read or change its record."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import request

from ..export.bibtex import entry
from ..export.catalogue import paper_with_key
from ..vocabulary import BASE, SEGMENTS
from .desk import desk
from .language import carried
from .portrait import Node
from .titles import id_of

_PREFIXES = """PREFIX dg: <https://w3id.org/deepgenealogy/>
PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
_DERIVATIONS = """SELECT ?child ?parent ?kind ?paper ?locator ?certainty WHERE {
  ?derivation a dgo:Derivation ; dgo:child ?child ; dgo:parent ?parent ; dgo:kind ?kind ;
    dgo:statedIn ?paper ; dgo:locator ?locator ; dgo:certainty ?certainty .
  FILTER(CONDITION)
}"""
_MEMBERS = """SELECT ?method ?name ?introduced WHERE {
  ?method PROPERTY <IRI> ; rdfs:label ?name ; dgo:introduced ?introduced .
  FILTER(LANG(?name) = "en")
} ORDER BY ?introduced"""

#: Segment of a thing -> the question that its page offers; all others ask for everything that is said of the thing.
_QUESTIONS = {
    "architecture": _DERIVATIONS.replace("CONDITION", "?child = <IRI> || ?parent = <IRI>"),
    "paper": _DERIVATIONS.replace("CONDITION", "?paper = <IRI>"),
    "family": _MEMBERS.replace("PROPERTY", "dgo:memberOf"),
    "task": _MEMBERS.replace("PROPERTY", "dgo:addressesTask"),
}
_SAID = "SELECT ?property ?value WHERE { <IRI> ?property ?value }"


@dataclass(frozen=True)
class Citation:
    """How a thing is cited: the words for what is cited (a key of the table), and its BibTeX."""

    words: str
    bibtex: str


#: Segment of a thing -> the key by which it leads to its paper ('' is the paper itself), and the words for that.
_CITED = {
    "paper": ("", "thing.cite.itself"),
    "architecture": ("introducedIn", "thing.cite.paper"),
    "derivation": ("statedIn", "thing.cite.stated"),
    "use": ("statedIn", "thing.cite.stated"),
}


def query_address(identity: str) -> str:
    """The address of the query page with a question about the thing in it."""
    segment = identity.partition("/")[0]
    text = _PREFIXES + _QUESTIONS.get(segment, _SAID).replace("IRI", quote(BASE + identity, safe=":/#%~"))
    return carried(f"{request.script_root}/sparql?{urlencode({'query': text})}")


def citation_of(identity: str, own: Node) -> Citation | None:
    """How the thing is cited: by its own paper, or the one that states it; None where there is none."""
    segment, _, slug = identity.partition("/")
    if segment not in _CITED:
        return None
    key, words = _CITED[segment]
    paper = paper_with_key(desk().engine, id_of(own.get(key)).removeprefix("paper/") if key else slug)
    return Citation(words, entry(paper).strip()) if paper else None


@dataclass(frozen=True)
class RecordFile:
    """The file that a thing is recorded in: its path in the repository, and its address, '' where none is set."""

    path: str
    address: str


def record_of(identity: str) -> RecordFile | None:
    """The file to change when something about the thing is to be changed; None for what no file holds alone."""
    segment, _, slug = identity.partition("/")
    path = _FILES[segment](slug) if segment in _FILES else ""
    if not path or not (desk().root / path).is_file():
        return None
    repository = str(desk().settings.repository_url).rstrip("/")
    return RecordFile(path, f"{repository}/{quote(path)}" if repository else "")


def _record(folder: str) -> Callable[[str], str]:
    return lambda slug: f"data/{folder}/{slug}.yaml"


def _of_child(slug: str) -> str:
    return f"data/architectures/{slug.partition('--')[0]}.yaml"


def _table(name: str) -> Callable[[str], str]:
    return lambda slug: f"data/sources/genealogy/{name}.tsv"


def _section(slug: str) -> str:
    """The file of the section of the article whose name the slug begins with."""
    folder = Path("data/sources/article/sections")
    paths = sorted((desk().root / folder).glob("*.yaml"))
    return next((f"{folder}/{path.name}" for path in paths if slug.startswith(f"{path.stem.partition('-')[2]}-")), "")


#: Segment of a thing -> where its record lies, by its slug.
_FILES: dict[str, Callable[[str], str]] = {
    **{segment: _record(folder) for folder, segment in SEGMENTS.items() if segment != "source"},
    "source": _record("sources/works"),
    "derivation": _of_child,
    "use": _of_child,
    "entry": _table("entries"),
    "repair": _table("repairs"),
    "heading": _table("headings"),
    "article": lambda slug: "data/sources/article/article.yaml",
    "claim": _section,
    "picture": _section,
    "reading": _section,
    "mapping": lambda slug: f"data/mappings/{slug.partition('/')[0]}.sssom.tsv",
    "query": lambda slug: f"queries/{slug}.rq",
}
