"""`/queries`: the published questions, each answered for programs and for people."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import CHECKOUT

NAMES = sorted(path.stem for path in (CHECKOUT / "queries").glob("*.rq"))
FEDERATED = sorted(path.stem for path in (CHECKOUT / "queries" / "federated").glob("*.rq"))


def index(client: FlaskClient) -> dict[str, Any]:
    """The published questions by name, as JSON lists them."""
    return {row["name"]: row for row in json.loads(client.get("/queries").data)}


def rows_of(client: FlaskClient, path: str) -> list[Any]:
    """The rows of an answer in SPARQL JSON."""
    answer = client.get(path, headers={"Accept": "application/sparql-results+json"})
    rows: list[Any] = json.loads(answer.data)["results"]["bindings"]
    return rows


def test_the_index_lists_every_file_of_queries(client: FlaskClient) -> None:
    assert sorted(index(client)) == sorted([*NAMES, *FEDERATED])


@pytest.mark.parametrize("key", ["title", "summary"])
def test_the_index_speaks_english_and_chinese(key: str, client: FlaskClient) -> None:
    assert {name for name, row in index(client).items() if set(row[key]) != {"en", "zh"}} == set()


def test_the_index_gives_the_parameters_with_their_examples(client: FlaskClient) -> None:
    (parameter,) = index(client)["ancestors"]["parameters"]
    assert (parameter["name"], parameter["kind"], parameter["example"]) == (
        "architecture",
        "architecture",
        "<architecture/u-net>",
    )


def test_the_index_is_a_page_for_a_browser(client: FlaskClient) -> None:
    page = client.get("/queries", headers={"Accept": "text/html"}).text
    assert [name for name in NAMES if f'href="/queries/{name}"' not in page] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_answered_for_a_program(name: str, client: FlaskClient) -> None:
    assert rows_of(client, f"/queries/{name}") != []


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_answered_for_a_browser(name: str, client: FlaskClient) -> None:
    page = client.get(f"/queries/{name}", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.text.count("<td>") > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_as_many_rows_as_the_answer(name: str, client: FlaskClient) -> None:
    page = client.get(f"/queries/{name}", headers={"Accept": "text/html"}).text
    assert page.count("<tr><td>") == len(rows_of(client, f"/queries/{name}"))


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_every_question_can_be_had(name: str, client: FlaskClient, real_root: Path) -> None:
    text = client.get(f"/queries/{name}.rq")
    assert (text.mimetype, text.data) == (
        "application/sparql-query",
        (real_root / "queries" / f"{name}.rq").read_bytes(),
    )


@pytest.mark.parametrize(("suffix", "media_type"), [("csv", "text/csv"), ("xml", "application/sparql-results+xml")])
def test_an_answer_is_had_in_the_format_that_the_address_names(
    suffix: str, media_type: str, client: FlaskClient
) -> None:
    response = client.get(f"/queries/roots?format={suffix}", headers={"Accept": "text/html"})
    assert response.mimetype == media_type


def test_a_parameter_of_the_address_is_bound(client: FlaskClient) -> None:
    (row,) = rows_of(client, "/queries/parents?architecture=resnet")
    assert row["parent"]["value"].endswith("architecture/vggnet")


def test_a_parameter_that_does_not_fit_is_a_400_that_names_it(client: FlaskClient) -> None:
    response = client.get("/queries/parents?architecture=no%20slug")
    assert (response.status_code, json.loads(response.data)["parameter"]) == (400, "architecture")


def test_an_unknown_parameter_is_a_400_that_names_it(client: FlaskClient) -> None:
    response = client.get("/queries/parents?architektur=resnet")
    assert (response.status_code, json.loads(response.data)["parameter"]) == (400, "architektur")


def test_a_misspelt_question_is_a_404_with_the_nearest_names(client: FlaskClient) -> None:
    response = client.get("/queries/ancestor")
    assert (response.status_code, json.loads(response.data)["near"][0]) == (404, "ancestors")


def test_what_was_given_is_shown_again_in_the_form(client: FlaskClient) -> None:
    page = client.get("/queries/parents?architecture=resnet", headers={"Accept": "text/html"}).text
    assert 'name="architecture" value="resnet"' in page


def test_a_text_with_every_awkward_character_is_answered_with_nothing_found(client: FlaskClient) -> None:
    response = client.get("/queries/named", query_string={"name": '"} UNION { ?s ?p ?o } # \\\n<script>'})
    assert response.status_code == 200
    assert json.loads(response.data)["results"]["bindings"] == []
