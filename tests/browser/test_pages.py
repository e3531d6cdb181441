"""Every kind of page in a real browser: nothing on the console, nothing in anybody's way, in light and in dark."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import CONTRAST, Open, serious

#: A page of each kind; the map and the query page have tests of their own.
PAGES = (
    *("/architecture/pix2pix", "/paper/arxiv-1505.04597", "/task/image-classification", "/family/residual-networks"),
    *(
        "/derivation/u-net--fcn",
        "/repair/dmn--statedDate",
        "/article/jiqizhixin-2017",
        "/architecture/",
        "/derivation/",
    ),
    *("/search?q=ResNet", "/queries", "/queries/parents?architecture=u-net", "/ontology"),
)


def clean(page: Page) -> None:
    """Holds a page to what everybody needs, in light and in dark."""
    expect(page.locator("h1")).to_be_visible()
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, CONTRAST) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_in_the_way(path: str, visit: Open) -> None:
    clean(visit(path))


def test_nor_where_there_is_nothing(visit: Open) -> None:
    page = visit("/architecture/resnt", refused=(404,))
    clean(page)
    page.get_by_role("link", name="resnet", exact=True).click()
    expect(page.locator("h1")).to_contain_text("ResNet")


def test_what_hinders_would_be_found(visit: Open) -> None:
    page = visit("/queries")
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert {finding.partition(":")[0] for finding in serious(page)} == {"color-contrast", "button-name"}


def test_a_page_on_paper_has_what_it_says_and_nothing_to_press(visit: Open) -> None:
    page = visit("/architecture/pix2pix", color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".claims").first).to_be_visible()
    expect(page.locator("#iri")).to_be_visible()
    expect(page.locator("button:visible, input:visible, header nav:visible")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 4
