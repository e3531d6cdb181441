"""What the graph holds is the same, whether it is listed once or each thing is looked up when it is asked for."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.interface import Engine
from deepgenealogy.settings import Settings
from deepgenealogy.web import inventory
from deepgenealogy.web.app import create_app
from deepgenealogy.web.desk import desk
from deepgenealogy.web.inventory import Listed, LookedUp
from deepgenealogy.web.listings import LISTINGS, Column, Listing, Member
from deepgenealogy.web.shelves import PAGE, Asked, Choice, Held

pytestmark = pytest.mark.embedded("the same questions whichever engine answers")

#: Gives the shelves of a list by its segment.
Shelves = Callable[[str], tuple[Held, Asked]]

#: Documents whose fragments no link leads to; they are described from their graph.
_BY_GRAPH = {".well-known/void", "ontology"}


def _narrowing(listing: Listing) -> list[Column]:
    """The columns by which a list may be narrowed."""
    return [column for column in listing.columns if column.narrows]


@pytest.fixture
def large(engine: Engine, real_root: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A server for which the real graph is large."""
    large = create_app(engine, real_root, Settings.of()).test_client()
    with monkeypatch.context() as patch:
        patch.setattr(inventory, "LISTED_QUADS", 0)
        large.get("/architecture/u-net")  # takes its inventory
    return large


def test_each_thing_that_is_listed_is_found_and_describes_the_same_fragments(engine: Engine) -> None:
    listed, looked_up = Listed(engine, None), LookedUp(engine, None)
    names = sorted(set(listed) - _BY_GRAPH)
    with_fragments = [name for name in names if listed.fragments_of(name)]
    assert len(with_fragments) > 100
    for name in [*with_fragments[::7], *names[::40]]:
        assert name in looked_up
        assert looked_up.fragments_of(name) == listed.fragments_of(name)
    assert set(looked_up) == set(listed)


@pytest.mark.parametrize("name", ["architecture/no-such-net", "architecture/x> ?p ?o } #", "", "architecture/a b"])
def test_what_is_not_there_is_not_found(name: str, engine: Engine) -> None:
    assert name not in LookedUp(engine, None)
    assert name not in Listed(engine, None)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/architecture/u-net",
            "/paper/arxiv-1505.04597.ttl",
            "/derivation/u-net--fcn.jsonld",
            "/task/?sort=name",
            "/dataset.nt",
        ),
        *("/architecture/u-net.jsonld?frame=architecture", "/graph/curation", "/article/jiqizhixin-2017"),
    ],
)
def test_an_answer_is_the_same_to_the_byte(path: str, large: FlaskClient, client: FlaskClient) -> None:
    one, other = large.get(path), client.get(path)
    assert one.status_code == 200
    assert one.data == other.data


def test_what_is_missing_in_a_large_graph_is_told_without_near_names(large: FlaskClient, client: FlaskClient) -> None:
    replies = [server.get("/architecture/u-nett", headers={"Accept": "application/json"}) for server in (large, client)]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert [b"did you mean" in reply.data for reply in replies] == [False, True]


@pytest.fixture
def shelves(engine: Engine, real_root: Path) -> Iterator[Shelves]:
    """Gives a list as it is of a small graph, and as it is of a large one; in Chinese, within a request for that."""
    app = create_app(engine, real_root, Settings.of())
    with app.test_request_context("/?lang=zh"):
        yield lambda segment: (Held(LISTINGS[segment], desk(), "zh"), Asked(LISTINGS[segment], desk(), "zh"))


@pytest.mark.parametrize("segment", sorted(LISTINGS))
def test_a_list_of_a_large_graph_has_the_same_rows(segment: str, shelves: Shelves) -> None:
    held, asked = shelves(segment)
    by_name = Choice("name", backwards=False, only=())
    whole, rows = held.chosen(by_name, 0, None), list[Member]()
    for first in range(0, min(whole.total, 300), PAGE):
        page = asked.chosen(by_name, first, PAGE)
        assert page.total == whole.total
        rows += page.rows
    known = {row.iri: row for row in whole.rows}
    assert len({row.iri for row in rows}) == len(rows) == min(whole.total, 300)
    assert [row for row in rows if row != known[row.iri]] == []


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("segment", "sort"),
    [
        *(("architecture", "name"), ("architecture", "introduced"), ("paper", "published"), ("family", "methods")),
        *(("entry", "onLine"), ("derivation", "parent"), ("graph", "void:triples")),
    ],
)
def test_a_list_of_a_large_graph_has_the_same_order(segment: str, sort: str, backwards: bool, shelves: Shelves) -> None:
    choice = Choice(sort, backwards, ())
    keys = [[row.sort_key(sort)[:-1] for row in shelf.chosen(choice, 0, 3 * PAGE).rows] for shelf in shelves(segment)]
    assert keys[0] == keys[1] != []


@pytest.mark.parametrize("backwards", [False, True])
def test_what_has_nothing_in_the_column_comes_last_in_a_large_graph(backwards: bool, shelves: Shelves) -> None:
    rows = shelves("derivation")[1].chosen(Choice("ground", backwards, ()), 0, 2_000).rows
    filled = [bool(row.raw.get("ground")) for row in rows]
    assert filled == sorted(filled, reverse=True)
    assert {*filled} == {True, False}


@pytest.mark.parametrize("segment", sorted(name for name, row in LISTINGS.items() if _narrowing(row)))
def test_a_list_of_a_large_graph_is_narrowed_to_the_same(segment: str, shelves: Shelves) -> None:
    held, asked = shelves(segment)
    for column in _narrowing(LISTINGS[segment]):
        values = sorted({value for row in held.rows for value in row.raw.get(column.key, ())})
        for value in [*values[:: max(1, len(values) // 5)], "no-such-thing", "a> ?p ?o } #", '"', ""]:
            for name in {value, value.partition("/")[2]}:
                choice = Choice("name", backwards=False, only=((column, name),))
                one, other = held.chosen(choice, 0, 0).total, asked.chosen(choice, 0, 0).total
                assert (column.key, name, other) == (column.key, name, one)


@pytest.mark.parametrize("segment", sorted(LISTINGS))
def test_a_list_of_a_large_graph_has_every_row_once_in_any_order(segment: str, shelves: Shelves) -> None:
    held, asked = shelves(segment)
    any_order, size = Choice("", backwards=False, only=()), len(held.rows)
    found = [row.iri for first in range(0, size, 400) for row in asked.chosen(any_order, first, 400).rows]
    assert sorted(found) == [row.iri for row in sorted(held.rows, key=lambda row: row.iri)]


def test_a_list_of_a_large_graph_comes_in_pages(large: FlaskClient, client: FlaskClient) -> None:
    names, address = list[str](), "/paper/?format=csv"
    while address:
        reply = large.get(address)
        assert reply.status_code == 200
        names += [row["iri"] for row in csv.DictReader(io.StringIO(reply.text))]
        address = reply.headers.get("Link", "").partition("<")[2].partition(">")[0]
    whole = csv.DictReader(io.StringIO(client.get("/paper/?format=csv").text))
    assert sorted(names) == sorted(row["iri"] for row in whole)
    assert large.get("/paper/?page=999").status_code == 400


def test_the_page_of_a_family_of_a_large_graph_shows_its_methods(large: FlaskClient, client: FlaskClient) -> None:
    one, other = (
        server.get("/family/residual-networks", headers={"Accept": "text/html"}) for server in (large, client)
    )
    assert one.status_code == 200
    assert one.data == other.data
