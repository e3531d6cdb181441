"""Hostile input: sizes, slow senders, odd bytes; never a 5xx, never a dropped connection, never obeyed."""

import contextlib
import csv
import http.client
import io
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgenealogy.export.tables import harmless_cell
from deepgenealogy.web.spreadsheets import harmless
from tests.protocol.asking import BROWSER, DIRECT, FORM, send
from tests.protocol.invented import ASK, HOSTILE_NAME, get, request, serving

MIB = 1_048_576


def raw(address: str, sent: bytes) -> bytes:
    """Everything that comes back for the bytes sent, until the server closes or nothing more comes."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
        connection.sendall(sent)
        received = b""
        with contextlib.suppress(TimeoutError):
            while part := connection.recv(65_536):
                received += part
    return received


def status_of(answer: bytes) -> int:
    """The status of a raw answer."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    assert found, answer[:200]
    return int(found.group(1))


# Sizes


@pytest.mark.parametrize("content_type", [DIRECT, FORM, "application/octet-stream"])
def test_a_body_of_30_mib_is_a_413_that_its_sender_sees(content_type: str, address: str) -> None:
    reply = send(address, "POST", "/sparql", b"x" * (30 * MIB), {"Content-Type": content_type})
    assert (reply.status, reply.media_type) == (413, "application/problem+json")
    assert "request_size_limit_bytes" in reply.json()["detail"]


def test_a_body_that_never_says_how_long_it_is_is_a_413_too(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    pieces = (b"x" * 100_000 for _ in range(300))
    connection.request("POST", "/sparql", pieces, {"Content-Type": DIRECT}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(address: str) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nContent-Length: 99999999999\r\n"
    assert status_of(raw(address, f"{head}Expect: 100-continue\r\n\r\n".encode())) == 413


def test_the_largest_body_is_still_read(address: str) -> None:
    # It is a comment of the query, and then the length of queries is what stands in the way.
    reply = send(address, "POST", "/sparql", b"#" * 2_000_000, {"Content-Type": DIRECT})
    assert (reply.status, "query_length_limit_bytes" in reply.json()["detail"]) == (413, True)


@pytest.mark.parametrize("target", ["/" + "a" * 100_000, "/sparql?query=" + "a" * 1_000_000])
def test_an_address_that_is_too_long_is_a_414(target: str, address: str) -> None:
    reply = get(address, target)
    assert (reply.status, reply.media_type) == (414, "application/problem+json")


@pytest.mark.parametrize("headers", [{"X-Large": "x" * 100_000}, {f"X-{n}": "x" * 50 for n in range(90)}])
def test_headers_are_limited(headers: dict[str, str], address: str) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() for _ in range(20))
    assert status_of(raw(address, f"GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())) == 431


def test_a_flood_of_small_headers_within_the_limit_is_read(address: str) -> None:
    lines = "".join(f"X-{number}: a\r\n" for number in range(2_000))
    sent = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"
    assert status_of(raw(address, sent.encode())) == 200


# Slow senders


@contextlib.contextmanager
def stalled(address: str, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections whose requests have begun and do not go on."""
    place = urlsplit(address)
    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection((place.hostname or "", place.port or 0), timeout=60))
            for _ in range(count)
        ]
        for connection in connections:
            connection.sendall(sent)
        yield connections


STALLING = {
    "no byte": b"",
    "the first byte": b"G",
    "half a line": b"GET /spar",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 100\r\n\r\nASK",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n64\r\nASK",
}  # fmt: skip


@pytest.mark.parametrize("sent", STALLING.values(), ids=STALLING)
def test_forty_stalled_senders_stop_nobody(sent: bytes, address: str) -> None:
    with stalled(address, 40, sent):
        for _ in range(5):
            assert get(address, ASK).status == 200


def test_three_hundred_stalled_senders_stop_nobody(address: str) -> None:
    with stalled(address, 300, STALLING["half a head"]):
        assert get(address, ASK).status == 200


def test_forty_readers_who_do_not_read_stop_nobody(address: str) -> None:
    rows = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000")
    sent = f"GET /sparql?query={rows}&format=csv HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with stalled(address, 40, sent):
        for _ in range(5):
            assert get(address, ASK).status == 200


def test_a_head_that_drips_in_is_given_up(invented_root: Path, invented_store: Path) -> None:
    with (
        serving(invented_root, invented_store, DEEPGENEALOGY_SENDER_PATIENCE_S="1") as (impatient, _),
        stalled(impatient, 1, b"GET / HTTP/1.1\r\n") as (connection,),
    ):
        until = time.monotonic() + 120
        connection.settimeout(0.2)
        while time.monotonic() < until:
            try:
                connection.sendall(b"X-A: a\r\n")
                if connection.recv(100) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("a request whose head drips in holds its connection for ever")


# Bytes that no address, header or query should hold

ODD_PATHS = [
    "/%00",
    "/architecture/%00",
    "/architecture/alpha-net%00.ttl",
    "/static/%00",
    "/static/style.css%00",
    "/export/%00.ttl",
    "/frames/%00.jsonld",
    "/lineage/%00",
    "/queries/%00",
    "/%0D%0ASet-Cookie:%20a=b",
    "/architecture/%0D%0ASet-Cookie:%20a=b",
    "/graph/%0D%0ASet-Cookie:%20a=b",
    "/%zz",
    "/%",
    "/%F",
    "/architecture/%ff%fe",
    "/architecture/%C0%AE",
    "/architecture/%ED%A0%80",
    "/architecture/%F4%90%80%80",
    "/lineage/%ff",
    "/%E2%80%AE",
    "/" + "a/" * 5_000,
    "/" + "%2e" * 2_000,
    "//",
    "///etc/passwd",
    "//evil.example/%2f..",
    "/;/",
    "/\\",
]


@pytest.mark.parametrize("target", ODD_PATHS)
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_odd_bytes_in_a_path_are_the_senders_mistake(target: str, accept: str, address: str) -> None:
    assert get(address, target, Accept=accept).status < 500


@pytest.mark.parametrize("target", ODD_PATHS)
def test_what_a_path_holds_never_becomes_a_header(target: str, address: str) -> None:
    assert get(address, target).headers["Set-Cookie"] is None


@pytest.mark.parametrize(
    "target",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/%2e%2e%2fapp.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/....//app.py",
        "/../../../../etc/passwd",
        "/frames/..%2f..%2fontology%2fcontext.jsonld",
        "/frames/%2e%2e%2fcontext.jsonld",
        "/export/..%2f..%2fpyproject.ttl",
        "/architecture/..%2f..%2fpyproject.ttl",
        "/queries/..%2fchecks%2fedges.rq",
        "/queries/%2e%2e%2fpages%2fdescribe.rq",
        "/lineage/..%2fresnet",
    ],
)
def test_no_path_leads_out_of_its_folder(target: str, address: str) -> None:
    answer = raw(address, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status_of(answer) in (308, 400, 404)
    assert b"root:" not in answer
    assert b"def create_app" not in answer


@pytest.mark.parametrize(
    "parameters",
    [
        "query=%00",
        "query=ASK%7B%7D%00",
        "query=%ff",
        "query=%",
        "query=%zz",
        "query=ASK%7B%7D&default-graph-uri=%00",
        "query=ASK%7B%7D&default-graph-uri=not%20an%20iri",
        "query=ASK%7B%7D&timeout=nan",
        "query=ASK%7B%7D&timeout=-1",
        "query=ASK%7B%7D&format=%00",
        "query=ASK%7B%7D&query=ASK%7B%7D",
        "query=" + quote("\ud800", errors="surrogatepass"),
        "&" * 10_000,
        "query=" + quote('ASK { <http://x/\\uD800> ?p "\\uDFFF" }'),
        "query=" + quote("SELECT ?\u202e { ?s ?p ?o }"),
        "query=" + quote("SELECT * { ?s ?p '''"),
    ],
)
def test_odd_parameters_are_the_senders_mistake(parameters: str, address: str) -> None:
    assert 400 <= get(address, f"/sparql?{parameters}").status < 500 or parameters.startswith("&")


def test_a_flood_of_parameters_is_the_senders_mistake(address: str) -> None:
    body = "&".join(f"a{number}=b" for number in range(100_000)).encode()
    assert 400 <= send(address, "POST", "/sparql", body, {"Content-Type": FORM}).status < 500


@pytest.mark.parametrize("encoded", ["utf-8-sig", "utf-8"])
def test_a_query_may_begin_with_a_byte_order_mark(encoded: str, address: str) -> None:
    reply = send(address, "POST", "/sparql", "ASK {}".encode(encoded), {"Content-Type": DIRECT})
    assert (reply.status, reply.json()["boolean"]) == (200, True)


@pytest.mark.parametrize("body", ["ASK {}".encode("utf-16"), b"\xff\xfe\x00", b"ASK { ?s ?p '\xe9' }", b"\x00" * 1_000])
def test_a_body_that_is_not_utf_8_is_the_senders_mistake(body: bytes, address: str) -> None:
    assert send(address, "POST", "/sparql", body, {"Content-Type": DIRECT}).status == 400


# Requests that are hardly HTTP

MALFORMED = {
    "nonsense": b"nonsense\r\n\r\n",
    "binary": bytes(range(256)) + b"\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "control in line": b"GET /\x01\x02 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "nul in line": b"GET /\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "nul in header": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
    "bare cr": b"GET / HTTP/1.1\rHost: x\r\n\r\n",
    "space before colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    "negative length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "worded length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nASK{",
    "bad chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "chunked twice": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked in two lines": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "lower case": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_what_is_hardly_http_is_refused_in_http(sent: bytes, address: str) -> None:
    answer = raw(address, sent)
    assert 400 <= status_of(answer) < 500
    assert b"application/problem+json" in answer
    assert b"\nX-Request-Id: " in answer
    assert b"\nAccess-Control-Expose-Headers: " in answer


HOSTS = {"none": "", "two": "Host: a\r\nHost: b\r\n", "two in one": "Host: a, b\r\n"}


@pytest.mark.parametrize("lines", HOSTS.values(), ids=HOSTS)
def test_a_request_of_http_1_1_names_its_host_once(lines: str, address: str) -> None:
    answer = raw(address, f"GET {ASK} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
    assert status_of(answer) == 400
    assert b"'Host'" in answer


SMUGGLED = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nX-Request-Id: smuggled\r\n\r\n"
CHUNKED = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nTransfer-Encoding: chunked\r\n"


def test_a_body_that_is_chunked_and_has_a_length_is_read_as_chunked(address: str) -> None:
    body = "6\r\nASK {}\r\n0\r\n\r\n"
    sent = f"{CHUNKED}Content-Length: {len(body) + len(SMUGGLED)}\r\nConnection: close\r\n\r\n{body}{SMUGGLED}"
    answer = raw(address, sent.encode())
    assert status_of(answer) == 200
    assert b"smuggled" not in answer


def test_after_a_body_that_is_chunked_and_has_a_length_the_connection_is_closed(address: str) -> None:
    answer = raw(address, f"{CHUNKED}Content-Length: 6\r\n\r\n6\r\nASK {{}}\r\n0\r\n\r\n{SMUGGLED}".encode())
    assert b"smuggled" not in answer


@pytest.mark.parametrize("length", ["+6", "6, 6", "0x6", "0_6", "6 6", "", "\u0666"])
def test_a_length_that_is_no_number_is_a_400(length: str, address: str) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nContent-Length: {length}\r\n\r\n"
    answer = raw(address, head.encode() + b"ASK {}")
    assert status_of(answer) == 400


def test_a_header_that_goes_on_in_the_next_line_makes_no_other_header(address: str) -> None:
    sent = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nX-A: a\r\n X-Request-Id: folded\r\nConnection: close\r\n\r\n"
    answer = raw(address, sent.encode())
    assert status_of(answer) in (200, 400)
    assert b"X-Request-Id: folded" not in answer


def test_a_transfer_coding_that_is_not_read_is_a_501(address: str) -> None:
    sent = b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"
    assert status_of(raw(address, sent)) == 501


@pytest.mark.parametrize(
    "line", [b"GET / HTTP/1.0\r\n\r\n", b"GET /\r\n\r\n", f"GET {ASK} HTTP/1.0\r\nHost: x\r\n\r\n".encode()]
)
def test_http_1_0_is_answered_and_the_connection_closed(line: bytes, address: str) -> None:
    answer = raw(address, line)
    assert status_of(answer) == 200
    assert b"chunked" not in answer.partition(b"\r\n\r\n")[0]


def test_requests_sent_in_one_go_are_answered_in_their_order(address: str) -> None:
    one = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nX-Request-Id: "
    answer = raw(address, f"{one}first\r\n\r\n{one}second\r\n\r\n{one}third\r\nConnection: close\r\n\r\n".encode())
    assert re.findall(rb"X-Request-Id: (\w+)", answer) == [b"first", b"second", b"third"]


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT", "PATCH", "X" * 1_000])
@pytest.mark.parametrize("target", ["/", "/sparql", "/architecture/alpha-net", "/static/style.css"])
def test_a_method_that_is_not_there_is_a_405_that_names_those_that_are(method: str, target: str, address: str) -> None:
    reply = request(method, address, target)
    assert reply.status in (405, 501)
    assert reply.status == 501 or "GET" in (reply.headers["Allow"] or "")


@pytest.mark.parametrize(
    "host", ["", "x y", "evil.example/path", '"><script>', "[::1", "a" * 5_000, "x:99999999", "\u00e9"]
)
def test_a_strange_host_never_breaks_or_enters_a_page(host: str, address: str) -> None:
    for target in ("/openapi.json", "/sparql", "/architecture/alpha-net"):
        answer = raw(address, f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        assert status_of(answer) in (200, 400)
        assert b"<script>" not in answer


BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: f"GET /{text} HTTP/1.1\r\nHost: x\r\n\r\n".encode()),
    st.binary(max_size=60).map(lambda part: b"GET / HTTP/1.1\r\nHost: x\r\nAccept: " + part + b"\r\n\r\n"),
    st.binary(max_size=60).map(lambda part: b"GET / HTTP/1.1\r\nIf-None-Match: " + part + b"\r\n\r\n"),
    st.binary(max_size=60).map(lambda part: b"GET /sparql?query=" + quote(part).encode() + b" HTTP/1.0\r\n\r\n"),
)


@given(sent=BYTES)
@settings(max_examples=150)
def test_no_bytes_at_all_are_our_mistake(sent: bytes, address: str) -> None:
    answer = raw(address, sent + b"\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n")
    statuses = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", answer, re.MULTILINE)]
    assert statuses
    assert all(status < 500 or status == 501 for status in statuses)


HEADER = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80).map(str.strip)


@given(
    name=st.sampled_from(["Accept", "Accept-Encoding", "If-None-Match", "Range", "If-Range", "Cookie"]), value=HEADER
)
@settings(max_examples=150)
def test_no_value_of_a_header_is_our_mistake(name: str, value: str, address: str) -> None:
    for target in (ASK, "/static/style.css"):
        assert send(address, "GET", target, headers={name: value}).status < 500


# Names that would be templates, scripts or formulas


def test_a_hostile_name_is_shown_as_it_stands_and_runs_nothing(address: str) -> None:
    body = get(address, "/architecture/beta-net", Accept=BROWSER).body.decode()
    assert "<script>alert" not in body
    assert "{{ 7*7 }}&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "49" not in body.partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize(
    "target", ["/architecture/alpha-net", "/queries/descendants?architecture=alpha-net", "/queries/roots"]
)
def test_it_runs_nothing_on_the_pages_of_others_either(target: str, address: str) -> None:
    assert "<script>alert" not in get(address, target, Accept=BROWSER).body.decode()


def test_it_runs_nothing_in_a_drawing(address: str) -> None:
    for suffix in ("dot", "mmd", "txt"):
        reply = get(address, f"/lineage/beta-net.{suffix}?direction=both")
        assert (reply.status, reply.media_type != "text/html") == (200, True)
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "sent", ["{{ 7*7 }}", "{% print(7*7) %}", "<script>alert(1)</script>", "${7*7}", "javascript:alert(1)"]
)
def test_what_was_sent_is_shown_and_not_obeyed(sent: str, address: str) -> None:
    for target in (
        f"/architecture/{quote(sent, safe='')}",
        f"/queries/named?name={quote(sent)}",
        f"/sparql?query={quote(sent)}",
    ):
        body = get(address, target, Accept=BROWSER).body.decode()
        assert "<script>alert" not in body
        assert 'href="javascript:' not in body
        assert "49" not in re.sub(r"[0-9a-f]{32}|<code>.*?</code>", "", body)


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\uff1d1+1"]


def values(cells: list[str]) -> str:
    """A query whose answer is these cells."""
    return f"SELECT ?cell {{ VALUES ?cell {{ {' '.join(json.dumps(cell) for cell in cells)} }} }}"


def rows(body: bytes) -> list[str]:
    """The cells of the one column of a CSV answer."""
    return [cell for (cell,) in csv.reader(io.StringIO(body.decode(), newline=""))][1:]


def test_csv_for_programs_is_exact(address: str) -> None:
    parameters = urlencode({"query": values(FORMULAS), "format": "csv"})
    assert rows(get(address, f"/sparql?{parameters}").body) == FORMULAS


def test_csv_for_a_spreadsheet_holds_no_formula(address: str) -> None:
    parameters = urlencode({"query": values(FORMULAS), "format": "csv", "spreadsheet": "1"})
    reply = get(address, f"/sparql?{parameters}")
    assert reply.media_type == "text/csv"
    assert rows(reply.body) == [f"'{cell}" for cell in FORMULAS]


def test_a_published_question_can_be_had_for_a_spreadsheet_too(address: str) -> None:
    assert get(address, "/queries/roots?format=csv&spreadsheet=1").status == 200


@pytest.mark.parametrize("cell", ["-1", "+2.5", "-1e-3", "plain", "", "2015-12-10", "a=b", "https://x/?a=b"])
def test_numbers_and_plain_words_stay_as_they_are(cell: str) -> None:
    assert harmless_cell(cell) == cell


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1), max_size=8),
    st.integers(1, 9),
)
def test_every_cell_for_a_spreadsheet_is_the_cell_itself_or_behind_an_apostrophe(
    table: list[list[str]], step: int
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    sent = text.getvalue().encode()
    pieces = [sent[start : start + step] for start in range(0, len(sent), step)]
    read = list(csv.reader(io.StringIO(b"".join(harmless(pieces)).decode(), newline="")))
    assert read == [[harmless_cell(cell) for cell in row] for row in table]


# And after all that


def test_the_server_that_took_all_this_is_well(address: str) -> None:
    assert get(address, "/healthz").json()["status"] == "ok"
    assert get(address, ASK).status == 200


def test_a_hostile_name_is_in_the_world_that_is_served(address: str) -> None:
    assert HOSTILE_NAME in get(address, "/export/curation.ttl").body.decode()


def test_a_port_that_is_taken_is_told_in_one_line(invented_root: Path, invented_store: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AssertionError, match="ended before it answered"),
        serving(invented_root, invented_store, "--port", str(taken.getsockname()[1])),
    ):
        pass
