"""The map as a still picture, for readers without scripts: every method a link, every derivation a line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape

from ..engine.genealogy import Genealogy, Method
from .bands import OTHERS, UNPLACED
from .chart import Band, Chart
from .chartdata import looks
from .palette import Look

#: Names by language -> the one to write.
Chosen = Callable[[Mapping[str, str]], str]

_MARGIN, _HEAD, _RADIUS = 16.0, 34.0, 4.5
_STYLE = """
.ground{fill:#fff}.year{stroke:#e3e7ed}.band{opacity:.07}
text{font:11px system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif;fill:#1d2430}
a text{text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px}
.family{font-weight:600;font-size:12px}.axis{fill:#5b6472}.link{fill:none;stroke-width:1.2;opacity:.45}
a:hover text,a:focus text{text-decoration:underline}
"""
_DARK = (
    ".ground{fill:#14181f}.year{stroke:#2a313c}.band{opacity:.12}"
    "text{fill:#e6e9ef}a text{stroke:#14181f}.axis{fill:#a2acba}"
)
_SHAPES = {
    "ellipse": "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
    "rectangle": "M-.9-.9h1.8v1.8h-1.8z",
    "diamond": "M0-1.25L1.25 0L0 1.25L-1.25 0z",
    "triangle": "M0-1.15L1.1 .85H-1.1z",
    "hexagon": "M-1.1 0L-.55-.95H.55L1.1 0L.55 .95H-.55z",
}


def chart_svg(genealogy: Genealogy, chart: Chart, *, title: str, others: str, chosen: Chosen) -> str:
    """The picture of all that has a place in the tree; links are relative to its address.

    `others` names the methods whose families have no band.
    """
    chart = replace(chart, bands=[band for band in chart.bands if band.family != UNPLACED])
    chart = replace(chart, height=chart.bands[-1].bottom if chart.bands else 0.0)
    width, height = chart.width + 2 * _MARGIN + 80, chart.height + _HEAD + _MARGIN
    shown = [method for method in genealogy.methods if chart.band_of[method.slug] < len(chart.bands)]
    names = {family.identity: chosen(family.label) for family in genealogy.families} | {OTHERS: others}
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="{-_MARGIN:.0f} {-_HEAD:.0f} {width:.0f} {height:.0f}" role="graphics-document">',
            f"<title>{escape(title)}</title><style>{_style(chart)}</style>",
            f'<rect class="ground" x="{-_MARGIN:.0f}" y="{-_HEAD:.0f}" width="100%" height="100%"/>',
            *_axis(chart),
            *(_band(number, band, width, names) for number, band in enumerate(chart.bands)),
            *_links(genealogy, chart),
            *(_method(method, chart, chosen(method.label) or method.slug) for method in shown),
            "</svg>\n",
        ]
    )


def _style(chart: Chart) -> str:
    light, dark = (
        "".join(f".c{number}{{fill:{tone(own)};stroke:{tone(own)}}}" for number, own in enumerate(looks(chart)))
        for tone in (_light, _dark)
    )
    none = ".link{fill:none}text{stroke:none}"
    return f"{light}{_STYLE}{none}@media(prefers-color-scheme:dark){{{dark}{_DARK}{none}}}"


def _light(own: Look) -> str:
    return own.light


def _dark(own: Look) -> str:
    return own.dark


def _axis(chart: Chart) -> Iterator[str]:
    for year, x in chart.ticks:
        yield f'<path class="year" d="M{x:.1f} -12V{chart.height:.0f}"/>'
        yield f'<text class="axis" x="{x + 3:.1f}" y="-14">{year}</text>'


def _band(number: int, band: Band, width: float, names: Mapping[str, str]) -> str:
    return (
        f'<rect class="band c{number}" x="{-_MARGIN:.0f}" y="{band.top:.1f}" '
        f'width="{width:.0f}" height="{band.bottom - band.top:.1f}"/>'
        f'<text class="family" x="{4 - _MARGIN:.0f}" y="{band.top + 14:.1f}">{escape(names[band.family])}</text>'
    )


def _links(genealogy: Genealogy, chart: Chart) -> Iterator[str]:
    for link in genealogy.links:
        if link.standing == "Derivation" and link.certainty != "disputed":
            (x, y), (to_x, to_y) = chart.places[link.parent], chart.places[link.child]
            middle = (x + to_x) / 2
            curve = f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
            yield f'<path class="link c{chart.band_of[link.parent]}" d="{curve}"/>'


def _method(method: Method, chart: Chart, name: str) -> str:
    x, y = chart.places[method.slug]
    number = chart.band_of[method.slug]
    return (
        f'<a href="architecture/{escape(method.slug)}"><title>{escape(name)}, {method.introduced}</title>'
        f'<path class="c{number}" transform="translate({x} {y}) scale({_RADIUS})" '
        f'd="{_SHAPES[looks(chart)[number].shape]}" stroke-width="0"/>'
        f'<text x="{x}" y="{y + 14:.1f}">{escape(name)}</text></a>'
    )
