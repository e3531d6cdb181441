"""Nothing calls out: SERVICE and LOAD are refused by tokens, and an allowed SERVICE reaches only what was allowed."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from deepgenealogy.vocabulary import BASE
from tests.ports import refusing_port
from tests.protocol.asking import Reply, ask
from tests.protocol.invented import serving
from tests.protocol.peers import (
    ONE_ROW,
    Behaviour,
    answering,
    dripping,
    hanging_up,
    nonsense,
    oxigraph_binary,
    peer,
    redirecting,
    second_engine,
    silent,
)

SHORT = {
    "DEEPGENEALOGY_SERVICE_TIME_LIMIT_S": "5",
    "DEEPGENEALOGY_SERVICE_SIZE_LIMIT_BYTES": "20000",
    "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "60",
    "DEEPGENEALOGY_ACCESS_LOG": "off",
}
LIGHT = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def caller(invented_root: Path, invented_store: Path) -> Iterator[str]:
    """A server whose operator allows two loopback addresses by name."""
    allowed = ("--allow-service", "127.0.0.1", "--allow-service", "localhost", "--allow-service", "localtest.invalid")
    with serving(invented_root, invented_store, *allowed, **SHORT) as (address, _):
        yield address


def call(iri: str, group: str = "{ ?s ?p ?x }", silent_word: str = "") -> str:
    """A query that calls `iri`."""
    return f"SELECT ?x {{ SERVICE {silent_word} <{iri}> {group} }}"


def values(reply: Reply) -> list[str]:
    """The values of ?x."""
    assert reply.status == 200, reply.body
    return [row["x"]["value"] for row in reply.json()["results"]["bindings"] if "x" in row]


HIDDEN = {
    "plainly": "SELECT * { SERVICE <IRI> { ?s ?p ?o } }",
    "silently": "SELECT * { SERVICE SILENT <IRI> { ?s ?p ?o } }",
    "in small letters": "SELECT * { service <IRI> { ?s ?p ?o } }",
    "by a name": "PREFIX p: <IRI> SELECT * { SERVICE p: { ?s ?p ?o } }",
    "glued to SILENT": "SELECT * { SERVICESILENT<IRI>{ ?s ?p ?o } }",
    "glued to a name": "PREFIX p: <IRI> SELECT * { SERVICEp:{ ?s ?p ?o } }",
    "glued to an empty prefix": "PREFIX : <IRI> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "after an escape in an IRI": "SELECT * { OPTIONAL { <http://a/\\u0041#> ?p ?o } SERVICE <IRI> { ?x ?y ?z } }",
    "after a comparison with a string": "SELECT * { BIND('a' AS ?b) BIND(1 AS ?a) FILTER(?a<?b+'>' || true) "
    "SERVICE <IRI> { ?x ?y ?z } FILTER('x'='x') }",
    "after a comparison with a comment": "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>'''\n ) "
    "SERVICE <IRI> { ?x ?y ?z } #'''\n }",
    "by a variable": "SELECT * { BIND(<IRI> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "after a comment": "SELECT * { # no\r SERVICE # '\n <IRI> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", HIDDEN.values(), ids=HIDDEN)
def test_a_call_is_refused_however_it_is_written_and_is_not_made(address: str, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.2)
        reply = ask(address, query.replace("IRI", f"http://127.0.0.1:{other.getsockname()[1]}/"))
        with pytest.raises(TimeoutError):
            other.accept()
    assert reply.status == 400
    assert "SERVICE" in reply.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        'ASK { FILTER("SERVICE" != "LOAD") }',
        "ASK { ?service ?load ?SERVICE } # SERVICE <http://127.0.0.1/> {}",
        "PREFIX service: <urn:s:> ASK { service:load service:x ?o }",
        "ASK { <urn:SERVICE> <urn:x#LOAD> 'it is a SERVICE { }' }",
        "ASK { FILTER(1<2 && 'SERVICE'>'A') }",
    ],
)
def test_what_only_looks_like_a_call_is_answered(address: str, query: str) -> None:
    assert ask(address, query).status == 200


def test_a_graph_of_from_is_never_fetched(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.2)
        iri = f"http://127.0.0.1:{other.getsockname()[1]}/"
        reply = ask(address, f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}", parameters={"named-graph-uri": iri})
        with pytest.raises(TimeoutError):
            other.accept()
    assert (reply.status, reply.json()["results"]["bindings"]) == (200, [])


@pytest.mark.skipif(oxigraph_binary() is None, reason="needs the package oxigraph")
def test_an_allowed_service_is_joined_with_our_own_data(caller: str) -> None:
    own = "https://w3id.org/deepgenealogy/architecture/beta-net"
    turtle = f"<{own}> <http://example.org/stars> 42 . <urn:other> <http://example.org/stars> 1 ."
    query = """SELECT ?x ?label { SERVICE <%s/query> { ?thing <http://example.org/stars> ?x }
        ?thing rdfs:label ?label FILTER(LANG(?label) = "en") }"""
    with second_engine(turtle) as other:
        assert values(ask(caller, query % other)) == ["42"]


@pytest.mark.parametrize("prologue", ["PREFIX p: <{0}/>", "PREFIX p: <urn:x> PREFIX p: <{0}/>"])
def test_a_prefixed_name_is_expanded(caller: str, prologue: str) -> None:
    with peer(answering(ONE_ROW)) as other:
        query = prologue.format(other.address) + " SELECT ?x { SERVICE SILENT p:sparql { ?s ?p ?x } }"
        assert values(ask(caller, query)) == ["from afar"]
        assert other.asked[0][0] == "/sparql"


def test_the_peer_sees_only_the_query(caller: str) -> None:
    with peer(answering(ONE_ROW)) as other:
        assert values(ask(caller, call(other.address))) == ["from afar"]
        path, body, headers = other.asked[0]
    assert (path, headers["Host"]) == ("/", f"127.0.0.1:{other.port}")
    ((field, text),) = parse_qsl(body.decode())
    assert (field, text.removeprefix(f"BASE <{BASE}>\n").partition(" ")[0]) == ("query", "SELECT")
    assert headers["User-Agent"].startswith("deepgenealogy/")
    assert not {"Cookie", "Authorization", "X-Forwarded-For"} & set(headers)


def test_two_services_in_one_query_are_both_called(caller: str) -> None:
    with peer(answering(ONE_ROW)) as one, peer(answering(ONE_ROW)) as other:
        query = f"SELECT ?x {{ SERVICE <{one.address}> {{ ?s ?p ?x }} SERVICE <{other.address}> {{ ?s ?q ?x }} }}"
        assert values(ask(caller, query)) == ["from afar"]
        assert one.asked
        assert other.asked


def test_an_answer_with_a_call_is_never_cached(caller: str) -> None:
    with peer(answering(ONE_ROW)) as other:
        replies = [ask(caller, call(other.address)) for _ in range(2)]
        assert len(other.asked) == 2
    assert [reply.headers["Cache-Control"] for reply in replies] == ["no-store"] * 2
    assert "ETag" not in replies[0].headers


REFUSED = {
    "a host that is not allowed": ("http://example.org/sparql", "allow"),
    "a host that begins like an allowed one": ("http://127.0.0.1.example.org/", "allow"),
    "a user name before another host": ("http://127.0.0.1@example.org/", "user name"),
    "an allowed host as user name": ("http://localhost:80@example.org/", "user name"),
    "another scheme": ("ftp://127.0.0.1/", "http"),
    "a file": ("file:///etc/passwd", "http"),
    "another name of loopback": ("http://127.0.0.2/", "allow"),
    "loopback in IPv6": ("http://[::1]/", "allow"),
    "loopback as a number": ("http://2130706433/", "allow"),
    "loopback in hexadecimal": ("http://0x7f000001/", "allow"),
    "loopback in octal": ("http://0177.0.0.1/", "allow"),
    "loopback in fewer parts": ("http://127.1/", "allow"),
    "loopback in wide digits": ("http://127.0.0.\uff11/", "allow"),
    "loopback in percents": ("http://%31%32%37.0.0.1/", "allow"),
    "loopback in IPv6, written out": ("http://[0:0:0:0:0:0:0:1]/", "allow"),
    "IPv4 in IPv6": ("http://[::ffff:127.0.0.1]/", "allow"),
    "no address": ("http://0.0.0.0/", "allow"),
    "no address in IPv6": ("http://[::]/", "allow"),
    "zero": ("http://0/", "allow"),
    "the metadata service": ("http://169.254.169.254/latest/meta-data", "allow"),
    "an IRI that is relative": ("sparql", "http"),
}


@pytest.mark.parametrize(("iri", "word"), REFUSED.values(), ids=REFUSED)
def test_what_was_not_named_is_refused(caller: str, iri: str, word: str) -> None:
    reply = ask(caller, call(iri))
    assert reply.status == 400
    assert word in reply.json()["detail"]


@pytest.mark.parametrize("name", ["127.1", "2130706433", "0x7f.1"])
def test_an_allowed_name_that_leads_to_loopback_is_not_called(
    name: str, invented_root: Path, invented_store: Path
) -> None:
    with (
        peer(answering(ONE_ROW)) as other,
        serving(invented_root, invented_store, "--allow-service", name, **SHORT) as (address, _),
    ):
        reply = ask(address, call(f"http://{name}:{other.port}/"))
        assert (reply.status, other.asked) == (400, [])
        assert "no address of the open internet" in reply.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { BIND(<IRI> AS ?u) SERVICE ?u { ?s ?p ?x } }",
        "SELECT * { SERVICE <IRI> { ?s ?p ?x SERVICE <IRI> { ?x ?y ?z } } }",
        "SELECT * { SERVICESILENT <IRI> { ?s ?p ?x } }",
        "PREFIX p: <IRI> SELECT * { SERVICE <IRI> { ?s ?p ?x } SERVICEp:{ ?x ?y ?z } }",
        "SELECT * { SERVICE <IRI> { ?s ?p ?x } FILTER(1 <'>' || true) SERVICE <IRI> { ?x ?y ?z } FILTER('a'='a') }",
        "SELECT * { SERVICE <IRI\\u0061> { ?s ?p ?x } }",
    ],
)
def test_forms_that_cannot_be_checked_are_refused_even_for_an_allowed_host(caller: str, query: str) -> None:
    with peer(answering(ONE_ROW)) as other:
        reply = ask(caller, query.replace("IRI", other.address))
        assert (reply.status, other.asked) == (400, [])


BAD_PEERS: dict[str, tuple[Behaviour, str]] = {
    "silent": (silent, "service_time_limit_s"),
    "dripping": (dripping, "service_time_limit_s"),
    "too large": (answering(b" " * 50_000), "service_size_limit_bytes"),
    "a page": (answering(b"<html>", "text/html"), "no format"),
    "failing": (answering(b"no", "text/plain", 500), "status 500"),
    "no HTTP": (nonsense, "could not be asked"),
    "hanging up": (hanging_up, "could not be asked"),
    "cut JSON": (answering(ONE_ROW[:50]), "cannot be used"),
    "redirecting to a host that is not allowed": (redirecting("http://example.org/"), "example.org"),
    "redirecting to a file": (redirecting("file:///etc/passwd"), "http or https"),
    "redirecting to itself": (redirecting("/again"), "redirects"),
}


@pytest.mark.parametrize(("behaviour", "word"), BAD_PEERS.values(), ids=BAD_PEERS)
def test_a_bad_peer_is_a_clear_error_in_bounded_time(caller: str, behaviour: Behaviour, word: str) -> None:
    with peer(behaviour) as other:
        begun = time.monotonic()
        reply = ask(caller, call(other.address))
        assert time.monotonic() - begun < 40
        assert reply.status in (400, 502)
        assert word in reply.json()["detail"]
        assert "secret" not in reply.json()["detail"]
        assert ask(caller, LIGHT).status == 200


def test_a_dead_peer_is_a_502_that_names_it(caller: str) -> None:
    with refusing_port() as port:
        reply = ask(caller, call(f"http://127.0.0.1:{port}/"))
    assert (reply.status, f"127.0.0.1:{port}" in reply.json()["detail"]) == (502, True)


def test_a_name_that_nobody_has_is_a_502(caller: str) -> None:
    assert ask(caller, call("http://localtest.invalid/")).status == 502


def test_no_error_tells_the_address_of_the_guard(caller: str) -> None:
    with peer(answering(b"{}", "application/sparql-results+json")) as other:
        detail = ask(caller, call(other.address)).json()["detail"]
    assert [word for word in detail.split() if "127.0.0.1" in word and str(other.port) not in word] == []


def test_silent_makes_a_bad_peer_one_empty_solution(caller: str) -> None:
    with peer(answering(b"no", "text/plain", 500)) as other:
        reply = ask(caller, call(other.address, silent_word="SILENT"))
    assert (reply.status, reply.json()["results"]["bindings"]) == (200, [{}])


def test_a_redirect_to_an_allowed_host_is_followed_with_the_query(caller: str) -> None:
    with peer(answering(ONE_ROW)) as last, peer(redirecting(f"http://localhost:{last.port}/there", 301)) as first:
        assert values(ask(caller, call(first.address))) == ["from afar"]
        assert (last.asked[0][0], last.asked[0][1]) == ("/there", first.asked[0][1])


def test_proxy_variables_are_not_followed(invented_root: Path, invented_store: Path) -> None:
    with peer(answering(ONE_ROW)) as proxy, peer(answering(ONE_ROW)) as other:
        variables = {**SHORT, "HTTP_PROXY": proxy.address, "http_proxy": proxy.address, "ALL_PROXY": proxy.address}
        with serving(invented_root, invented_store, "--allow-service", "127.0.0.1", **variables) as (address, _):
            assert values(ask(address, call(other.address))) == ["from afar"]
        assert (len(proxy.asked), len(other.asked)) == (0, 1)


def test_a_port_that_is_named_is_the_only_one_allowed(invented_root: Path, invented_store: Path) -> None:
    with peer(answering(ONE_ROW)) as one, peer(answering(ONE_ROW)) as other:
        allowed = {**SHORT, "DEEPGENEALOGY_ALLOW_SERVICE": f"127.0.0.1:{one.port}, example.org"}
        with serving(invented_root, invented_store, **allowed) as (address, _):
            assert ask(address, call(one.address)).status == 200
            assert ask(address, call(other.address)).status == 400
        assert other.asked == []


def test_an_exists_that_calls_for_each_solution_is_stopped(caller: str) -> None:
    with peer(answering(ONE_ROW)) as other:
        query = f"SELECT ?s {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{other.address}> {{ ?s ?q ?x }} }} }}"
        reply = ask(caller, query)
        assert reply.status in (502, 504)  # by the number of calls, or on a busy machine by the time limit
        assert len(other.asked) <= 100


def test_light_queries_are_answered_while_a_peer_is_silent(caller: str) -> None:
    with peer(silent) as other, socket.create_connection(("127.0.0.1", int(caller.rpartition(":")[2]))) as connection:
        connection.sendall(f"GET /sparql?query={_quoted(call(other.address))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert [ask(caller, LIGHT).status for _ in range(5)] == [200] * 5


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())
