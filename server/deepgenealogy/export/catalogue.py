"""The catalogue: every method, derivation and paper as plain frozen data, read from an engine by one question a class.

It refuses to know how anything is written: CSV, BibTeX, GraphML and Python's users all start from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ..engine.interface import Engine
from ..engine.lineage import rows_of
from ..vocabulary import BASE, DCTERMS, DGO, FABIO, FOAF, RDF_TYPE, RDFS, SKOS

Texts = Mapping[str, str]

_FACTS = """
SELECT DISTINCT ?thing ?key ?value (LANG(?value) AS ?language) WHERE {{
  {which}
  VALUES (?property ?key) {{ {properties} }}
  ?thing ?property ?value .
}}"""

_METHOD = {
    "type": RDF_TYPE,
    "label": f"{RDFS}label",
    "definition": f"{SKOS}definition",
    "alias": f"{SKOS}altLabel",
    **{
        key: DGO + key
        for key in ("fullName", "introduced", "notBefore", "notAfter", "introducedIn", "memberOf", "addressesTask")
    },
}
_DERIVATION = {
    "type": RDF_TYPE,
    **{
        key: DGO + key
        for key in ("child", "parent", "kind", "statedIn", "locator", "rationale", "certainty", "checkedAgainst")
    },
    **{key: DGO + key for key in ("ground", "assertedBy", "harvestedFrom", "evidence")},
}
_PAPER = {
    "type": RDF_TYPE,
    "title": f"{DCTERMS}title",
    "published": f"{DCTERMS}issued",
    "basis": f"{DGO}publishedBasis",
    "venue": f"{DGO}venue",
    "year": f"{FABIO}hasPublicationYear",
    "arxiv": f"{FABIO}hasArXivId",
    "doi": "http://purl.org/ontology/bibo/doi",
    "url": "https://schema.org/url",
    "page": f"{FOAF}page",
}
_AUTHORS = f"""
SELECT DISTINCT ?paper ?position ?name WHERE {{{{
  {{only}}?paper <{DGO}authorship> ?authorship .
  ?authorship <{DGO}position> ?position ; <{FOAF}name> ?name .
}}}}"""


@dataclass(frozen=True)
class Paper:
    """A paper: its key, kind (`ConferencePaper`, …), title, authors as printed and in order, dates and identifiers.

    `published` is when it first could be read, as precisely as is known; `year` that of the venue. Unknown is "".
    """

    key: str
    kind: str
    title: str
    authors: tuple[str, ...]
    published: str
    basis: str
    venue: str
    year: str
    arxiv: str
    doi: str
    url: str

    @property
    def iri(self) -> str:
        """Its IRI."""
        return f"{BASE}paper/{self.key}"


@dataclass(frozen=True)
class Derivation:
    """Who derives from whom, in which way, and where it is stated; texts by language (`en`, `zh`).

    One that is asserted elsewhere and refused here is `rejected`: it has a `ground` and no kind.
    One that was harvested has the key of its source in place of a paper, and reuses of code as its `evidence`.
    """

    child: str
    parent: str
    kind: str
    paper: str
    locator: str
    rationale: Texts
    certainty: str
    checked_against: str
    rejected: bool
    ground: str
    asserted_by: tuple[str, ...]
    harvested_from: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """Its IRI."""
        return f"{BASE}derivation/{self.child}--{self.parent}"


@dataclass(frozen=True)
class Method:
    """A method: an architecture or a learning algorithm (`kind`); texts by language, other things by slug and key."""

    slug: str
    kind: str
    names: Texts
    full_names: Texts
    aliases: Mapping[str, tuple[str, ...]]
    definition: Texts
    introduced: str
    not_before: str
    not_after: str
    paper: str
    families: tuple[str, ...]
    tasks: tuple[str, ...]

    @property
    def iri(self) -> str:
        """Its IRI."""
        return f"{BASE}architecture/{self.slug}"


class _Facts:
    """What is stated of one thing: for each key its values with their languages, in order."""

    def __init__(self) -> None:
        self._values: dict[str, list[tuple[str, str]]] = {}

    def add(self, key: str, value: str, language: str) -> None:
        self._values.setdefault(key, []).append((language, value))

    def all(self, key: str) -> tuple[str, ...]:
        return tuple(sorted(value for _, value in self._values.get(key, ())))

    def first(self, key: str) -> str:
        return next(iter(self.all(key)), "")

    def local(self, key: str) -> tuple[str, ...]:
        return tuple(map(local_name, self.all(key)))

    def texts(self, key: str) -> dict[str, str]:
        return {language: values[0] for language, values in self.lists(key).items()}

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        found = sorted(self._values.get(key, ()))
        return {language: tuple(v for own, v in found if own == language) for language, _ in found}

    def kind(self, namespace: str, *, but: Iterable[str] = ()) -> str:
        names = [iri.removeprefix(namespace) for iri in self.all("type") if iri.startswith(namespace)]
        return next((name for name in names if name not in but), "")


def local_name(iri: str) -> str:
    """The slug or key of one of our things; any other IRI as it is.

    >>> local_name("https://w3id.org/deepgenealogy/paper/arxiv-1512.03385")
    'arxiv-1512.03385'
    """
    return iri.removeprefix(BASE).partition("/")[2] if iri.startswith(BASE) else iri


def methods(engine: Engine) -> dict[str, Method]:
    """Every method by slug, in the order of the slugs."""
    return {
        slug: Method(
            slug=slug,
            kind=facts.kind(DGO, but=["Method"]),
            names=facts.texts("label"),
            full_names=facts.texts("fullName"),
            aliases=facts.lists("alias"),
            definition=facts.texts("definition"),
            introduced=facts.first("introduced"),
            not_before=facts.first("notBefore"),
            not_after=facts.first("notAfter"),
            paper=local_name(facts.first("introducedIn")),
            families=facts.local("memberOf"),
            tasks=facts.local("addressesTask"),
        )
        for slug, facts in _described(engine, ["Method"], _METHOD).items()
    }


def derivations(engine: Engine) -> list[Derivation]:
    """Every derivation, the rejected ones too, in the order of children and parents."""
    found = (
        Derivation(
            child=local_name(facts.first("child")),
            parent=local_name(facts.first("parent")),
            kind=facts.first("kind").removeprefix(DGO),
            paper=local_name(facts.first("statedIn")),
            locator=facts.first("locator"),
            rationale=facts.texts("rationale"),
            certainty=facts.first("certainty"),
            checked_against=facts.first("checkedAgainst"),
            rejected=facts.kind(DGO) == "RejectedDerivation",
            ground=facts.first("ground"),
            asserted_by=facts.local("assertedBy"),
            harvested_from=local_name(facts.first("harvestedFrom")),
            evidence=facts.local("evidence"),
        )
        for facts in _described(engine, ["Derivation", "RejectedDerivation"], _DERIVATION).values()
    )
    return sorted(found, key=lambda row: (row.child, row.parent, row.rejected))


def paper_with_key(engine: Engine, key: str) -> Paper | None:
    """The paper with this key, asked for alone; None where there is none."""
    try:
        iri = str(NamedNode(f"{BASE}paper/{key}"))
    except ValueError:
        return None
    return _papers(engine, only=iri).get(key)


def papers(engine: Engine) -> dict[str, Paper]:
    """Every paper by key, in the order of the keys."""
    return _papers(engine)


def _papers(engine: Engine, *, only: str = "") -> dict[str, Paper]:
    authors = _authors(engine, only)
    return {
        key: Paper(
            key=key,
            kind=facts.kind(FABIO),
            authors=authors.get(key, ()),
            url=facts.first("url") or facts.first("page"),
            **{name: facts.first(name) for name in ("title", "published", "basis", "venue", "year", "arxiv", "doi")},
        )
        for key, facts in _described(engine, ["Paper"], _PAPER, only=only).items()
    }


def _authors(engine: Engine, only: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows_of(engine, _AUTHORS.format(only=f"VALUES ?paper {{ {only} }} " if only else "")):
        found.setdefault(local_name(row["paper"]), []).append((int(row["position"]), row["name"]))
    return {key: tuple(name for _, name in sorted(rows)) for key, rows in found.items()}


def _described(
    engine: Engine, classes: list[str], properties: Mapping[str, str], *, only: str = ""
) -> dict[str, _Facts]:
    """The facts of every thing of the classes, or of `only` one, by slug or key."""
    terms = [f"<{DGO}{name}>" for name in classes]
    which = f"VALUES ?class {{ {' '.join(terms)} }} ?thing a ?class ."
    if only:  # with its class in VALUES, Oxigraph reads all things of that class
        which = f"VALUES ?thing {{ {only} }} ?thing a ?class . FILTER(?class IN ({', '.join(terms)}))"
    question = _FACTS.format(
        which=which,
        properties=" ".join(f'(<{iri}> "{key}")' for key, iri in properties.items()),
    )
    found: dict[str, _Facts] = {}
    for row in rows_of(engine, question):
        facts = found.setdefault(local_name(row["thing"]), _Facts())
        facts.add(row["key"], row["value"], row.get("language", ""))
    return dict(sorted(found.items()))
