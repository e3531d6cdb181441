"""Conditions of writes: two curators who begin from the same state cannot both write over it (RFC 9110, section 13)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.protocol.asking import Reply
from tests.protocol.invented import get
from tests.protocol.writable import TURTLE, UPDATE, WritableServer, at, triples, writable

ONE, TWO, THREE = ("<x:s> <x:p> 1 .", "<x:s> <x:p> 2 .", "<x:s> <x:p> 3 .")


@pytest.fixture(scope="module")
def server(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A server that takes writes."""
    with writable(invented_root, tmp_path_factory.mktemp("conditions")) as server:
        yield server


def tag(server: WritableServer, graph: str, **headers: str) -> str:
    """The ETag of a graph."""
    return str(get(server.address, at(graph), **headers).headers["ETag"])


def put(server: WritableServer, graph: str, turtle: str, **headers: str) -> Reply:
    """The answer to a PUT under conditions."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.send("PUT", at(graph), turtle.encode(), TURTLE, named)


def test_a_write_over_what_was_read_is_made_and_the_next_one_over_the_same_is_a_412(server: WritableServer) -> None:
    server.put("x:a", ONE)
    read = tag(server, "x:a")
    assert put(server, "x:a", TWO, If_Match=read).status == 204
    refused = put(server, "x:a", THREE, If_Match=read)
    assert (refused.status, server.snapshot in refused.json()["detail"]) == (412, True)
    assert server.triples(at("x:a")) == triples(TWO)


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "text/turtle;q=0.3, */*;q=0.1"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_the_tag_of_any_representation_will_do(accept: str, coding: str, server: WritableServer) -> None:
    server.put("x:b", "".join(f"<x:s{n}> <x:p> {n} ." for n in range(200)))
    read = tag(server, "x:b", Accept=accept, Accept_Encoding=coding)
    assert put(server, "x:b", ONE, If_Match=read).status == 204


def test_the_snapshot_that_a_write_names_is_a_tag_for_the_next_write(server: WritableServer) -> None:
    written = server.put("x:c", ONE).headers["X-Deepgenealogy-Snapshot"]
    assert put(server, "x:c", TWO, If_Match=f'"{written}"').status == 204
    assert put(server, "x:c", THREE, If_Match=f'"{written}"').status == 412


def test_one_of_several_tags_is_enough(server: WritableServer) -> None:
    server.put("x:d", ONE)
    assert put(server, "x:d", TWO, If_Match=f'"nothing", {tag(server, "x:d")}').status == 204


@pytest.mark.parametrize("condition", ['W/"{snapshot}"', '"nothing"', '""', "nonsense, , ,"])
def test_a_weak_or_strange_tag_matches_nothing(condition: str, server: WritableServer) -> None:
    server.put("x:e", ONE)
    assert put(server, "x:e", TWO, If_Match=condition.format(snapshot=server.snapshot)).status == 412
    assert server.triples(at("x:e")) == triples(ONE)


def test_an_empty_tag_matches_no_answer_either(server: WritableServer) -> None:
    assert get(server.address, "/sparql?query=ASK%7B%7D", If_None_Match='""').status == 200


def test_if_none_match_with_a_star_makes_a_graph_only_where_there_is_none(server: WritableServer) -> None:
    statuses = [put(server, "x:f", text, If_None_Match="*").status for text in (ONE, TWO)]
    assert statuses == [201, 412]
    assert server.triples(at("x:f")) == triples(ONE)


def test_if_match_with_a_star_changes_a_graph_only_where_there_is_one(server: WritableServer) -> None:
    assert put(server, "x:g", ONE, If_Match="*").status == 412
    server.put("x:g", ONE)
    assert put(server, "x:g", TWO, If_Match="*").status == 204


def test_if_none_match_with_the_present_tag_is_a_412(server: WritableServer) -> None:
    server.put("x:h", ONE)
    assert put(server, "x:h", TWO, If_None_Match=tag(server, "x:h")).status == 412
    assert put(server, "x:h", TWO, If_None_Match='"nothing"').status == 204


@pytest.mark.parametrize(
    ("method", "target", "media_type", "body"),
    [
        ("POST", at("x:i"), TURTLE, TWO.encode()),
        ("DELETE", at("x:i"), "", b""),
        ("PUT", "/store?default", TURTLE, TWO.encode()),
        ("POST", "/update", UPDATE, b"CLEAR ALL"),
    ],
)
def test_every_write_may_have_a_condition(
    method: str, target: str, media_type: str, body: bytes, server: WritableServer
) -> None:
    former = server.put("x:i", ONE).headers["X-Deepgenealogy-Snapshot"]
    present = server.put("x:i", TWO).headers["X-Deepgenealogy-Snapshot"]
    assert server.send(method, target, body, media_type, {"If-Match": f'"{former}"'}).status == 412
    assert server.snapshot == present
    assert server.send(method, target, body, media_type, {"If-Match": f'"{present}"'}).status == 204


def test_of_many_who_write_over_the_same_state_at_once_one_succeeds(server: WritableServer) -> None:
    server.put("x:j", ONE)
    read = tag(server, "x:j")
    with ThreadPoolExecutor(8) as pool:
        replies = pool.map(lambda n: put(server, "x:j", f"<x:s> <x:p> {n} .", If_Match=read), range(10, 18))
    assert sorted(reply.status for reply in replies) == [204] + [412] * 7


def test_without_the_token_a_condition_tells_nothing(server: WritableServer) -> None:
    wrong = {"If-None-Match": "*", "Authorization": "Bearer wrong"}
    assert server.send("PUT", "/store?default", b"", TURTLE, wrong).status == 403
