"""The Graph Store HTTP Protocol, rule by rule (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from deepgenealogy.graph.formats import GRAPH_FORMATS
from tests.protocol.asking import send
from tests.protocol.writable import NONE, TURTLE, WritableServer, at, triples, writable

ONE, TWO = "<x:s> <x:p> 1 .", "<x:s> <x:p> 2 ."
MULTIPART = "multipart/form-data; boundary=xx"


@pytest.fixture(scope="module")
def server(invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A server that takes writes."""
    with writable(invented_root, tmp_path_factory.mktemp("graph-store")) as server:
        yield server


def multipart(*parts: tuple[str, str, str]) -> bytes:
    """A multipart body of parts: file name, media type, content."""
    written = "".join(
        f'--xx\r\nContent-Disposition: form-data; name="data"; filename="{filename}"\r\n'
        + (f"Content-Type: {media_type}\r\n" if media_type else "")
        + f"\r\n{content}\r\n"
        for filename, media_type, content in parts
    )
    return f"{written}--xx--\r\n".encode()


# Identification (4)


def test_a_graph_that_was_put_is_got_by_its_iri(server: WritableServer) -> None:
    server.put("x:indirect", ONE)
    assert server.triples(at("x:indirect")) == triples(ONE)


def test_a_graph_is_named_directly_by_its_address(server: WritableServer) -> None:
    assert server.send("PUT", "/store/direct/one", ONE.encode(), TURTLE).status == 201
    assert server.triples("/store/direct/one") == triples(ONE)


def test_the_iri_of_a_graph_that_is_named_directly_is_its_address(server: WritableServer) -> None:
    server.send("PUT", "/store/direct/two", ONE.encode(), TURTLE)
    assert server.triples(at(f"{server.address}/store/direct/two")) == triples(ONE)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_request_that_names_no_graph_is_a_400(method: str, server: WritableServer) -> None:
    assert server.send(method, "/store", b"", TURTLE).status == 400


@pytest.mark.parametrize(
    "target",
    [
        "/store?default&graph=x:g",
        "/store?graph=x:g&graph=x:h",
        "/store?default&default",
        "/store/direct/one?default",
        "/store/direct/one?graph=x:g",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_request_that_names_two_graphs_is_a_400(method: str, target: str, server: WritableServer) -> None:
    assert server.send(method, target, ONE.encode(), TURTLE).status == 400


@pytest.mark.parametrize("iri", ["relative", "", "/path", "//host/path", "x:a b", "%FF"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_the_iri_of_a_graph_must_be_absolute(method: str, iri: str, server: WritableServer) -> None:
    target = f"/store?graph={iri if iri.startswith('%') else quote(iri)}"
    assert server.send(method, target, ONE.encode(), TURTLE).status == 400


def test_relative_iris_of_a_body_are_resolved_against_the_graph(server: WritableServer) -> None:
    server.put("http://example.org/graphs/g", "<me> <x:p> <> .")
    wanted = "<http://example.org/graphs/me> <x:p> <http://example.org/graphs/g> ."
    assert server.triples(at("http://example.org/graphs/g")) == triples(wanted)


@pytest.mark.parametrize(
    ("sent", "iri"),
    [
        ("http://x/a+b", "http://x/a+b"),
        ("http%3A%2F%2Fx%2Fa%2Bb", "http://x/a+b"),
        ("http://x/a%23part", "http://x/a#part"),
        ("http://x/a%2520b", "http://x/a%20b"),
        ("http://x/%E7%81%B0", "http://x/\u7070"),
        ("http://x/?a=1%26b=2", "http://x/?a=1&b=2"),
    ],
)
def test_the_iri_of_a_graph_is_percent_decoded_once_and_a_plus_is_a_plus(
    sent: str, iri: str, server: WritableServer
) -> None:
    assert server.send("PUT", f"/store?graph={sent}", ONE.encode(), TURTLE).status in (201, 204)
    assert server.says(f"GRAPH <{iri}> {{ ?s ?p ?o }}")


# GET and HEAD (5.2, 5.6)


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_a_graph_is_got_in_every_rdf_syntax(name: str, server: WritableServer) -> None:
    server.put("x:syntaxes", ONE)
    media_type = GRAPH_FORMATS[name].media_type
    reply = send(server.address, "GET", at("x:syntaxes"), headers={"Accept": media_type})
    assert (reply.status, reply.media_type) == (200, media_type)
    assert server.send("PUT", at(f"x:again-{name}"), reply.body, media_type).status == 201
    assert server.triples(at(f"x:again-{name}")) == triples(ONE)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_graph_is_not_got_in_a_format_that_holds_none(method: str, server: WritableServer) -> None:
    server.put("x:formats", ONE)
    assert send(server.address, method, at("x:formats"), headers={"Accept": "image/png"}).status == 406


@pytest.mark.parametrize("target", ["/store?default", at("x:formats")])
def test_who_says_no_format_gets_turtle(target: str, server: WritableServer) -> None:
    server.put("x:formats", ONE)
    assert send(server.address, "GET", target).media_type == TURTLE


def test_a_graph_that_its_asker_holds_is_not_sent_again_until_it_is_written(server: WritableServer) -> None:
    server.put("x:held", ONE)
    held = {"If-None-Match": send(server.address, "GET", at("x:held")).headers["ETag"]}
    assert send(server.address, "GET", at("x:held"), headers=held).status == 304
    server.put("x:held", TWO)
    assert send(server.address, "GET", at("x:held"), headers=held).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("target", ["/store?graph=x:nowhere", "/store/nowhere"])
def test_a_graph_that_does_not_exist_is_a_404(method: str, target: str, server: WritableServer) -> None:
    assert send(server.address, method, target).status == 404


def test_the_default_graph_exists_always(server: WritableServer) -> None:
    assert send(server.address, "GET", "/store?default").status == 200


@pytest.mark.parametrize("target", ["/store?default", "/store?graph=x:head"])
def test_head_says_what_get_would(target: str, server: WritableServer) -> None:
    server.put("x:head", ONE)
    accept = {"Accept": "application/n-triples"}
    got, head = (send(server.address, method, target, headers=accept) for method in ("GET", "HEAD"))
    names = ("Content-Type", "Content-Length", "ETag", "Vary", "Cache-Control")
    assert head.status == got.status == 200
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]
    assert head.headers["Content-Length"] == str(len(got.body))
    assert head.body == b""


def test_graphs_are_read_without_a_token(server: WritableServer) -> None:
    server.put("x:open", ONE)
    assert send(server.address, "GET", at("x:open")).status == 200


# PUT (5.3)


def test_a_put_makes_a_graph(server: WritableServer) -> None:
    assert server.put("x:new", ONE).status == 201


def test_a_put_replaces_a_graph(server: WritableServer) -> None:
    server.put("x:replaced", ONE)
    assert server.put("x:replaced", TWO).status == 204
    assert server.triples(at("x:replaced")) == triples(TWO)


def test_a_put_leaves_other_graphs_alone(server: WritableServer) -> None:
    server.put("x:other", ONE)
    server.put("x:own", TWO)
    assert server.triples(at("x:other")) == triples(ONE)


@pytest.mark.parametrize("media_type", ["", TURTLE])
def test_a_put_of_nothing_makes_an_empty_graph_that_exists(media_type: str, server: WritableServer) -> None:
    graph = f"x:empty-{len(media_type)}"
    assert server.send("PUT", at(graph), b"", media_type).status == 201
    assert server.triples(at(graph)) == set()


def test_an_empty_graph_is_one_that_a_query_finds(server: WritableServer) -> None:
    server.send("PUT", at("x:empty-found"), b"", TURTLE)
    assert server.says("GRAPH <x:empty-found> {}")


def test_a_put_of_nothing_empties_a_graph(server: WritableServer) -> None:
    server.put("x:emptied", ONE)
    assert server.send("PUT", at("x:emptied")).status == 204
    assert server.triples(at("x:emptied")) == set()


def test_a_put_to_the_default_graph_replaces_it(server: WritableServer) -> None:
    server.send("PUT", "/store?default", b"<x:default> <x:p> 1 .", TURTLE)
    assert server.send("PUT", "/store?default", b"<x:default> <x:p> 2 .", TURTLE).status == 204
    assert server.update("INSERT { GRAPH <x:copied> { ?s ?p ?o } } WHERE { ?s ?p ?o }").status == 204
    assert server.triples(at("x:copied")) == triples("<x:default> <x:p> 2 .")


# POST (5.5)


def test_a_post_merges(server: WritableServer) -> None:
    server.put("x:merged", ONE)
    assert server.send("POST", at("x:merged"), TWO.encode(), TURTLE).status == 204
    assert server.triples(at("x:merged")) == triples(ONE + TWO)


def test_a_post_to_a_graph_that_does_not_exist_makes_it(server: WritableServer) -> None:
    assert server.send("POST", at("x:posted"), ONE.encode(), TURTLE).status == 201


def test_a_post_of_nothing_changes_nothing(server: WritableServer) -> None:
    server.put("x:kept", ONE)
    assert server.send("POST", at("x:kept")).status == 204
    assert server.triples(at("x:kept")) == triples(ONE)


@pytest.mark.parametrize("media_type", ["", TURTLE])
@pytest.mark.parametrize("target", ["/store", "/store?graph=x:nothing", "/store/nothing"])
def test_a_post_of_nothing_makes_no_graph(target: str, media_type: str, server: WritableServer) -> None:
    before = server.snapshot
    reply = server.send("POST", target, b"", media_type)
    assert (reply.status, reply.headers["Location"]) == (204, None)
    assert server.snapshot == before


def test_blank_nodes_with_one_name_in_two_bodies_are_two(server: WritableServer) -> None:
    for _ in range(2):
        server.send("POST", at("x:blank"), b"_:a <x:p> 1 .", TURTLE)
    assert len(server.triples(at("x:blank"))) == 2


def test_a_post_without_a_graph_makes_a_new_one_and_says_where(server: WritableServer) -> None:
    first, second = (server.send("POST", "/store", ONE.encode(), TURTLE) for _ in range(2))
    assert first.status == second.status == 201
    assert first.headers["Location"] != second.headers["Location"]
    assert server.triples(urlsplit(first.headers["Location"]).path) == triples(ONE)


def test_a_multipart_post_merges_every_part_in_its_own_syntax(server: WritableServer) -> None:
    server.put("x:parts", "<x:s> <x:p> 0 .")
    body = multipart(
        ("a", TURTLE, ONE),
        ("b", "application/n-triples", '<x:s> <x:p> "two" .'),
        ("c", "application/ld+json", '{"@id": "x:s", "x:p": "three"}'),
    )
    assert server.send("POST", at("x:parts"), body, MULTIPART).status == 204
    wanted = f'<x:s> <x:p> 0 . {ONE} <x:s> <x:p> "two", "three" .'
    assert server.triples(at("x:parts")) == triples(wanted)


def test_a_part_of_unknown_kind_is_read_by_the_end_of_its_name(server: WritableServer) -> None:
    body = multipart(("a.ttl", "application/octet-stream", ONE))
    assert server.send("POST", at("x:named-part"), body, MULTIPART).status == 201


def test_a_multipart_post_with_one_bad_part_changes_nothing(server: WritableServer) -> None:
    server.put("x:bad-part", ONE)
    body = multipart(("a", TURTLE, TWO), ("b", TURTLE, "nonsense"))
    assert server.send("POST", at("x:bad-part"), body, MULTIPART).status == 400
    assert server.triples(at("x:bad-part")) == triples(ONE)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (multipart(("a", "text/csv", "a,b")), MULTIPART, 415),
        (multipart(("a", "", ONE)), MULTIPART, 415),
        (b"no parts at all", MULTIPART, 400),
        (multipart(("a", TURTLE, ONE)), "multipart/form-data", 400),
    ],
)
def test_a_multipart_body_that_cannot_be_read_is_refused(
    body: bytes, media_type: str, status: int, server: WritableServer
) -> None:
    assert server.send("POST", at("x:never"), body, media_type).status == status


# DELETE (5.4) and PATCH (5.7)


def test_a_deleted_graph_is_gone(server: WritableServer) -> None:
    server.put("x:deleted", ONE)
    assert server.send("DELETE", at("x:deleted")).status == 204
    assert send(server.address, "GET", at("x:deleted")).status == 404


@pytest.mark.parametrize("target", ["/store?graph=x:nowhere", "/store/nowhere"])
def test_a_graph_that_does_not_exist_cannot_be_deleted(target: str, server: WritableServer) -> None:
    assert server.send("DELETE", target).status == 404


def test_deleting_the_default_graph_empties_it(server: WritableServer) -> None:
    server.send("PUT", "/store?default", ONE.encode(), TURTLE)
    assert server.send("DELETE", "/store?default").status == 204
    server.update("INSERT { GRAPH <x:left> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
    assert send(server.address, "GET", at("x:left")).status == 404


@pytest.mark.parametrize("target", ["/store?graph=x:g", "/store/g"])
def test_a_patch_is_a_405_that_names_the_methods(target: str, server: WritableServer) -> None:
    reply = server.send("PATCH", target, b"INSERT DATA {}", "application/sparql-update")
    assert reply.status == 405
    assert {"GET", "HEAD", "PUT", "POST", "DELETE"} <= set(reply.headers["Allow"].split(", "))


@pytest.mark.parametrize("method", ["PATCH", "PROPFIND"])
@pytest.mark.parametrize("target", ["/store?graph=relative", "/store?default&graph=x:g", "/store"])
def test_another_method_is_a_405_even_where_the_request_makes_no_sense(
    method: str, target: str, server: WritableServer
) -> None:
    assert server.send(method, target, b"nonsense", "text/plain").status == 405


# Bodies


@pytest.mark.parametrize("media_type", [f"{TURTLE}; charset=utf-8", f'{TURTLE};charset="UTF-8"', "Text/Turtle"])
def test_a_media_type_may_be_written_in_any_case_and_with_its_charset(media_type: str, server: WritableServer) -> None:
    assert server.send("PUT", at("x:typed"), ONE.encode(), media_type).status in (201, 204)
    assert server.triples(at("x:typed")) == triples(ONE)


def test_a_body_is_read_as_its_media_type_says_and_not_as_it_looks(server: WritableServer) -> None:
    assert server.send("PUT", at("x:never"), ONE.encode(), "application/rdf+xml").status == 400


def test_a_multipart_body_can_be_posted_only(server: WritableServer) -> None:
    assert server.send("PUT", at("x:never"), multipart(("a", TURTLE, ONE)), MULTIPART).status == 415


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_a_byte_order_mark_before_a_body_is_not_part_of_it(name: str, server: WritableServer) -> None:
    server.put("x:marked", ONE)
    media_type = GRAPH_FORMATS[name].media_type
    body = send(server.address, "GET", at("x:marked"), headers={"Accept": media_type}).body
    assert server.send("PUT", at(f"x:marked-{name}"), b"\xef\xbb\xbf" + body, media_type).status == 201
    assert server.triples(at(f"x:marked-{name}")) == triples(ONE)


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "text/csv", "image/png", "nonsense"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_media_type_that_is_no_rdf_is_a_415_that_names_those_that_are(
    method: str, media_type: str, server: WritableServer
) -> None:
    reply = server.send(method, at("x:never"), ONE.encode(), media_type)
    assert reply.status == 415
    assert TURTLE in reply.headers["Accept"]


def test_a_body_without_a_media_type_is_read_as_rdf_xml(server: WritableServer) -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">'
        '<rdf:Description rdf:about="x:s"><x:p>1</x:p></rdf:Description></rdf:RDF>'
    )
    assert server.send("PUT", at("x:untyped"), body.encode()).status == 201
    assert server.triples(at("x:untyped")) == triples('<x:s> <x:p> "1" .')


@pytest.mark.parametrize(
    ("name", "body", "line", "column"),
    [
        ("ttl", "<x:s> <x:p> 1 .\n<x:s> nonsense", 2, 7),
        ("nt", "<x:s> <x:p> <x:o> .\n<x:s> <x:p>", 2, 12),
        ("rdf", "<rdf:RDF\n  <", 2, 3),
        ("jsonld", '{"@id": "x:s",\n "x:p" 1}', 2, 8),
    ],
)
def test_a_body_that_does_not_parse_is_a_400_with_line_and_column(
    name: str, body: str, line: int, column: int, server: WritableServer
) -> None:
    reply = server.send("PUT", at("x:never"), body.encode(), GRAPH_FORMATS[name].media_type)
    assert reply.status == 400
    assert (reply.json()["line"], reply.json()["column"]) == (line, column)


def test_a_body_that_does_not_parse_leaves_the_graph_as_it_was(server: WritableServer) -> None:
    server.put("x:spared", ONE)
    assert server.put("x:spared", TWO + "nonsense").status == 400
    assert server.triples(at("x:spared")) == triples(ONE)


@pytest.mark.parametrize("name", ["trig", "nq", "jsonld"])
def test_a_body_that_names_graphs_of_its_own_is_a_400(name: str, server: WritableServer) -> None:
    bodies = {
        "trig": "<x:own> { <x:s> <x:p> 1 }",
        "nq": "<x:s> <x:p> <x:o> <x:own> .",
        "jsonld": '{"@id": "x:own", "@graph": [{"@id": "x:s", "x:p": "1"}]}',
    }
    reply = server.send("PUT", at("x:never"), bodies[name].encode(), GRAPH_FORMATS[name].media_type)
    assert reply.status == 400
    assert "graphs of its own" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("before", "after"), [('{"x:p":', "}"), ("[", "]"), ('{"@list":[', "]}"), ('{"@context":', "}")]
)
@pytest.mark.parametrize("depth", [101, 100_000])
def test_json_ld_that_is_nested_too_deeply_is_a_400_and_harms_nobody(
    depth: int, before: str, after: str, server: WritableServer
) -> None:
    body = before * depth + "1" + after * depth
    reply = server.send("PUT", at("x:never"), body.encode(), "application/ld+json")
    assert reply.status == 400
    assert "nested deeper than 100" in reply.json()["detail"]


def test_brackets_in_strings_of_json_ld_do_not_count_as_nesting(server: WritableServer) -> None:
    body = json.dumps({"@id": "x:s", "x:p": '[{"\\' * 200})
    assert server.send("PUT", at("x:brackets"), body.encode(), "application/ld+json").status == 201


@pytest.mark.parametrize(
    "context", ['"http://127.0.0.1:1/c"', '{"@import": "http://127.0.0.1:1/c"}', '"file:///etc/x"']
)
def test_a_context_that_lies_elsewhere_is_not_fetched(context: str, server: WritableServer) -> None:
    body = f'{{"@context": {context}, "@id": "x:s", "x:p": "1"}}'
    reply = server.send("PUT", at("x:never"), body.encode(), "application/ld+json")
    assert reply.status == 400
    assert "write the context out" in reply.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1:1/">]><r>&a;</r>',
        '<!DOCTYPE r [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><r/>',
        '<?xml version="1.0"?><!-- a --><!DOCTYPE r><r/>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rdf_xml_with_a_doctype_is_a_400(encoding: str, body: str, server: WritableServer) -> None:
    reply = server.send("PUT", at("x:never"), body.encode(encoding), "application/rdf+xml")
    assert reply.status == 400
    assert "DOCTYPE" in reply.json()["detail"]


def test_the_word_doctype_in_a_comment_of_rdf_xml_is_no_doctype(server: WritableServer) -> None:
    body = '<!-- <!DOCTYPE x> --><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    assert server.send("PUT", at("x:comment"), body.encode(), "application/rdf+xml").status == 201


def test_turtle_of_any_depth_harms_nobody(server: WritableServer) -> None:
    body = "<x:s> <x:p> " + "[ <x:p> " * 50_000 + "1" + " ]" * 50_000 + " ."
    assert server.put("x:deep", body).status == 201
    assert server.send("DELETE", at("x:deep")).status == 204


@pytest.mark.parametrize(("pairs", "status"), [(4_000, 201), (20_000, 400)])
def test_rdf_xml_that_is_nested_too_deeply_is_a_400_at_once(pairs: int, status: int, server: WritableServer) -> None:
    root = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="x:">'
    body = f"{root}{'<a><b>' * pairs}{'</b></a>' * pairs}</r:RDF>"
    reply = server.send("PUT", at("x:deep-xml"), body.encode(), "application/rdf+xml")
    assert reply.status == status
    assert status == 201 or "nested deeper than 10000" in reply.json()["detail"]


@pytest.mark.parametrize("media_type", [TURTLE, "application/n-triples"])
@pytest.mark.parametrize("depth", [1_000, 40_000])
def test_triple_terms_of_any_depth_harm_nobody(depth: int, media_type: str, server: WritableServer) -> None:
    body = "<x:s> <x:p> " + "<<( <x:s> <x:p> " * depth + "<x:o>" + " )>>" * depth + " ."
    assert server.send("PUT", at("x:terms"), body.encode(), media_type).status in (201, 204, 400)
    assert send(server.address, "GET", at("x:terms")).status < 500
    assert server.send("DELETE", at("x:terms")).status in (204, 404)
    assert server.says("?s ?p ?o")


def test_a_body_larger_than_the_limit_is_a_413(server: WritableServer) -> None:
    assert server.put("x:never", ONE + "#" + "x" * 2_000_000).status == 413


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Type": f"{TURTLE}; charset=utf-16"}])
def test_a_body_in_a_coding_that_is_not_read_is_a_415(headers: dict[str, str], server: WritableServer) -> None:
    assert server.send("PUT", at("x:never"), ONE.encode(), TURTLE, headers).status == 415


def test_turtle_that_is_not_utf8_is_a_400(server: WritableServer) -> None:
    assert server.send("PUT", at("x:never"), b"<x:s> <x:p> '\xff' .", TURTLE).status == 400


def test_nothing_that_was_refused_was_written(server: WritableServer) -> None:
    server.put("x:never", "nonsense")
    assert send(server.address, "GET", at("x:never"), headers=NONE).status == 404
