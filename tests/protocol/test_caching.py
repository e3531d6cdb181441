"""What was answered need not be made again: strong ETags, conditions, codings and the answer cache (RFC 9110, 9111)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgenealogy.web.caching import AnswerCache, Kept
from tests.protocol.asking import DIRECT, FORM, send
from tests.protocol.invented import ASK, DECODERS, EVERYTHING, evaluations, figures, get, request, serving
from tests.waiting import wait_for

#: One address of each kind that gives data.
DATA = [
    ASK,
    "/",
    "/sparql",
    "/architecture/alpha-net",
    "/architecture/alpha-net.ttl",
    "/ontology.jsonld",
    "/queries",
    "/queries/roots",
    "/queries/roots.rq",
    "/lineage/alpha-net",
    "/lineage/alpha-net.dot",
    "/export/all.nq",
    "/export/meta.ttl",
    "/context.jsonld",
    "/openapi.json",
    "/static/style.css",
]
#: What has a freshness of its own: files, and what JSON-LD documents refer to, fetched anew for each one otherwise.
LONGER = ("/static", "/context.jsonld")
OF_THE_MOMENT = ["/healthz", "/metrics"]
FAILING = ["/nowhere", "/architecture/alfa-net", "/sparql?query=SELECT", "/sparql?query=ASK%7B%7D&format=xlsx"]
TURTLE = "text/turtle"

_asked = iter(range(1_000_000))


def new_question() -> str:
    """The address of a question that was never asked before."""
    return f"/sparql?query={quote(f'SELECT ?s {{ ?s a ?type }} # {next(_asked)}')}"


@contextmanager
def keeping(address: str) -> Iterator[None]:
    """At its end, the answer to the new question that was asked meanwhile is kept: maybe a moment after it was sent."""
    before = figures(address)["deepgenealogy_answer_cache_bytes"]
    yield
    wait_for(lambda: figures(address)["deepgenealogy_answer_cache_bytes"] > before)


# ETags


@pytest.mark.parametrize("target", DATA)
def test_data_has_a_strong_etag(target: str, address: str) -> None:
    etag = get(address, target).headers["ETag"]
    assert etag.startswith('"')
    assert etag.endswith('"')


@pytest.mark.parametrize("target", DATA)
def test_the_same_request_has_the_same_etag(target: str, address: str) -> None:
    assert get(address, target).headers["ETag"] == get(address, target).headers["ETag"]


@pytest.mark.parametrize("target", DATA)
def test_what_the_asker_holds_is_not_sent_again(target: str, address: str) -> None:
    etag = get(address, target).headers["ETag"]
    reply = get(address, target, If_None_Match=etag)
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", etag)


def test_an_unchanged_question_costs_no_evaluation(address: str) -> None:
    question = new_question()
    etag = get(address, question).headers["ETag"]
    before = evaluations(address)
    assert get(address, question, If_None_Match=etag).status == 304
    assert evaluations(address) == before


@pytest.mark.parametrize("target", ["/architecture/alpha-net", "/queries/roots", "/lineage/alpha-net"])
def test_an_unchanged_page_costs_no_evaluation(target: str, address: str) -> None:
    etag = get(address, target).headers["ETag"]
    before = evaluations(address)
    assert get(address, target, If_None_Match=etag).status == 304
    assert evaluations(address) == before


@pytest.mark.parametrize(
    "other",
    [
        "/sparql?query=ASK%7B%20%7D",
        f"{ASK}&format=xml",
        f"{ASK}&default-graph-uri=urn:x",
        f"{ASK}&named-graph-uri=urn:x",
        f"{ASK}&timeout=5",
    ],
)
def test_another_question_has_another_etag(other: str, address: str) -> None:
    assert get(address, other).headers["ETag"] != get(address, ASK).headers["ETag"]


@pytest.mark.parametrize(
    ("target", "accepts"),
    [
        (ASK, ("application/sparql-results+json", "application/sparql-results+xml")),
        ("/architecture/alpha-net", ("text/html", TURTLE)),
        ("/queries", ("text/html", "application/json")),
    ],
)
def test_another_format_has_another_etag(target: str, accepts: tuple[str, str], address: str) -> None:
    one, other = (get(address, target, Accept=accept) for accept in accepts)
    assert one.media_type != other.media_type
    assert one.headers["ETag"] != other.headers["ETag"]


def test_the_etag_of_one_format_is_not_taken_for_another(address: str) -> None:
    etag = get(address, "/architecture/alpha-net", Accept=TURTLE).headers["ETag"]
    reply = get(address, "/architecture/alpha-net", Accept="text/html", If_None_Match=etag)
    assert (reply.status, reply.media_type) == (200, "text/html")


def test_head_has_the_etag_of_get(address: str) -> None:
    assert request("HEAD", address, EVERYTHING).headers["ETag"] == get(address, EVERYTHING).headers["ETag"]


def test_head_is_answered_304_as_well(address: str) -> None:
    etag = get(address, ASK).headers["ETag"]
    assert request("HEAD", address, ASK, If_None_Match=etag).status == 304


def test_an_etag_holds_across_a_new_start(address: str, invented_root: Path, invented_store: Path) -> None:
    # The address is part of what is asked (the service description names it), so that it is held still here.
    held = get(address, ASK, Host="data.example").headers["ETag"]
    with serving(invented_root, invented_store) as (another, _):
        assert get(another, ASK, Host="data.example", If_None_Match=held).status == 304


def test_an_etag_ends_with_its_snapshot(address: str, invented_root: Path, tmp_path: Path) -> None:
    held = get(address, ASK, Host="data.example").headers["ETag"]
    root = tmp_path / "changed"
    subprocess.run(["cp", "-r", str(invented_root), str(root)], check=True)
    record = root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("Alfa-Net", "Alffa-Net"), encoding="utf-8")
    with serving(root, tmp_path / "store") as (another, _):
        assert get(another, ASK, Host="data.example", If_None_Match=held).status == 200


# If-None-Match


@pytest.mark.parametrize("form", ['"other", {}', 'W/{}, "other"', "W/{}", '"a,b" , {}'])
def test_any_etag_of_a_list_counts_and_weakness_does_not(form: str, address: str) -> None:
    etag = get(address, ASK).headers["ETag"]
    assert get(address, ASK, If_None_Match=form.format(etag)).status == 304


def test_any_answer_at_all_is_held_by_a_star(address: str) -> None:
    assert get(address, ASK, If_None_Match="*").status == 304


@pytest.mark.parametrize("target", FAILING)
def test_a_star_holds_no_failure(target: str, address: str) -> None:
    assert get(address, target, If_None_Match="*").status == get(address, target).status


@pytest.mark.parametrize("sent", ['"other"', "nonsense", "", '"', "W/", ",,,", '"\u00e9"'])
def test_what_is_not_the_etag_gets_the_answer(sent: str, address: str) -> None:
    assert get(address, ASK, If_None_Match=sent).status == 200


def test_a_304_says_how_long_and_by_what_the_answer_varies(address: str) -> None:
    etag = get(address, ASK).headers["ETag"]
    headers = get(address, ASK, If_None_Match=etag).headers
    assert "max-age" in headers["Cache-Control"]
    assert {"accept", "accept-encoding"} <= {name.strip().lower() for name in headers["Vary"].split(",")}


def test_a_post_is_never_answered_304(address: str) -> None:
    etag = get(address, ASK).headers["ETag"]
    reply = send(address, "POST", "/sparql", b"ASK{}", {"Content-Type": DIRECT, "If-None-Match": f"{etag}, *"})
    assert reply.status == 200


# Cache-Control


@pytest.mark.parametrize("target", [target for target in DATA if not target.startswith(LONGER)])
def test_data_may_be_kept_for_a_little_while_by_anybody(target: str, address: str) -> None:
    assert get(address, target).headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("target", ["/context.jsonld", "/frames/architecture.jsonld"])
def test_what_documents_refer_to_may_be_kept_for_a_day(target: str, address: str) -> None:
    assert get(address, target).headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("target", [*OF_THE_MOMENT, *FAILING])
def test_what_is_of_the_moment_or_failed_is_kept_by_nobody(target: str, address: str) -> None:
    headers = get(address, target).headers
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


@pytest.mark.parametrize("fickle", ["NOW()", "RAND()", "UUID()", "STRUUID()", "rand()"])
def test_a_question_whose_answer_differs_each_time_is_kept_by_nobody(fickle: str, address: str) -> None:
    question = f"/sparql?query={quote(f'SELECT ({fickle} AS ?x) {{}}')}"
    first, second = get(address, question), get(address, question)
    assert (first.headers["Cache-Control"], first.headers["ETag"]) == ("no-store", None)
    assert first.body != second.body


def test_such_a_word_in_a_string_or_a_comment_changes_nothing(address: str) -> None:
    question = f"/sparql?query={quote('ASK { ?s ?p ' + repr('NOW()') + ' } # RAND()')}"
    assert get(address, question).headers["ETag"]


# Content codings


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("target", ["/architecture/alpha-net", EVERYTHING, "/export/all.nq", "/static/style.css"])
def test_a_coded_answer_is_the_plain_one(coding: str, target: str, address: str) -> None:
    plain, coded = get(address, target), get(address, target, Accept_Encoding=coding)
    assert coded.headers["Content-Encoding"] == coding
    assert DECODERS[coding](coded.body) == plain.body


def test_every_coding_has_an_etag_of_its_own(address: str) -> None:
    etags = {
        get(address, "/architecture/alpha-net", Accept_Encoding=coding).headers["ETag"]
        for coding in [*DECODERS, "identity"]
    }
    assert len(etags) == len(DECODERS) + 1


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("target", [EVERYTHING, "/architecture/alpha-net", "/static/style.css"])
def test_a_coded_answer_is_not_sent_again_either(coding: str, target: str, address: str) -> None:
    etag = get(address, target, Accept_Encoding=coding).headers["ETag"]
    reply = get(address, target, Accept_Encoding=coding, If_None_Match=etag)
    assert (reply.status, reply.headers["ETag"]) == (304, etag)


@pytest.mark.parametrize(
    "target", ["/architecture/alpha-net", "/architecture/alpha-net.ttl", EVERYTHING, "/export/all.nq"]
)
def test_what_is_coded_does_not_tell_when_that_was_done(target: str, address: str) -> None:
    # Else what has the same ETag would have other bytes a second later, or from another replica.
    reply = get(address, target, Accept_Encoding="gzip")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.body[4:8] == bytes(4)
    assert DECODERS["gzip"](reply.body)


def test_a_coding_that_the_asker_cannot_read_is_not_held_by_it(address: str) -> None:
    etag = get(address, EVERYTHING, Accept_Encoding="gzip").headers["ETag"]
    assert get(address, EVERYTHING, Accept_Encoding="br", If_None_Match=etag).status == 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, br;q=0.5", "gzip"),
        ("gzip;q=0.1, br; q=0.5", "br"),
        ("*", "zstd"),
        ("gzip;q=0", None),
        ("gzip;q=0, br;q=0, zstd;q=0", None),
        ("*;q=0", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("compress", None),
        ("gzip;q=nonsense", None),
        (";;,,=", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted: str, coding: str | None, address: str) -> None:
    assert get(address, EVERYTHING, Accept_Encoding=accepted).headers["Content-Encoding"] == coding


def test_a_tiny_answer_is_not_coded(address: str) -> None:
    assert get(address, ASK, Accept_Encoding="gzip").headers["Content-Encoding"] is None


# The answer cache


def test_a_question_that_was_answered_is_not_evaluated_again(address: str) -> None:
    question = new_question()
    with keeping(address):
        first = get(address, question)
    before = evaluations(address)
    assert get(address, question).body == first.body
    assert evaluations(address) == before


def test_what_comes_from_the_cache_has_the_headers_of_the_first_answer(address: str) -> None:
    question = new_question()
    with keeping(address):
        one = dict(get(address, question).headers)
    other = dict(get(address, question).headers)
    assert {**one, "Date": "", "X-Request-Id": ""} == {**other, "Date": "", "X-Request-Id": ""}


def test_a_posted_question_is_kept_too(address: str) -> None:
    body = f"ASK {{}} # {next(_asked)}".encode()
    with keeping(address):
        replies = [send(address, "POST", "/sparql", body, {"Content-Type": DIRECT})]
    before = evaluations(address)
    replies += [send(address, "POST", "/sparql", body, {"Content-Type": DIRECT})]
    assert [reply.status for reply in replies] == [200, 200]
    assert evaluations(address) == before


def test_posted_forms_with_other_datasets_are_other_questions(address: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    datasets = [[], [("default-graph-uri", "urn:empty")]]
    counts = [
        send(
            address, "POST", "/sparql", urlencode([("query", query), *dataset]).encode(), {"Content-Type": FORM}
        ).number
        for dataset in datasets
    ]
    assert counts[0] > counts[1] == 0


def test_hits_and_misses_are_counted(address: str) -> None:
    question = new_question()
    before = figures(address)
    with keeping(address):
        get(address, question)
    get(address, question)
    after = figures(address)
    grown = [after[f"deepgenealogy_answer_cache_{what}_total"] - before[f"deepgenealogy_answer_cache_{what}_total"]
             for what in ("hits", "misses")]  # fmt: skip
    assert grown == [1, 1]


def test_a_head_does_not_fill_the_cache_with_nothing(address: str) -> None:
    question = new_question()
    request("HEAD", address, question)
    assert get(address, question).json()["results"]["bindings"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 5_000)), max_size=60))
def test_the_cache_never_grows_beyond_its_bytes(puts: list[tuple[str, int]]) -> None:
    cache = AnswerCache(50_000)
    for mark, size in puts:
        cache.put(mark, Kept((("Content-Type", "text/plain"),), b"x" * size))
        assert cache.size_bytes <= 50_000


def test_one_answer_never_takes_most_of_the_cache() -> None:
    cache = AnswerCache(64_000)
    cache.put("large", Kept((), b"x" * 40_000))
    assert cache.get("large") is None


def test_what_was_used_longest_ago_is_given_up_first() -> None:
    cache = AnswerCache(64_000)
    for number in range(100):
        cache.put(str(number), Kept((), b"x" * 1_000))
        cache.get("0")
    assert cache.get("0") is not None
    assert cache.get("1") is None
