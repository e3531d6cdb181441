"""Pictures of lineages: valid, linked, in the order of time, the same at each drawing, and apart."""

import re
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from deepgenealogy.drawing import LINEAGE_FORMATS
from deepgenealogy.drawing.layout import lay_out
from deepgenealogy.drawing.styles import _STYLES
from deepgenealogy.drawing.svg import as_svg
from deepgenealogy.engine.comparison import compare
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import Descent, Lineage, Member, lineage_of
from deepgenealogy.vocabulary import DERIVATION_KINDS, PLAIN_DESCENT

SVG = "{http://www.w3.org/2000/svg}"

LINEAGES: dict[str, dict[str, Any]] = {
    "pix2pix": {"direction": "ancestors", "depth": 3},
    "gan": {"direction": "descendants"},
    "resnet": {"direction": "both", "depth": 2},
    "dall-e": {"direction": "ancestors"},
    "perceptron": {"direction": "descendants"},
    "multilayer-perceptron": {"direction": "ancestors", "depth": 0},
}


@pytest.fixture(params=LINEAGES)
def lineage(request: pytest.FixtureRequest, engine: EmbeddedEngine) -> Lineage:
    """A lineage of the real data: small, wide, deep, nearly everything, a method alone."""
    return lineage_of(engine, request.param, **LINEAGES[request.param])


def invented(slugs: str, *edges: str) -> Lineage:
    """A lineage of methods called by one letter, one a year; an edge `ab` leads from a down to b."""
    members = [Member(slug, {"en": slug}, f"{2000 + number}", 0) for number, slug in enumerate(slugs)]
    derivations = [
        Descent(child=edge[1], parent=edge[0], kind="extends", paper="p", certainty="high") for edge in edges
    ]
    return Lineage(slugs[0], "descendants", members, derivations)


def boxes(root: Element) -> dict[str, tuple[float, float, float, float]]:
    """Method -> left, top, right and bottom of its box."""
    found = {}
    for link in root.iter(f"{SVG}a"):
        box = link.find(f"{SVG}rect")
        assert box is not None
        x, y, width, height = (float(box.get(name, "")) for name in ("x", "y", "width", "height"))
        found[link.get("href", "").removeprefix("/architecture/")] = (x, y, x + width, y + height)
    return found


def edges(root: Element) -> list[Element]:
    """The paths of the derivations, without those of the legend."""
    return [path for path in root.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]


def test_every_member_is_a_box_that_links_to_its_page(lineage: Lineage) -> None:
    assert set(boxes(fromstring(as_svg(lineage)))) == {member.slug for member in lineage.members}


def test_every_derivation_is_a_line_whose_title_says_it(lineage: Lineage) -> None:
    titles = [path.findtext(f"{SVG}title") for path in edges(fromstring(as_svg(lineage)))]
    assert len(titles) == len(lineage.derivations)
    assert all(
        f"[{edge.paper}, {edge.certainty}]" in (title or "")
        for edge, title in zip(lineage.derivations, titles, strict=True)
    )


def test_no_two_boxes_overlap(lineage: Lineage) -> None:
    places = list(boxes(fromstring(as_svg(lineage))).values())
    for number, (left, top, right, bottom) in enumerate(places):
        for other in places[number + 1 :]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top


def test_everything_lies_within_the_picture(lineage: Lineage) -> None:
    root = fromstring(as_svg(lineage))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    assert all(left >= 0 and right <= width and bottom <= height for left, _, right, bottom in boxes(root).values())
    for path in edges(root):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", "").split("C")[0])]
        assert 0 <= numbers[0] <= width


def test_who_is_older_never_stands_below_who_is_younger(lineage: Lineage) -> None:
    tops = {slug: box[1] for slug, box in boxes(fromstring(as_svg(lineage))).items()}
    for parent, child in ((edge.parent, edge.child) for edge in lineage.derivations):
        assert tops[parent] < tops[child]
    years = sorted((member.introduced[:4], tops[member.slug]) for member in lineage.members)
    assert all(former[1] < later[1] for former, later in pairwise(years) if former[0] != later[0])


def test_every_year_stands_on_the_axis_once(lineage: Lineage) -> None:
    root = fromstring(as_svg(lineage))
    shown = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "year"]
    assert shown == sorted({member.introduced[:4] for member in lineage.members})


def test_the_legend_holds_the_kinds_that_occur(lineage: Lineage) -> None:
    root = fromstring(as_svg(lineage))
    shown = {path.get("class", "").split()[-1] for path in root.iter(f"{SVG}path") if path.get("d", "").endswith("h26")}
    assert shown == {edge.kind for edge in lineage.derivations}


def test_a_screen_reader_gets_title_and_description(lineage: Lineage) -> None:
    root = fromstring(as_svg(lineage))
    identities = {element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set(root.get("aria-labelledby", "").split()) == set(identities)
    assert all(identities.values())


def test_the_same_lineage_gives_the_same_bytes(lineage: Lineage) -> None:
    turned = Lineage(lineage.start, lineage.direction, lineage.members[::-1], lineage.derivations)
    assert as_svg(lineage) == as_svg(lineage)
    assert boxes(fromstring(as_svg(turned))) == boxes(fromstring(as_svg(lineage)))


def test_every_kind_of_derivation_has_a_style_of_its_own() -> None:
    assert set(_STYLES) == {*DERIVATION_KINDS, PLAIN_DESCENT}
    assert len(set(_STYLES.values())) == len(_STYLES)


def test_the_picture_knows_the_dark(lineage: Lineage) -> None:
    light, _, dark = as_svg(lineage).partition("@media (prefers-color-scheme:dark)")
    for rule in (".lineage-ground{fill:#", ".lineage text{", ".lineage .box{fill:#"):
        assert rule in light
        assert rule in dark


def test_a_comparison_tells_the_methods_asked_for_from_those_between(engine: EmbeddedEngine) -> None:
    root = fromstring(as_svg(compare(engine, "densenet", "u-net")))
    roles = {link.get("href", "").rpartition("/")[2]: link.get("class") for link in root.iter(f"{SVG}a")}
    assert {slug for slug, role in roles.items() if role == "asked"} == {"densenet", "u-net"}
    assert (roles["fcn"], roles["vggnet"]) == ("between", "method")


def test_lines_that_need_not_cross_do_not() -> None:
    members = [
        Member(slug, {"en": slug}, year, 0) for slug, year in zip("abcd", ["2000", "2000", "2001", "2001"], strict=True)
    ]
    crossed = [Descent(child, parent, "extends", "p", "high") for parent, child in ("ad", "bc")]
    centre = lay_out(members, crossed, dict.fromkeys("abcd", 100.0)).centre
    assert (centre["a"] < centre["b"]) == (centre["d"] < centre["c"])


def test_a_chain_stands_in_one_line() -> None:
    lineage = invented("abcd", "ab", "bc", "cd")
    layout = lay_out(lineage.members, lineage.derivations, dict.fromkeys("abcd", 100.0))
    assert max(layout.centre.values()) - min(layout.centre.values()) < 1


def test_markup_in_a_name_is_text() -> None:
    member = Member("x", {"en": "<b>&\"'"}, "2000", 0)
    root = fromstring(as_svg(Lineage("x", "ancestors", [member], [])))
    assert "<b>&\"'" in {text.text for text in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("circle", [["ab", "ba"], ["ab", "bc", "ca"], ["aa", "ab"]])
def test_a_circle_that_loaded_data_may_hold_is_drawn_too(circle: list[str]) -> None:
    assert set(boxes(fromstring(as_svg(invented("abc", *circle))))) == {"a", "b", "c"}


def test_every_format_has_a_media_type() -> None:
    assert {name: row[0] for name, row in LINEAGE_FORMATS.items()} == {
        "json": "application/json",
        "jsonld": "application/ld+json",
        "txt": "text/plain",
        "dot": "text/vnd.graphviz",
        "mmd": "text/vnd.mermaid",
        "graphml": "application/graphml+xml",
        "svg": "image/svg+xml",
    }
