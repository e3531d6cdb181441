"""A lineage as SVG: methods, each a link, from old to new along an axis of years; derivations styled by their kind.

The bytes of a lineage are always the same. Colours are classes, in a style sheet inside the picture that knows light
and dark; kinds differ by dash as well as by colour. Names and dates are text, titles and description are for readers
of screens.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from ..engine.comparison import Comparison
from ..engine.lineage import Descent, Lineage, Member
from ..vocabulary import DERIVATION_KINDS, PLAIN_DESCENT
from .layout import Layout, lay_out
from .styles import arrow, style_sheet
from .words import heading, name, sentence, words

_BOX_HEIGHT = 40.0
_AXIS_WIDTH = 70.0
_MARGIN = 24.0
_HEAD = 62.0
_LEGEND_ROW = 24.0
_NARROWEST = 460.0

#: Widths of letters at 13 pixels, wide enough for the fonts of the style sheet.
_NARROW = frozenset("iljtfrI.,:;'|!()[]- ")
_WIDE = frozenset("mwMWGOQDHNU@%+")


@dataclass(frozen=True)
class Wording:
    """What a picture says, and where its links lead; unless said otherwise English, and from the root of the server."""

    name: Callable[[Member], str] = name
    kind: Callable[[str], str] = words
    address: Callable[[str], str] = "/architecture/{}".format
    description: str = ""


_ENGLISH = Wording()


def as_svg(lineage: Lineage) -> str:
    """The picture of a lineage; its links lead to the pages of the methods, from the root of the server."""
    return "\n".join(_Picture(lineage).lines()) + "\n"


def as_part(lineage: Lineage, wording: Wording) -> str:
    """The same without heading and style sheet, to stand within a page that has both."""
    return "\n".join(_Picture(lineage, wording, head=8).part())


class _Picture:
    """One picture: the layout in pixels, and the elements drawn from it."""

    def __init__(self, lineage: Lineage, wording: Wording = _ENGLISH, *, head: float = _HEAD) -> None:
        self.lineage = lineage
        self.wording = wording
        self.head = head
        self.members = {member.slug: member for member in lineage.members}
        self.names = {slug: wording.name(member) for slug, member in self.members.items()}
        self.edges = [edge for edge in lineage.derivations if edge.child != edge.parent]
        occurring = {edge.kind for edge in self.edges}
        self.kinds = [kind for kind in (*DERIVATION_KINDS, PLAIN_DESCENT) if kind in occurring]
        self.widths = {slug: _width(words) for slug, words in self.names.items()}
        self.layout = lay_out(lineage.members, self.edges, self.widths)
        sides = [(x - self.widths.get(slot, 0) / 2, x + self.widths.get(slot, 0) / 2) for slot, x in self._centres()]
        left, right = min(side[0] for side in sides), max(side[1] for side in sides)
        heads = 8 * len(heading(lineage)) + 200.0 if head == _HEAD else 0.0
        self.width = max(_NARROWEST, heads, _AXIS_WIDTH + right - left + _MARGIN)
        spare = self.width - (_AXIS_WIDTH + right - left + _MARGIN)
        self.shift = _AXIS_WIDTH - left + spare / 2
        self.row_of = self.layout.row_of()
        self.tops = self._row_tops()
        self.legend = list(self._legend_places())
        self.floor = self.tops[-1] + _BOX_HEIGHT + _MARGIN
        self.height = self.floor + (self.legend[-1][1] + _LEGEND_ROW + 12 if self.legend else 0)

    def _centres(self) -> Iterable[tuple[str, float]]:
        return self.layout.centre.items()

    def _row_tops(self) -> list[float]:
        """The top of each row: further from the former the more derivations run between, and where a year begins."""
        tops = [self.head + 18]
        for number in range(1, len(self.layout.rows)):
            ends = ((self.row_of[route[0]], self.row_of[route[-1]]) for route in self.layout.routes)
            passing = sum(upper < number <= lower for upper, lower in ends)
            begins = 10 if self._year(number) != self._year(number - 1) else 0
            tops.append(tops[-1] + _BOX_HEIGHT + 34 + min(40, 2.5 * passing) + begins)
        return tops

    def _year(self, row: int) -> str:
        return self.members[self.layout.rows[row][0]].introduced[:4]

    def part(self) -> Iterator[str]:
        """The elements of a picture within a page."""
        yield (
            f'<svg class="lineage" width="{self.width:.0f}" height="{self.height:.0f}" '
            f'viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'role="group" aria-label="{escape(self.wording.description)}">'
        )
        yield "<defs>"
        yield from map(arrow, self.kinds)
        yield "</defs>"
        yield from self._axis()
        yield from self._edges()
        yield from self._boxes()
        yield from self._legend()
        yield "</svg>"

    def lines(self) -> Iterator[str]:
        """The elements of the picture, one a line."""
        size = f'width="{self.width:.0f}" height="{self.height:.0f}" viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lineage" {size} '
            'role="graphics-document" aria-labelledby="lineage-title lineage-description">'
        )
        yield f'<title id="lineage-title">{escape(heading(self.lineage))}</title>'
        yield f'<desc id="lineage-description">{escape(self._description())}</desc>'
        yield f"<style>{style_sheet(self.kinds)}</style>"
        yield "<defs>"
        yield from map(arrow, self.kinds)
        yield "</defs>"
        yield '<rect class="lineage-ground" width="100%" height="100%"/>'
        yield f'<text class="head" x="{_MARGIN:.0f}" y="32">{escape(heading(self.lineage))}</text>'
        yield f'<text class="note" x="{_MARGIN:.0f}" y="50">{escape(self._counts())}</text>'
        yield from self._axis()
        yield from self._edges()
        yield from self._boxes()
        yield from self._legend()
        yield "</svg>"

    def _counts(self) -> str:
        methods, edges = len(self.members), len(self.lineage.derivations)
        return f"{_counted(methods, 'method')}, {_counted(edges, 'derivation')}, from old to new"

    def _description(self) -> str:
        edges = "; ".join(sentence(edge, self.names) for edge in self.lineage.derivations)
        return f"{self._counts()}. {edges}" + ("." if edges else "")

    def _axis(self) -> Iterator[str]:
        for number, top in enumerate(self.tops):
            if number == 0 or self._year(number) != self._year(number - 1):
                line = top - 16
                yield f'<path class="band" d="M{_MARGIN:.0f} {line:.1f}H{self.width - _MARGIN:.0f}"/>'
                yield f'<text class="year" x="{_MARGIN:.0f}" y="{top + 6:.1f}">{self._year(number)}</text>'

    def _edges(self) -> Iterator[str]:
        leaving, entering = _ports(self.layout, self.widths)
        for number, (edge, route) in enumerate(zip(self.edges, self.layout.routes, strict=True)):
            path = self._path(route, leaving[number], entering[number])
            end = "end" if route[-1] == edge.child else "start"
            yield (
                f'<path class="edge {edge.kind}" d="{path}" marker-{end}="url(#lineage-{edge.kind})">'
                f"<title>{escape(self._sentence(edge))}</title></path>"
            )

    def _sentence(self, edge: Descent) -> str:
        return sentence(edge, self.names, self.wording.kind)

    def _path(self, route: list[str], leaving: float, entering: float) -> str:
        """Straight through the rows it passes, and curved between them."""
        x, y = leaving + self.shift, self.tops[self.row_of[route[0]]] + _BOX_HEIGHT
        parts = [f"M{x:.1f} {y:.1f}"]
        for slot in route[1:]:
            is_last = slot == route[-1]
            to_x = (entering if is_last else self.layout.centre[slot]) + self.shift
            to_y = self.tops[self.row_of[slot]] - (7 if is_last else 0)
            bend = (to_y - y) * 0.5
            parts.append(f"C{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f} {to_x:.1f} {to_y:.1f}")
            x, y = to_x, to_y
            if not is_last:
                y += _BOX_HEIGHT
                parts.append(f"V{y:.1f}")
        return "".join(parts)

    def _boxes(self) -> Iterator[str]:
        for number, row in enumerate(self.layout.rows):
            for slug in sorted(row, key=lambda slug: self.layout.centre[slug]):
                yield self._box(self.members[slug], self.tops[number])

    def _box(self, member: Member, top: float) -> str:
        centre, width = self.layout.centre[member.slug] + self.shift, self.widths[member.slug]
        middle = f'x="{centre:.1f}" text-anchor="middle"'
        return (
            f'<a href="{escape(self.wording.address(member.slug))}" class="{self._role(member.slug)}">'
            f"<title>{escape(self.names[member.slug])} ({member.introduced})</title>"
            f'<rect class="box" x="{centre - width / 2:.1f}" y="{top:.1f}" '
            f'width="{width:.1f}" height="{_BOX_HEIGHT:.0f}" rx="6"/>'
            f'<text class="name" {middle} y="{top + 17:.1f}">{escape(self.names[member.slug])}</text>'
            f'<text class="date" {middle} y="{top + 32:.1f}">{member.introduced}</text></a>'
        )

    def _role(self, slug: str) -> str:
        comparison = self.lineage if isinstance(self.lineage, Comparison) else None
        if slug == self.lineage.start or (comparison and slug == comparison.other):
            return "asked"
        return "between" if comparison and slug not in comparison.found else "method"

    def _legend_places(self) -> Iterator[tuple[float, float, str]]:
        x, y = _MARGIN, 0.0
        for kind in self.kinds:
            width = 54 + sum(6.6 if letter < "\u2e80" else 12.0 for letter in self.wording.kind(kind))
            if x > _MARGIN and x + width > self.width - _MARGIN:
                x, y = _MARGIN, y + _LEGEND_ROW
            yield x, y, kind
            x += width

    def _legend(self) -> Iterator[str]:
        if self.legend:
            yield f'<path class="band" d="M{_MARGIN:.0f} {self.floor - 4:.1f}H{self.width - _MARGIN:.0f}"/>'
        for x, y, kind in self.legend:
            line = self.floor + y + 16
            yield (
                f'<path class="edge {kind}" d="M{x:.1f} {line:.1f}h26" marker-end="url(#lineage-{kind})"/>'
                f'<text class="note" x="{x + 40:.1f}" y="{line + 4:.1f}">{escape(self.wording.kind(kind))}</text>'
            )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _width(name: str) -> float:
    letters = sum(map(_letter_width, name))
    return max(84.0, letters + 22)


def _letter_width(letter: str) -> float:
    if letter in _NARROW:
        return 4.6
    return 13.0 if ord(letter) > 0x2E80 else 10.4 if letter in _WIDE else 7.8


def _ports(layout: Layout, widths: dict[str, float]) -> tuple[dict[int, float], dict[int, float]]:
    """Where each derivation leaves its parent and enters its child: side by side, in the order of where they lead."""
    leaving: dict[str, list[tuple[float, int]]] = {}
    entering: dict[str, list[tuple[float, int]]] = {}
    for number, route in enumerate(layout.routes):
        leaving.setdefault(route[0], []).append((layout.centre[route[1]], number))
        entering.setdefault(route[-1], []).append((layout.centre[route[-2]], number))
    return _spread(leaving, layout, widths), _spread(entering, layout, widths)


def _spread(ends: dict[str, list[tuple[float, int]]], layout: Layout, widths: dict[str, float]) -> dict[int, float]:
    places: dict[int, float] = {}
    for slug, others in ends.items():
        step = min(14.0, 0.8 * widths[slug] / len(others))
        for place, (_, number) in enumerate(sorted(others)):
            places[number] = layout.centre[slug] + (place - (len(others) - 1) / 2) * step
    return places
