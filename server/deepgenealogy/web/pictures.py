"""The small lineage picture of a page: the nearest relatives of a method, as SVG with links, in the page's language."""

from dataclasses import dataclass, replace

from ..drawing.svg import Wording, as_part
from ..engine.lineage import Lineage, Member, lineage_of
from ..errors import NotFound
from ..vocabulary import BASE, DGO
from .addresses import address_of
from .desk import desk
from .language import carried, language, words
from .phrases import in_language

#: So many methods a small picture shows at most.
_MOST = 12


@dataclass(frozen=True)
class Picture:
    """A picture as markup, and how many relatives of the first generation it leaves out."""

    svg: str
    left_out: int


def picture_of(slug: str) -> Picture | None:
    """The parents and children of a method, their own as well while they are few; None where it has no relatives."""
    try:
        found = lineage_of(desk().engine, slug, direction="both", depth=2)
    except NotFound:  # as where the default graph is empty unless a query names one
        return None
    if len(found.members) < 2:
        return None
    shown = found if len(found.members) <= _MOST else _nearer(found)
    first = [member for member in found.members if abs(member.distance) == 1]
    left_out = len(first) - sum(abs(member.distance) == 1 for member in shown.members)
    start = next(member for member in shown.members if member.slug == slug)
    description = words("thing.lineage.description", count=len(shown.members) - 1, name=_name(start))
    return Picture(as_part(shown, Wording(_name, _kind, _address, description)), left_out)


def _nearer(lineage: Lineage) -> Lineage:
    """One generation each way; of many children the first ones."""
    near = [member for member in lineage.members if abs(member.distance) <= 1]
    older = [member for member in near if member.distance < 1]
    younger = [member for member in near if member.distance == 1][: max(4, _MOST - len(older))]
    kept = {member.slug for member in (*older, *younger)}
    edges = [edge for edge in lineage.derivations if {edge.child, edge.parent} <= kept]
    return replace(lineage, members=[*older, *younger], derivations=edges)


def _name(member: Member) -> str:
    return in_language(member.label, language()).words or member.slug


def _kind(kind: str) -> str:
    return in_language(desk().inventory().labels.get(f"{DGO}{kind}", {}), language()).words or kind


def _address(slug: str) -> str:
    return carried(address_of(f"{BASE}architecture/{slug}"))
