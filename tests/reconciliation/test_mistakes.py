"""What is asked wrongly is refused with what is wrong, where, and what would be right."""

import json

import pytest
from flask.testing import FlaskClient

GOOD = {"query": "ResNet"}

#: What is sent as `queries`, and words that the refusal must hold.
MISTAKES: list[tuple[str, list[str]]] = [
    ("{", ["no JSON", "line 1, column 2"]),
    ("", ["no JSON"]),
    ("[]", ["JSON object"]),
    ("null", ["JSON object"]),
    ('{"q7": 1}', ["'q7'", "JSON object"]),
    ('{"q7": {}}', ["'q7'", "neither 'query' nor 'properties'"]),
    ('{"q7": {"properties": []}}', ["'q7'", "neither"]),
    ('{"q7": {"query": 5}}', ["'q7'", "must be a string"]),
    ('{"q7": {"query": null}}', ["'q7'", "must be a string"]),
    ('{"q7": {"query": "a", "lang": "en"}}', ["'q7'", "'lang'", "type_strict"]),
    ('{"q7": {"query": "a", "type": "Architectur"}}', ["'q7'", "'Architectur'", "did you mean 'Architecture'"]),
    ('{"q7": {"query": "a", "type": [1]}}', ["'q7'", "'type'"]),
    ('{"q7": {"query": "a", "type_strict": "maybe"}}', ["'q7'", "any, should, all"]),
    ('{"q7": {"query": "a", "type_strict": []}}', ["'q7'", "any, should, all"]),
    ('{"q7": {"query": "a", "limit": 0}}', ["'q7'", "'limit'"]),
    ('{"q7": {"query": "a", "limit": true}}', ["'q7'", "'limit'"]),
    ('{"q7": {"query": "a", "limit": 1e999}}', ["'q7'", "'limit'"]),
    ('{"q7": {"query": "a", "limit": "5"}}', ["'q7'", "'limit'"]),
    ('{"q7": {"query": "a", "limit": NaN}}', ["JSON has no NaN"]),
    ('{"q7": {"query": "a", "limit": ' + "9" * 5000 + "}}", ["number that cannot be read"]),
    ('{"q7": {"query": "a", "properties": {}}}', ["'q7'", "'properties'"]),
    ('{"q7": {"query": "a", "properties": [{"p": "year", "v": 1}]}}', ["'q7'", "'pid'"]),
    ('{"q7": {"query": "a", "properties": [{"pid": "yeer", "v": 1}]}}', ["'q7'", "'yeer'", "did you mean 'year'"]),
    ('{"q7": {"query": "a", "properties": [{"pid": "derivesFrom/yeer", "v": 1}]}}', ["'q7'", "did you mean 'year'"]),
    ('{"q7": {"query": "a", "properties": [{"pid": "year/title", "v": 1}]}}', ["'q7'", "'year/title'"]),
    ('{"q7": {"query": "a", "properties": [{"pid": "year", "v": {}}]}}', ["'q7'", "a value must be"]),
    (
        '{"q7": {"query": "a", "properties": [{"pid": "year", "v": ' + json.dumps([1] * 11) + "}]}}",
        ["'q7'", "11 values"],
    ),
    ("[" * 100_000, ["nested too deeply"]),
]


@pytest.mark.parametrize(("queries", "words"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_in_a_batch_is_a_400_that_names_the_place_and_the_cure(
    client: FlaskClient, queries: str, words: list[str]
) -> None:
    answer = client.post("/reconcile", data={"queries": queries})
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert problem["parameter"] == "queries"
    assert [word for word in words if word not in problem["detail"]] == []


@pytest.mark.parametrize(
    ("extend", "word"),
    [
        *(("{", "no JSON"), ("[]", "JSON object"), ("{}", "'ids'"), ('{"ids": [1], "properties": []}', "'ids'")),
        *(('{"ids": []}', "'properties'"), ('{"ids": [], "properties": ["year"]}', "'id'")),
        ('{"ids": [], "properties": [{"id": "yeer"}]}', "did you mean 'year'"),
        ('{"ids": [], "properties": [{"id": "year", "settings": {"limit": "many"}}]}', "'limit'"),
        ('{"ids": [], "properties": [{"id": "year", "settings": {"limit": -1}}]}', "'limit'"),
        ('{"ids": [], "properties": [{"id": "year", "settings": {"language": "fr"}}]}', "en, zh, all"),
        ('{"ids": [], "properties": [{"id": "year", "settings": {"language": ["en"]}}]}', "en, zh, all"),
        ('{"ids": [], "properties": [{"id": "year", "settings": [1]}]}', "'settings'"),
        (json.dumps({"ids": [], "properties": [{"id": "year"}] * 21}), "at most 20"),
    ],
)
def test_a_mistake_in_a_data_extension_is_a_400(client: FlaskClient, extend: str, word: str) -> None:
    answer = client.post("/reconcile", data={"extend": extend})
    assert answer.status_code == 400
    assert answer.get_json()["parameter"] == "extend"
    assert word in answer.get_json()["detail"]


def batch_of(name: str, size: int) -> str:
    """A batch, or a data extension, of so many items."""
    batches: dict[str, object] = {
        "queries": {str(key): GOOD for key in range(size)},
        "extend": {"ids": [f"paper/{key}" for key in range(size)], "properties": []},
    }
    return json.dumps(batches[name])


@pytest.mark.parametrize("name", ["queries", "extend"])
def test_a_batch_larger_than_announced_is_a_413_that_says_how_large_it_may_be(client: FlaskClient, name: str) -> None:
    size = client.get("/reconcile").get_json()["batchSize"]
    answers = [client.post("/reconcile", data={name: batch_of(name, items)}) for items in (size, size + 1)]
    assert [answer.status_code for answer in answers] == [200, 413]
    assert str(size) in answers[1].get_json()["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/reconcile?query=ResNet", 400), ("/reconcile?callback=alert(1)", 400), ("/reconcile?callback=", 400)),
        *(("/reconcile?queries={}&extend={}", 400), ("/reconcile?queries={}&queries={}", 400)),
        *(("/reconcile?queries=%FF", 400), ("/reconcile/suggest/entitee?prefix=a", 404)),
        *(("/reconcile/suggest/entity?cursor=-1", 400), ("/reconcile/suggest/entity?cursor=x", 400)),
        *(("/reconcile/flyout/entity", 400), ("/reconcile/flyout/entity?id=architecture%2Fresnett", 404)),
        *(("/reconcile/flyout/type?id=Papr", 404), ("/reconcile/flyout/property?id=yeer", 404)),
        *(("/reconcile/preview", 400), ("/reconcile/preview?id=architecture%2Fresnett", 404)),
        *(("/reconcile/properties?type=Papr", 404), ("/reconcile/properties?limit=x", 400)),
    ],
)
def test_a_mistake_in_an_address_is_a_problem_with_a_cure(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert len(answer.get_json()["detail"]) > 20


def test_what_is_not_there_has_near_names(client: FlaskClient) -> None:
    assert client.get("/reconcile/preview?id=architecture%2Fresnett").get_json()["near"][0] == "architecture/resnet"
    assert client.get("/reconcile/properties?type=Papr").get_json()["near"] == ["Paper"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_a_body_that_is_no_form_is_a_415_that_says_what_is_read(client: FlaskClient, media_type: str) -> None:
    answer = client.post("/reconcile", data=json.dumps({"q0": GOOD}), content_type=media_type)
    assert (answer.status_code, answer.headers["Accept"]) == (415, "application/x-www-form-urlencoded")


def test_a_post_without_anything_is_a_400(client: FlaskClient) -> None:
    assert client.post("/reconcile").status_code == 400


@pytest.mark.parametrize(
    "name", ["\ud800", "\u0000", "' OR 1=1", '" } SELECT *', "é" * 9000, "　", "\u202e", "x" * 400_000]
)
def test_any_text_is_a_name_and_any_key_comes_back(client: FlaskClient, name: str) -> None:
    answer = client.post("/reconcile", data={"queries": json.dumps({name[:50]: {"query": name}})})
    assert answer.status_code == 200
    assert list(json.loads(answer.get_data())) == [name[:50]]


def test_an_empty_batch_has_an_empty_answer(client: FlaskClient) -> None:
    assert client.post("/reconcile", data={"queries": "{}"}).get_json() == {}
