"""Lists of all things of a kind: which columns they have, and their rows, read from the triples of the graph.

A new list is a new row of `LISTINGS`. A list is a set of triples (`Listing.quads`), so that it can be had in every RDF
syntax; what a page or a table shows of it is made from these triples, and kept until the data change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Quad

from ..engine.interface import Engine, Question
from ..graph.compact import Compactor
from ..graph.context import expand, read_context
from ..graph.formats import read_triples
from ..vocabulary import BASE, RDF_TYPE, RDFS
from .desk import Desk
from .phrases import Phrase, Reference, Text
from .termwords import term_words
from .titles import NAMING, Node, Titles, id_of
from .values import Part, Shown, Speech


@dataclass(frozen=True)
class Column:
    """A column: the key of the context, the words of its head if not the term's own, by what a list may be narrowed.

    `counts` says that not its values are shown but how many things point here by the key, `is_number` that it is sorted
    by size.
    """

    key: str
    words: str = ""
    narrows: str = ""
    counts: bool = False
    is_number: bool = False

    @property
    def name(self) -> str:
        """What an address and a table call it."""
        return {"memberOf": "methods", "addressesTask": "methods"}.get(self.key, "tasks") if self.counts else self.key


@dataclass(frozen=True)
class Listing:
    """The list of a kind: its segment, the classes of its members, its columns, and the column that it is sorted by."""

    segment: str
    classes: tuple[str, ...]
    columns: tuple[Column, ...]
    order: str = "name"

    def column(self, name: str) -> Column | None:
        """The column that an address names."""
        return next((column for column in self.columns if column.name == name), None)

    def question(self, context: Mapping[str, Any]) -> str:
        """The query for its triples."""
        forward = [expand(dict(context), column.key) for column in self.columns if not column.counts]
        inward = [expand(dict(context), column.key) for column in self.columns if column.counts]
        named = [f"{RDFS}label", RDF_TYPE, *(expand(dict(context), key) for key in NAMING), *forward]
        own = f"{self.members('s')} {_values('p', named)} ?s ?p ?o"
        pointing = f" UNION {{ {self.members('o')} {_values('p', inward)} ?s ?p ?o }}" if inward else ""
        return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ {own} }}{pointing} }}"

    def question_about(self, iris: Iterable[str], context: Mapping[str, Any]) -> str:
        """The query for the triples of some members, counts left out; a branch for each property, so that none is read
        that is not wanted.
        """
        keys = [column.key for column in self.columns if not column.counts]
        named = [f"{RDFS}label", RDF_TYPE, *(expand(dict(context), key) for key in (*NAMING, *keys))]
        own = _values("s", iris)
        branches = (f"{{ {own} ?s <{iri}> ?o BIND(<{iri}> AS ?p) }}" for iri in dict.fromkeys(named))
        return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {' UNION '.join(branches)} }}"

    def members(self, variable: str) -> str:
        """The pattern that binds a variable to each member."""
        if self.classes:
            return f"{_values('class', [_iri(name) for name in self.classes])} ?{variable} a ?class ."
        return f'?{variable} ?any ?thing FILTER(STRSTARTS(STR(?{variable}), "{BASE}{self.segment}/"))'


def _iri(name: str) -> str:
    return f"{BASE}ontology#{name}" if ":" not in name else name


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in dict.fromkeys(iris))} }}"


_PAPER_OF_CLAIM = Column("statedIn", words="kind.paper", narrows="paper")
_CERTAINTY, _READ = Column("certainty", narrows="certainty"), Column("checkedAgainst", narrows="checked-against")

LISTINGS = {
    row.segment: row
    for row in (
        Listing(
            "architecture",
            ("Method",),
            (
                Column("introduced", words="list.introduced"),
                Column("introducedIn", words="kind.paper", narrows="paper"),
                Column("derivesFrom", words="list.parents", narrows="parent"),
                Column("memberOf", words="kinds.family", narrows="family"),
                Column("addressesTask", words="kinds.task", narrows="task"),
            ),
        ),
        Listing(
            "paper",
            ("Paper",),
            (Column("published"), Column("venue"), Column("introduces", words="list.introduces"), Column("arxiv")),
        ),
        Listing("task", ("Task",), (Column("modality", narrows="modality"), Column("addressesTask", counts=True))),
        Listing("family", ("Family",), (Column("broader", narrows="family"), Column("memberOf", counts=True))),
        Listing("modality", ("Modality",), (Column("modality", counts=True),)),
        Listing(
            "derivation",
            ("Derivation", "RejectedDerivation"),
            (
                Column("child", narrows="child"),
                Column("kind", narrows="kind"),
                Column("ground", narrows="ground"),
                Column("parent", narrows="parent"),
                _PAPER_OF_CLAIM,
                _CERTAINTY,
                _READ,
            ),
        ),
        Listing(
            "use",
            ("ComponentUse",),
            (
                Column("child", narrows="child"),
                Column("kind", narrows="kind"),
                Column("component", narrows="component"),
                _PAPER_OF_CLAIM,
                _CERTAINTY,
                _READ,
            ),
        ),
        Listing(
            "reuse",
            ("CodeReuse",),
            (Column("child", narrows="child"), Column("reusedFrom", narrows="parent"), Column("tier", narrows="tier")),
        ),
        Listing(
            "entry",
            ("SourceEntry",),
            (
                Column("denotes"),
                Column("statedDate"),
                Column("inSection"),
                Column("onLine", is_number=True),
                Column("leadsTo"),
            ),
            order="onLine",
        ),
        Listing(
            "repair",
            ("Repair",),
            (
                Column("repairs"),
                Column("field", narrows="field"),
                Column("category", narrows="category"),
                Column("statedValue"),
                Column("repairedValue"),
            ),
        ),
        Listing("heading", ("Heading",), (Column("headingKind"), Column("denotes"))),
        Listing("article", ("Article",), (Column("published"), Column("publisher"))),
        Listing(
            "claim",
            ("Claim",),
            (Column("statement"), Column("claimKind", narrows="kind"), Column("partOf"), Column("locator")),
            order="partOf",
        ),
        Listing("picture", ("Picture",), (Column("presents"), Column("partOf"))),
        Listing("reading", ("Reading",), (Column("titleEn"), Column("partOf"))),
        Listing("source", ("Work",), (Column("url"),)),
        Listing("scheme", (f"{BASE}ontology#ConceptScheme", "http://www.w3.org/2004/02/skos/core#ConceptScheme"), ()),
        Listing(
            "mapping",
            ("https://w3id.org/sssom/Mapping", "https://w3id.org/sssom/MappingSet"),
            (
                Column("sssom:subject_id"),
                Column("sssom:predicate_id"),
                Column("sssom:object_id"),
                Column("confidence"),
                Column("sssom:object_source", narrows="source"),
            ),
        ),
        Listing("graph", (), (Column("void:triples", is_number=True),)),
        Listing("query", ("http://www.w3.org/ns/shacl#SPARQLExecutable",), (Column("remark"),)),
    )
}


_NUMBERS = {column.name for row in LISTINGS.values() for column in row.columns if column.is_number}


@dataclass(frozen=True)
class Member:
    """A row: the thing, its name, what stands in each column, and the values as they stand in the data."""

    iri: str
    name: Text
    cells: "dict[str, list[Phrase | Part]]"
    raw: dict[str, list[str]]
    count: dict[str, int]

    @property
    def href(self) -> str:
        """Its page."""
        return Reference(self.iri, "").href

    @property
    def is_rejected(self) -> bool:
        """Whether it is a claim that is refused here."""
        return bool(self.raw.get("ground"))

    def sort_key(self, name: str) -> tuple[Any, ...]:
        """By what it is sorted: counts by size, numbers by value, texts without regard to case; nothing comes last."""
        if name in self.count:
            return (0, self.count[name], self.name.words.lower())
        words = (
            self.name.words if name == "name" else " ".join(getattr(c, "words", "") for c in self.cells.get(name, []))
        )
        size = int(words) if name in _NUMBERS and words.isascii() and words.isdigit() else 0
        return (not words, size, words.lower(), self.name.words.lower())


#: Id of a thing -> language -> words.
Labels = dict[str, dict[str, str]]


def members_pattern(listing: Listing, variable: str, desk: Desk) -> str:
    """The pattern that binds a variable to each member that has a page, in a graph that is too large to go through."""
    if not listing.classes:
        return _values(variable, [iri for iri in desk.engine.graph_names() if iri.startswith(BASE)])
    own = f'STRSTARTS(STR(?{variable}), "{BASE}{listing.segment}/") && !CONTAINS(STR(?{variable}), "#")'
    classes = (f"{{ ?{variable} a <{_iri(name)}> }}" for name in listing.classes)
    return f"{' UNION '.join(classes)} FILTER({own})"


def triples_of(listing: Listing, desk: Desk) -> list[Quad]:
    """The triples of a list, and the labels of what they mention."""
    context = read_context(desk.root)
    quads = constructed(desk.engine, listing.question(context), desk.union)
    known = frozenset(desk.things())
    return [q for q in quads if _is_ours(q, known)]


def _is_ours(quad: Quad, known: frozenset[str]) -> bool:
    return getattr(quad.subject, "value", "").removeprefix(BASE).partition("#")[0] in known


def labels_of(desk: Desk) -> Labels:
    """The labels of all our things."""
    return _labels(desk, f'VALUES ?p {{ <{RDFS}label> }} ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}"))')


def labels_in(desk: Desk, iris: Iterable[str]) -> Labels:
    """The labels of some things."""
    return _labels(desk, f"{_values('s', iris)} ?s <{RDFS}label> ?o BIND(<{RDFS}label> AS ?p)")


def _labels(desk: Desk, pattern: str) -> Labels:
    found: Labels = {}
    for quad in constructed(desk.engine, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", desk.union):
        iri = getattr(quad.subject, "value", "").removeprefix(BASE)
        found.setdefault(iri, {})[getattr(quad.object, "language", "") or "@none"] = getattr(quad.object, "value", "")
    return found


@dataclass(frozen=True)
class Told:
    """What a list is made from: triples of its members, labels of what they mention, and its counts by column and
    member where the triples do not tell them.
    """

    quads: list[Quad]
    labels: Labels
    counts: Mapping[str, Mapping[str, int]] | None = None


def members_of(listing: Listing, desk: Desk, spoken: str, told: Told) -> list[Member]:
    """The rows of a list in one language."""
    context = read_context(desk.root)
    nodes = {node["@id"]: node for node in Compactor(context).nodes(quad.triple for quad in told.quads)}
    shown = Shown("", nodes, Titles(nodes, spoken, told.labels), speech_of(desk, spoken))
    counted = told.counts
    if counted is None:
        counted = {column.name: _counts(column.key, nodes) for column in listing.columns if column.counts}
    own = sorted(iri for iri in nodes if iri.startswith(f"{listing.segment}/") and "#" not in iri)
    return [_member(iri, nodes[iri], listing, shown, counted) for iri in own]


def speech_of(desk: Desk, spoken: str) -> Speech:
    """What keys and types are called in a language."""
    return desk.made(f"speech {spoken}", lambda: _speech(desk, spoken))


def _speech(desk: Desk, spoken: str) -> Speech:
    context = read_context(desk.root)
    rows = ((key, row) for key, row in context.items() if isinstance(row, dict))
    links = frozenset(key for key, row in rows if row.get("@type") in ("@id", "@vocab"))
    return Speech(spoken, term_words(desk.inventory().labels, desk.root), links)


def _member(iri: str, node: Node, listing: Listing, shown: Shown, counted: Mapping[str, Mapping[str, int]]) -> Member:
    keys = [column.key for column in listing.columns if not column.counts and column.key in node]
    return Member(
        iri,
        _name(iri, node, shown),
        {key: shown.values(key, node[key]) for key in keys},
        {key: [str(one) for one in _raw(node[key])] for key in keys},
        {name: counts.get(iri, 0) for name, counts in counted.items()},
    )


def _name(iri: str, node: Node, shown: Shown) -> Text:
    found = shown.reference(iri)
    return Text(getattr(found, "words", iri), getattr(found, "lang", ""))


def _raw(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [one.get("@value", one.get("@id", one.get("en", ""))) if isinstance(one, dict) else one for one in values]


def _counts(key: str, nodes: Mapping[str, Node]) -> dict[str, int]:
    found: dict[str, int] = {}
    for node in nodes.values():
        for iri in map(id_of, node.get(key, ()) if isinstance(node.get(key), list) else [node.get(key)]):
            found[iri] = found.get(iri, 0) + 1
    return found


def constructed(engine: Engine, text: str, graphs: list[str] | None) -> list[Quad]:
    """The triples of a CONSTRUCT query."""
    return read_triples(engine.ask(Question(text, None, "nt", default_graphs=graphs)).whole())
