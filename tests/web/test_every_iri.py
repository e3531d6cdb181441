"""Every IRI of ours in the graph answers: in five forms that say the same, and nothing that they link to is missing."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import BASE
from deepgenealogy.web.app import create_app
from deepgenealogy.web.kinds import KINDS
from tests.canonical import canonical, read_by_oxigraph, read_by_rdflib
from tests.conftest import EngineOver
from tests.walk import led_to, ours, walked

RDF = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
#: Documents that are things and have no kind.
SINGLE = {"dataset", "ontology"}
#: What the graph names and is no thing to describe: addresses, each of which answers in forms of its own.
ADDRESSES = re.compile(r"(export/.*|queries(/.*)?|sparql|\.well-known/void|openapi\.json|context\.jsonld|)")

_LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"')


class Page(HTMLParser):
    """Where a page leads, the data that it holds, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.data = ""
        self._is_data = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._is_data = tag == "script" and named.get("id") == "description"
        self.links += [named[name] or "" for name in ("href", "src") if name in named]
        self.links += [f"{named['action']}?q=net"] if "action" in named else []  # as the form for names is sent

    def handle_endtag(self, tag: str) -> None:
        self._is_data = False

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self.data += data


def is_thing(document: str) -> bool:
    """Whether the document describes a thing, in five forms."""
    segment, slash, _ = document.partition("/")
    return document in SINGLE or (segment in {*KINDS, "ontology"} and bool(slash))


@pytest.fixture(scope="module")
def iris(engine: EmbeddedEngine) -> set[str]:
    """Every IRI of ours in the real graph."""
    return ours(engine.quads())


@pytest.fixture(scope="module")
def things(iris: set[str], engine: EmbeddedEngine, request: pytest.FixtureRequest) -> list[str]:
    """The documents of all things; of those that only a harvest names, one in a few, unless `--every-iri` is given."""
    documents = {iri.partition("#")[0] for iri in iris}
    chosen = filter(is_thing, documents)
    return walked(engine, chosen, whole=request.config.getoption("--every-iri"))


class Walk:
    """Asks each address once, and keeps of every answer what the tests compare."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._statuses: dict[str, int] = {}
        self.links: dict[str, list[tuple[str, str]]] = {}

    def body(self, path: str, media_type: str, **headers: str) -> bytes:
        """The answer of 200 in that media type."""
        with self._client.get(path, headers=headers) as response:
            assert (response.status_code, response.mimetype) == (200, media_type), path
            self._statuses[path] = 200
            self.links[path] = _LINK.findall(response.headers["Link"])
            return bytes(response.data)

    def status(self, path: str) -> int:
        """The status at the end of all redirects."""
        if path not in self._statuses:
            with self._client.get(path, follow_redirects=True) as response:
                self._statuses[path] = response.status_code
        return self._statuses[path]


@pytest.fixture(scope="module")
def walk(engine: EmbeddedEngine, real_root: Path) -> Walk:
    """One walk for all tests."""
    return Walk(create_app(engine, real_root, Settings.of()).test_client())


@pytest.fixture(scope="module")
def pages(things: list[str], walk: Walk) -> dict[str, Page]:
    """The page of every thing."""
    return {thing: Page(walk.body(f"/{thing}.html", "text/html").decode()) for thing in things}


@pytest.fixture(scope="module")
def descriptions(things: list[str], walk: Walk) -> dict[str, set[Quad]]:
    """What the N-Triples of every thing say, as both readers read them."""
    found = {}
    for thing in things:
        content = walk.body(f"/{thing}.nt", RDF["nt"])
        found[thing] = read_by_oxigraph(content, "nt")
        assert read_by_rdflib(content, "nt") == found[thing], thing
    return found


def test_every_iri_is_that_of_a_thing_or_an_address(iris: set[str]) -> None:
    documents = {iri.partition("#")[0] for iri in iris}
    assert sorted(d for d in documents if not is_thing(d) and not ADDRESSES.fullmatch(d)) == []


def test_every_address_that_the_graph_names_answers(iris: set[str], walk: Walk, request: pytest.FixtureRequest) -> None:
    """Of dumps, each of which has a test of its own in `test_exports`, a few of every kind."""
    addresses = {f"/{document}" for document in {iri.partition("#")[0] for iri in iris} if not is_thing(document)}
    dumps = {address for address in addresses if address.startswith("/export/")}
    assert len(addresses) > len(dumps) > 1
    asked = sorted(addresses - dumps) + led_to(dumps, whole=request.config.getoption("--every-iri"))
    assert [address for address in asked if walk.status(address) != 200] == []


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [suffix for suffix in RDF if suffix != "nt"])
def test_every_thing_says_the_same_in_every_syntax_to_both_readers(
    suffix: str, descriptions: dict[str, set[Quad]], walk: Walk
) -> None:
    for thing, expected in descriptions.items():
        content = walk.body(f"/{thing}.{suffix}", RDF[suffix])
        assert read_by_oxigraph(content, suffix) == expected, thing
        assert read_by_rdflib(content, suffix) == expected, thing


@pytest.mark.slow
def test_every_page_holds_the_same_triples(descriptions: dict[str, set[Quad]], pages: dict[str, Page]) -> None:
    for thing, expected in descriptions.items():
        assert read_by_oxigraph(pages[thing].data.encode(), "jsonld") == expected, thing


@pytest.mark.slow
def test_every_thing_is_had_by_accept_as_by_suffix(descriptions: dict[str, set[Quad]], walk: Walk) -> None:
    for number, (thing, expected) in enumerate(descriptions.items()):
        suffix, media_type = list(RDF.items())[number % len(RDF)]
        assert read_by_oxigraph(walk.body(f"/{thing}", media_type, Accept=media_type), suffix) == expected, thing


@pytest.mark.slow
def test_every_iri_is_described_by_its_document(engine: EmbeddedEngine, descriptions: dict[str, set[Quad]]) -> None:
    subjects = {q.subject.value for q in engine.quads() if isinstance(q.subject, NamedNode)}
    described = {t: {getattr(q.subject, "value", "") for q in quads} for t, quads in descriptions.items()}
    own = {iri for iri in subjects if iri.startswith(BASE) and iri.removeprefix(BASE).partition("#")[0] in described}
    assert len(own) > len(descriptions)
    assert sorted(i for i in own if i not in described[i.removeprefix(BASE).partition("#")[0]]) == []


@pytest.mark.slow
def test_every_link_of_every_page_leads_somewhere(
    pages: dict[str, Page], walk: Walk, request: pytest.FixtureRequest
) -> None:
    targets = {link.partition("#")[0] for page in pages.values() for link in page.links}
    inside = {target for target in targets if target.startswith("/")}
    assert len(inside) > len(pages)
    outside = {t for t in targets - inside if t and not t.startswith(("?", "https://", "http://"))}
    assert sorted(outside) == []
    asked = led_to(inside, whole=request.config.getoption("--every-iri"))
    assert sorted(target for target in asked if walk.status(target) != 200) == []


@pytest.mark.slow
def test_no_link_of_a_page_leads_to_our_name_space_but_the_canonical_one(pages: dict[str, Page]) -> None:
    for thing, page in pages.items():
        assert [unquote(link) for link in page.links if link.startswith(BASE)] == [BASE + thing], thing


@pytest.mark.slow
def test_every_link_of_every_header_leads_somewhere(pages: dict[str, Page], walk: Walk) -> None:
    for thing in pages:
        found = walk.links[f"/{thing}.html"]
        assert {relation for _, relation in found} == {"canonical", "alternate", "describedby"}
        assert [target for target, relation in found if relation == "canonical"] == [BASE + thing]
        inside = [target for target, relation in found if relation != "canonical"]
        assert [target for target in inside if walk.status(target) != 200] == [], thing


def test_a_description_that_lost_a_triple_would_be_found(client: FlaskClient) -> None:
    expected = read_by_oxigraph(client.get("/architecture/resnet.nt").data, "nt")
    document = json.loads(Page(client.get("/architecture/resnet.html").text).data)
    document["@graph"].pop()
    assert read_by_oxigraph(json.dumps(document).encode(), "jsonld") != expected


@pytest.fixture
def invented(fabricated_root: Path, tmp_path: Path, engine_over: EngineOver) -> Callable[..., FlaskClient]:
    """Makes servers over the invented world with settings of the test's own."""
    snapshot = fresh_snapshot(fabricated_root, tmp_path / "store")

    def server(default_graph: str = "union", **settings: Any) -> FlaskClient:
        engine = engine_over(snapshot, fabricated_root, default_graph=default_graph)
        chosen = Settings.of(default_graph=default_graph, **settings)
        return create_app(engine, fabricated_root, chosen).test_client()

    return server


def test_links_stay_below_the_mount_point_behind_a_proxy(invented: Callable[..., FlaskClient]) -> None:
    client = invented(proxy_hops=1)
    headers = {"X-Forwarded-Prefix": "/tree", "X-Forwarded-Host": "example.org"}
    for path in ("/architecture/beta-net", "/paper/arxiv-0203.00002", "/dataset", "/queries/descendants", "/"):
        page = Page(client.get(path, headers={**headers, "Accept": "text/html"}).text)
        inside = [link for link in page.links if link.startswith("/")]
        assert inside, path
        assert [link for link in inside if not link.startswith("/tree/")] == [], path


def test_the_links_of_the_header_stay_below_the_mount_point_and_the_canonical_one_does_not(
    invented: Callable[..., FlaskClient],
) -> None:
    header = invented(proxy_hops=1).get("/architecture/beta-net.ttl", headers={"X-Forwarded-Prefix": "/tree"})
    found = dict.fromkeys(_LINK.findall(header.headers["Link"]))
    assert (f"{BASE}architecture/beta-net", "canonical") in found
    assert ("/tree/architecture/beta-net.ttl", "describedby") in found


def test_every_thing_answers_where_the_default_graph_is_strict(invented: Callable[..., FlaskClient]) -> None:
    union, strict = invented(), invented(default_graph="strict")
    for path in ("/architecture/beta-net.nt", "/dataset.nt", "/graph/curation.nt"):
        said = [canonical(read_by_oxigraph(client.get(path).data, "nt")) for client in (union, strict)]
        assert said[0] == said[1] != set(), path
