"""Permalinks over a real server: an answer is pinned, the data change, the answer still comes, or says why not."""

import csv
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from deepgenealogy.vocabulary import BASE
from tests.protocol.asking import BROWSER, RESULTS, Reply, send
from tests.protocol.invented import figures, serving
from tests.protocol.writable import WritableServer, writable
from tests.soak.watching import descendants, runs_module
from tests.waiting import wait_for

QUESTION = "/queries/ancestors/citation?architecture=beta-net"
QUERY = "SELECT ?s ?o { GRAPH <x:g> { ?s <x:p> ?o } }"
#: A query whose answer over a former snapshot takes longer than any limit.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?h != <x:endless>) }"


def links(reply: Reply) -> dict[str, str]:
    """The Link headers by relation."""
    found = ",".join(reply.headers.get_all("Link") or [])
    return {relation: target for target, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', found)}


def permalink(address: str, target: str) -> str:
    """The path by which the answer that `target` cites is pinned."""
    reply = send(address, "GET", target)
    assert reply.status == 200, reply.body
    return "/" + links(reply)["cite-as"].removeprefix(BASE)


def cited(query: str) -> str:
    """The path of the citation of a query."""
    return f"/sparql/citation?query={quote(query)}"


def read(address: str, target: str, accept: str = RESULTS) -> Reply:
    """The answer to a GET."""
    return send(address, "GET", target, headers={"Accept": accept})


def test_a_permalink_of_a_question_carries_all_that_it_pins(address: str) -> None:
    path = permalink(address, QUESTION)
    assert re.fullmatch(
        r"/queries/ancestors\?architecture=beta-net&snapshot=[0-9a-f]{16}&answer=sha256-[0-9a-f]{32}"
        r"&order=[0-9a-f]{8}&wording=[0-9a-f]{16}",
        path,
    )


def test_arguments_left_at_their_examples_are_pinned_in_full(address: str) -> None:
    assert "architecture=u-net&" in permalink(address, "/queries/ancestors/citation")


def test_following_it_gives_the_answer_and_says_that_it_is_the_same(address: str) -> None:
    reply = read(address, permalink(address, QUESTION))
    assert (reply.status, reply.headers["X-Deepgenealogy-Verified"]) == (200, "same")
    assert reply.json()["pinned"]["verified"] == "same"
    assert reply.json()["results"] == read(address, "/queries/ancestors?architecture=beta-net").json()["results"]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml", BROWSER])
def test_it_is_answered_in_every_format(accept: str, address: str) -> None:
    reply = read(address, permalink(address, QUESTION), accept)
    assert (reply.status, reply.headers["X-Deepgenealogy-Verified"]) == (200, "same")
    assert b"alpha-net" in reply.body


def test_an_altered_digest_is_a_409_that_names_the_right_one(address: str) -> None:
    path = permalink(address, QUESTION)
    answer = re.search(r"sha256-[0-9a-f]{32}", path)
    assert answer
    reply = read(address, path.replace(answer[0], "sha256-" + "0" * 32))
    assert reply.status == 409
    assert reply.json()["pinned"]["answer"] == answer[0]
    assert "was altered" in reply.json()["detail"]


def test_an_altered_order_is_told_apart_from_other_rows(address: str) -> None:
    path = re.sub(r"order=[0-9a-f]{8}", "order=00000000", permalink(address, QUESTION))
    assert read(address, path).headers["X-Deepgenealogy-Verified"] == "reordered"


def test_another_wording_is_told(address: str) -> None:
    path = re.sub(r"wording=[0-9a-f]{16}", "wording=0000000000000000", permalink(address, QUESTION))
    assert read(address, path).json()["pinned"]["wording"] == "changed"


@pytest.mark.parametrize("name", ["snapshot", "answer", "order", "wording"])
def test_what_is_no_pin_is_a_400_that_names_it(name: str, address: str) -> None:
    path = re.sub(rf"{name}=[^&]*", f"{name}=../../etc", permalink(address, QUESTION))
    reply = read(address, path)
    assert (reply.status, reply.json()["parameter"]) == (400, name)


def test_an_answer_without_its_snapshot_is_a_400(address: str) -> None:
    reply = read(address, f"/queries/roots?answer=sha256-{'0' * 32}")
    assert (reply.status, reply.json()["parameter"]) == (400, "snapshot")


def test_a_snapshot_that_is_not_held_is_a_410_with_todays_answer_beside(address: str) -> None:
    path = re.sub(r"snapshot=[0-9a-f]{16}", "snapshot=0000000000000000", permalink(address, QUESTION))
    reply = read(address, path)
    told = reply.json()
    assert (reply.status, told["snapshot"], told["today"]["verified"]) == (410, "0000000000000000", "same")
    assert told["today"]["snapshot"] in told["held"]
    page = read(address, path, BROWSER)
    assert (page.status, page.media_type) == (410, "text/html")
    assert b"It is the same answer." in page.body
    assert b"alpha-net" in page.body


@pytest.mark.parametrize("words", ["NOW()", "RAND()", "STRUUID()"])
def test_what_differs_each_time_cannot_be_cited(words: str, address: str) -> None:
    reply = send(address, "GET", cited(f"SELECT ({words} AS ?x) {{}}"))
    assert reply.status == 400
    assert b"differs each time" in reply.body


def test_a_query_that_does_not_parse_is_a_400_with_its_place(address: str) -> None:
    reply = send(address, "GET", cited("SELECT * {"))
    assert (reply.status, reply.json()["line"]) == (400, 1)


def test_an_answer_too_large_to_pin_is_a_507_that_names_the_setting(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, DEEPGENEALOGY_ANSWER_SPOOL_BYTES="1000") as (address, _):
        reply = send(address, "GET", cited("SELECT * { ?s ?p ?o }"))
        assert (reply.status, reply.json()["limit"]) == (507, "answer_spool_bytes")


@pytest.fixture(scope="module")
def edited(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WritableServer, str]]:
    """A server whose data changed after an answer was pinned, and the permalink; three snapshots are kept."""
    store = tmp_path_factory.mktemp("edited")
    with writable(
        invented_root, store, DEEPGENEALOGY_SNAPSHOTS_KEPT="3", DEEPGENEALOGY_QUERY_TIME_LIMIT_S="60"
    ) as server:
        yield server, pinned_and_edited(server)


def pinned_and_edited(server: WritableServer) -> str:
    """The permalink of an answer, after which the data changed."""
    server.put("x:g", '<x:a> <x:p> "went" . <x:b> <x:p> "stays" .')
    path = permalink(server.address, cited(QUERY))
    server.put("x:g", '<x:b> <x:p> "stays" . <x:c> <x:p> "came", _:blank .')
    return path


def snapshot_of(path: str) -> str:
    """The snapshot that a permalink names."""
    found = re.search(r"snapshot=(\w+)", path)
    assert found
    return found[1]


def spawned(server: WritableServer) -> list[int]:
    """The workers of former snapshots that run."""
    return [pid for pid in descendants(server.process.pid) if runs_module(pid, "engine.spawned")]


def values(reply: Reply, name: str) -> list[str]:
    """The values of a column of an answer in SPARQL JSON, sorted."""
    return sorted(row[name]["value"] for row in reply.json()["results"]["bindings"])


def test_a_former_snapshot_answers_as_it_did(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    reply = read(server.address, path)
    assert values(reply, "o") == ["stays", "went"]
    assert reply.headers["X-Deepgenealogy-Verified"] == "same"
    assert reply.headers["X-Deepgenealogy-Snapshot"] != server.snapshot


def test_todays_answer_is_another_one(edited: tuple[WritableServer, str]) -> None:
    server, _ = edited
    assert "went" not in values(read(server.address, f"/sparql?query={quote(QUERY)}"), "o")


def test_what_changed_since_are_the_rows_that_came_and_went(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    told = read(server.address, path.replace("/sparql?", "/sparql/changes?"), "application/json").json()
    assert [row["s"]["value"] for row in told["removed"]] == ["x:a"]
    assert sorted(row["o"]["type"] for row in told["added"]) == ["bnode", "literal"]
    assert (told["same"], told["verified"], told["columns"]) == (False, "same", ["s", "o"])
    assert told["today"]["snapshot"] == server.snapshot


def test_both_sides_of_the_changes_are_permalinks_that_hold(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    told = read(server.address, path.replace("/sparql?", "/sparql/changes?"), "application/json").json()
    for side in ("before", "today"):
        reply = read(server.address, "/" + told[side]["permalink"].removeprefix(BASE))
        assert reply.headers["X-Deepgenealogy-Verified"] == "same"


def test_the_page_of_the_changes_shows_both(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    page = read(server.address, path.replace("/sparql?", "/sparql/changes?"), BROWSER).body.decode()
    added, removed = page.index("Added since"), page.index("No longer there")
    assert added < page.index("came") < removed < page.index("went")


@pytest.mark.parametrize(("query", "came"), [
    ("CONSTRUCT { ?s <x:q> ?o } { GRAPH <x:g> { ?s <x:p> ?o FILTER(!ISBLANK(?o)) } }", '<x:c> <x:q> "came" .'),
    ('ASK { GRAPH <x:g> { <x:c> ?p "came" } }', "true"),
])  # fmt: skip
def test_changes_of_graphs_and_booleans_are_told_too(query: str, came: str, edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    target = f"/sparql/changes?{urlencode({'query': query, 'snapshot': snapshot_of(path)})}"
    told = read(server.address, target, "application/json").json()
    assert [row["answer"]["value"] for row in told["added"]] == [came]
    assert len(told["removed"]) == 1


def test_a_former_snapshot_is_asked_within_the_same_limits(invented_root: Path, tmp_path: Path) -> None:
    # Time enough for the start of a worker, which is a part of the time of its question.
    with writable(invented_root, tmp_path / "store", DEEPGENEALOGY_QUERY_TIME_LIMIT_S="6") as server:
        path = pinned_and_edited(server)
        target = f"/sparql?{urlencode({'query': ENDLESS, 'snapshot': snapshot_of(path)})}"
        with ThreadPoolExecutor(1) as beside:
            asked = beside.submit(read, server.address, target)
            wait_for(lambda: len(spawned(server)) == 1)
            reply = asked.result()
        assert (reply.status, reply.json()["limit"]) == (504, "query_time_limit_s")
        assert spawned(server) == []
        assert read(server.address, path).headers["X-Deepgenealogy-Verified"] == "same"


def test_no_worker_of_a_former_snapshot_stays(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    started = figures(server.address)["deepgenealogy_workers_started_total"]
    for number in range(3):
        read(server.address, f"{path}&timeout={20 + number}")
    assert figures(server.address)["deepgenealogy_workers_started_total"] >= started + 3
    assert spawned(server) == []


def test_a_former_snapshot_calls_nobody(edited: tuple[WritableServer, str]) -> None:
    server, path = edited
    query = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    assert read(server.address, f"/sparql?{urlencode({'query': query, 'snapshot': snapshot_of(path)})}").status == 400


def test_the_setting_says_how_many_snapshots_are_held(invented_root: Path, tmp_path: Path) -> None:
    with writable(invented_root, tmp_path / "store", DEEPGENEALOGY_SNAPSHOTS_KEPT="2") as server:
        server.put("x:g", "<x:s> <x:p> 0 .")
        path = permalink(server.address, cited(QUERY))
        server.put("x:g", "<x:s> <x:p> 1 .")
        assert read(server.address, path).status == 200
        server.put("x:g", "<x:s> <x:p> 2 .")
        reply = read(server.address, path)
        assert (reply.status, len(reply.json()["held"])) == (410, 2)
        assert reply.json()["today"]["verified"] == "different"


def test_an_explained_answer_comes_from_the_pinned_snapshot(address: str) -> None:
    path = permalink(address, QUESTION)
    found = read(address, f"{path}&explain=1&format=csv")
    (row,) = csv.DictReader(io.StringIO(found.body.decode()))
    assert row["because_derivation"] == f"{BASE}derivation/beta-net--alpha-net"
    assert row["because_locator"] == "Section 2"


def test_an_explained_answer_is_verified_too(address: str) -> None:
    path = permalink(address, QUESTION)
    assert read(address, f"{path}&explain=1").headers["X-Deepgenealogy-Verified"] == "same"
    altered = re.sub(r"answer=sha256-[0-9a-f]{32}", f"answer=sha256-{'0' * 32}", path)
    assert read(address, f"{altered}&explain=1").status == 409
