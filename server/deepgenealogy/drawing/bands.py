"""The bands of the map: one for each family that is large enough, every method in one of them, relatives side by side.

A method belongs to several families. Its band is that of its family in which most of its parents and children stand,
the narrowest where several do; of a method without any, that of most of its relatives. Families with few such methods
give their band up, the smallest first. Of those who are left without, a wider family may gather enough for a band after
all; the rest join the band without a family, the last but for what has no place in the tree yet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations

from ..engine.genealogy import Concept, Genealogy

#: At most so many families have a band, and each of them has at least this share of the methods.
_MOST, _LEAST_SHARE = 14, 0.025

#: So many bands more may be made of the methods that are left without one.
_GATHERED = 2

#: The band of methods without a family that has one.
OTHERS = ""

#: The band of what was harvested and has no place in the tree yet; it comes after all others.
UNPLACED = "harvested"

#: Rounds in which methods follow their relatives.
_ROUNDS = 4

Sets = Mapping[str, set[str]]


def bands_of(genealogy: Genealogy) -> dict[str, str]:
    """Slug of each method -> id of the family in whose band it stands, or OTHERS."""
    relatives, apart = _relatives(genealogy), unplaced(genealogy)
    belongs = {slug: of for slug, of in families_of(genealogy).items() if slug not in apart}
    sizes = Counter(family for families in belongs.values() for family in families)
    guests = {slug for slug, of in belongs.items() if not of}
    least = _LEAST_SHARE * (len(belongs) - len(guests))

    def banded(kept: set[str]) -> dict[str, str]:
        return _followed({slug: of & kept for slug, of in belongs.items()}, relatives, sizes, guests)

    kept = _large_enough(set(sizes), banded, least)
    for _ in range(_GATHERED):
        kept |= _gathered(banded(kept), belongs, least)
    return banded(kept) | dict.fromkeys(apart, UNPLACED)


def _large_enough(kept: set[str], banded: Callable[[set[str]], dict[str, str]], least: float) -> set[str]:
    """The families that are left when each has at least so many methods in its band, and there are not too many."""
    while True:
        held = Counter(dict.fromkeys(kept, 0))
        held.update(name for name in banded(kept).values() if name != OTHERS)
        smallest = min(held, key=lambda name: (held[name], name), default=None)
        if smallest is None or (held[smallest] >= least and len(kept) <= _MOST):
            return kept
        kept = kept - {smallest}


def _gathered(band: Mapping[str, str], belongs: Sets, least: float) -> set[str]:
    """The family of most methods without a band, if they are enough for one."""
    left = Counter(family for slug, of in belongs.items() if band[slug] == OTHERS for family in of)
    most = max(left, key=lambda name: (left[name], name), default=OTHERS)
    return {most} if left[most] >= least else set()


def unplaced(genealogy: Genealogy) -> set[str]:
    """The slugs of harvested methods without a family, and without kin that have one or were described by people."""
    relatives = _relatives(genealogy)
    found = {method.slug for method in genealogy.methods if method.families or not method.is_harvested}
    todo = list(found)
    while todo:
        near = {slug for slug in relatives.get(todo.pop(), ()) if slug not in found}
        found |= near
        todo += near
    return {method.slug for method in genealogy.methods if method.slug not in found}


def _followed(
    belongs: Sets, relatives: Mapping[str, list[str]], sizes: Mapping[str, int], guests: set[str]
) -> dict[str, str]:
    """The band of each method: first its narrowest family, then the one of its families where its relatives are.

    `guests` have no family, and stand wherever their relatives do.
    """
    band = {slug: min(of, key=lambda name: (sizes[name], name), default=OTHERS) for slug, of in belongs.items()}
    movable = [(slug, of) for slug, of in belongs.items() if len(of) > 1 or slug in guests]
    for _ in range(_ROUNDS):
        for slug, of in movable:
            near = Counter(band[other] for other in relatives.get(slug, ()))
            open_to = of or {name for name in near if name != OTHERS and slug in guests}
            band[slug] = min(open_to, key=lambda name: (-near[name], sizes[name], name), default=OTHERS)
    return band


def _relatives(genealogy: Genealogy) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in genealogy.links:
        if link.standing == "Derivation":
            found.setdefault(link.child, []).append(link.parent)
            found.setdefault(link.parent, []).append(link.child)
    return found


def families_of(genealogy: Genealogy) -> dict[str, set[str]]:
    """Slug -> the families of a method, with all that are broader."""
    broader = {family.identity: family for family in genealogy.families}
    return {method.slug: _closure(method.families, broader) for method in genealogy.methods}


def _closure(families: Iterable[str], broader: Mapping[str, Concept]) -> set[str]:
    found: set[str] = set()
    todo = list(families)
    while todo:
        family = todo.pop()
        if family not in found:
            found.add(family)
            todo += broader[family].broader if family in broader else ()
    return found


def in_order(band: Mapping[str, str], genealogy: Genealogy) -> list[str]:
    """The bands from top to bottom, with short derivations between them; the one without a family last."""
    ties: Counter[tuple[str, str]] = Counter()
    for link in genealogy.links:
        if link.standing == "Derivation" and band[link.child] != band[link.parent]:
            ties[band[link.child], band[link.parent]] += 1
    last = [name for name in (OTHERS, UNPLACED) if name in band.values()]
    return [*_swapped(sorted(set(band.values()) - {*last}), ties), *last]


def _swapped(order: list[str], ties: Mapping[tuple[str, str], int]) -> list[str]:
    """The order after moving each band to its best place, as long as that makes the ties shorter."""
    best, length = order, _length(order, ties)
    improves = True
    while improves:
        improves = False
        for one, place in permutations(range(len(best)), 2):
            moved = [name for name in best if name != best[one]]
            moved.insert(place, best[one])
            if (found := _length(moved, ties)) < length:
                best, length, improves = moved, found, True
    return best


def _length(order: Sequence[str], ties: Mapping[tuple[str, str], int]) -> int:
    place = {name: number for number, name in enumerate(order)}
    return sum(count * abs(place[a] - place[b]) for (a, b), count in ties.items() if a in place and b in place)
