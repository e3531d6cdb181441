"""`link` against stand-ins for the REST graphs, which answer in the documented shapes."""

from pathlib import Path
from typing import Any

import pytest

from deepgenealogy.sources.endpoints import Endpoint
from tests.linking.conftest import set_limits
from tests.linking.gold import Pair
from tests.linking.rest import Answer, crossref, openalex, semantic_scholar, standing_in
from tests.linking.running import linked, pairs

pytestmark = pytest.mark.usefixtures("haste")

RESNET, BERT, MASK = "paper/arxiv-1512.03385", "paper/arxiv-1810.04805", "paper/arxiv-1703.06870"
LSTM, GAN = "paper/doi-neco.1997.9.8.1735", "paper/arxiv-1406.2661"
GRAPHS: dict[str, Answer] = {"openalex": openalex, "semantic-scholar": semantic_scholar, "crossref": crossref}


def openalex_work(number: int) -> str:
    """The IRI of a work of the stand-in for OpenAlex."""
    return f"https://openalex.org/W990000000{number}"


def paper(number: int) -> str:
    """The IRI of a paper of the stand-in for Semantic Scholar."""
    return f"https://www.semanticscholar.org/paper/{number:040x}"


BY_IDENTIFIER: dict[str, set[Pair]] = {
    "openalex": {(ours, openalex_work(n)) for ours, n in ((RESNET, 1), (BERT, 2), (MASK, 3), (MASK, 4), (LSTM, 5))},
    "semantic-scholar": {(ours, paper(n)) for ours, n in ((RESNET, 1), (BERT, 2), (MASK, 3), (MASK, 4), (LSTM, 5))},
    "crossref": {
        (BERT, "https://doi.org/10.18653/v1/n19-1423"),
        (MASK, "https://doi.org/10.1109/iccv.2017.322"),
        (LSTM, "https://doi.org/10.1162/neco.1997.9.8.1735"),
    },
}
CANDIDATES: dict[str, set[Pair]] = {
    "openalex": {(GAN, openalex_work(6))},
    "semantic-scholar": {(GAN, paper(6))},
    # Crossref knows no arXiv ids, so of those papers it only proposes a DOI: here invented ones.
    "crossref": {
        (GAN, "https://doi.org/10.5555/invented.6"),
        (RESNET, "https://doi.org/10.5555/invented.1"),
        ("paper/arxiv-1312.6114", "https://doi.org/10.5555/invented.8"),
    },
}


@pytest.mark.parametrize("name", GRAPHS)
def test_identifiers_decide_and_titles_only_propose(name: str, tmp_path: Path, endpoints: dict[str, Endpoint]) -> None:
    with standing_in(GRAPHS[name]) as server:
        result = linked(tmp_path, name, "--endpoint", server.address)
    assert result.exit_code == 0, result.stderr
    namespace = endpoints[name].namespace
    assert set(pairs(tmp_path, name, namespace, deciding=True)) == BY_IDENTIFIER[name]
    assert set(pairs(tmp_path, name, namespace, deciding=False)) == CANDIDATES[name]


@pytest.mark.parametrize("name", GRAPHS)
def test_what_an_identifier_found_is_not_asked_for_by_title(name: str, tmp_path: Path) -> None:
    with standing_in(GRAPHS[name]) as server:
        linked(tmp_path, name, "--endpoint", server.address)
    asked = {text for _, parameters, _ in server.asked for text in parameters.values()}
    assert "Long Short-Term Memory" not in asked
    assert "Generative Adversarial Nets" in asked


@pytest.mark.parametrize(
    ("name", "variable", "key"),
    [
        ("openalex", "OPENALEX_API_KEY", "api_key"),
        ("semantic-scholar", "SEMANTIC_SCHOLAR_API_KEY", "x-api-key"),
    ],
)
def test_a_key_of_the_users_own_is_sent_and_written_nowhere(
    name: str, variable: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "s3cret-of-the-user")
    with standing_in(GRAPHS[name]) as server:
        linked(tmp_path, name, "--endpoint", server.address, "--limit", "3")
    assert {{**headers, **asked}.get(key) for _, asked, headers in server.asked} == {"s3cret-of-the-user"}
    written = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not any("s3cret" in text for text in written)


def test_those_who_are_asked_are_told_who_asks(tmp_path: Path) -> None:
    with standing_in(openalex) as server:
        linked(tmp_path, "openalex", "--endpoint", server.address, "--limit", "3", "--contact", "me@example.org")
    agents = {headers["User-Agent"] for _, _, headers in server.asked}
    assert all(agent.startswith("deepgenealogy/") and "me@example.org" in agent for agent in agents)


def test_an_answer_of_several_pages_is_read_to_the_last(
    tmp_path: Path, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two works with the DOI of one paper of ours, and pages of one work."""
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(small_root))
    set_limits(small_root, page="1")
    items = [
        {"DOI": "10.5555/gamma", "title": [title]} for title in ("Pebbles by Colour", "Pebbles by Colour (Reprint)")
    ]

    def paged(path: str, asked: dict[str, str], body: Any) -> tuple[int, Any]:
        start = int(asked.get("offset", "9"))
        return 200, {"message": {"items": items[start : start + 1]}}

    with standing_in(paged) as server:
        result = linked(tmp_path, "crossref", "--endpoint", server.address)
    assert result.exit_code == 0, result.stderr
    assert [asked["offset"] for _, asked, _ in server.asked if "filter" in asked] == ["0", "1", "2"]
