"""schema.org in pages: data, not a script that runs; read as JSON-LD without fetching anything."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyld import jsonld

from deepgenealogy.vocabulary import BASE

SCHEMA = "https://schema.org/"


class Markup(HTMLParser):
    """The schema.org documents of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.documents: list[Any] = []
        self._is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and dict(attrs).get("class") == "schema-org"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.documents.append(json.loads(data))
            self._is_inside = False


def markup(client: FlaskClient, path: str) -> Any:
    """The one schema.org document of a page."""
    (document,) = Markup(client.get(path, headers={"Accept": "text/html"}).text).documents
    return document


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "Dataset"),
        ("/paper/arxiv-1512.03385", "ScholarlyArticle"),
        ("/architecture/resnet", "DefinedTerm"),
        ("/architecture/a3c", "DefinedTerm"),
        ("/task/image-classification", "DefinedTerm"),
        ("/family/residual-networks", "DefinedTerm"),
        ("/scheme/tasks", "DefinedTermSet"),
    ],
)
def test_a_page_says_what_it_is_about(path: str, kind: str, client: FlaskClient) -> None:
    def refuse(address: str, options: Any) -> Any:
        raise AssertionError(address)

    (node,) = jsonld.expand(markup(client, path), {"documentLoader": refuse})
    assert node["@type"] == [SCHEMA + kind]
    assert node["@id"] == BASE + (path.strip("/") or "dataset")
    assert node[f"{SCHEMA}name"]


def test_a_paper_has_its_authors_in_order_its_date_and_its_subject(client: FlaskClient) -> None:
    paper = markup(client, "/paper/arxiv-1512.03385")
    assert [author["name"] for author in paper["author"]][:2] == ["Kaiming He", "Xiangyu Zhang"]
    assert paper["datePublished"] == "2015-12-10"
    assert paper["about"]["@id"] == f"{BASE}architecture/resnet"


def test_a_term_has_its_other_names_and_its_paper(client: FlaskClient) -> None:
    term = markup(client, "/architecture/resnet")
    assert term["name"] == "ResNet"
    assert {"残差网络", "Residual Network"} <= set(term["alternateName"])
    assert term["subjectOf"]["@id"] == f"{BASE}paper/arxiv-1512.03385"


def test_every_download_of_the_dataset_is_there(client: FlaskClient) -> None:
    rows = markup(client, "/")["distribution"]
    assert len(rows) > 5
    for row in rows:
        with client.head(row["contentUrl"].removeprefix("http://localhost")) as response:
            assert (response.status_code, response.mimetype) == (200, row["encodingFormat"])


def test_a_derivation_has_no_markup(client: FlaskClient) -> None:
    assert Markup(client.get("/derivation/resnet--vggnet.html").text).documents == []


def test_the_policy_allows_no_script_in_the_page(client: FlaskClient) -> None:
    policy = client.get("/architecture/resnet.html").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
