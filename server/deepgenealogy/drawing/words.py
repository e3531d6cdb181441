"""The words of a drawing: a method with its date, the sentence of a derivation, the heading of a lineage."""

import re
from collections.abc import Callable

from ..engine.comparison import Comparison
from ..engine.lineage import Descent, Lineage, Member

_HEADINGS = {
    "ancestors": "Ancestors of {0}",
    "descendants": "Descendants of {0}",
    "both": "Ancestors and descendants of {0}",
    "common": "Common ancestors of {0} and {1}",
    "line": "Shortest line from {0} to {1}",
    "difference": "Ancestors of {0} that are not ancestors of {1}",
}
_CAPITAL = re.compile(r"(?=[A-Z])")


def name(member: Member) -> str:
    """The English name."""
    return member.label.get("en", member.slug)


def title(member: Member) -> str:
    """The English name with the date as known: `FCN (2014-11-14)`."""
    return f"{name(member)} ({member.introduced})"


def words(kind: str) -> str:
    """A kind of derivation as words.

    >>> words("appliesToNewDomain")
    'applies to new domain'
    """
    return _CAPITAL.sub(" ", kind).lower()


def sentence(edge: Descent, names: dict[str, str], called: Callable[[str], str] = words) -> str:
    """A derivation with its evidence: `U-Net extends FCN [arxiv-1505.04597, high]`; `called` says what kinds are."""
    return f"{names[edge.child]} {called(edge.kind)} {names[edge.parent]} [{edge.paper}, {edge.certainty}]"


def heading(lineage: Lineage) -> str:
    """What a lineage shows: `Ancestors of U-Net`."""
    names = {member.slug: name(member) for member in lineage.members}
    if isinstance(lineage, Comparison):
        other = lineage.other_label.get("en", lineage.other)
        return _HEADINGS[lineage.show].format(names[lineage.start], other)
    return _HEADINGS[lineage.direction].format(names[lineage.start])
