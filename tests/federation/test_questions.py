"""The published questions that ask another graph too, over two running servers: ours, and a real engine."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest

from deepgenealogy.sources import federated
from deepgenealogy.sources.endpoints import read_endpoints
from deepgenealogy.sources.federated import read_federated
from deepgenealogy.sources.mappings import read_mappings
from tests.conftest import CHECKOUT
from tests.federation.conftest import LONG, QUESTIONS, our_server, point_services
from tests.linking.engines import Virtuoso, needs_oxigraph, needs_virtuoso, oxigraph
from tests.protocol.asking import RESULTS, Reply, ask, send

BASE = "https://w3id.org/deepgenealogy/"

#: Question -> its parameters, the column that tells, and what must stand there.
ANSWERS: dict[str, tuple[str, str, list[str]]] = {
    "citations-of-ancestors": ("?architecture=bert", "work", ["https://semopenalex.org/work/W9900000006"]),
    "authors-in-dblp": ("?architecture=resnet", "author", ["First Invented", "Second Invented"]),
    "code-of-descendants": ("?architecture=vggnet", "code", ["https://example.org/invented/repository"]),
    "items-in-wikidata": ("", "label", ["an invented label"]),
    "fields-in-orkg": ("?architecture=bert", "field", ["An invented field", "An invented field"]),
}


def question(address: str, name: str, parameters: str = "") -> Reply:
    """Our server's answer to a published question."""
    return send(address, "GET", f"/queries/{name}{parameters}", headers={"Accept": RESULTS})


def column(reply: Reply, name: str) -> list[str]:
    """The values of one column, in order."""
    assert reply.status == 200, reply.body
    return [row[name]["value"] for row in reply.json()["results"]["bindings"]]


def test_the_mappings_are_read_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=read_mappings)
    monkeypatch.setattr(federated, "read_mappings", read)
    assert len(read_federated(CHECKOUT)) > 1
    assert read.call_count == 1


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def caller(request: pytest.FixtureRequest, sources: Path, store: Path) -> Iterator[str]:
    """Our server, each question's SERVICE pointed at a stand-in of the one engine or the other."""
    with ExitStack() as running:
        if request.param == "oxigraph":
            addresses = {graph: running.enter_context(oxigraph(graph)) for graph in QUESTIONS.values()}
        else:
            other: Virtuoso = request.getfixturevalue("virtuoso_server")
            addresses = {graph: other.endpoint(graph) for graph in QUESTIONS.values()}
        point_services(sources, addresses.__getitem__)
        yield from our_server(sources, store, "127.0.0.1", LONG)


@needs_oxigraph
@needs_virtuoso
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_asks_another_graph_is_answered_right(name: str, caller: str) -> None:
    parameters, variable, values = ANSWERS[name]
    assert column(question(caller, name, parameters), variable) == values


@needs_oxigraph
@needs_virtuoso
def test_what_comes_from_there_is_joined_with_what_is_here(caller: str) -> None:
    row = question(caller, "fields-in-orkg", "?architecture=bert").json()["results"]["bindings"][-1]
    assert {name: row[name]["value"] for name in ("method", "paper", "theirs")} == {
        "method": f"{BASE}architecture/lstm",
        "paper": f"{BASE}paper/doi-neco.1997.9.8.1735",
        "theirs": "http://orkg.org/orkg/resource/R9900000006",
    }


@needs_oxigraph
@needs_virtuoso
def test_a_query_of_ones_own_joins_our_lineage_with_another_graph(caller: str, sources: Path) -> None:
    text = read_federated(sources)["items-in-wikidata"].text
    service = text[text.index("SERVICE <") + 9 :].partition(">")[0]
    query = f"""
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#>
        SELECT ?descendant ?inception {{
          <{BASE}architecture/vggnet> dgo:hasDescendant ?descendant . ?descendant skos:exactMatch ?item .
          SERVICE <{service}> {{ ?item <http://www.wikidata.org/prop/direct/P571> ?inception }} }}"""
    reply = ask(caller, query)
    assert column(reply, "descendant") == [f"{BASE}architecture/resnet"]
    assert column(reply, "inception")[0].startswith("2015-12-10T00:00:00")


@needs_oxigraph
@needs_virtuoso
def test_the_page_of_such_a_question_shows_the_answer(caller: str) -> None:
    page = send(caller, "GET", "/queries/authors-in-dblp?architecture=resnet", headers={"Accept": "text/html"})
    assert page.status == 200
    assert "First Invented" in page.body.decode()


def test_a_server_that_allows_no_host_says_how_to_allow_it(served: str) -> None:
    for name in QUESTIONS:
        reply = question(served, name)
        assert reply.status == 400
        assert "--allow-service" in reply.json()["detail"]


def test_every_question_asks_a_host_of_its_graph_and_tells_all_keys_inside_the_service() -> None:
    endpoints = read_endpoints(CHECKOUT)
    for name, question_ in read_federated(CHECKOUT).items():
        text = question_.text
        service = text[text.index("SERVICE <") + 9 :].partition(">")[0]
        inside = text[text.index("SERVICE <") :]
        host, known = urlsplit(service).hostname or "", urlsplit(endpoints[QUESTIONS[name]].homepage).hostname or ""
        assert host.removeprefix("www.").endswith(known.removeprefix("www."))
        assert "Key {" in inside
        assert "Key {" not in text.partition("SERVICE <")[0]
        assert (
            inside.count("1512.03385") + inside.count("Q43744058") + inside.count("lpwc") >= 1
        )  # filled with what we know, not the example


def test_the_files_are_the_questions_that_are_tested() -> None:
    assert set(read_federated(CHECKOUT)) == set(QUESTIONS) == set(ANSWERS)
