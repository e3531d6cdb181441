"""The pages of things as a reader sees them: lineage, evidence, what to do with them, in both languages."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import DERIVATION_KINDS
from deepgenealogy.web.app import create_app
from tests.web.pages import attributes, read_page, words

#: A page of each kind that readers come to.
PAGES = (
    "/architecture/u-net",
    "/paper/arxiv-1505.04597",
    "/task/image-classification",
    "/family/residual-networks",
    "/modality/image",
    "/derivation/u-net--fcn",
    "/derivation/u-net--segnet",
    "/use/a3c--dqn",
    "/repair/ac-gan--statedName",
    "/entry/a3c",
    "/article/jiqizhixin-2017",
    "/claim/capsule-net-by-hinton",
    "/mapping/aio",
    "/graph/article",
    "/architecture/",
    "/derivation/",
    "/search?q=net",
    "/queries",
    "/queries/parents?architecture=u-net",
    "/queries/parents/citation?architecture=u-net",
    "/ontology",
    "/architecture/resnett",
)
HTML = {"Accept": "text/html"}


def page_of(client: FlaskClient, path: str, **headers: str) -> Element:
    """The tree of a page."""
    return read_page(client.get(path, headers={**HTML, **headers}).text)


def picture_on(page: Element) -> Element:
    """The small lineage picture of a page."""
    (found,) = [one for one in page.iter() if str(one.tag).endswith("svg") and one.get("class") == "lineage"]
    return found


def links_of(picture: Element) -> list[str]:
    """Where the boxes of a picture lead."""
    return attributes((one for one in picture.iter() if str(one.tag).endswith("}a") or one.tag == "a"), "href")


def section(page: Element, number: int, heading: str) -> Element:
    """The table that follows the heading with these words; the first of several."""
    elements = list(page.iter())
    place = next(n for n, e in enumerate(elements) if e.tag == f"h{number}" and words(e).startswith(heading))
    return next(element for element in elements[place:] if element.tag == "table")


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_landmarks_one_h1_headings_in_order_and_names_its_language(
    path: str, spoken: str, client: FlaskClient
) -> None:
    page = page_of(client, path, **{"Accept-Language": spoken})
    assert page.get("lang") == spoken
    assert len(list(page.iter("main"))) == len(list(page.iter("h1"))) == 1
    levels = [int(e.tag[1]) for e in page.iter() if isinstance(e.tag, str) and re.fullmatch("h[1-6]", e.tag)]
    main = levels[levels.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(main)), levels
    assert next(page.iter("a")).get("href") == "#main"
    assert [table for table in page.iter("table") if not [th for th in table.iter("th") if th.get("scope")]] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_control_of_a_form_has_a_name_for_readers_of_screens(path: str, client: FlaskClient) -> None:
    page = page_of(client, path)
    labels = set(attributes(page.iter("label"), "for"))
    inputs = [one for one in page.iter("input") if one.get("type") != "hidden"]
    assert inputs
    assert [one.attrib for one in inputs if not (one.get("aria-label") or one.get("id") in labels)] == []


def test_the_evidence_of_a_derivation_is_a_row_with_kind_parent_paper_place_rationale_certainty_and_reading(
    client: FlaskClient,
) -> None:
    row = list(section(page_of(client, "/architecture/u-net"), 2, "Derives from").iter("tr"))[1]
    said = words(row)
    for part in ("FCN", "extends", "Section 1", "high", "read: the passage", "Modifies and extends"):
        assert part in said
    links = attributes(row.iter("a"), "href")
    assert links == ["/architecture/fcn", "/derivation/u-net--fcn", "/paper/arxiv-1505.04597"]


def test_a_rejected_derivation_says_so_with_its_ground(client: FlaskClient) -> None:
    table = section(page_of(client, "/architecture/u-net"), 2, "Said elsewhere to derive from, and rejected here")
    assert "the parent is later" in words(table)
    assert words(next(page_of(client, "/derivation/u-net--segnet").iter("h1"))) == "U-Net does not derive from SegNet"


def test_the_small_picture_shows_two_generations_each_way_and_every_box_leads_to_its_page(client: FlaskClient) -> None:
    picture = picture_on(page_of(client, "/architecture/u-net"))
    links = set(links_of(picture))
    assert {"/architecture/u-net", "/architecture/fcn", "/architecture/vggnet", "/architecture/pix2pix"} <= links
    assert picture.get("aria-label") == f"{len(links) - 1} methods around U-Net, from old to new."
    assert [one for one in picture.iter() if str(one.tag).endswith("style")] == []


def test_a_picture_of_many_relatives_leaves_some_out_and_says_how_many(client: FlaskClient) -> None:
    page = page_of(client, "/architecture/gan")
    assert 8 < len(links_of(picture_on(page))) <= 12
    assert re.search(r"[1-9]\d* more are left out here", words(next(page.iter("figcaption"))))


def test_the_picture_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    picture = picture_on(page_of(client, "/architecture/fcn?lang=zh"))
    assert "移用于新领域" in words(picture)
    assert "/architecture/vggnet?lang=zh" in links_of(picture)


def test_the_sheet_has_a_line_and_an_arrow_for_each_kind_of_derivation(client: FlaskClient) -> None:
    with client.get("/static/style.css") as response:
        sheet = response.get_data(as_text=True)
    for kind in DERIVATION_KINDS:
        assert f".lineage .edge.{kind}" in sheet
        assert f".lineage .{kind} .tip" in sheet


def test_a_method_is_cited_by_the_bibtex_of_its_paper_as_the_bibliography_has_it(client: FlaskClient) -> None:
    page = page_of(client, "/architecture/u-net")
    (entry,) = [pre for pre in page.iter("pre") if pre.get("id") == "bibtex"]
    whole = client.get("/export/papers.bib").text
    assert "".join(entry.itertext()).strip() in whole
    assert "arxiv-1505.04597" in words(entry)
    buttons = [button for button in page.iter("button") if button.get("data-copies") == "bibtex"]
    assert [button.get("hidden") for button in buttons] == [""]  # shown by the script that makes it work


@pytest.mark.parametrize(
    ("path", "at_least"),
    [("/architecture/u-net", 2), ("/family/residual-networks", 5), ("/paper/arxiv-1505.04597", 1), ("/entry/a3c", 5)],
)
def test_query_this_leads_to_a_query_about_it_that_answers(path: str, at_least: int, client: FlaskClient) -> None:
    page = page_of(client, path)
    links = attributes(page.iter("a"), "href")
    (address,) = {one for one in links if one.startswith("/sparql?query=")} - see_also(page)
    query = parse_qs(urlsplit(address).query)["query"][0]
    assert path.removeprefix("/") in query
    rows = client.get(address, headers={"Accept": "text/csv"}).text.splitlines()[1:]
    assert len(rows) >= at_least


def see_also(page: Element) -> set[str]:
    """The links to what a description leaves out, which are queries too."""
    return {one for one in attributes(page.iter("a"), "href") if "CONSTRUCT" in one}


@pytest.mark.parametrize(
    ("path", "record"),
    [
        ("/architecture/u-net", "data/architectures/u-net.yaml"),
        ("/derivation/u-net--fcn", "data/architectures/u-net.yaml"),
        ("/paper/arxiv-1505.04597", "data/papers/arxiv-1505.04597.yaml"),
        ("/repair/ac-gan--statedName", "data/sources/genealogy/repairs.tsv"),
        ("/claim/cnn-shared-kernel", "data/sources/article/sections/03-cnn.yaml"),
        ("/mapping/aio", "data/mappings/aio.sssom.tsv"),
    ],
)
def test_edit_this_names_the_file_and_links_to_it_where_a_repository_is_set(
    path: str, record: str, client: FlaskClient, engine: EmbeddedEngine, real_root: Path
) -> None:
    assert (real_root / record).is_file()
    page = page_of(client, path)
    assert record in [words(code) for code in page.iter("code")]
    assert [link for link in attributes(page.iter("a"), "href") if record in link] == []
    settings = Settings.of(repository_url="https://example.org/project/blob/main/")
    told = page_of(create_app(engine, real_root, settings).test_client(), path)
    assert f"https://example.org/project/blob/main/{record}" in attributes(told.iter("a"), "href")


def test_a_thing_of_many_files_names_none_to_edit(client: FlaskClient) -> None:
    assert "data/" not in "".join(words(code) for code in page_of(client, "/graph/article").iter("code"))


@pytest.mark.parametrize("thing", ["architecture/u-net", "paper/arxiv-1505.04597"])
def test_the_frame_of_a_thing_is_linked_and_gives_one_tree(thing: str, client: FlaskClient) -> None:
    (address,) = [a for a in attributes(page_of(client, f"/{thing}").iter("a"), "href") if "frame=" in a]
    assert client.get(address).get_json(force=True)["@id"] == thing


def test_a_family_lists_its_members_from_old_to_new_with_dates_and_papers(client: FlaskClient) -> None:
    page = page_of(client, "/family/residual-networks")
    table = section(page, 2, "Architectures and algorithms")
    rows = [[words(cell) for cell in row] for row in table.iter("tr")][1:]
    assert len(rows) > 3
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert "/architecture/?family=residual-networks&sort=introduced" in attributes(page.iter("a"), "href")


def test_the_page_of_the_article_follows_its_sections_with_methods_and_claims(client: FlaskClient) -> None:
    page = page_of(client, "/article/jiqizhixin-2017")
    sections = [one for one in page.iter("section") if one.get("class") == "of-article"]
    names = ["overview", "memory-networks", "cnn", "rnn", "capsule-net", "generative-models"]
    assert attributes(sections, "id") == names
    capsules = next(one for one in sections if one.get("id") == "capsule-net")
    links = attributes(capsules.iter("a"), "href")
    assert {"/architecture/capsnet", "/family/capsule-networks", "/claim/capsule-net-by-hinton"} <= set(links)
    assert "Capsules are meant to put right the mechanism of back-propagation." in words(capsules)


def test_an_entry_of_the_list_shows_its_repairs_and_the_parts_that_have_no_page(client: FlaskClient) -> None:
    page = page_of(client, "/entry/a3c")
    assert "2016-02-04" in words(section(page, 2, "Repairs"))
    assert "2017-11-10" in attributes(page.iter(), "id")


def test_a_claim_without_a_label_is_called_by_its_ends_wherever_it_is_mentioned(client: FlaskClient) -> None:
    mentions = section(page_of(client, "/paper/arxiv-1505.04597"), 2, "Mentioned by")
    assert "U-Net derives from FCN" in words(mentions)


def test_a_search_in_a_browser_is_a_page_of_links_and_for_programs_json(client: FlaskClient) -> None:
    page = page_of(client, "/search?q=resnet")
    assert "/architecture/resnet" in attributes(page.iter("a"), "href")
    assert client.get("/search?q=resnet").is_json
    assert "No such" not in words(page_of(client, "/search"))
    assert "zzzz" in words(page_of(client, "/search?q=zzzz"))


@pytest.fixture
def proxied(engine: EmbeddedEngine, real_root: Path) -> FlaskClient:
    """A server behind one proxy."""
    return create_app(engine, real_root, Settings.of(proxy_hops=1)).test_client()


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_a_page_leaves_the_prefix_of_a_proxy(path: str, proxied: FlaskClient) -> None:
    headers = {"X-Forwarded-Prefix": "/tree", "X-Forwarded-Host": "example.org"}
    page = page_of(proxied, f"{path}{'&' if '?' in path else '?'}lang=zh", **headers)
    links: list[Any] = [link for name in ("href", "src", "action") for link in attributes(page.iter(), name)]
    inside = [link for link in links if link.startswith("/")]
    assert len(inside) > 10
    assert [link for link in inside if not link.startswith("/tree/")] == []
