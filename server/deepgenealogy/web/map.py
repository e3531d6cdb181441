"""The front page: the map of the whole genealogy, as a page, as a still picture and as the data that a script draws.

The page is whole without scripts: counts, the still picture, every method by family. The data change with the
snapshot alone, and are kept as any other answer is.
"""

import json
from dataclasses import dataclass
from threading import Lock

from flask import Blueprint, Response, render_template

from ..drawing.chart import Chart, chart_of
from ..drawing.chartdata import chart_data
from ..drawing.chartsvg import chart_svg
from ..engine.genealogy import Genealogy, Method, genealogy
from .desk import desk
from .language import chosen, words
from .lists import counts

map_ = Blueprint("map", __name__)

#: Beyond so many methods the page lists families and leaves their methods to the pages of these.
_LISTED = 3_000


#: One at a time makes the map, and who asks meanwhile waits for it.
_MAKING = Lock()


@dataclass(frozen=True)
class _Map:
    """The genealogy in one state of the data, where everything stands, and both as the script reads it."""

    genealogy: Genealogy
    chart: Chart
    document: bytes


def _present() -> _Map:
    """The map of the present state: made once a snapshot."""
    with _MAKING:
        return desk().made("map", _made)


def _made() -> _Map:
    found = genealogy(desk().engine)
    chart = chart_of(found)
    document = chart_data(found, chart, desk().engine.version, desk().inventory().labels)
    return _Map(found, chart, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def home() -> str:
    """The front page."""
    present = _present()
    families = _by_family(present.genealogy, present.chart)
    total = len(present.genealogy.methods)
    is_listed = total <= _LISTED
    return render_template("home.html", counts=counts(), families=families, is_listed=is_listed, total=total)


def _by_family(found: Genealogy, chart: Chart) -> list[tuple[str, dict[str, str] | None, list[Method]]]:
    """Id of each band's family, its names (None for methods without a band of a family), and its methods by date."""
    labels = {family.identity: family.label for family in found.families}
    members: dict[int, list[Method]] = {}
    for method in found.methods:
        members.setdefault(chart.band_of[method.slug], []).append(method)
    return [(band.family, labels.get(band.family), members.get(number, [])) for number, band in enumerate(chart.bands)]


@map_.get("/map.json")
def data() -> Response:
    """The map as data: places, names, families, links."""
    return Response(_present().document, content_type="application/json")


@map_.get("/map.svg")
def picture() -> Response:
    """The map as a still picture, in the language of the request."""
    present = _present()
    body = chart_svg(
        present.genealogy,
        present.chart,
        title=words("map.title"),
        others=words("map.others"),
        chosen=lambda names: chosen(names)[0],
    )
    return Response(body, content_type="image/svg+xml")
