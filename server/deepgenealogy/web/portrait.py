"""A thing as a page shows it: names, definition, facts and claims, in one language, from its compact JSON-LD nodes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..vocabulary import BASE, DERIVATION_KINDS, USE_KINDS
from .claims import ClaimTable, RepairRow, claim_tables, repair_rows
from .language import LANGUAGES
from .phrases import Reference, Text, in_language
from .sections import Section, sections_of
from .titles import Node, Titles, types_of
from .values import Row, Shown, Speech

__all__ = ["Node", "Portrait", "Reference"]


#: Types that say no more than another one of the same thing does.
_GENERAL = {"Method", "Paper", "Concept"}

#: Keys of the text that a page begins with; the first that is there is taken.
_LEADS = ("definition", "statement", "rationale", "presents", "reason", "description", "remark")

#: Keys that stand elsewhere on the page, and so are no facts of the table.
_ELSEWHERE = {
    *("@id", "@type", "label", "prefLabel", "alias", "fullName", "misspelling", "author", "authorship", "section"),
    *("derivation", "rejectedDerivation", "use", "derivesFrom", "entity", *DERIVATION_KINDS, *USE_KINDS),
    *("http://purl.org/spar/cito/citesAsEvidence", "cito:citesAsEvidence"),
}

#: Facts in the order of a reader's interest; all others follow by their names.
_ORDER = (
    *("child", "parent", "component", "kind", "ground", "statedIn", "locator", "certainty"),
    *("introduced", "published", "introducedIn", "introduces", "venue", "year", "arxiv", "doi"),
    *("checkedAgainst", "checkedAt", "assertedBy"),
    *("memberOf", "addressesTask", "modality", "broader", "denotes", "statedName", "statedDate", "statedLink"),
    *("repairs", "field", "category", "statedValue", "repairedValue", "claimKind", "about", "partOf"),
)

#: Keys by which others point here that tables of claims show already, and that nothing is said by.
_SHOWN = {"@id", "child", "parent", "component", "entity", "partOf", "repairs", "derivesFrom", "wasDerivedFrom"}
_SHOWN |= {"derivation", "rejectedDerivation", "use", "inScheme", *DERIVATION_KINDS, *USE_KINDS}

#: The same on pages with a table of members.
_MEMBERSHIPS = {"memberOf", "addressesTask"}

#: A date that is exact says both of its bounds.
_DATES = ("introduced", "published")


@dataclass(frozen=True)
class Portrait:
    """Everything that a page says about one thing, in one language."""

    identity: str
    types: list[Text]
    title: Text
    other_titles: list[Text]
    lead: Text
    names: list[Text]
    authors: list[tuple[str, str]]
    facts: list[Row]
    claims: list[ClaimTable]
    repairs: list[RepairRow]
    sections: list[Section]
    pointed_at: list[Row]

    @property
    def iri(self) -> str:
        """Its canonical IRI."""
        return BASE + self.identity

    @property
    def segment(self) -> str:
        """The first part of its IRI, which says what kind of thing it is."""
        return self.identity.partition("/")[0]

    @property
    def slug(self) -> str:
        """The rest of its IRI."""
        return self.identity.partition("/")[2]

    @classmethod
    def of(cls, identity: str, nodes: Iterable[Node], speech: Speech, mentions: Mapping[str, Node]) -> "Portrait":
        """The portrait of `identity` among the nodes of its description; `mentions` name what these only mention."""
        by_id = {node["@id"]: node for node in nodes}
        own = by_id.get(identity, {"@id": identity})
        named = {iri: {**by_id.get(iri, {}), **node} for iri, node in mentions.items()}
        titles = Titles({**by_id, **named}, speech.spoken, {})
        shown = Shown(identity, by_id, titles, speech)
        title, lead = titles.of(identity), next((key for key in _LEADS if key in own), "")
        return cls(
            identity,
            list(dict.fromkeys(speech.called(kind) for kind in _kinds(own))),
            title,
            _other_titles(own, title),
            in_language(own[lead], speech.spoken) if lead and isinstance(own[lead], dict) else Text(own.get(lead, "")),
            _other_names(own, title, speech.spoken),
            _authors(own, by_id),
            shown.rows(own, _facts(own, lead)),
            claim_tables(own, by_id, shown),
            repair_rows(identity, by_id, shown),
            sections_of(own, by_id, shown),
            _pointing(identity, by_id, shown),
        )


def _kinds(own: Node) -> list[str]:
    """The types that say most: those that the context has a name for, and of these the special ones."""
    kinds = types_of(own)
    named = [kind for kind in kinds if ":" not in kind] or kinds
    return [kind for kind in named if kind not in _GENERAL] or named


def _other_titles(own: Node, title: Text) -> list[Text]:
    """The label in the languages that the page does not speak, where it is another one."""
    label = own.get("label", {})
    others = [Text(str(label[name]), name) for name in LANGUAGES if name in label and name != title.lang]
    return [other for other in others if other.words != title.words]


def _other_names(own: Node, title: Text, spoken: str) -> list[Text]:
    """Full names and aliases, those in the language of the page first; only case apart from the title is no name."""
    found: dict[str, Text] = {}
    for name in sorted({*own.get("fullName", {}), *own.get("alias", {})}, key=lambda one: (one != spoken, one)):
        for words in [*_listed(own.get("fullName", {}).get(name)), *_listed(own.get("alias", {}).get(name))]:
            if words.lower() != title.words.lower():
                found.setdefault(words, Text(words, name))
    return list(found.values())


def _authors(own: Node, by_id: Mapping[str, Node]) -> list[tuple[str, str]]:
    """The authors in their order, each with the anchor of its authorship."""
    nodes = sorted((by_id[iri] for iri in own.get("authorship", ()) if iri in by_id), key=lambda n: n["position"])
    return [(node["@id"].partition("#")[2], node["name"]) for node in nodes]


def _facts(own: Node, lead: str) -> list[str]:
    exact = {str(own[key].get("@value")) for key in _DATES if isinstance(own.get(key), dict)}
    bounds = {key for key in ("notBefore", "notAfter") if str(own.get(key, "")) in exact}
    keys = [key for key in own if key not in _ELSEWHERE | bounds and key != lead]
    if own.get("title") in [*own.get("label", {}).values()]:
        keys.remove("title")
    return sorted(keys, key=lambda key: (_ORDER.index(key) if key in _ORDER else len(_ORDER), key))


def _pointing(identity: str, by_id: Mapping[str, Node], shown: Shown) -> list[Row]:
    hidden = _SHOWN | (_MEMBERSHIPS if identity.startswith(("family/", "task/")) else set())
    found: dict[str, list[Any]] = {}
    for iri, node in by_id.items():
        if iri == identity or iri.startswith(f"{identity}#"):
            continue
        for key, value in node.items():
            if key not in hidden and identity in _ends(value):
                found.setdefault(key, []).append(shown.reference(iri))
    return [Row(shown.speech.called(key), found[key]) for key in sorted(found)]


def _ends(value: Any) -> list[Any]:
    return [end.get("@id") if isinstance(end, dict) else end for end in _listed(value)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
