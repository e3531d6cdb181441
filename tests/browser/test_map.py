"""The map in a real browser: find, pick, compare, filter, walk by keys, save, send."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import networkx
import pytest
from playwright.sync_api import Page, expect

from .conftest import CONTRAST, Open, serious

#: The origin of a harvested method without a place in the tree, as /map.json has it; 2 is one with a place.
UNPLACED = 1
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def data(served: str) -> Any:
    """What the map draws."""
    return httpx.get(f"{served}/map.json", timeout=60).json()


def drawn(page: Page) -> Page:
    """The page, once the map is there."""
    page.wait_for_selector("#map[data-ready]")
    return page


def panel(page: Page) -> Any:
    return page.locator(".map-panel")


def test_the_map_opens_and_says_how_much_it_shows(visit: Open, data: Any) -> None:
    page = drawn(visit("/"))
    total, placed = len(data["methods"]), sum(row[10] != UNPLACED for row in data["methods"])
    expect(page.locator(".map-count")).to_have_text(f"{placed} of {total} shown")
    harvested = drawn(visit("/?also=harvested"))
    expect(harvested.locator(".map-count")).to_have_text(f"{total} of {total} shown")


@pytest.mark.parametrize(
    ("words", "slug"),
    [("ResNet", "resnet"), ("残差网络", "resnet"), ("Resnt", "resnet"), ("RNNsearch", "bahdanau-attention")],
    ids=["name", "Chinese name", "misspelling", "alias"],
)
def test_a_method_is_found_by_any_of_its_names(visit: Open, words: str, slug: str) -> None:
    page = drawn(visit("/"))
    page.get_by_role("combobox", name="Search").fill(words)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"pick={slug}\b"))


def test_what_is_picked_shows_its_evidence(visit: Open) -> None:
    page = drawn(visit("/?pick=pix2pix"))
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("Pix2Pix")
    claims = panel(page).locator(".map-claims").first.locator("li")
    expect(claims).to_have_count(4)
    own = claims.filter(has=page.get_by_role("button", name="U-Net"))
    expect(own).to_contain_text("Section 3.2.1")
    expect(own).to_contain_text("skip connections")
    expect(own.get_by_role("link", name="applies to new domain")).to_have_attribute(
        "href", "/derivation/pix2pix--u-net"
    )


def test_a_lineage_is_walked_parent_by_parent_and_back(visit: Open) -> None:
    page = drawn(visit("/?pick=u-net"))
    panel(page).get_by_role("button", name="FCN").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("FCN")
    page.go_back()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("U-Net")


def test_a_click_on_a_mark_picks_and_beside_it_closes(visit: Open, data: Any) -> None:
    x, y = next(row[3:5] for row in data["methods"] if row[0] == "wgan-gp")
    page = drawn(visit(f"/?at={x},{y},2"))
    stage = page.locator(".map-stage")
    stage.click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("WGAN-GP")
    stage.click(position={"x": 8, "y": 10})
    expect(panel(page)).to_be_hidden()


def test_two_methods_are_compared_by_line_and_common_ancestors(visit: Open) -> None:
    page = drawn(visit("/?pick=u-net"))
    panel(page).get_by_role("button", name="Compare with").click()
    page.keyboard.type("DenseNet")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("U-Net and DenseNet")
    expect(panel(page).locator(".map-steps li").first).to_have_text("U-Net extends FCN")
    expect(panel(page).locator("li", has=page.locator("em"))).to_have_text("VGGNet nearest")
    page.reload()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("U-Net and DenseNet")


def test_a_filter_leaves_its_methods_on_map_and_list_and_stands_in_the_address(visit: Open, data: Any) -> None:
    page = drawn(visit("/"))
    page.locator(".map-filters summary").click()
    page.get_by_label("Family").select_option("capsule-networks")
    number = next(n for n, row in enumerate(data["families"]) if row[0] == "family/capsule-networks")
    wanted = [row for row in data["methods"] if number in row[6]]
    for _ in range(2):
        expect(page.locator(".map-count")).to_have_text(f"{len(wanted)} of {len(data['methods'])} shown")
        expect(page.locator(".map-list li:visible")).to_have_count(len(wanted))
        assert "family=capsule-networks" in page.url
        drawn(page).reload()


def test_years_and_tasks_and_certainty_filter_too(visit: Open, data: Any) -> None:
    page = drawn(visit("/?task=image-super-resolution&from=2016&to=2016"))
    task = next(n for n, row in enumerate(data["tasks"]) if row[0] == "task/image-super-resolution")
    wanted = [row for row in data["methods"] if task in row[7] and row[2].startswith("2016") and row[10] != UNPLACED]
    assert 0 < len(wanted) < len(data["methods"])
    expect(page.locator(".map-count")).to_have_text(f"{len(wanted)} of {len(data['methods'])} shown")


@pytest.mark.parametrize("origin", ["curated", "harvested"])
def test_what_people_described_and_what_was_harvested_can_be_seen_apart(visit: Open, data: Any, origin: str) -> None:
    page = drawn(visit("/"))
    page.locator(".map-filters summary").click()
    page.get_by_label("Described").select_option(origin)
    wanted = [row for row in data["methods"] if row[10] == {"curated": 0, "harvested": 2}[origin]]
    assert 0 < len(wanted) < len(data["methods"])
    expect(page.locator(".map-count")).to_have_text(f"{len(wanted)} of {len(data['methods'])} shown")
    assert f"origin={origin}" in page.url


def saved(page: Page, kind: str, folder: Path) -> Path:
    page.locator(".map-save summary").click()
    with page.expect_download() as download:
        page.locator(f"button[data-format={kind}]").click()
    page.locator(".map-save summary").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_view_is_saved_in_four_formats(visit: Open, data: Any, tmp_path: Path) -> None:
    page = drawn(visit("/?family=generative-adversarial-networks"))
    number = next(n for n, row in enumerate(data["families"]) if row[0].endswith("/generative-adversarial-networks"))
    slugs = {row[0] for row in data["methods"] if number in row[6]}
    graph = networkx.read_graphml(saved(page, "graphml", tmp_path))
    assert set(graph) == slugs
    assert graph.edges["gan", "cgan"]["kind"] == "extends"
    picture = ElementTree.parse(saved(page, "svg", tmp_path))
    assert len(picture.findall(f"{SVG}a")) == len(slugs)
    document = json.loads(saved(page, "jsonld", tmp_path).read_text(encoding="utf-8"))
    assert {node["@id"].removeprefix("architecture/") for node in document["@graph"]} == slugs
    assert saved(page, "png", tmp_path).read_bytes().startswith(b"\x89PNG")


def test_rejected_derivations_and_uses_are_there_on_request(visit: Open, tmp_path: Path) -> None:
    plain = networkx.read_graphml(saved(drawn(visit("/")), "graphml", tmp_path))
    more = drawn(visit("/?also=rejected,uses&certainty=high,medium,disputed"))
    full = networkx.read_graphml(saved(more, "graphml", tmp_path))
    assert {row["standing"] for *_, row in plain.edges(data=True)} == {"Derivation"}
    assert "disputed" not in {row["certainty"] for *_, row in plain.edges(data=True)}
    standings = {row["standing"] for *_, row in full.edges(data=True)}
    assert standings == {"Derivation", "RejectedDerivation", "ComponentUse"}
    assert "disputed" in {row["certainty"] for *_, row in full.edges(data=True)}


def test_keys_walk_to_parents_and_children_and_open_what_they_are_on(visit: Open) -> None:
    page = drawn(visit("/?pick=fcn"))
    page.locator(".map-stage").focus()
    said = page.locator("#map [aria-live]")
    expect(said).to_contain_text("FCN")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("VGGNet")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("FCN")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("VGGNet")
    page.locator(".map-stage").focus()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()


def test_the_list_picks_on_the_map(visit: Open) -> None:
    page = drawn(visit("/"))
    page.locator(".map-list").get_by_role("link", name="ResNet", exact=True).click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("ResNet")


def test_the_map_speaks_chinese(visit: Open) -> None:
    page = drawn(visit("/?lang=zh&pick=gan"))
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("生成对抗网络")
    expect(panel(page)).to_contain_text("由其派生")
    english = drawn(visit("/?lang=en&pick=gan"))
    expect(panel(english)).to_contain_text("Derived from it")


def test_without_scripts_the_page_has_picture_and_list(visit: Open, data: Any) -> None:
    page = visit("/", java_script_enabled=False, warned="preloaded using link preload but not used")
    expect(page.locator(".map-list li")).to_have_count(len(data["methods"]))
    expect(page.locator("img.map-still")).to_be_visible()
    expect(page.locator("main form[role=search]")).to_be_visible()


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_serious_stands_in_the_way_of_anybody(visit: Open, width: int) -> None:
    page = drawn(visit("/?pick=u-net", viewport={"width": width, "height": 844}))
    expect(panel(page).locator(".map-claims li").first).to_be_visible()
    page.locator(".map-filters summary").click()
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, CONTRAST) == []


#: Notes what the button says from now on, for it says so for a moment only.
_NOTING = """() => {
    const button = document.querySelector('.map-share');
    window.said = [];
    new MutationObserver(() => window.said.push(button.textContent)).observe(button, {childList: true});
}"""


def test_a_copied_link_opens_the_same_view(visit: Open) -> None:
    page = drawn(visit("/?family=capsule-networks", permissions=["clipboard-read", "clipboard-write"]))
    page.get_by_role("button", name="Zoom in").click()
    page.evaluate(_NOTING)
    page.get_by_role("button", name="Copy the link").click()
    page.wait_for_function("window.said[0] === 'Copied'")
    link = page.evaluate("navigator.clipboard.readText()")
    other = drawn(visit("/" + link.split("/", 3)[3]))
    shown = page.locator(".map-count").inner_text()
    expect(other.locator(".map-count")).to_have_text(shown)
    assert "at=" in link
    assert other.url == link


def test_the_switch_of_languages_keeps_the_page(visit: Open) -> None:
    page = drawn(visit("/"))
    page.get_by_role("link", name="中文").click()
    drawn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("深度学习架构的谱系")
    page.get_by_role("link", name="家族", exact=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")


def test_the_map_is_printed_whole_on_one_page(visit: Open, data: Any) -> None:
    page = drawn(visit("/"))
    paper = page.pdf(format="A4", landscape=True)
    placed = sum(row[10] != UNPLACED for row in data["methods"])
    assert page.locator(".map-paper svg a").count() == placed
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_a_phone_scrolls_down_and_never_sideways(visit: Open) -> None:
    page = drawn(visit("/", viewport={"width": 390, "height": 844}))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
