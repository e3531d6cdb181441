"""A thing as a page shows it: names, definition, facts and claims, gathered from its compact JSON-LD nodes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..vocabulary import BASE

Node = dict[str, Any]

#: Keys that stand in the head of the page, or are shown as claims, and so are no facts of the table.
_HEAD = {"@id", "@type", "label", "prefLabel", "definition", "alias", "misspelling", "fullName", "authorship"}
_CLAIMS = {
    "derivation": "Derives from",
    "use": "Uses, without deriving from it",
    "rejectedDerivation": "Derivations asserted elsewhere and refused here",
}


@dataclass(frozen=True)
class Reference:
    """A link to another thing, with the words to show for it."""

    iri: str
    words: str

    @property
    def href(self) -> str:
        """Where it leads: inside this server for our own things; nowhere for schemes that a page must not follow."""
        if self.iri.startswith(("http://", "https://")):
            return self.iri
        return "#" if ":" in self.iri else f"/{self.iri}"


@dataclass(frozen=True)
class Portrait:
    """Everything a page needs about one thing."""

    identity: str
    types: list[str]
    labels: dict[str, str]
    definition: dict[str, str]
    names: dict[str, list[str]]
    authors: list[str]
    facts: dict[str, list[Any]]
    claims: dict[str, list[dict[str, Any]]]
    pointed_at: dict[str, list[Reference]]

    @property
    def iri(self) -> str:
        """Its canonical IRI."""
        return BASE + self.identity

    @classmethod
    def of(cls, identity: str, nodes: Iterable[Node]) -> "Portrait":
        """The portrait of `identity` among the nodes of its description."""
        by_id = {node["@id"]: node for node in nodes}
        own = by_id.get(identity, {"@id": identity})
        words = {iri: _words(node) for iri, node in by_id.items()}
        claims = {
            title: [_claim(by_id[iri], words) for iri in own.get(key, ()) if iri in by_id]
            for key, title in _CLAIMS.items()
        }
        facts = {
            key: [_shown(value, words) for value in _listed(own[key])]
            for key in own
            if key not in _HEAD and key not in _CLAIMS
        }
        authors = sorted((by_id[i] for i in own.get("authorship", ()) if i in by_id), key=lambda n: n["position"])
        return cls(
            identity,
            [*_listed(own.get("@type", []))],
            {k: v for k, v in own.get("label", {}).items() if isinstance(v, str)} or {"en": identity},
            own.get("definition", {}),
            _other_names(own),
            [author["name"] for author in authors],
            facts,
            {title: rows for title, rows in claims.items() if rows},
            _pointing(identity, by_id, words),
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(node: Node) -> str:
    label = node.get("label") or {}
    words = label.get("en") or label.get("zh") or node["@id"]
    return str(words[0] if isinstance(words, list) else words)


def _reference(iri: str, words: dict[str, str]) -> Reference:
    return Reference(iri, words.get(iri) or iri)


def _shown(value: Any, words: dict[str, str]) -> Any:
    """A reference where the value leads somewhere, else the text to show, by language where there is one."""
    if isinstance(value, dict):
        return _reference(value["@id"], words) if "@id" in value else _text(value)
    if isinstance(value, str) and (value in words or value.startswith("https://")):
        return _reference(value, words)
    return value


def _text(value: Node) -> str:
    return str(value.get("@value") or value.get("en") or next(iter(value.values())))


def _claim(node: Node, words: dict[str, str]) -> dict[str, Any]:
    other = node.get("parent") or node.get("component") or node["@id"]
    return {
        "iri": node["@id"],
        "other": _reference(other, words),
        "paper": _reference(node["statedIn"], words) if "statedIn" in node else None,
        "kind": node.get("kind") or node.get("ground"),
        "locator": node.get("locator", ""),
        "rationale": node.get("rationale", {}),
        "certainty": node.get("certainty", ""),
        "checked": node.get("checkedAgainst", ""),
    }


def _other_names(own: Node) -> dict[str, list[str]]:
    full = {language: _listed(text) for language, text in own.get("fullName", {}).items()}
    alias = own.get("alias", {})
    return {language: [*full.get(language, []), *alias.get(language, [])] for language in {**full, **alias}}


def _pointing(identity: str, by_id: dict[str, Node], words: dict[str, str]) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    for iri, node in by_id.items():
        for key, value in node.items():
            if iri != identity and key not in ("@id", "child", "partOf") and identity in _listed(value):
                found.setdefault(key, []).append(Reference(iri, words[iri]))
    return found
