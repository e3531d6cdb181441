"""Every kind of page through a strict HTML5 parser: no end tag too many, no attribute twice."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.vocabulary import BASE
from deepgenealogy.web.kinds import KINDS
from tests.protocol.asking import BROWSER
from tests.web.pages import HtmlError, attributes, read_page

PAGES = (
    "/",
    "/ontology",
    "/ontology/0.1.0",
    "/dataset",
    "/.well-known/void",
    "/sparql",
    "/queries",
    "/queries/parents?architecture=u-net",
    "/queries/repairs",
)
REFUSED = ("/architecture/resnett", "/nowhere", "/queries/parents?architecture=", "/ontology/9.9.9", "/export/all.zip")


def first_of_each_kind(engine: EmbeddedEngine) -> Iterator[str]:
    """A page of each kind of thing: the first and the one with the longest description."""
    said = Counter(quad.subject.value for quad in engine.quads() if isinstance(quad.subject, NamedNode))
    for kind in KINDS:
        own = sorted({iri.partition("#")[0] for iri in said if iri.startswith(f"{BASE}{kind}/")})
        yield from {own[0], max(own, key=said.__getitem__)} if own else ()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_without_an_error(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    read_page(response.text)


@pytest.mark.parametrize("path", REFUSED)
def test_a_page_of_a_refusal_is_html_without_an_error(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert (response.status_code // 100, response.mimetype) == (4, "text/html")
    read_page(response.text)


def test_the_pages_of_every_kind_of_thing_are_html_without_an_error(
    client: FlaskClient, engine: EmbeddedEngine
) -> None:
    pages = list(first_of_each_kind(engine))
    assert len(pages) > len(KINDS)
    for iri in pages:
        response = client.get(f"/{iri.removeprefix(BASE)}", headers={"Accept": BROWSER})
        assert response.status_code == 200, iri
        read_page(response.text)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_more_than_its_policy_allows(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    page = read_page(response.text)
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    within = [script for script in page.iter("script") if script.get("src") is None]
    assert {script.get("type") for script in within} <= {"application/ld+json", "application/json"}
    assert attributes(page.iter(), "style") == []
    sheets = [link for link in page.iter("link") if link.get("rel") == "stylesheet"]
    loaded = attributes(page.iter(), "src") + attributes(sheets, "href")
    assert loaded
    assert [address for address in loaded if "//" in address] == []


@pytest.mark.parametrize("wrong", ["<p><b></p>", "<p a=1 a=2>x</p>", "<div><span></div>", "<p><div></div></p>"])
def test_an_error_would_be_noticed(wrong: str) -> None:
    page = f"<!doctype html><html><head><title>x</title></head><body>{wrong}</body></html>"
    with pytest.raises(HtmlError):
        read_page(page)
