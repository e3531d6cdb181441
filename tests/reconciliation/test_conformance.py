"""Every kind of answer conforms to version 0.2: its demands restated, and its published schemas where they are."""

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from tests.reconciliation.shapes import PUBLISHED, SHAPES, published

Json = dict[str, Any]

BATCH: Json = {
    "q0": {"query": "ACTKR"},
    "q1": {
        "query": "GAN",
        "type": ["Method", "Paper"],
        "limit": 7,
        "type_strict": "should",
        "properties": [{"pid": "year", "v": 2014}, {"pid": "memberOf", "v": [{"id": "family/autoencoders"}, "x"]}],
    },
    "q2": {"properties": [{"pid": "arxiv", "v": "1512.03385"}]},
    "q3": {"query": "nothing of this kind"},
    "四": {"query": "残差网络"},
}
EXTENSION: Json = {
    "ids": ["architecture/resnet", "architecture/td-gammon", "paper/arxiv-1512.03385", "nowhere/nothing"],
    "properties": [
        *({"id": name} for name in ("year", "introduced", "notBefore", "derivesFrom", "definition", "author", "doi")),
        *({"id": "derivesFrom/introducedIn/title"}, {"id": "exactMatch"}, {"id": "introduces"}),
        {"id": "hasDescendant", "settings": {"limit": 2, "offset": 1, "language": "zh"}},
    ],
}


def queried(client: FlaskClient) -> Json:
    """The answer to a batch."""
    return dict(client.post("/reconcile", data={"queries": json.dumps(BATCH)}).get_json())


def extended(client: FlaskClient) -> Json:
    """The answer to a data extension."""
    return dict(client.post("/reconcile", data={"extend": json.dumps(EXTENSION)}).get_json())


def of(address: str) -> Callable[[FlaskClient], Json]:
    """What asks for an address."""
    return lambda client: dict(client.get(address).get_json())


ANSWERS: list[tuple[str, Callable[[FlaskClient], Json]]] = [
    ("manifest", of("/reconcile")),
    ("result", queried),
    ("values", extended),
    ("entities", of("/reconcile/suggest/entity?prefix=res")),
    ("entities", of("/reconcile/suggest/entity?prefix=&cursor=20")),
    ("types", of("/reconcile/suggest/type?prefix=")),
    ("properties", of("/reconcile/suggest/property?prefix=")),
    ("proposal", of("/reconcile/properties?type=Architecture&limit=5")),
    ("proposal", of("/reconcile/properties")),
    ("flyout", of("/reconcile/flyout/entity?id=architecture%2Fresnet")),
    ("flyout", of("/reconcile/flyout/type?id=Architecture")),
    ("flyout", of("/reconcile/flyout/property?id=derivesFrom%2Fyear")),
]
IDS = [f"{kind}-{number}" for number, (kind, _) in enumerate(ANSWERS)]


@pytest.mark.parametrize(("kind", "answer"), ANSWERS, ids=IDS)
def test_an_answer_has_the_shape_that_the_specification_gives(
    client: FlaskClient, kind: str, answer: Callable[[FlaskClient], Json]
) -> None:
    jsonschema_rs.validate(SHAPES[kind], answer(client))


@pytest.mark.parametrize(("kind", "answer"), ANSWERS, ids=IDS)
def test_an_answer_conforms_to_the_published_schema(
    client: FlaskClient, kind: str, answer: Callable[[FlaskClient], Json]
) -> None:
    if kind in PUBLISHED:  # flyouts have none
        published(kind).validate(answer(client))


@pytest.mark.parametrize(("kind", "content"), [("batch", BATCH), ("extension", EXTENSION)])
def test_what_the_tests_ask_conforms_to_the_published_schema(kind: str, content: Json) -> None:
    published(kind).validate(content)


DECOYS: list[tuple[str, Callable[[FlaskClient], Json], Callable[[Json], object]]] = [
    ("manifest", of("/reconcile"), lambda body: body.pop("identifierSpace")),
    ("manifest", of("/reconcile"), lambda body: body["versions"].remove("0.2")),
    ("manifest", of("/reconcile"), lambda body: body["view"].update(url="https://example.org/")),
    ("result", queried, lambda body: body["q0"]["result"][0].pop("id")),
    ("result", queried, lambda body: body["q0"]["result"][0].update(match="yes")),
    ("values", extended, lambda body: body.pop("meta")),
    ("values", extended, lambda body: body["rows"]["architecture/resnet"]["year"].append({"int": "2015"})),
    ("values", extended, lambda body: body["rows"]["architecture/resnet"]["year"].append({"date": "2015"})),
    ("entities", of("/reconcile/suggest/entity?prefix=res"), lambda body: body["result"][0].pop("name")),
    ("types", of("/reconcile/suggest/type?prefix="), lambda body: body["result"][0].pop("id")),
    ("properties", of("/reconcile/suggest/property?prefix="), lambda body: body.pop("result")),
    ("proposal", of("/reconcile/properties?type=Paper"), lambda body: body["properties"][0].pop("name")),
]


@pytest.mark.parametrize(("kind", "answer", "spoil"), DECOYS, ids=range(len(DECOYS)))
def test_a_spoilt_answer_has_not_that_shape(
    client: FlaskClient, kind: str, answer: Callable[[FlaskClient], Json], spoil: Callable[[Json], object]
) -> None:
    spoilt = copy.deepcopy(answer(client))
    spoil(spoilt)
    assert not jsonschema_rs.is_valid(SHAPES[kind], spoilt)


@pytest.mark.parametrize(("kind", "answer", "spoil"), DECOYS, ids=range(len(DECOYS)))
def test_a_spoilt_answer_does_not_conform_to_the_published_schema(
    client: FlaskClient, kind: str, answer: Callable[[FlaskClient], Json], spoil: Callable[[Json], object]
) -> None:
    spoilt = copy.deepcopy(answer(client))
    spoil(spoilt)
    assert not published(kind).is_valid(spoilt)


def test_the_answers_that_are_checked_hold_something(client: FlaskClient) -> None:
    assert all(row["result"] for key, row in queried(client).items() if key != "q3")
    cells = [cell for row in extended(client)["rows"].values() for column in row.values() for cell in column]
    assert {next(iter(cell)) for cell in cells} == {"id", "str", "int", "date"}
    for kind, answer in ANSWERS:
        assert kind not in ("entities", "types", "properties") or answer(client)["result"]


def test_every_address_of_the_manifest_answers(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").get_json()
    thing = "architecture%2Fresnet"
    shown = {"entity": thing, "type": "Paper", "property": "year"}
    addresses = [manifest["preview"]["url"].replace("{{id}}", thing)]
    addresses += [manifest["view"]["url"].replace("{{id}}", thing)]
    for kind, row in manifest["suggest"].items():
        addresses.append(f"{row['service_url']}{row['service_path']}?prefix=a")
        addresses.append(f"{row['flyout_service_url']}{row['flyout_service_path']}".replace("${id}", shown[kind]))
    proposed = manifest["extend"]["propose_properties"]
    addresses.append(f"{proposed['service_url']}{proposed['service_path']}?type=Paper")
    assert [
        (address, client.get(address).status_code) for address in addresses if client.get(address).status_code != 200
    ] == []


def test_get_and_post_have_the_same_answers(client: FlaskClient) -> None:
    assert client.get("/reconcile", query_string={"queries": json.dumps(BATCH)}).get_json() == queried(client)
    assert client.get("/reconcile", query_string={"extend": json.dumps(EXTENSION)}).get_json() == extended(client)


@pytest.mark.parametrize(
    "path", ["/reconcile", "/reconcile/suggest/entity?prefix=a", "/reconcile/properties", "/reconcile?queries={"]
)
def test_pages_of_other_sites_may_ask(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Origin": "https://example.org"}).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(path, headers={"Access-Control-Request-Method": "GET"})
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]


def test_a_batch_may_be_posted_from_other_sites(client: FlaskClient) -> None:
    assert "POST" in client.options("/reconcile").headers["Access-Control-Allow-Methods"]


def test_scripts_may_ask_with_a_callback(client: FlaskClient) -> None:
    answer = client.get("/reconcile?callback=window.$take_1")
    assert answer.mimetype == "text/javascript"
    text = answer.get_data(as_text=True).strip()
    assert text.startswith("/**/window.$take_1({")
    assert (
        json.loads(text.removeprefix("/**/window.$take_1(").removesuffix(");")) == client.get("/reconcile").get_json()
    )
