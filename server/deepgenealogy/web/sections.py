"""The sections of an article as its page follows them: what each is about, what it says, shows and recommends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .phrases import Phrase, Reference, Text
from .titles import Node, id_of
from .values import Part, Shown


@dataclass(frozen=True)
class ClaimOfArticle:
    """A claim, restated: its page, its place, what kind of claim it is, and what is to be remarked about it."""

    iri: str
    statement: Text
    locator: str
    kind: "Phrase | Part"
    remark: Text

    @property
    def href(self) -> str:
        """The page of the claim."""
        return Reference(self.iri, "").href


@dataclass(frozen=True)
class Section:
    """A section: its anchor, heading, the families and methods that it is about, claims, pictures and readings."""

    anchor: str
    heading: Text
    families: "list[Phrase | Part]"
    methods: "list[Phrase | Part]"
    claims: list[ClaimOfArticle]
    pictures: list[tuple[str, Text]]
    readings: "list[Phrase | Part]"


def sections_of(own: Node, by_id: Mapping[str, Node], shown: Shown) -> list[Section]:
    """The sections of an article in its order; nothing for what has none."""
    nodes = [by_id[iri] for iri in own.get("section", ()) if iri in by_id]
    return [_section(node, by_id, shown) for node in sorted(nodes, key=lambda node: int(node.get("position", 0)))]


def _section(node: Node, by_id: Mapping[str, Node], shown: Shown) -> Section:
    claims = sorted(_parts(node, "claim", by_id), key=lambda claim: (str(claim.get("locator", "")), claim["@id"]))
    about = {iri for part in (node, *claims) for iri in map(id_of, part.get("about", ()))}
    return Section(
        node["@id"].partition("#")[2],
        shown.text(node.get("heading") or node.get("label")),
        _named("family/", about, shown),
        _named("architecture/", about, shown),
        [_claim(claim, shown) for claim in claims],
        [(p["@id"], shown.text(p.get("presents"))) for p in _parts(node, "picture", by_id)],
        [shown.reference(reading["@id"]) for reading in _parts(node, "reading", by_id)],
    )


def _parts(node: Node, key: str, by_id: Mapping[str, Node]) -> list[Node]:
    found = [by_id[iri] for iri in map(id_of, node.get(key, ())) if iri in by_id]
    return sorted(found, key=lambda part: (int(part.get("position", 0)), part["@id"]))


def _named(prefix: str, about: Iterable[str], shown: Shown) -> "list[Phrase | Part]":
    return [shown.reference(iri) for iri in sorted(about) if iri.startswith(prefix)]


def _claim(node: Node, shown: Shown) -> ClaimOfArticle:
    return ClaimOfArticle(
        node["@id"],
        shown.text(node.get("statement")),
        str(node.get("locator", "")),
        shown.value("claimKind", node.get("claimKind", "")),
        shown.text(node.get("remark")),
    )
