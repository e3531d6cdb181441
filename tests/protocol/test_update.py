"""SPARQL 1.1 Update over the SPARQL 1.1 Protocol, rule by rule (https://www.w3.org/TR/sparql11-protocol/, 2.2)."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.protocol.asking import FORM, Reply, send
from tests.protocol.writable import TURTLE, UPDATE, WritableServer, at, triples, writable

INSERT = "INSERT DATA { GRAPH <x:g> { <x:s> <x:p> 1 } }"
A, B = "<x:s> <x:p> 1 .", "<x:s> <x:p> 2 ."


@pytest.fixture(scope="module")
def running(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A server that takes writes."""
    with writable(invented_root, tmp_path_factory.mktemp("update")) as server:
        yield server


@pytest.fixture
def server(running: WritableServer) -> WritableServer:
    """A server with two small graphs, and an empty default graph."""
    running.update(
        f"DROP SILENT GRAPH <x:g>; CLEAR DEFAULT; DROP SILENT GRAPH <x:a>; DROP SILENT GRAPH <x:b>;"
        f"INSERT DATA {{ GRAPH <x:a> {{ {A} }} GRAPH <x:b> {{ {B} }} }}"
    )
    return running


def post(server: WritableServer, *fields: tuple[str, str], target: str = "/update") -> Reply:
    """The answer to a posted form."""
    return server.send("POST", target, urlencode(fields).encode(), FORM)


# Operations


def test_an_update_that_is_posted_as_a_form_is_made(server: WritableServer) -> None:
    assert post(server, ("update", INSERT)).status == 204
    assert server.triples(at("x:g")) == triples(A)


def test_an_update_that_is_posted_directly_is_made(server: WritableServer) -> None:
    assert server.update(INSERT).status == 204
    assert server.triples(at("x:g")) == triples(A)


def test_operations_are_made_in_their_order(server: WritableServer) -> None:
    server.update(f"{INSERT} ; DELETE WHERE {{ GRAPH <x:g> {{ ?s ?p 1 }} }} ; COPY <x:b> TO <x:g>")
    assert server.triples(at("x:g")) == triples(B)


@pytest.mark.parametrize(
    "failing", ["CREATE GRAPH <x:a>", "DROP GRAPH <x:nowhere>", "INSERT {", "nonsense", "CLEAR XYZ"]
)
def test_an_update_of_which_one_operation_fails_changes_nothing(failing: str, server: WritableServer) -> None:
    before = server.snapshot
    assert server.update(f"{INSERT} ; {failing} ; CLEAR GRAPH <x:b>").status == 400
    assert server.snapshot == before
    assert send(server.address, "GET", at("x:g")).status == 404
    assert server.triples(at("x:b")) == triples(B)


def test_the_next_update_does_not_contain_what_a_failed_one_did(server: WritableServer) -> None:
    server.update(f"{INSERT} ; CREATE GRAPH <x:a>")
    server.update("CREATE GRAPH <x:after>; DROP GRAPH <x:after>")
    assert send(server.address, "GET", at("x:g")).status == 404


@pytest.mark.parametrize("removing", ["DELETE DATA { GRAPH <x:a> { <x:s> <x:p> 1 } }", "CLEAR GRAPH <x:a>"])
def test_a_graph_that_an_update_leaves_empty_stays(removing: str, server: WritableServer) -> None:
    assert server.update(removing).status == 204
    assert server.triples(at("x:a")) == set()
    assert server.says("GRAPH <x:a> {}")


def test_an_empty_update_is_made(server: WritableServer) -> None:
    assert server.update("").status == 204


def test_an_update_that_does_not_parse_is_a_400_with_line_and_column(server: WritableServer) -> None:
    reply = server.update("DELETE WHERE { ?s ?p ?o };\n INSERT [")
    assert (reply.status, reply.json()["line"], reply.json()["column"]) == (400, 2, 10)


def test_relative_iris_of_an_update_are_resolved_against_its_address(server: WritableServer) -> None:
    server.update("INSERT DATA { GRAPH <x:g> { <test> <x:p> 1 } }")
    assert server.triples(at("x:g")) == triples(f"<{server.address}/test> <x:p> 1 .")


def test_a_base_of_an_update_goes_before_its_address(server: WritableServer) -> None:
    server.update("BASE <http://example.org/> INSERT DATA { GRAPH <x:g> { <test> <x:p> 1 } }")
    assert server.triples(at("x:g")) == triples("<http://example.org/test> <x:p> 1 .")


def test_the_answer_to_an_update_has_no_body_and_no_type(server: WritableServer) -> None:
    reply = server.update(INSERT)
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (204, b"", None)


def test_prefixes_of_the_project_are_known_in_updates(server: WritableServer) -> None:
    server.update("INSERT DATA { GRAPH <x:g> { dgo:Method <x:p> 1 } }")
    assert server.triples(at("x:g")) == triples("<https://w3id.org/deepgenealogy/ontology#Method> <x:p> 1 .")


def test_a_where_of_an_update_sees_the_default_graph_and_no_named_one(server: WritableServer) -> None:
    server.send("PUT", "/store?default", b"<x:default> <x:p> 1 .", TURTLE)
    server.update("INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
    assert server.triples(at("x:g")) == triples("<x:default> <x:p> 1 .")


# The request


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_an_update_by_another_method_than_post_is_a_405(method: str, server: WritableServer) -> None:
    reply = server.send(method, f"/update?{urlencode({'update': INSERT})}")
    assert reply.status == 405
    assert set(reply.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/sparql-query", "application/json", TURTLE])
def test_a_wrong_media_type_is_a_415(media_type: str, server: WritableServer) -> None:
    assert server.send("POST", "/update", INSERT.encode(), media_type).status == 415


@pytest.mark.parametrize("parameters", ["charset=utf-8", "charset=UTF-8", 'charset="utf-8"', "version=1.1"])
def test_an_update_may_say_its_charset_and_version(parameters: str, server: WritableServer) -> None:
    assert server.send("POST", "/update", INSERT.encode(), f"{UPDATE}; {parameters}").status == 204


def test_a_byte_order_mark_before_an_update_is_not_part_of_it(server: WritableServer) -> None:
    assert server.update(f"\ufeff{INSERT}").status == 204
    assert server.triples(at("x:g")) == triples(A)


def test_two_updates_are_a_400(server: WritableServer) -> None:
    assert post(server, ("update", INSERT), ("update", INSERT)).status == 400


def test_a_second_update_in_the_address_is_a_400(server: WritableServer) -> None:
    assert server.update(INSERT, f"/update?{urlencode({'update': INSERT})}").status == 400


def test_a_form_without_an_update_is_a_400(server: WritableServer) -> None:
    assert post(server, ("using-graph-uri", "x:a")).status == 400


def test_a_query_in_the_field_for_queries_is_a_400(server: WritableServer) -> None:
    reply = post(server, ("query", "ASK {}"))
    assert reply.status == 400


def test_a_query_beside_an_update_is_a_400(server: WritableServer) -> None:
    assert post(server, ("query", "ASK {}"), ("update", INSERT)).status == 400


def test_a_query_in_the_field_for_updates_is_a_400_that_names_the_other_address(server: WritableServer) -> None:
    reply = server.update("SELECT * { ?s ?p ?o }")
    assert reply.status == 400
    assert "/sparql" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"INSERT DATA { <x:s> <x:p> '\xff' }", UPDATE),
        (INSERT.encode("utf-16"), UPDATE),
        (b"update=INSERT+DATA+%7B+%3Cx:s%3E+%3Cx:p%3E+'%FF'+%7D", FORM),
    ],
)
def test_an_update_that_is_not_utf8_is_a_400(body: bytes, media_type: str, server: WritableServer) -> None:
    assert server.send("POST", "/update", body, media_type).status == 400


def test_an_update_in_another_charset_is_refused(server: WritableServer) -> None:
    reply = server.send("POST", "/update", INSERT.encode("utf-16"), f"{UPDATE}; charset=utf-16")
    assert reply.status == 415


def test_an_update_larger_than_the_limit_is_a_413(server: WritableServer) -> None:
    assert server.update(f"{INSERT}#{'x' * 2_000_000}").status == 413


def test_an_update_longer_than_a_query_may_be_is_made(server: WritableServer) -> None:
    assert server.update(f"INSERT DATA {{ GRAPH <x:g> {{ <x:s> <x:p> '{'x' * 1_000_000}' }} }}").status == 204


def test_an_update_that_is_nested_too_deeply_is_a_400_and_harms_nobody(server: WritableServer) -> None:
    depth = 5_000
    assert server.update(f"INSERT {{}} WHERE {'{' * depth}{'}' * depth}").status == 400
    assert server.update(INSERT).status == 204


# The dataset (2.2.3)

COPY = "INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
COPY_NAMED = "INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
COPY_BOTH = "INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.mark.parametrize("directly", [True, False])
@pytest.mark.parametrize(
    ("text", "fields", "wanted"),
    [
        (COPY, [("using-graph-uri", "x:a")], A),
        (COPY, [("using-graph-uri", "x:a"), ("using-graph-uri", "x:b")], A + B),
        (COPY_NAMED, [("using-named-graph-uri", "x:b")], B),
        (COPY_NAMED, [("using-named-graph-uri", "x:a"), ("using-named-graph-uri", "x:b")], A + B),
        (COPY_BOTH, [("using-graph-uri", "x:a"), ("using-named-graph-uri", "x:b")], A + B),
    ],
)
def test_the_dataset_of_the_request_is_what_where_sees(
    text: str, fields: list[tuple[str, str]], wanted: str, directly: bool, server: WritableServer
) -> None:
    target = f"/update?{urlencode(fields)}"
    reply = server.update(text, target) if directly else post(server, ("update", text), *fields)
    assert reply.status == 204
    assert server.triples(at("x:g")) == triples(wanted)


def test_the_dataset_of_the_request_holds_for_every_operation(server: WritableServer) -> None:
    text = f"{COPY} ; INSERT {{ GRAPH <x:g> {{ ?s <x:q> ?o }} }} WHERE {{ ?s ?p ?o FILTER('WHERE' != ?o) }} # WHERE {{"
    server.update(text, "/update?using-graph-uri=x:a")
    assert server.triples(at("x:g")) == triples(A + "<x:s> <x:q> 1 .")


@pytest.mark.parametrize(
    ("text", "parameter"),
    [(COPY, "using-graph-uri"), (COPY, "using-named-graph-uri"), (COPY_NAMED, "using-graph-uri")],
)
def test_nothing_is_in_a_dataset_that_the_request_does_not_name(
    text: str, parameter: str, server: WritableServer
) -> None:
    graph = "x:nowhere" if text == COPY else "x:a"
    assert server.update(text, f"/update?{parameter}={graph}").status == 204
    assert send(server.address, "GET", at("x:g")).status == 404


def test_delete_where_takes_the_dataset_of_the_request(server: WritableServer) -> None:
    server.send("PUT", "/store?default", (A + B).encode(), TURTLE)
    assert server.update("DELETE WHERE { ?s ?p ?o }", "/update?using-graph-uri=x:a").status == 204
    server.update(COPY)
    assert server.triples(at("x:g")) == triples(B)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { <x:s> <x:p> ?o } USING <x:b> WHERE { ?s ?p ?o }",
        "insert { <x:s> <x:p> ?o } using named <x:b> where { graph ?g { ?s ?p ?o } }",
        "WITH <x:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX a: <x:> WITHa:b DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX a: <x:> INSERT { ?s ?p ?o } USINGa:b WHERE { ?s ?p ?o }",
        "DELETEWHERE { ?s ?p ?o }",
    ],
)
@pytest.mark.parametrize("parameter", ["using-graph-uri", "using-named-graph-uri"])
def test_a_dataset_in_the_request_and_in_the_update_is_a_400(parameter: str, text: str, server: WritableServer) -> None:
    before = server.snapshot
    assert server.update(text, f"/update?{parameter}=x:a").status == 400
    assert server.snapshot == before


def test_the_words_using_and_with_are_no_dataset_where_they_are_no_keywords(server: WritableServer) -> None:
    text = "PREFIX with: <x:> INSERT { GRAPH <x:g> { with:using ?p 'USING' } } WHERE { ?with ?p ?using } # WITH <x:>"
    assert server.update(text, "/update?using-graph-uri=x:a").status == 204
    assert server.triples(at("x:g")) == triples("<x:using> <x:p> 'USING' .")


@pytest.mark.parametrize("parameter", ["using-graph-uri", "using-named-graph-uri"])
def test_a_relative_iri_of_a_dataset_is_a_400(parameter: str, server: WritableServer) -> None:
    assert server.update(COPY, f"/update?{parameter}=relative").status == 400


# Nothing calls out


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:{port}/>",
        "LOAD SILENT <http://127.0.0.1:{port}/> INTO GRAPH <x:g>",
        "load<http://127.0.0.1:{port}/>",
        "PREFIX a: <http://127.0.0.1:{port}/> LOADa:b",
        "INSERT {{}} WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        "INSERT {{}} WHERE {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        "INSERT {{ <x:s> <x:p> '#' }} WHERE {{ SERVICESILENT<http://127.0.0.1:{port}/>{{}} }}",
    ],
)
def test_an_update_that_would_call_another_server_is_a_400_and_does_not(text: str, server: WritableServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.2)
        reply = server.update(text.format(port=other.getsockname()[1]))
        with pytest.raises(TimeoutError):
            other.accept()
    assert reply.status == 400
    assert "call another" in reply.json()["detail"]


@pytest.mark.parametrize("text", ["LOAD <file:///etc/passwd>", "LOAD SILENT <file:///etc/passwd> INTO GRAPH <x:g>"])
def test_no_file_is_ever_loaded(text: str, server: WritableServer) -> None:
    assert server.update(text).status == 400
    assert send(server.address, "GET", at("x:g")).status == 404
