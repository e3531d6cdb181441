"""Which format an answer gets (RFC 9110, section 12): rules over a real socket, properties in this process."""

import csv
import io
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from deepgenealogy.engine.forms import form_of
from deepgenealogy.web.negotiation import MEDIA_TYPES, NICKNAMES, SYNONYMS, best
from tests.protocol.asking import BROWSER, ask, send

SELECT = "SELECT ?parent { <https://w3id.org/deepgenealogy/architecture/resnet> dgo:derivesFrom ?parent }"
CONSTRUCT = "CONSTRUCT { ?s dgo:derivesFrom ?o } { ?s dgo:derivesFrom ?o }"
DESCRIBE = "DESCRIBE <https://w3id.org/deepgenealogy/architecture/resnet>"
ASK = "ASK { ?s dgo:derivesFrom ?o }"

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT, RDF, JSONLD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
TRIG, NQ = "application/trig", "application/n-quads"

JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


# The formats of each form


@pytest.mark.parametrize(
    ("media_type", "results_format"),
    [(JSON, QueryResultsFormat.JSON), (XML, QueryResultsFormat.XML), (TSV, QueryResultsFormat.TSV)],
)
def test_bindings_come_in_each_format(media_type: str, results_format: QueryResultsFormat, served: str) -> None:
    reply = ask(served, SELECT, media_type)
    rows = list(parse_query_results(reply.body, format=results_format))  # type: ignore[arg-type]
    assert (reply.status, reply.media_type, len(rows)) == (200, media_type, 1)


def test_bindings_come_as_csv(served: str) -> None:
    reply = ask(served, SELECT, CSV)
    assert reply.media_type == CSV
    assert next(csv.reader(io.StringIO(reply.body.decode(), newline=""))) == ["parent"]


@pytest.mark.parametrize(("query", "truth"), [(ASK, True), ("ASK { <urn:a> <urn:b> <urn:c> }", False)])
def test_a_boolean_comes_in_each_format(query: str, truth: bool, served: str) -> None:
    word = str(truth).lower()
    xml = ET.fromstring(ask(served, query, XML).body)
    assert ask(served, query, JSON).json()["boolean"] is truth
    assert xml.findtext("{http://www.w3.org/2005/sparql-results#}boolean") == word
    for media_type in (CSV, TSV):
        reply = ask(served, query, media_type)
        assert (reply.media_type, reply.body.decode().strip()) == (media_type, word)


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("media_type", "rdf_format"),
    [
        (TURTLE, RdfFormat.TURTLE),
        (NT, RdfFormat.N_TRIPLES),
        (RDF, RdfFormat.RDF_XML),
        (JSONLD, RdfFormat.JSON_LD),
        (TRIG, RdfFormat.TRIG),
        (NQ, RdfFormat.N_QUADS),
    ],
)
def test_a_graph_comes_in_each_format(query: str, media_type: str, rdf_format: RdfFormat, served: str) -> None:
    reply = ask(served, query, media_type)
    expected = set(parse(ask(served, query, NT).body, format=RdfFormat.N_TRIPLES))
    assert (reply.status, reply.media_type) == (200, media_type)
    assert {quad.triple for quad in parse(reply.body, format=rdf_format)} == {quad.triple for quad in expected} != set()


@pytest.mark.parametrize("media_type", [CSV, TSV])
def test_text_of_bindings_says_its_charset(media_type: str, served: str) -> None:
    assert ask(served, SELECT, media_type).content_type == f"{media_type}; charset=utf-8"


def test_turtle_says_its_charset(served: str) -> None:
    assert ask(served, CONSTRUCT, TURTLE).content_type == f"{TURTLE}; charset=utf-8"


@pytest.mark.parametrize(("query", "media_type"), [(SELECT, JSON), (SELECT, XML), (CONSTRUCT, JSONLD), (CONSTRUCT, NT)])
def test_what_fixes_its_charset_does_not_say_one(query: str, media_type: str, served: str) -> None:
    assert ask(served, query, media_type).content_type == media_type


# Defaults


@pytest.mark.parametrize("accept", [None, "", "*/*", "*", " , ,", BROWSER, JAVA, "application/*;q=0.1, */*;q=0.1"])
def test_who_has_no_preference_gets_json_and_turtle(accept: str | None, served: str) -> None:
    kinds = [ask(served, query, accept).media_type for query in (SELECT, ASK)]
    assert kinds == [JSON, JSON]


@pytest.mark.parametrize("accept", [None, "", "*/*", "*", BROWSER, JAVA, "text/*"])
def test_who_has_no_preference_gets_turtle(accept: str | None, served: str) -> None:
    assert [ask(served, query, accept).media_type for query in (CONSTRUCT, DESCRIBE)] == [TURTLE, TURTLE]


# Preferences


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, f"{CSV};q=0.5, {XML}", XML),
        (SELECT, f"{CSV};q=0.500, {XML};q=0.499", CSV),
        (SELECT, f"{CSV} ; q=0.2 , {TSV};Q=0.3", TSV),
        (SELECT, f"{JSON};q=0, */*", XML),
        (SELECT, f"{JSON};q=0, application/*;q=0.1", XML),
        (SELECT, "text/*", CSV),
        (SELECT, f"text/*, {CSV};q=0", TSV),
        (SELECT, f"*/*;q=0.1, {TSV};q=0.2", TSV),
        (SELECT, f"*/*;q=0.9, {TSV};q=0.2", JSON),
        (SELECT, f"*/*, {XML}", XML),
        (SELECT, f"{TURTLE}, {CSV};q=0.1", CSV),
        (SELECT, f"{CSV};charset=utf-8", CSV),
        (SELECT, f"{CSV};header=present;q=0.8, {XML};q=0.7", CSV),
        (SELECT, "TEXT/CSV", CSV),
        (SELECT, "application/json", JSON),
        (SELECT, "application/xml", XML),
        (SELECT, "text/xml", XML),
        (SELECT, f"nonsense, {CSV}", CSV),
        (SELECT, f"{XML};q=nonsense, {CSV}", CSV),
        (SELECT, f"{XML};q=.3, {CSV};q=.4", CSV),
        (CONSTRUCT, f"{TURTLE}, {CSV}", TURTLE),
        (CONSTRUCT, f"{NT};q=0.1, {JSONLD};q=0.9", JSONLD),
        (CONSTRUCT, f"{TURTLE};q=0, */*", JSONLD),
        (CONSTRUCT, "application/*", JSONLD),
        (CONSTRUCT, "application/json", JSONLD),
        (CONSTRUCT, f'{JSONLD};profile="http://www.w3.org/ns/json-ld#compacted"', JSONLD),
        (CONSTRUCT, "application/xml", RDF),
        (CONSTRUCT, "text/plain", NT),
        (CONSTRUCT, "text/n3", TURTLE),
        (CONSTRUCT, f"{TURTLE};version=1.2", TURTLE),
        (CONSTRUCT, f"application/xhtml+xml, {RDF};q=0.2", RDF),
    ],
)
def test_the_answer_has_the_type_that_is_liked_best(query: str, accept: str, media_type: str, served: str) -> None:
    assert ask(served, query, accept).media_type == media_type


@pytest.mark.parametrize("name", ["Accept-Charset", "Accept-Language"])
def test_what_else_an_asker_accepts_decides_nothing(name: str, served: str) -> None:
    target = f"/sparql?{urlencode({'query': SELECT})}"
    reply = send(served, "GET", target, headers={"Accept": CSV, name: "iso-8859-1, *;q=0"})
    assert (reply.status, reply.content_type) == (200, f"{CSV}; charset=utf-8")


def test_several_accept_headers_count_as_one(served: str) -> None:
    host = urlsplit(served).netloc
    target = f"/sparql?{urlencode({'query': SELECT})}"
    with connected(served) as line:
        line.sendall(f"GET {target} HTTP/1.0\r\nHost: {host}\r\nAccept: {CSV};q=0.1\r\nAccept: {TSV}\r\n\r\n".encode())
        assert f"Content-Type: {TSV}".encode() in received(line)


# What cannot be had


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, TURTLE),
        (ASK, TURTLE),
        (CONSTRUCT, CSV),
        (DESCRIBE, JSON),
        (SELECT, "image/png"),
        (SELECT, "*/*;q=0"),
        (SELECT, f"{JSON};q=0"),
        (CONSTRUCT, "text/html"),
    ],
)
def test_what_cannot_be_had_is_a_406(query: str, accept: str, served: str) -> None:
    assert ask(served, query, accept).status == 406


@pytest.mark.parametrize(
    ("query", "expected"),
    [(SELECT, {JSON, XML, CSV, TSV}), (ASK, {JSON, XML, CSV, TSV}), (CONSTRUCT, {TURTLE, NT, RDF, JSONLD, TRIG, NQ})],
)
def test_a_406_lists_what_is_to_be_had(query: str, expected: set[str], served: str) -> None:
    offers = ask(served, query, "image/png").json()["offers"]
    assert expected <= {offer.partition("(")[2].rstrip(")") for offer in offers}


def test_each_name_that_a_406_lists_can_be_asked_for(served: str) -> None:
    for query in (SELECT, CONSTRUCT):
        for offer in ask(served, query, "image/png").json()["offers"]:
            name, _, media_type = offer.partition(" ")
            assert ask(served, query, "*/*", {"format": name}).media_type == media_type.strip("()")


def test_a_406_costs_no_evaluation(served: str) -> None:
    heavy = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) + STRLEN(STR(?g)) < 0) }"
    assert ask(served, heavy, "image/png", {"timeout": "30"}).status == 406
    assert ask(served, heavy, JSON, {"timeout": "0.5"}).status == 504


def test_what_the_form_cannot_be_told_of_is_a_400(served: str) -> None:
    assert ask(served, "nonsense", "image/png").status == 400


# Vary


@pytest.mark.parametrize("accept", ["*/*", JSON, TURTLE, "image/png", BROWSER])
@pytest.mark.parametrize(
    "target",
    [
        "/sparql",
        f"/sparql?query={quote(SELECT)}",
        f"/sparql?query={quote(CONSTRUCT)}",
        "/sparql?query=nonsense",
        "/architecture/resnet",
        "/architecture/nobody",
        "/ontology",
        "/queries",
        "/queries/parents",
    ],
)
def test_everything_that_is_negotiated_varies_with_accept(target: str, accept: str, served: str) -> None:
    vary = send(served, "GET", target, headers={"Accept": accept}).headers.get("Vary", "")
    assert "accept" in {name.strip().lower() for name in vary.split(",")}


# For people


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "json", JSON),
        (SELECT, "xml", XML),
        (SELECT, "csv", CSV),
        (SELECT, "TSV", TSV),
        (SELECT, "text/csv", CSV),
        (SELECT, JSON, JSON),
        (CONSTRUCT, "json", JSONLD),
        (CONSTRUCT, "xml", RDF),
        (CONSTRUCT, "ttl", TURTLE),
        (CONSTRUCT, "turtle", TURTLE),
        (CONSTRUCT, "nt", NT),
        (CONSTRUCT, "n-triples", NT),
        (CONSTRUCT, "jsonld", JSONLD),
        (CONSTRUCT, "json-ld", JSONLD),
        (CONSTRUCT, "rdf", RDF),
        (CONSTRUCT, RDF, RDF),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_a_format_in_the_address_wins_over_accept(
    query: str, name: str, media_type: str, parameter: str, served: str
) -> None:
    assert ask(served, query, "text/html", {parameter: name}).media_type == media_type


def test_a_media_type_in_the_address_may_hold_a_bare_plus(served: str) -> None:
    assert send(served, "GET", f"/sparql?query={quote(SELECT)}&format={XML}").media_type == XML


@pytest.mark.parametrize(("query", "name"), [(SELECT, "ttl"), (CONSTRUCT, "csv"), (SELECT, "xlsx"), (ASK, "html")])
def test_a_format_in_the_address_that_cannot_be_had_is_a_406_with_offers(query: str, name: str, served: str) -> None:
    reply = ask(served, query, "*/*", {"format": name})
    assert reply.status == 406
    assert reply.json()["offers"]


def test_a_form_names_its_format(served: str) -> None:
    body = urlencode({"query": SELECT, "format": "csv"}).encode()
    reply = send(served, "POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.media_type == CSV


def test_an_empty_format_is_none(served: str) -> None:
    assert ask(served, SELECT, CSV, {"format": ""}).media_type == CSV


# Errors are negotiated too


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("*/*", "application/problem+json"),
        (TURTLE, "application/problem+json"),
        (f"{JSON}, text/html;q=0.5", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("image/png", "application/problem+json"),
    ],
)
def test_an_error_is_a_page_for_browsers_only(accept: str, media_type: str, served: str) -> None:
    reply = ask(served, "nonsense", accept)
    assert (reply.status, reply.media_type) == (400, media_type)


# Nothing that a request can hold breaks the server


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    """A connection to a server."""
    host, port = str(urlsplit(address).hostname), urlsplit(address).port
    with socket.create_connection((host, port), timeout=30) as line:
        yield line


def received(line: socket.socket) -> bytes:
    """Everything that comes until the other side closes."""
    pieces = []
    while piece := line.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


BAD_ACCEPTS = [
    b";;;;",
    b"/",
    b"a/b/c",
    b"*/turtle",
    b"text/turtle;q=",
    b"text/turtle;q=1e400",
    b"text/turtle;q=-1",
    b"text/turtle;q=\xb2",
    b'text/turtle;profile="',
    b"text/turtle;*0*=utf-8''%ff;*1=x",
    b"text/turtle;a*=nonsense''%ff",
    b"\xff\xfe",
    b"\xe7\x81\xb0",
    b"text/turtle" + b",text/turtle" * 3_000,
    b"{{7*7}}",
    b"\t",
]


@pytest.mark.parametrize("accept", BAD_ACCEPTS, ids=lambda accept: repr(accept[:30]))
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT], ids=["select", "construct"])
def test_a_malformed_accept_header_is_never_the_servers_fault(query: str, accept: bytes, served: str) -> None:
    head = f"GET /sparql?{urlencode({'query': query})} HTTP/1.0\r\nHost: x\r\n".encode()
    with connected(served) as line:
        line.sendall(head + b"Accept: " + accept + b"\r\n\r\n")
        status = int(received(line).split(b" ", 2)[1])
    assert status in (200, 400, 406)


#: Header values as WSGI has them: any bytes but those that end a header, read as Latin-1.
_HEADERS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
_TYPES = st.sampled_from([*MEDIA_TYPES.values(), *(t for own in SYNONYMS.values() for t in own), "image/png"])
_RANGES = st.one_of(_TYPES, st.sampled_from(["*/*", "text/*", "application/*", "*", "*/x", "text", "/", ""]))
_QUALITIES = st.one_of(st.none(), st.integers(0, 1000).map(lambda n: f"{n / 1000}"), _HEADERS)
_ITEMS = st.builds(lambda r, q: r if q is None else f"{r};q={q}", _RANGES, _QUALITIES)
_ACCEPTS = st.one_of(_HEADERS, st.lists(_ITEMS, max_size=6).map(", ".join))
_NAMES = st.lists(st.sampled_from(sorted(MEDIA_TYPES)), min_size=1, max_size=6, unique=True)
_FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(_ACCEPTS)
@_FEW
def test_any_accept_header_gets_an_answer_or_is_told_why_not(client: FlaskClient, accept: str) -> None:
    for target in ("/sparql", f"/sparql?query={quote(SELECT)}", f"/sparql?query={quote(CONSTRUCT)}"):
        assert client.get(target, headers={"Accept": accept}).status_code in (200, 406)


def liked(header: str) -> MIMEAccept:
    """An Accept header, read."""
    return parse_accept_header(header, MIMEAccept)


@given(_ACCEPTS, _NAMES)
def test_what_is_chosen_is_on_offer(accept: str, names: list[str]) -> None:
    assert best(liked(accept), names) in (*names, None)


@given(_NAMES)
@example(["json", "jsonld"])
def test_each_format_is_chosen_by_its_own_media_type(names: list[str]) -> None:
    assert [best(liked(MEDIA_TYPES[name]), names) for name in names] == names


@given(_NAMES, st.integers(0, 5))
def test_what_has_quality_zero_is_never_chosen(names: list[str], place: int) -> None:
    refused = names[place % len(names)]
    assert best(liked(f"{MEDIA_TYPES[refused]};q=0, */*"), names) != refused


@given(_NAMES)
def test_who_accepts_everything_gets_the_first(names: list[str]) -> None:
    assert best(liked("*/*"), names) == best(liked(""), names) == names[0]


@given(_NAMES, st.permutations(range(1, 7)))
def test_the_highest_quality_wins(names: list[str], order: list[int]) -> None:
    qualities = dict(zip(names, order, strict=False))
    header = ", ".join(f"{MEDIA_TYPES[name]};q=0.{quality}" for name, quality in qualities.items())
    assert best(liked(header), names) == max(names, key=lambda name: qualities[name])


@given(_NAMES, st.permutations(list(MEDIA_TYPES.values())))
def test_the_order_of_a_header_decides_nothing(names: list[str], types: list[str]) -> None:
    assert best(liked(", ".join(types)), names) == best(liked(", ".join(sorted(types))), names) == names[0]


def test_every_nickname_leads_to_a_format() -> None:
    assert set(NICKNAMES.values()) <= set(MEDIA_TYPES)


_PERCENT = st.text("%0123456789abcdefABCDEF&=+;#?/ \u00e9", max_size=40)
_BYTES = st.binary(max_size=40).map(lambda raw: quote(raw, safe="&=%+;"))
_PARAMETERS = st.sampled_from(
    ["query", "default-graph-uri", "named-graph-uri", "format", "output", "timeout", "update", "spreadsheet", "x"]
)
_FIELDS = st.lists(st.tuples(_PARAMETERS, st.one_of(_PERCENT, _BYTES, st.just("ASK%20%7B%7D"))), max_size=4)
_STRINGS = st.one_of(_PERCENT, _BYTES, _FIELDS.map(lambda fields: "&".join(f"{n}={v}" for n, v in fields)))


@given(_STRINGS)
@example("query=%")
@example("query=%ZZ")
@example("query=%C0%80")
@example("query=ASK%20{}&default-graph-uri=%00")
@example("query=ASK%20{}&format=%00")
@example("format={{7*7}}")
@example("query=%ED%A0%80")
@_FEW
def test_any_query_string_is_answered_or_refused(client: FlaskClient, query_string: str) -> None:
    assert client.get("/sparql", query_string=query_string).status_code < 500


@given(st.binary(max_size=60), st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded"]))
@example(b"query=%FF", "application/x-www-form-urlencoded")
@_FEW
def test_any_posted_body_is_answered_or_refused(client: FlaskClient, body: bytes, media_type: str) -> None:
    assert client.post("/sparql", data=body, content_type=media_type).status_code < 500


@given(_HEADERS)
@example("application/sparql-query; charset=\xe9")
@example("application/sparql-query; charset*=nonsense''%ff")
@_FEW
def test_any_content_type_is_read_or_refused(client: FlaskClient, content_type: str) -> None:
    assert client.post("/sparql", data=b"ASK {}", content_type=content_type).status_code in (200, 400, 415)


@given(st.one_of(_PERCENT, _BYTES, st.text(max_size=30).map(lambda text: quote(text.encode("utf-8", "replace")))))
@example("..%2f..%2fetc%2fpasswd")
@example("%00")
@example("%ff.ttl")
@example("{{7*7}}")
@_FEW
def test_any_path_is_answered_or_refused(client: FlaskClient, path: str) -> None:
    for folder in ("", "architecture/", "paper/", "export/", "queries/", "frames/", "lineage/", "graph/"):
        with client.get(f"/{folder}{path}") as response:
            assert response.status_code < 500


@given(_HEADERS)
@example("<script>")
@example("a b")
@example("[::1")
@example("x:y")
@_FEW
def test_any_host_header_is_served_or_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/sparql", headers={"Host": host}).status_code < 500


# The form of a query, by its tokens


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (SELECT, "bindings"),
        (ASK, "boolean"),
        (CONSTRUCT, "graph"),
        (DESCRIBE, "graph"),
        ("select*{}", "bindings"),
        ("# SELECT\nBASE <http://x/CONSTRUCT> PREFIX ask: <urn:DESCRIBE#> PREFIX : <urn:x> Ask {}", "boolean"),
        ("PREFIX s:<urn:x>INSERT DATA {}", "update"),
        ("", None),
        ("nonsense SELECT", None),
    ],
)
def test_the_form_of_a_query_is_told_from_its_tokens(text: str, form: str | None) -> None:
    assert form_of(text) == form
