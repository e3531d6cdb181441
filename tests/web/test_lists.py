"""The lists of things: whole, sorted, narrowed, in pages, and as data."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from deepgenealogy.vocabulary import BASE
from deepgenealogy.web.kinds import KINDS
from deepgenealogy.web.listings import LISTINGS
from deepgenealogy.web.shelves import PAGE
from tests.canonical import read_by_oxigraph
from tests.web.pages import attributes, read_page, words

HTML = {"Accept": "text/html"}


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The rows of a list as CSV."""
    response = client.get(path, headers={"Accept": "text/csv"})
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.text)))


def known(client: FlaskClient, segment: str) -> set[str]:
    """The things of a kind that have a page."""
    query = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}{segment}/")) }}'
    told = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"}).get_json()
    return {row["s"]["value"].partition("#")[0] for row in told["results"]["bindings"]}


def test_every_kind_of_thing_has_a_list() -> None:
    assert set(LISTINGS) == set(KINDS)


@pytest.mark.parametrize("segment", sorted(LISTINGS))
def test_a_list_holds_every_thing_of_its_kind_once_and_each_has_a_name(segment: str, client: FlaskClient) -> None:
    rows = rows_of(client, f"/{segment}/")
    iris = [row["iri"] for row in rows]
    assert sorted(iris) == sorted(known(client, segment))
    assert [row["iri"] for row in rows if not row["name_en"] and not row["name_zh"]] == []


def test_a_page_holds_so_many_rows_and_its_neighbours_hold_the_others(client: FlaskClient) -> None:
    total = len(rows_of(client, "/architecture/"))
    seen: list[str] = []
    address: str | None = "/architecture/"
    while address:
        page = read_page(client.get(address, headers=HTML).text)
        (body,) = page.iter("tbody")
        seen += [link.get("href", "") for row in body for link in row[0].iter("a")]
        address = next((link.get("href") for link in page.iter("a") if link.get("rel") == "next"), None)
    assert len(seen) == len(set(seen)) == total > PAGE


@pytest.mark.parametrize("sort", ["name", "introduced", "-introduced"])
def test_a_list_is_sorted_by_a_column_and_backwards(sort: str, client: FlaskClient) -> None:
    column = {"name": "name_en"}.get(sort.lstrip("-"), sort.lstrip("-"))
    found = [row[column].lower() for row in rows_of(client, f"/architecture/?sort={sort}")]
    assert found == sorted(found, reverse=sort.startswith("-"))


def test_counts_are_sorted_by_size_and_agree_with_the_list_they_lead_to(client: FlaskClient) -> None:
    rows = rows_of(client, "/family/?sort=-methods")
    counts = [int(row["methods"]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    slug = rows[0]["iri"].rpartition("/")[2]
    assert len(rows_of(client, f"/architecture/?family={slug}")) == counts[0] > 0


def test_what_has_nothing_in_the_column_comes_last_both_ways(client: FlaskClient) -> None:
    for sort in ("ground", "-ground"):
        filled = [bool(row["ground"]) for row in rows_of(client, f"/derivation/?sort={sort}")]
        assert filled == sorted(filled, reverse=True)
        assert {*filled} == {True, False}


def test_a_list_narrowed_says_to_what_and_leads_back(client: FlaskClient) -> None:
    page = read_page(client.get("/architecture/?task=image-classification&lang=zh", headers=HTML).text)
    (narrowed,) = [p for p in page.iter("p") if p.get("class") == "narrowed"]
    assert "图像分类" in words(narrowed)
    assert "/architecture/?sort=name&lang=zh" in attributes(narrowed.iter("a"), "href")


@pytest.mark.parametrize("suffix", ["jsonld", "ttl", "nt", "rdf"])
def test_a_list_as_rdf_names_the_same_things(suffix: str, client: FlaskClient) -> None:
    content = client.get(f"/task/?format={suffix}").data
    subjects = {getattr(q.subject, "value", "") for q in read_by_oxigraph(content, suffix)}
    assert known(client, "task") <= subjects


def test_a_list_without_its_slash_leads_to_it(client: FlaskClient) -> None:
    assert client.get("/architecture").headers["Location"].endswith("/architecture/")


@pytest.mark.parametrize(
    ("address", "cure"),
    [
        ("/architecture/?sort=age", "introduced"),
        ("/architecture/?famly=x", "family"),
        ("/architecture/?page=0", "whole number"),
        ("/architecture/?page=9999", "at most"),
    ],
)
def test_a_wish_that_cannot_be_met_is_a_400_with_the_cure(address: str, cure: str, client: FlaskClient) -> None:
    response = client.get(address, headers=HTML)
    assert response.status_code == 400
    assert cure in response.text


def test_what_is_narrowed_to_nothing_is_an_empty_list(client: FlaskClient) -> None:
    assert rows_of(client, "/architecture/?family=no-such-family") == []
    assert "There is none." in client.get("/architecture/?family=no-such-family", headers=HTML).text


def test_narrowing_to_no_value_is_not_narrowing_to_what_has_no_kind(client: FlaskClient) -> None:
    assert rows_of(client, "/derivation/?certainty=") == []


def test_the_front_page_counts_no_rejected_derivation(client: FlaskClient) -> None:
    asserted = [row for row in rows_of(client, "/derivation/") if not row["ground"]]
    assert 0 < len(asserted) < len(rows_of(client, "/derivation/"))
    front = read_page(client.get("/", headers=HTML).text)
    (counts,) = [ul for ul in front.iter("ul") if ul.get("class") == "counts"]
    shown = [
        strong for li in counts if "/derivation/" in attributes(li.iter("a"), "href") for strong in li.iter("strong")
    ]
    assert [words(strong) for strong in shown] == [str(len(asserted))]
