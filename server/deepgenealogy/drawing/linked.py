"""A lineage as JSON-LD: a list of what was asked for, in order, each method with its derivations, in the one context.

The tree is the one that the published frame `lineage` gives: it can be read as plain JSON, and as triples. `about` are
the methods that were asked about, `item` what was found, `mentions` the methods that link the two.
"""

import json
from typing import Any
from urllib.parse import urlencode

from ..engine.comparison import Comparison
from ..engine.lineage import Descent, Lineage, Member
from ..graph.context import read_context
from ..locations import sources_root
from .words import heading

Json = Any

#: The type of a date by the length of its text: how much of it is known.
_DATE_TYPES = {10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear"}


def as_json_ld(lineage: Lineage) -> str:
    """The lineage as one JSON-LD document, its context within."""
    document = {"@context": read_context(sources_root()), **_Tree(lineage).node()}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


class _Tree:
    """The nodes of one lineage."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._members = {member.slug: member for member in lineage.members}
        self._labels = {member.slug: member.label for member in lineage.members}
        self._derivations: dict[str, list[Descent]] = {}
        for edge in lineage.derivations:
            self._derivations.setdefault(edge.child, []).append(edge)
        self._about, self._asked = [lineage.start], {"direction": str(lineage.direction)}
        self._found = [member.slug for member in lineage.members if member.slug != lineage.start]
        if isinstance(lineage, Comparison):
            self._labels[lineage.other] = lineage.other_label
            self._about, self._asked = [lineage.start, lineage.other], {"with": lineage.other, "show": lineage.show}
            self._found = lineage.found

    def node(self) -> Json:
        """The list itself, with all that belongs to it."""
        others = sorted(self._members.keys() - set(self._found))
        return {
            "@id": f"lineage/{self._lineage.start}?{urlencode(self._asked)}",
            "@type": ["ItemList"],
            "label": {"en": heading(self._lineage)},
            "about": [self._named(slug) for slug in sorted(set(self._about))],
            "itemCount": len(self._found),
            "item": [self._member(self._members[slug]) for slug in self._found],
            "mentions": [self._member(self._members[slug]) for slug in others],
        }

    def _named(self, slug: str) -> Json:
        return {"@id": f"architecture/{slug}", "@type": ["Method"], "label": dict(sorted(self._labels[slug].items()))}

    def _member(self, member: Member) -> Json:
        date = {"@type": _DATE_TYPES[len(member.introduced)], "@value": member.introduced}
        derivations = [self._derivation(edge) for edge in self._derivations.get(member.slug, ())]
        return {**self._named(member.slug), "introduced": date, "derivation": derivations}

    def _derivation(self, edge: Descent) -> Json:
        return {
            "@id": f"derivation/{edge.child}--{edge.parent}",
            "@type": ["Derivation"],
            "kind": edge.kind,
            "certainty": edge.certainty,
            "parent": self._named(edge.parent),
            "harvestedFrom" if edge.is_harvested else "statedIn": edge.basis,
        }
