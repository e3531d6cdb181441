"""The services beside the matching: suggestions, cards, previews, data extension and its proposals."""

import json
from itertools import count, product, takewhile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.reconciliation.gazetteer import Gazetteer
from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app
from tests.conftest import EngineOver
from tests.protocol.invented import HOSTILE_NAME

Json = dict[str, Any]

_SEGMENTS = {"Method": "architecture", **{name: name.lower() for name in ("Paper", "Task", "Family", "Modality")}}


def suggested(client: FlaskClient, kind: str, prefix: str, cursor: int = 0) -> list[str]:
    """The ids that are suggested."""
    given = {"prefix": prefix, "cursor": cursor}
    return [row["id"] for row in client.get(f"/reconcile/suggest/{kind}", query_string=given).get_json()["result"]]


def all_suggested(client: FlaskClient, prefix: str) -> list[str]:
    """The ids of every page of suggestions, up to the first empty one."""
    pages = (suggested(client, "entity", prefix, cursor) for cursor in count(step=20))
    return [identity for page in takewhile(bool, pages) for identity in page]


def values(client: FlaskClient, identity: str, name: str, **settings: object) -> list[Json]:
    """The values of one property of one thing."""
    body = {"ids": [identity], "properties": [{"id": name, "settings": settings}]}
    cells = client.post("/reconcile", data={"extend": json.dumps(body)}).get_json()["rows"][identity][name]
    return list(cells)


@pytest.mark.parametrize(
    ("kind", "prefix", "first"),
    [
        *(("entity", "ResN", "architecture/resnet"), ("entity", "architecture/vgg", "architecture/vggnet")),
        *(("entity", "残差网", "architecture/resnet"), ("entity", "attention is all", "paper/arxiv-1706.03762")),
        ("entity", "https://w3id.org/deepgenealogy/task/semantic-s", "task/semantic-segmentation"),
        *(("type", "learn", "LearningAlgorithm"), ("type", "Paper", "Paper")),
        *(("property", "arx", "arxiv"), ("property", "ta", "addressesTask"), ("property", "memberOf", "memberOf")),
    ],
)
def test_what_begins_so_is_suggested_first(client: FlaskClient, kind: str, prefix: str, first: str) -> None:
    assert suggested(client, kind, prefix)[0] == first


def test_a_cursor_goes_on_where_the_page_ended_until_all_were_seen(client: FlaskClient) -> None:
    seen = all_suggested(client, "net")
    assert len(seen) > 40
    assert len(set(seen)) == len(seen)


def test_nothing_typed_yet_suggests_all_types(client: FlaskClient) -> None:
    assert {"Method", "Architecture", "Paper"} <= set(suggested(client, "type", ""))


def test_a_type_comes_with_the_type_that_it_is_a_part_of(client: FlaskClient) -> None:
    row = client.get("/reconcile/suggest/type?prefix=Architecture").get_json()["result"][0]
    assert [broader["id"] for broader in row["broader"]] == ["Method"]


@pytest.mark.parametrize(
    ("name", "settings", "cells"),
    [
        ("year", {}, [{"int": 2015}]),
        ("introduced", {}, [{"str": "2015-12-10"}]),
        ("notBefore", {}, [{"date": "2015-12-10T00:00:00Z"}]),
        ("arxiv", {}, [{"str": "1512.03385"}]),
        ("derivesFrom", {}, [{"id": "architecture/vggnet", "name": "VGGNet"}]),
        ("extends", {}, [{"id": "architecture/vggnet", "name": "VGGNet"}]),
        ("improves", {}, []),
        ("derivesFrom/year", {}, [{"int": 2014}]),
        ("derivesFrom/introducedIn/arxiv", {}, [{"str": "1409.1556"}]),
        ("label", {"language": "zh"}, [{"str": "残差网络"}]),
        ("label", {"language": "all"}, [{"str": "ResNet"}, {"str": "残差网络"}]),
        ("addressesTask", {"language": "zh", "limit": 1}, [{"id": "task/image-classification", "name": "图像分类"}]),
        ("author", {"limit": 2}, [{"str": "Kaiming He"}, {"str": "Xiangyu Zhang"}]),
        ("author", {"limit": "2", "offset": "2"}, [{"str": "Shaoqing Ren"}, {"str": "Jian Sun"}]),
        ("author", {"offset": 9}, []),
    ],
)
def test_values_come_as_what_they_are_from_where_and_as_many_as_asked(
    client: FlaskClient, name: str, settings: dict[str, object], cells: list[Json]
) -> None:
    assert values(client, "architecture/resnet", name, **settings) == cells


def test_a_date_of_which_only_the_year_is_known_stays_one(client: FlaskClient) -> None:
    assert values(client, "architecture/neocognitron", "introduced") == [{"str": "1980"}]


def test_a_thing_may_be_named_by_iri_and_one_that_is_not_there_has_no_values(client: FlaskClient) -> None:
    iri = "https://w3id.org/deepgenealogy/architecture/resnet"
    assert values(client, iri, "year") == [{"int": 2015}]
    assert values(client, "architecture/nothing", "year") == []


@pytest.mark.parametrize("type_id", _SEGMENTS)
def test_every_property_that_is_proposed_for_a_type_has_values_somewhere(
    client: FlaskClient, gazetteer: Gazetteer, type_id: str
) -> None:
    own = [identity for identity in gazetteer.things if identity.startswith(f"{_SEGMENTS[type_id]}/")]
    rows = client.get(f"/reconcile/properties?type={type_id}").get_json()["properties"]
    proposed = [row["id"] for row in rows]
    filled: set[str] = set()
    for some, columns in product(_portions(own, 500), _portions(proposed, 20)):
        body = {"extend": json.dumps({"ids": some, "properties": [{"id": name} for name in columns]})}
        for cells in client.post("/reconcile", data=body).get_json()["rows"].values():
            filled |= {name for name, held in cells.items() if held}
    assert set(proposed) - filled == set()


def _portions(names: list[str], size: int) -> list[list[str]]:
    """The names in lists of at most `size`."""
    return [names[start : start + size] for start in range(0, len(names), size)]


def test_properties_are_proposed_by_type_and_limit(client: FlaskClient) -> None:
    proposed = client.get("/reconcile/properties?type=Paper&limit=2").get_json()
    assert (len(proposed["properties"]), proposed["type"], proposed["limit"]) == (2, "Paper", 2)
    ids = [row["id"] for row in client.get("/reconcile/properties?type=Architecture").get_json()["properties"]]
    assert "derivesFrom" in ids
    assert "introduces" not in ids


def test_a_preview_is_a_small_page_that_any_page_may_frame(client: FlaskClient) -> None:
    answer = client.get("/reconcile/preview?id=architecture%2Fresnet")
    assert answer.mimetype == "text/html"
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    text = answer.get_data(as_text=True)
    assert [word for word in ("ResNet", "残差网络", "VGGNet", "2015-12-10", "<script") if word in text][:4] == [
        *("ResNet", "残差网络", "VGGNet", "2015-12-10")
    ]
    assert "<script" not in text


def test_other_pages_may_still_not_be_framed(client: FlaskClient) -> None:
    assert client.get("/reconcile").headers["X-Frame-Options"] == "DENY"


@pytest.fixture
def invented(fabricated_root: Path, tmp_path: Path, engine_over: EngineOver) -> FlaskClient:
    """The service over the invented world, in which one network has a hostile name."""
    record = fabricated_root / "data" / "architectures" / "epsilon-learning.yaml"
    record.write_text(
        record.read_text(encoding="utf-8").replace("en: Epsilon learning", f"en: '{HOSTILE_NAME}'"), encoding="utf-8"
    )
    engine = engine_over(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)
    return create_app(engine, fabricated_root, Settings.of()).test_client()


def test_a_hostile_name_is_only_text_in_previews_and_cards(invented: FlaskClient) -> None:
    page = invented.get("/reconcile/preview?id=architecture/epsilon-learning").get_data(as_text=True)
    card = invented.get("/reconcile/flyout/entity?id=architecture/epsilon-learning").get_json()["html"]
    for text in (page, card):
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "7*7" in text
    batch = {"queries": json.dumps({"q0": {"query": HOSTILE_NAME}})}
    first = invented.post("/reconcile", data=batch).get_json()["q0"]["result"][0]
    assert (first["id"], first["name"], first["match"]) == ("architecture/epsilon-learning", HOSTILE_NAME, True)
