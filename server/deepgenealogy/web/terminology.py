"""The terms of the ontology as a page shows them, read from its triples: names, definitions, place among the others.

It refuses to know HTML and HTTP; whatever the ontology declares in its own name space is here, and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ..vocabulary import BASE, DCTERMS, DGO, ONTOLOGY, OWL, PREFIXES, RDF_TYPE, RDFS, SKOS

#: Kind of term -> its short name, by which the table of words has those for many of them; in the order of the page.
KINDS = {
    f"{OWL}Class": "classes",
    f"{OWL}ObjectProperty": "objects",
    f"{OWL}DatatypeProperty": "values",
    f"{OWL}AnnotationProperty": "annotations",
    f"{OWL}NamedIndividual": "individuals",
}
_CHARACTERISTICS = {
    f"{OWL}{name}Property": name.lower()
    for name in ("Transitive", "Asymmetric", "Irreflexive", "Functional", "InverseFunctional", "Symmetric", "Reflexive")
}
_RDF = PREFIXES["rdf"]
_ENDS = (f"{RDFS}domain", f"{RDFS}range")

#: Line -> the property that it shows, and whether it is read backwards; `ontology.line.<name>` are its words.
_LINES = {
    "subclass": (f"{RDFS}subClassOf", False),
    "subclasses": (f"{RDFS}subClassOf", True),
    "union": (f"{OWL}disjointUnionOf", False),
    "subproperty": (f"{RDFS}subPropertyOf", False),
    "subproperties": (f"{RDFS}subPropertyOf", True),
    "domain": (f"{RDFS}domain", False),
    "range": (f"{RDFS}range", False),
    "domains": (f"{RDFS}domain", True),
    "ranges": (f"{RDFS}range", True),
    "inverse": (f"{OWL}inverseOf", False),
    "inverses": (f"{OWL}inverseOf", True),
}

Term = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Piece:
    """A part of a line: words of the data, with the IRI that they stand for, '' for plain ones; or a `word` of ours.

    A word of ours (`or`, `then`, `transitive`) is a key of the table of words, below `ontology.word.`.
    """

    words: str = ""
    iri: str = ""
    word: str = ""


@dataclass(frozen=True)
class TermEntry:
    """One term: its name (the anchor), texts by language, lines of pieces by heading, and how often it is used."""

    name: str
    kind: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    lines: Mapping[str, list[list[Piece]]]
    used: int

    @property
    def iri(self) -> str:
        """Its IRI."""
        return DGO + self.name


@dataclass(frozen=True)
class Terminology:
    """The ontology: its title and description by language, version, version IRI, licence, and terms by kind."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    version: str
    version_iri: str
    licence: str
    terms: Mapping[str, list[TermEntry]]
    above: Mapping[str, list[str]]

    @classmethod
    def of(cls, quads: Iterable[Quad], uses: Mapping[str, int]) -> "Terminology":
        """The terms that `quads` declare; `uses` counts how often each occurs in the data."""
        return _Reader(quads, uses).terminology()


class _Reader:
    """The triples of the ontology by subject and property, and what is read from them."""

    def __init__(self, quads: Iterable[Quad], uses: Mapping[str, int]) -> None:
        self._uses = uses
        self._said: defaultdict[tuple[str, str], list[Term]] = defaultdict(list)
        self._turned: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, NamedNode | BlankNode) and isinstance(value, NamedNode | BlankNode | Literal):
                self._said[subject.value, predicate].append(value)
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode):
                self._turned[value.value, predicate].append(subject.value)
        self._turn_unions()

    def _turn_unions(self) -> None:
        """A property from or to a union of classes is one of each of them."""
        for (iri, predicate), nodes in list(self._said.items()):
            for node in nodes if predicate in _ENDS else ():
                if isinstance(node, BlankNode) and (heads := self._said.get((node.value, f"{OWL}unionOf"))):
                    for member in self._members(heads[0]):
                        self._turned[str(member.value), predicate].append(iri)

    def terminology(self) -> Terminology:
        """Everything that the page shows."""
        terms = {kind: [self._entry(iri, kind) for iri in self._declared(kind)] for kind in KINDS}
        classes = {entry.name: self._iris(entry.iri, f"{RDFS}subClassOf") for entry in terms[f"{OWL}Class"]}
        return Terminology(
            self._texts(ONTOLOGY, f"{DCTERMS}title"),
            self._texts(ONTOLOGY, f"{DCTERMS}description"),
            "".join(self._values(ONTOLOGY, f"{OWL}versionInfo")),
            "".join(self._iris(ONTOLOGY, f"{OWL}versionIRI")),
            "".join(self._iris(ONTOLOGY, f"{DCTERMS}license")),
            {KINDS[kind]: entries for kind, entries in terms.items() if entries},
            classes,
        )

    def _declared(self, kind: str) -> list[str]:
        return sorted((iri for iri in self._turned[kind, RDF_TYPE] if iri.startswith(DGO)), key=str.lower)

    def _entry(self, iri: str, kind: str) -> TermEntry:
        lines = {title: self._lines(iri, path, turned=turned) for title, (path, turned) in _LINES.items()}
        lines["characteristics"] = [[Piece(word=word)] for word in self._characteristics(iri)]
        lines["chain"] = [self._chain(node) for node in self._said[iri, f"{OWL}propertyChainAxiom"]]
        lines["example"] = [_example(text) for text in self._values(iri, f"{SKOS}example")]
        return TermEntry(
            iri.removeprefix(DGO),
            kind,
            self._texts(iri, f"{RDFS}label"),
            self._texts(iri, f"{SKOS}definition"),
            {title: found for title, found in lines.items() if found},
            self._uses.get(iri, 0),
        )

    def _lines(self, iri: str, predicate: str, *, turned: bool) -> list[list[Piece]]:
        if turned:
            return [[piece_of(other)] for other in sorted(self._turned[iri, predicate])]
        return sorted((self._expression(node) for node in self._said[iri, predicate]), key=str)

    def _characteristics(self, iri: str) -> list[str]:
        return sorted(_CHARACTERISTICS[t] for t in self._iris(iri, RDF_TYPE) if t in _CHARACTERISTICS)

    def _expression(self, node: Term) -> list[Piece]:
        """A class, or a union, enumeration or list of such, in words."""
        if not isinstance(node, BlankNode):
            return [piece_of(node.value) if isinstance(node, NamedNode) else Piece(f"“{node.value}”")]
        heads = self._said[node.value, f"{OWL}unionOf"] or self._said[node.value, f"{OWL}oneOf"] or [node]
        return _joined([self._expression(member) for member in self._members(heads[0])], Piece(word="or"))

    def _chain(self, node: Term) -> list[Piece]:
        return _joined([self._expression(member) for member in self._members(node)], Piece(word="then"))

    def _members(self, node: Term) -> list[Term]:
        found: list[Term] = []
        while isinstance(node, BlankNode) and (first := self._said[node.value, f"{_RDF}first"]):
            found += first
            (node,) = self._said[node.value, f"{_RDF}rest"]
        return found

    def _texts(self, iri: str, predicate: str) -> dict[str, str]:
        texts = [term for term in self._said[iri, predicate] if isinstance(term, Literal) and term.language]
        return {str(term.language): term.value for term in sorted(texts, key=str)}

    def _values(self, iri: str, predicate: str) -> list[str]:
        return sorted(term.value for term in self._said[iri, predicate] if isinstance(term, Literal))

    def _iris(self, iri: str, predicate: str) -> list[str]:
        return sorted(term.value for term in self._said[iri, predicate] if isinstance(term, NamedNode))


def _joined(parts: list[list[Piece]], between: Piece) -> list[Piece]:
    found: list[Piece] = []
    for number, part in enumerate(parts):
        found += [between, *part] if number else part
    return found


def piece_of(iri: str) -> Piece:
    """An IRI with the words for it: the name of a term of ours, else a compact IRI.

    >>> piece_of("http://www.w3.org/ns/prov#Entity").words
    'prov:Entity'
    """
    if iri.startswith(DGO):
        return Piece(iri.removeprefix(DGO), iri)
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return Piece(f"{prefix}:{iri.removeprefix(space)}", iri)
    return Piece(iri, iri)


def _example(text: str) -> list[Piece]:
    """An example in pieces; what is written as `dg:…` or `dgo:…` leads there."""
    return _joined([[_word(word)] for word in text.split()], Piece(" "))


def _word(word: str) -> Piece:
    prefix, _, local = word.partition(":")
    space = {"dg": BASE, "dgo": DGO}.get(prefix, "")
    return Piece(word, space + local) if space else Piece(word)
