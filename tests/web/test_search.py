"""`/search`: things are found by any of their names, the best match first."""

import pytest
from flask.testing import FlaskClient


def first(client: FlaskClient, words: str) -> str:
    """The id of the best hit."""
    hits = client.get("/search", query_string={"q": words}).get_json()["hits"]
    return str(hits[0]["id"])


@pytest.mark.parametrize(
    ("words", "identity"),
    [
        ("ACTKR", "architecture/acktr"),
        ("VGG", "architecture/vggnet"),
        ("Inception", "architecture/googlenet"),
        ("resnet", "architecture/resnet"),
        ("Pix2Pix", "architecture/pix2pix"),
        ("残差网络", "architecture/resnet"),
        ("LabSRN", "architecture/lapsrn"),
        ("Attention Is All You Need", "paper/arxiv-1706.03762"),
        ("语义分割", "task/semantic-segmentation"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(client: FlaskClient, words: str, identity: str) -> None:
    assert first(client, words) == identity


def test_a_hit_says_what_it_is_and_what_matched(client: FlaskClient) -> None:
    hit = client.get("/search?q=ACTKR").get_json()["hits"][0]
    assert (hit["type"], hit["matched"], hit["label"]["en"]) == ("LearningAlgorithm", "ACTKR", "ACKTR")


def test_nothing_found_is_an_empty_list(client: FlaskClient) -> None:
    assert client.get("/search?q=zzzzzz").get_json()["hits"] == []


BAD_LIMITS = ["0", "many", "9" * 5000]
WITHOUT_WORDS = ["/search", "/search?q=", *(f"/search?q=x&limit={limit}" for limit in BAD_LIMITS)]


@pytest.mark.parametrize("address", WITHOUT_WORDS, ids=range(len(WITHOUT_WORDS)))
def test_a_search_without_words_or_with_a_bad_limit_is_a_400(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_quotes_in_the_words_are_only_words(client: FlaskClient) -> None:
    assert client.get("/search", query_string={"q": '" } SELECT * { ?s ?p ?o } #'}).get_json()["hits"] == []


def test_no_more_hits_than_asked_for(client: FlaskClient) -> None:
    assert len(client.get("/search?q=net&limit=3").get_json()["hits"]) == 3
