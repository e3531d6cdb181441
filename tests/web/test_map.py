"""The map: every method once, where date and family say, with room for its name; and a page that needs no script."""

import json
import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from deepgenealogy.drawing.bands import unplaced
from deepgenealogy.drawing.chart import chart_of, width_of
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.genealogy import Concept, Genealogy, Link, Method, genealogy
from deepgenealogy.web import bundle as bundle_module
from deepgenealogy.web.language import table
from tests.conftest import CHECKOUT

#: The origin of a harvested method that no line of descent joins to the tree.
UNPLACED = 1
SVG = "{http://www.w3.org/2000/svg}"
SCRIPTS = CHECKOUT / "server" / "frontend" / "src" / "map"


@pytest.fixture
def data(client: FlaskClient) -> Any:
    return client.get("/map.json").get_json()


def test_every_method_is_on_the_map_once_and_within_it(client: FlaskClient, data: Any) -> None:
    query = "SELECT ?m { ?m a <https://w3id.org/deepgenealogy/ontology#Method> }"
    rows = client.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["results"]["bindings"]
    assert sorted(row[0] for row in data["methods"]) == sorted(row["m"]["value"].rpartition("/")[2] for row in rows)
    width, height = data["size"]
    assert all(0 <= row[3] <= width and 0 <= row[4] <= height for row in data["methods"])


def test_time_runs_from_left_to_right(data: Any) -> None:
    known = [row for row in data["methods"] if len(row[2]) == 10]
    by_date = sorted(known, key=lambda row: date.fromisoformat(row[2]))
    places = [row[3] for row in by_date]
    assert places == sorted(places)
    years = [year for year, _ in data["ticks"]]
    assert years == sorted(set(years))


def test_a_method_stands_in_the_band_of_one_of_its_families_or_of_the_others(data: Any) -> None:
    def within(families: list[int]) -> set[int]:
        return set(families).union(*(within(data["families"][one][2]) for one in families))

    for slug, *_, y, band, families, _tasks, _kind, _below, origin in data["methods"]:
        family, top, bottom, *_look = data["bands"][band]
        assert top < y < bottom, slug
        assert (family == -2) == (origin == UNPLACED), slug
        assert family < 0 or not families or family in within(families), slug


def test_no_name_lies_over_another_in_its_row(engine: EmbeddedEngine) -> None:
    found = genealogy(engine)
    chart = chart_of(found)
    rows: dict[float, list[Method]] = {}
    for method in found.methods:
        rows.setdefault(chart.places[method.slug][1], []).append(method)
    for row in rows.values():
        for one, other in combinations(row, 2):
            apart = abs(chart.places[one.slug][0] - chart.places[other.slug][0])
            assert apart >= (width_of(one) + width_of(other)) / 2, (one.slug, other.slug)


def test_the_same_genealogy_always_gives_the_same_map(engine: EmbeddedEngine) -> None:
    assert chart_of(genealogy(engine)) == chart_of(genealogy(engine))


def test_links_are_those_of_the_graph_with_kind_certainty_and_standing(data: Any) -> None:
    slugs = [row[0] for row in data["methods"]]
    kinds = [kind for kind, _ in data["kinds"]]
    named = {
        (slugs[child], slugs[parent], kinds[kind], data["certainties"][certainty], data["standings"][standing])
        for child, parent, kind, certainty, standing in data["links"]
    }
    assert ("u-net", "fcn", "extends", "high", "Derivation") in named
    assert ("pix2pix", "markovian-gan", "usesComponent", "high", "ComponentUse") in named
    assert any(row[:2] == ("bahdanau-attention", "seq2seq") and row[4] == "RejectedDerivation" for row in named)


def test_descendants_are_counted_as_the_graph_counts_them(client: FlaskClient, data: Any) -> None:
    lineage = client.get("/lineage/gan?direction=descendants").get_json()
    counted = next(row[9] for row in data["methods"] if row[0] == "gan")
    assert counted == len(lineage["members"]) - 1


def method(slug: str, day: str, *families: str) -> Method:
    return Method(slug, {"en": slug}, day, day, False, families, ())


def test_a_method_of_several_families_stands_with_its_relatives() -> None:
    wide, narrow = "family/wide", "family/narrow"
    families = [Concept(wide, {"en": "wide"}, ()), Concept(narrow, {"en": "narrow"}, ())]
    methods = [method(f"w{n}", f"200{n}-01-01", wide) for n in range(4)]
    methods += [method(f"n{n}", f"200{n}-01-01", narrow) for n in range(2)]
    both = method("both", "2005-01-01", narrow, wide)

    def band_of_both(*links: Link) -> str:
        chart = chart_of(Genealogy([*methods, both], list(links), families, []))
        return chart.bands[chart.band_of["both"]].family

    assert band_of_both() == narrow
    assert band_of_both(Link("both", "w0", "extends", "high", "Derivation")) == wide


def test_harvested_methods_are_placed_where_kin_lead_to_what_people_described() -> None:
    harvested = [replace(method(name, f"201{n}-01-01"), is_harvested=True) for n, name in enumerate("abcd")]
    links = [
        Link(child, parent, "", "medium", "Derivation") for child, parent in (("a", "root"), ("b", "a"), ("d", "c"))
    ]
    found = Genealogy([method("root", "2009-01-01"), *harvested], links, [], [])
    assert unplaced(found) == {"c", "d"}


def test_who_has_no_band_is_gathered_by_a_wider_family() -> None:
    wide = Concept("family/wide", {"en": "wide"}, ())
    narrow = [Concept(f"family/n{n}", {"en": f"n{n}"}, ("family/wide",)) for n in range(15)]
    large = [Concept(f"family/l{n:02}", {"en": f"l{n}"}, ()) for n in range(14)]
    methods = [method(f"n{n}x{k}", "2001-01-01", f"family/n{n}") for n in range(15) for k in range(2)]
    methods += [method(f"l{n}x{k}", "2001-01-01", f"family/l{n:02}") for n in range(14) for k in range(5)]
    chart = chart_of(Genealogy(methods, [], [wide, *narrow, *large], []))
    assert chart.bands[chart.band_of["n3x1"]].family == "family/wide"


@pytest.mark.parametrize("methods", [[], [method("only", "1999-12-31")]], ids=["none", "one"])
def test_an_empty_genealogy_has_a_map_too(methods: list[Method]) -> None:
    assert len(chart_of(Genealogy(methods, [], [], [])).places) == len(methods)


def test_the_map_is_not_sent_again_to_who_has_it(client: FlaskClient) -> None:
    tag = client.get("/map.json").headers["ETag"]
    assert client.get("/map.json", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("language", "name"), [("en", "Highway Networks"), ("zh", "残差网络")])
def test_the_still_picture_links_every_method_in_the_language_asked(
    client: FlaskClient, data: Any, language: str, name: str
) -> None:
    root = ElementTree.fromstring(client.get(f"/map.svg?lang={language}").data)
    links = root.findall(f"{SVG}a")
    assert sorted(link.attrib["href"] for link in links) == sorted(
        f"architecture/{row[0]}" for row in data["methods"] if row[10] != UNPLACED
    )
    assert name in {link.findtext(f"{SVG}text") for link in links}


def test_the_page_lists_every_method_with_its_page(client: FlaskClient, data: Any) -> None:
    page = client.get("/").text
    assert sorted(re.findall(r'href="/architecture/([^"]+)" data-slug', page)) == sorted(r[0] for r in data["methods"])


def test_the_page_asks_below_the_mount_point(client: FlaskClient) -> None:
    page = client.get("/", environ_overrides={"SCRIPT_NAME": "/genealogy"}).text
    assert not re.findall(r'(?:href|src|action)="/(?!genealogy/)[^"]*"', page)


def test_a_copy_without_the_bundle_says_how_to_build_it_and_shows_the_picture(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "_manifest", lambda folder: {})
    page = client.get("/?without=bundle").text
    assert "make frontend" in page
    assert 'id="map"' not in page
    assert re.search(r'<img src="/map\.svg[^>]*class="map-still"', page)


#: Ends of the keys that scripts put together.
ENDS = {
    "years.": ("from", "to"),
    "certainty.": ("high", "medium", "disputed"),
    "also.": ("rejected", "uses", "harvested"),
    "origin.": ("curated", "harvested"),
}


def keys_of(script: str) -> set[str]:
    """The keys of words that a script asks for."""
    return set(re.findall(r'\bt\("([\w.]+)"', script)) | {
        match + end for match in re.findall(r"\bt\(`([\w.]+\.)\$\{", script) for end in ENDS[match]
    }


def missing(scripts: dict[str, str]) -> list[str]:
    return sorted(
        f"{name}: map.{key}" for name, text in scripts.items() for key in keys_of(text) if f"map.{key}" not in table()
    )


def test_the_scripts_ask_for_words_that_are_there() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.ts")}
    assert {"search", "years.from", "certainty.disputed"} <= set().union(*map(keys_of, scripts.values()))
    assert missing(scripts) == []
    assert missing({"decoy.ts": 't("no.such.word")'}) == ["decoy.ts: map.no.such.word"]


def test_the_words_for_scripts_are_in_the_language_of_the_page(client: FlaskClient) -> None:
    if 'id="map-words"' not in client.get("/").text:
        pytest.skip("the pages' scripts are not built: make frontend")
    found = re.search(r'id="map-words">(.*?)</script>', client.get("/?lang=zh").text)
    assert found is not None
    assert json.loads(found[1])["search"] == "搜索"
