"""Errors as answers: problem details (RFC 9457) for programs, a page for browsers, nothing obeyed that was sent."""

import json

import pytest
from flask.testing import FlaskClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROBLEMS = {
    "/architecture/resnt": 404,
    "/nowhere": 404,
    "/queries/ancestor": 404,
    "/queries/parents?architecture=no%20slug": 400,
    "/sparql?query=SELECT": 400,
    "/sparql?query=ASK{}&format=xlsx": 406,
    "/export/nothing.ttl": 404,
    "/frames/nothing.jsonld": 404,
}
#: Where what a request holds comes back in the answer.
ECHOES = [
    "/architecture/<script>alert(1)</script>",
    "/queries/<script>alert(1)</script>",
    "/queries/parents?architecture=<script>alert(1)</script>",
    "/queries/parents?<script>alert(1)</script>=x",
    "/queries/named?name=<script>alert(1)</script>",
    "/sparql?query=<script>alert(1)</script>",
    "/sparql?query=ASK{}&format=<script>alert(1)</script>",
    "/export/<script>alert(1)<.ttl",
    "/frames/<script>alert(1)<.jsonld",
]


@pytest.mark.parametrize(("path", "status"), PROBLEMS.items())
@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "text/turtle"])
def test_a_program_gets_problem_details(path: str, status: int, accept: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize(("path", "status"), PROBLEMS.items())
def test_problem_details_repeat_the_status_and_say_what_is_wrong(path: str, status: int, client: FlaskClient) -> None:
    body = json.loads(client.get(path).data)
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(("path", "status"), PROBLEMS.items())
def test_a_browser_gets_a_page(path: str, status: int, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.mimetype) == (status, "text/html")


def test_the_page_offers_the_nearest_names_as_links(client: FlaskClient) -> None:
    page = client.get("/architecture/resnt", headers={"Accept": BROWSER}).text
    assert '<a href="/architecture/resnet">resnet</a>' in page


@pytest.mark.parametrize("path", ECHOES)
def test_what_was_sent_is_never_obeyed_by_the_page(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.mimetype != "text/html" or "<script>alert" not in response.text


@pytest.mark.parametrize("path", ["/", "/architecture/resnet", "/nowhere", "/queries"])
def test_every_response_says_that_its_type_is_not_to_be_guessed(path: str, client: FlaskClient) -> None:
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/architecture/resnet", "/nowhere", "/queries", "/sparql"])
def test_every_page_forbids_scripts_of_others(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_body_larger_than_the_limit_is_a_413(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"x" * 3_000_000, content_type="application/sparql-query")
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")
