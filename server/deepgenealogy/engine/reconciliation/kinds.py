"""The types that things are matched as, and the properties by which they are told apart and described: two tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ...errors import NotFound
from ...vocabulary import BASE, DCTERMS, DGO, FABIO, RDFS, SCHEMA, SKOS, nearest

#: How a value is compared and handed out.
Form = Literal["thing", "text", "year", "date", "arxiv", "doi"]


@dataclass(frozen=True)
class Type:
    """A type of things: its name for people, what it holds, and the type that it is a part of, if any."""

    id: str
    name: str
    description: str
    broader: str | None = None


@dataclass(frozen=True)
class Property:
    """A property: its predicate, the types that have it, how it is compared, and the type of things it leads to.

    `is_of_paper` says that a method has it through the paper that introduces it. `is_deciding` says that agreement in
    it tells namesakes apart.
    """

    id: str
    name: str
    description: str
    predicate: str
    types: tuple[str, ...]
    form: Form = "text"
    range: str | None = None
    is_of_paper: bool = False
    is_deciding: bool = False


_TYPES = (
    Type("Method", "Method", "An architecture or a learning algorithm: all that has a line of descent"),
    Type("Architecture", "Architecture", "A network, or a part of one, that a paper introduces", "Method"),
    Type("LearningAlgorithm", "Learning algorithm", "A way of training, with no network of its own", "Method"),
    Type("Paper", "Paper", "A publication that introduces methods or states where they come from"),
    Type("Task", "Task", "What a method is meant to do"),
    Type("Family", "Family", "A branch of methods; to be in it is not to descend from anything"),
    Type("Modality", "Modality", "The kind of data that a task is about"),
)
TYPES: Mapping[str, Type] = {row.id: row for row in _TYPES}

_METHOD, _PAPER, _BOTH = ("Method",), ("Paper",), ("Method", "Paper")
_SCHEME = ("Task", "Family")
_NAMED = ("Method", "Task", "Family", "Modality")
_ALL = ("Paper", *_NAMED)

_DESCENT = (
    ("derivesFrom", "derives from", "The direct parents, of whatever kind the derivation is"),
    ("extends", "extends", "Parents that are kept whole, with a mechanism added"),
    ("improves", "improves", "Parents whose job is done in the same form, better, faster or stabler"),
    ("variantOf", "variant of", "Parents of which one defining ingredient is changed"),
    ("simplifies", "simplifies", "Parents from which parts are taken away"),
    ("generalizes", "generalizes", "Parents that are a special case"),
    ("scales", "scales", "Parents of the same design, which are smaller"),
    ("combines", "combines", "Parents that are joined as equal main ingredients"),
    ("replacesComponentOf", "replaces a component of", "Parents of which one part is swapped"),
    ("appliesToNewDomain", "applies to a new domain", "Parents whose design is moved to other data or another task"),
    ("inspiredBy", "inspired by", "Parents of which an idea is taken, not a structure"),
    ("hasAncestor", "ancestor", "All that it descends from, in any number of steps"),
    ("hasDescendant", "descendant", "All that descends from it, in any number of steps"),
    ("usesComponent", "uses as a component", "What is used without deriving from it"),
    ("usesBackbone", "uses as backbone", "Which network is used, trained, as feature extractor"),
)

_PROPERTIES = (
    Property("year", "year", "Year of the first public version", f"{DGO}notBefore", _BOTH, "year"),
    Property("introduced", "introduced", "First public version, as exactly as it is known: day, month or year",
             f"{DGO}introduced", _METHOD),
    Property("notBefore", "not before", "First day on which it can have appeared", f"{DGO}notBefore", _BOTH, "date"),
    Property("notAfter", "not after", "Last day on which it can have appeared", f"{DGO}notAfter", _BOTH, "date"),
    Property("introducedIn", "introduced in", "The first paper that introduces it: its id, title, arXiv id or DOI",
             f"{DGO}introducedIn", _METHOD, "thing", "Paper", is_deciding=True),
    Property("arxiv", "arXiv id", "arXiv identifier of the paper, without version", f"{FABIO}hasArXivId", _BOTH,
             "arxiv", is_of_paper=True, is_deciding=True),
    Property("doi", "DOI", "DOI of the paper", "http://purl.org/ontology/bibo/doi", _BOTH, "doi",
             is_of_paper=True, is_deciding=True),
    Property("title", "title of the paper", "Title of the paper", f"{DCTERMS}title", _BOTH,
             is_of_paper=True, is_deciding=True),
    Property("author", "author", "Authors of the paper, in order", "http://purl.org/dc/elements/1.1/creator", _BOTH,
             is_of_paper=True),
    Property("venue", "venue", "Where the paper was published", f"{DGO}venue", _BOTH, is_of_paper=True),
    Property("introduces", "introduces", "The methods that the paper introduces", f"{DGO}introduces", _PAPER, "thing",
             "Method"),
    Property("addressesTask", "task", "The tasks that it was introduced for", f"{DGO}addressesTask", _METHOD, "thing",
             "Task", is_deciding=True),
    Property("memberOf", "family", "The branches that it belongs to", f"{DGO}memberOf", _METHOD, "thing", "Family"),
    *(Property(local, name, words, DGO + local, _METHOD, "thing", "Method") for local, name, words in _DESCENT),
    Property("modality", "modality", "The kinds of data that the task is about", f"{DGO}modality", ("Task",), "thing",
             "Modality"),
    Property("broader", "broader", "The wider task or family", f"{SKOS}broader", _SCHEME, "thing"),
    Property("label", "name", "The name in use", f"{RDFS}label", _ALL),
    Property("fullName", "full name", "What the abbreviation stands for", f"{DGO}fullName", _METHOD),
    Property("alias", "alias", "Other names in use", f"{SKOS}altLabel", ("Method", *_SCHEME)),
    Property("definition", "definition", "One or two sentences on what it is", f"{SKOS}definition", _NAMED),
    Property("exactMatch", "same thing elsewhere", "Its IRIs in Wikidata and other graphs", f"{SKOS}exactMatch", _BOTH),
    Property("closeMatch", "near thing elsewhere", "IRIs of nearly the same in other graphs", f"{SKOS}closeMatch",
             _BOTH),
    Property("identifier", "identifier", "Its identifiers as addresses", f"{SCHEMA}identifier", _BOTH,
             is_of_paper=True),
)  # fmt: skip
PROPERTIES: Mapping[str, Property] = {row.id: row for row in _PROPERTIES}

#: Steps of a path from property to property.
_LONGEST_PATH = 3


def type_of(text: str) -> Type:
    """The type with this id, IRI (`…/ontology#Paper`) or CURIE (`dgo:Paper`). Raises NotFound with the nearest."""
    local = _local(text)
    if local not in TYPES:
        raise NotFound("type", text[:80], nearest(local, TYPES))
    return TYPES[local]


def path_of(text: str) -> tuple[Property, ...]:
    """The properties of a path such as `derivesFrom/year`, each followed from what the one before it leads to.

    Raises NotFound with the nearest names, for a property that is not there or that cannot follow.
    """
    names = [_local(text)] if text.startswith(("http", "dgo:")) else text.split("/")
    path: list[Property] = []
    for name in names:
        known = _following(path)
        if name not in known or len(path) == _LONGEST_PATH:
            raise NotFound("property", text[:80], nearest(name, known))
        path.append(known[name])
    return tuple(path)


def properties_of(type_id: str) -> list[Property]:
    """The properties that things of a type have."""
    broader = TYPES[type_id].broader
    return [row for row in PROPERTIES.values() if type_id in row.types or broader in row.types]


def _following(path: list[Property]) -> Mapping[str, Property]:
    if not path:
        return PROPERTIES
    last = path[-1]
    if last.form != "thing":
        return {}
    ranges = [last.range] if last.range else list(last.types)
    return {row.id: row for type_id in ranges for row in properties_of(type_id)}


def _local(text: str) -> str:
    return text.strip().removeprefix(DGO).removeprefix("dgo:").removeprefix(BASE)
