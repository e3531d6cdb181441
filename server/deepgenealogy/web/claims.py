"""Claims about a thing as tables: what it derives from and uses, what derives from it, what is rejected; repairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .language import words
from .phrases import Phrase, Reference, Text
from .titles import Node, id_of, types_of
from .values import Part, Shown

#: Keys that lead from the thing to its claims about others; `claims.<key>` are the words of the heading.
_OWN = ("derivation", "use", "rejectedDerivation")

#: Types of the claims that others make about it; `claims.of.<type>` are the words of the heading.
_OF_OTHERS = ("Derivation", "ComponentUse", "RejectedDerivation")


@dataclass(frozen=True)
class ClaimRow:
    """One claim: the method at its other end, how the two are related, why, who says so where, and how sure it is."""

    iri: str
    other: "Phrase | Part"
    how: "Phrase | Part"
    rationale: Text
    paper: "Phrase | Part | None"
    locator: str
    certainty: "Phrase | Part | None"
    code: str
    read: "Phrase | Part | None"

    @property
    def href(self) -> str:
        """The page of the claim itself."""
        return Reference(self.iri, "").href


@dataclass(frozen=True)
class ClaimTable:
    """Claims of one sort, with their heading; `name` says which sort."""

    name: str
    heading: str
    rows: list[ClaimRow]

    @property
    def is_rejected(self) -> bool:
        """Whether these are claims that are refused."""
        return "ejected" in self.name


@dataclass(frozen=True)
class RepairRow:
    """One repair of an entry: in which field, what was stated, what is right, why."""

    iri: str
    field: "Phrase | Part"
    category: "Phrase | Part"
    stated: str
    repaired: str
    reason: Text

    @property
    def href(self) -> str:
        """The page of the repair."""
        return Reference(self.iri, "").href


def claim_tables(own: Node, by_id: Mapping[str, Node], shown: Shown) -> list[ClaimTable]:
    """The claims of the thing about others, then those of others about it; only what there is."""
    found = []
    for key in _OWN:
        claims = [by_id[iri] for iri in own.get(key, ()) if iri in by_id]
        found.append(ClaimTable(key, words(f"claims.{key}"), _rows(claims, shown, _other_end)))
    for kind in _OF_OTHERS:
        others = [n for n in by_id.values() if kind in types_of(n) and _other_end(n) == own["@id"] and n is not own]
        found.append(ClaimTable(f"of-{kind}", words(f"claims.of.{kind}"), _rows(others, shown, _child)))
    return [table for table in found if table.rows]


def repair_rows(identity: str, by_id: Mapping[str, Node], shown: Shown) -> list[RepairRow]:
    """The repairs of an entry."""
    nodes = [n for n in by_id.values() if n["@id"] != identity and id_of(n.get("repairs")) == identity]
    return [
        RepairRow(
            node["@id"],
            shown.value("field", node.get("field", "")),
            shown.value("category", node.get("category", "")),
            str(node.get("statedValue", "")),
            str(node.get("repairedValue", "")),
            shown.text(node.get("reason")),
        )
        for node in sorted(nodes, key=lambda node: str(node["@id"]))
    ]


def _rows(claims: Iterable[Node], shown: Shown, end: Any) -> list[ClaimRow]:
    rows = [_row(claim, shown, end(claim)) for claim in claims]
    return sorted(rows, key=lambda row: (getattr(row.other, "words", "").lower(), row.iri))


def _row(node: Node, shown: Shown, other: str) -> ClaimRow:
    how = "kind" if "kind" in node else "ground"
    return ClaimRow(
        node["@id"],
        shown.reference(other),
        shown.value(how, _first(node.get(how, ""))),
        shown.text(node.get("rationale")),
        shown.reference(id_of(node["statedIn"])) if "statedIn" in node else None,
        str(node.get("locator", "")),
        _optional(node, "certainty", shown),
        str(node.get("certainty", "")),
        _optional(node, "checkedAgainst", shown),
    )


def _optional(node: Node, key: str, shown: Shown) -> "Phrase | Part | None":
    return shown.value(key, node[key]) if key in node else None


def _other_end(claim: Node) -> str:
    return id_of(claim.get("parent") or claim.get("component") or claim["@id"])


def _child(claim: Node) -> str:
    return id_of(claim.get("child") or claim["@id"])


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
