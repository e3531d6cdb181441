"""The pages of things: five forms that say the same, by Accept and by suffix, and pages that are safe to look at."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import BASE
from deepgenealogy.web.app import create_app
from tests.canonical import read_by_oxigraph, read_by_pyld, read_by_rdflib
from tests.conftest import EngineOver
from tests.walk import led_to

RDF = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
THINGS = [
    "architecture/resnet",
    "architecture/a3c",
    "paper/arxiv-1512.03385",
    "task/image-classification",
    "family/residual-networks",
    "modality/image",
    "derivation/resnet--vggnet",
    "derivation/resnet--highway-networks",
    "entry/a3c",
    "article/jiqizhixin-2017",
    "source/wikidata",
    "scheme/tasks",
    "ontology",
]
ATTACK = "<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    """The tags of a page, the texts between them, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.scripts += [dict(attrs)] if tag == "script" else []
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize(("suffix", "media_type"), RDF.items())
def test_a_thing_is_had_by_suffix(thing: str, suffix: str, media_type: str, client: FlaskClient) -> None:
    response = client.get(f"/{thing}.{suffix}")
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize(("suffix", "media_type"), RDF.items())
def test_the_accept_header_and_the_suffix_give_the_same_bytes(
    thing: str, suffix: str, media_type: str, client: FlaskClient
) -> None:
    assert client.get(f"/{thing}", headers={"Accept": media_type}).data == client.get(f"/{thing}.{suffix}").data


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_every_syntax_gives_the_same_triples(thing: str, suffix: str, client: FlaskClient) -> None:
    expected = read_by_oxigraph(client.get(f"/{thing}.nt").data, "nt")
    content = client.get(f"/{thing}.{suffix}").data
    assert read_by_oxigraph(content, suffix) == read_by_rdflib(content, suffix) == expected


@pytest.mark.parametrize("thing", THINGS)
def test_pyld_reads_the_same_triples(thing: str, client: FlaskClient) -> None:
    expected = read_by_oxigraph(client.get(f"/{thing}.nt").data, "nt")
    assert read_by_pyld(client.get(f"/{thing}.jsonld").data) == expected


@pytest.mark.parametrize("thing", THINGS)
def test_a_description_says_something_about_the_thing(thing: str, client: FlaskClient) -> None:
    subjects = {getattr(q.subject, "value", "") for q in read_by_oxigraph(client.get(f"/{thing}.nt").data, "nt")}
    assert BASE + thing in subjects


@pytest.mark.parametrize("thing", THINGS)
def test_a_browser_gets_a_page_with_links_to_every_syntax(thing: str, client: FlaskClient) -> None:
    response = client.get(f"/{thing}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.mimetype == "text/html"
    assert {f"/{thing}.{suffix}" for suffix in RDF} <= set(Tags(response.text).links)


@pytest.mark.parametrize("thing", THINGS)
def test_the_page_is_had_by_suffix(thing: str, client: FlaskClient) -> None:
    assert client.get(f"/{thing}.html", headers={"Accept": "text/turtle"}).mimetype == "text/html"


def test_the_page_names_the_parents(client: FlaskClient) -> None:
    assert "/architecture/vggnet" in Tags(client.get("/architecture/resnet.html").text).links


def test_links_of_every_kind_of_a_page_into_this_server_lead_somewhere(client: FlaskClient) -> None:
    """The walk over all pages (`test_every_iri`) follows those of this one too, and `make walk` each of them."""
    links = {link for link in Tags(client.get("/architecture/resnet.html").text).links if link.startswith("/")}
    asked = led_to(links, whole=False)
    assert len(asked) > 10
    assert {link: status(client, link) for link in asked} == dict.fromkeys(asked, 200)


def status(client: FlaskClient, path: str) -> int:
    """The status of the answer to a GET request."""
    with client.get(path) as response:
        return response.status_code


def test_a_key_with_a_dot_is_not_taken_for_a_suffix(client: FlaskClient) -> None:
    response = client.get("/paper/arxiv-1512.03385", headers={"Accept": "text/turtle"})
    assert b"Deep Residual Learning" in response.data


def test_every_paper_with_a_dot_in_its_key_is_had_with_and_without_a_suffix(
    client: FlaskClient, real_root: Path
) -> None:
    keys = [path.stem for path in (real_root / "data" / "papers").glob("*.yaml") if "." in path.stem]
    for key in keys:
        assert client.get(f"/paper/{key}.nt").data == client.get(f"/paper/{key}?format=nt").data


def test_the_canonical_iri_is_linked(client: FlaskClient) -> None:
    assert f'<{BASE}architecture/resnet>; rel="canonical"' in client.get("/architecture/resnet.ttl").headers["Link"]


def test_a_thing_varies_with_the_accept_header(client: FlaskClient) -> None:
    assert "Accept" in client.get("/architecture/resnet").headers["Vary"]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/architecture/resnt", "resnet"),
        ("/architecture/resnt.ttl", "resnet"),
        ("/paper/arxiv-1512.03358", "arxiv-1512.03385"),
        ("/family/residual-network", "residual-networks"),
    ],
)
def test_an_unknown_thing_is_a_404_with_the_nearest_names(path: str, near: str, client: FlaskClient) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert near in json.loads(response.data)["near"]


def test_a_name_like_no_other_is_a_404_without_a_guess(client: FlaskClient) -> None:
    assert json.loads(client.get("/task/qqqqqqqq").data)["near"] == []


@pytest.mark.parametrize("path", ["/ontology.xlsx", "/architecture/resnet.xlsx", "/nowhere/", "/nowhere/resnet"])
def test_what_is_not_there_is_a_404(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_a_thing_in_no_format_that_the_asker_reads_is_a_406_with_offers(client: FlaskClient) -> None:
    response = client.get("/architecture/resnet", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "ttl (text/turtle)" in json.loads(response.data)["offers"]


def test_the_body_of_a_head_request_is_empty(client: FlaskClient) -> None:
    response = client.head("/architecture/resnet.ttl")
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize("name", ["curation", "meta", "links"])
def test_a_named_graph_is_described_and_its_description_leads_to_its_dump(name: str, client: FlaskClient) -> None:
    said = read_by_oxigraph(client.get(f"/graph/{name}", headers={"Accept": "application/n-triples"}).data, "nt")
    objects = {getattr(quad.object, "value", "") for quad in said if quad.subject == NamedNode(f"{BASE}graph/{name}")}
    assert f"{BASE}export/{name}.nt" in objects


@pytest.fixture
def attacked(fabricated_root: Path, tmp_path: Path, engine_over: EngineOver) -> FlaskClient:
    """A server of the invented world in which one label and one paper's title are made of HTML."""
    record = fabricated_root / "data" / "architectures" / "delta-net.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("en: Delta-Net\n", f"en: {json.dumps(ATTACK)}\n", 1), encoding="utf-8")
    paper = fabricated_root / "data" / "papers" / "arxiv-0405.00004.yaml"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace("From Pebbles to Shells", json.dumps(ATTACK), 1), encoding="utf-8")
    engine = engine_over(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)
    return create_app(engine, fabricated_root, Settings.of()).test_client()


def is_ours(script: dict[str, str | None]) -> bool:
    """Whether a script is data, or a file of this server."""
    return script.get("type") == "application/ld+json" or (script.get("src") or "").startswith("/static/")


def test_a_script_of_a_stranger_would_be_found() -> None:
    assert [is_ours(script) for script in Tags("<script>alert(1)</script><script src=//x/y></script>").scripts] == [
        False,
        False,
    ]


@pytest.mark.parametrize("thing", ["architecture/delta-net", "architecture/beta-net", "paper/arxiv-0405.00004"])
def test_a_label_made_of_html_is_shown_and_not_obeyed(thing: str, attacked: FlaskClient) -> None:
    page = Tags(attacked.get(f"/{thing}.html").text)
    assert [script for script in page.scripts if not is_ours(script)] == []
    assert any(ATTACK in text for text in page.texts)


def test_a_label_made_of_html_is_shown_and_not_obeyed_among_answers(attacked: FlaskClient) -> None:
    page = Tags(attacked.get("/queries/descendants?architecture=beta-net", headers={"Accept": "text/html"}).text)
    assert [script for script in page.scripts if not is_ours(script)] == []
    assert any("alert(1)" in text for text in page.texts)
