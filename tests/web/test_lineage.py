"""Lineages and comparisons over HTTP: every format, by suffix, address and Accept; bounds, and what is refused."""

import json
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from deepgenealogy.drawing import LINEAGE_FORMATS
from deepgenealogy.engine import lineage as of_engine
from deepgenealogy.engine.comparison import SHOWS, compare
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import lineage_of
from tests.canonical import as_default, read_by_oxigraph

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(("name", "row"), LINEAGE_FORMATS.items())
def test_suffix_address_and_accept_give_the_same(name: str, row: tuple[str, object], client: FlaskClient) -> None:
    by_suffix = client.get(f"/lineage/u-net.{name}")
    assert by_suffix.mimetype == row[0]
    assert client.get(f"/lineage/u-net?format={name}").data == by_suffix.data
    assert client.get("/lineage/u-net", headers={"Accept": row[0]}).data == by_suffix.data


@pytest.mark.parametrize("name", LINEAGE_FORMATS)
@pytest.mark.parametrize("show", SHOWS)
def test_a_comparison_is_the_one_of_python_in_every_format(
    show: str, name: str, client: FlaskClient, engine: EmbeddedEngine
) -> None:
    expected = LINEAGE_FORMATS[name][1](compare(engine, "densenet", "u-net", show=show))  # type: ignore[arg-type]
    assert client.get(f"/lineage/densenet.{name}?with=u-net&show={show}").text == expected


def test_common_ancestors_are_compared_unless_another_comparison_is_named(client: FlaskClient) -> None:
    assert client.get("/lineage/densenet?with=u-net").get_json()["show"] == "common"


def test_the_shortest_line_is_found(client: FlaskClient) -> None:
    found = client.get("/lineage/u-net?with=resnet&show=line").get_json()["found"]
    assert found == ["u-net", "fcn", "vggnet", "resnet"]


@pytest.mark.parametrize("accept", ["", "*/*", BROWSER, "application/json"])
def test_who_has_no_preference_gets_json(accept: str, client: FlaskClient) -> None:
    assert client.get("/lineage/u-net", headers={"Accept": accept}).mimetype == "application/json"


def test_what_is_not_written_is_not_acceptable_and_the_formats_are_named(client: FlaskClient) -> None:
    response = client.get("/lineage/u-net", headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert "svg (image/svg+xml)" in response.get_json()["offers"]


@pytest.mark.parametrize(
    "path", ["/lineage/resnt", "/lineage/resnt.svg", "/lineage/u-net?with=resnt", "/lineage/resnt?with=u-net"]
)
def test_a_method_that_is_not_there_is_named_with_the_nearest(path: str, client: FlaskClient) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "resnet" in response.get_json()["near"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("show=line", "show"),
        ("with=resnet&show=all", "show"),
        ("with=resnet&depth=2", "depth"),
        ("with=resnet&direction=both", "direction"),
        ("direction=up", "direction"),
        ("depth=-1", "depth"),
        ("format=png", "format"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused_by_name(query: str, parameter: str, client: FlaskClient) -> None:
    response = client.get(f"/lineage/u-net?{query}")
    assert (response.status_code, response.get_json()["parameter"]) == (400, parameter)


def test_hostile_names_are_not_found(client: FlaskClient) -> None:
    for name in ("u-net> <x", "../../etc", "a\n", "%3Cscript%3E"):
        assert client.get(f"/lineage/u-net?with={name}").status_code in (400, 404)


def test_json_ld_is_a_list_in_order_with_the_derivations_of_each(client: FlaskClient) -> None:
    document = json.loads(client.get("/lineage/u-net.jsonld?depth=2").data)
    assert document["@type"] == ["ItemList"]
    assert [row["@id"] for row in document["item"]] == ["architecture/fcn", "architecture/vggnet"]
    (start,) = document["mentions"]
    assert start["derivation"][0]["parent"]["label"]["en"] == "FCN"


@pytest.mark.parametrize(
    "query", ["direction=both", "with=resnet&show=line", "with=resnet&show=difference", "with=resnet"]
)
def test_json_ld_says_of_methods_only_what_the_store_says(
    query: str, client: FlaskClient, engine: EmbeddedEngine
) -> None:
    quads = read_by_oxigraph(client.get(f"/lineage/u-net.jsonld?{query}").data, "jsonld")
    stored = as_default(engine.quads())
    said = {quad for quad in quads if "/architecture/" in str(quad.subject) or "/derivation/" in str(quad.subject)}
    assert said
    assert said <= stored


def test_every_method_has_a_lineage_in_json_ld(engine: EmbeddedEngine) -> None:
    lineage = lineage_of(engine, "perceptron", direction="descendants")
    document = json.loads(LINEAGE_FORMATS["jsonld"][1](lineage))
    assert document["itemCount"] == len(document["item"]) == len(lineage.members) - 1


def test_a_comparison_is_drawn(client: FlaskClient) -> None:
    picture = fromstring(client.get("/lineage/u-net.svg?with=resnet&show=line").data)
    assert "Shortest line from U-Net to ResNet" in "".join(picture.itertext())


@pytest.mark.parametrize("slug", ["resnet", "gan", "transformer", "lstm", "u-net", "bert"])
@pytest.mark.parametrize("depth", range(5))
def test_few_steps_give_what_is_that_near_in_the_whole_lineage(
    slug: str, depth: int, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = lineage_of(engine, slug, direction="both", depth=depth)
    monkeypatch.setattr(of_engine, "_FEW", -1)
    assert near == lineage_of(engine, slug, direction="both", depth=depth)
    assert len(near.members) < len(lineage_of(engine, slug, direction="both").members)
