"""HTTP manners: CORS, request ids, the access log, figures, security headers, proxies, and a graceful stop."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.protocol.asking import BROWSER, DIRECT, FORM, Reply, send
from tests.protocol.invented import ASK, EVERYTHING, SLOW, figures, get, request, serving
from tests.protocol.test_limits import taken
from tests.soak.watching import descendants, is_running
from tests.waiting import wait_for

#: A target of every route that reads.
READS = [
    "/",
    "/sparql",
    "/architecture/alpha-net",
    "/ontology",
    "/graph/meta",
    "/queries",
    "/queries/roots",
    "/lineage/alpha-net",
    "/export/meta.ttl",
    "/context.jsonld",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/static/style.css",
]
FAILING = ["/nowhere", "/sparql?query=SELECT", "/export/nothing.ttl"]
PAGES = ["/", "/sparql", "/architecture/alpha-net", "/architecture/beta-net", "/queries", "/queries/roots", "/nowhere"]
ORIGIN = "https://elsewhere.example"


def words(header: str | None) -> set[str]:
    """The members of a header that is a list, in lower case."""
    return {word.strip().lower() for word in (header or "").split(",") if word.strip()}


# CORS


@pytest.mark.parametrize("target", [*READS, *FAILING])
def test_scripts_of_any_site_may_read(target: str, address: str) -> None:
    assert get(address, target, Origin=ORIGIN).headers["Access-Control-Allow-Origin"] == "*"


def test_scripts_of_any_site_may_read_the_headers_that_matter(address: str) -> None:
    exposed = words(get(address, ASK, Origin=ORIGIN).headers["Access-Control-Expose-Headers"])
    assert {"etag", "link", "x-request-id", "retry-after"} <= exposed


def test_no_answer_is_shared_with_the_credentials_of_its_asker(address: str) -> None:
    assert get(address, ASK, Origin=ORIGIN).headers["Access-Control-Allow-Credentials"] is None


def preflight(address: str, target: str, method: str = "GET", sent: str = "content-type") -> Reply:
    """The answer to a preflight for `method`."""
    headers = {"Access_Control_Request_Method": method, "Access_Control_Request_Headers": sent}
    return request("OPTIONS", address, target, Origin=ORIGIN, **headers)


@pytest.mark.parametrize("target", READS)
def test_a_preflight_is_answered_on_every_route(target: str, address: str) -> None:
    reply = preflight(address, target)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert {"get", "head", "options"} <= words(reply.headers["Access-Control-Allow-Methods"])


def test_a_query_may_be_posted_from_any_site(address: str) -> None:
    reply = preflight(address, "/sparql", "POST")
    assert "post" in words(reply.headers["Access-Control-Allow-Methods"])
    assert {"content-type", "accept"} <= words(reply.headers["Access-Control-Allow-Headers"])


@pytest.mark.parametrize("target", READS)
def test_no_other_site_may_write_or_send_a_token(target: str, address: str) -> None:
    headers = preflight(address, target, "PUT", "authorization").headers
    assert not {"put", "delete", "patch"} & words(headers["Access-Control-Allow-Methods"])
    assert "authorization" not in words(headers["Access-Control-Allow-Headers"])


def test_a_preflight_may_be_kept_for_a_day(address: str) -> None:
    assert preflight(address, "/sparql", "POST").headers["Access-Control-Max-Age"] == "86400"


def test_what_is_sent_without_a_preflight_is_answered_to_any_site(address: str) -> None:
    body, headers = b"query=ASK+%7B%7D", {"Content-Type": FORM, "Origin": ORIGIN}
    reply = send(address, "POST", "/sparql", body, headers)
    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (200, "*")


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", f"{ASK}&format=xlsx", {}, 406),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, 415),
        ("PUT", "/sparql", {}, 405),
        ("POST", "/update", {}, 403),
        ("GET", "/" + "a" * 100_000, {}, 414),
        ("GET", "/", {"X-Large": "x" * 100_000}, 431),
        ("GET", ASK, {"If-None-Match": "*"}, 304),
        ("HEAD", ASK, {}, 200),
    ],
)
def test_scripts_of_any_site_see_why_they_were_refused(
    method: str, target: str, headers: dict[str, str], status: int, address: str
) -> None:
    reply = send(address, method, target, b"x" if method == "POST" else None, {"Origin": ORIGIN, **headers})
    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")


@pytest.mark.parametrize("target", ["/update", "/store?default"])
def test_the_preflight_of_a_write_allows_no_write(target: str, address: str) -> None:
    reply = preflight(address, target, "POST", "authorization, content-type")
    assert reply.status == 204
    assert not {"post", "put", "delete", "patch"} & words(reply.headers["Access-Control-Allow-Methods"])


def test_options_say_which_methods_there_are(address: str) -> None:
    assert {"GET", "POST"} <= {word.upper() for word in words(request("OPTIONS", address, "/sparql").headers["Allow"])}


def test_options_of_nothing_are_a_404(address: str) -> None:
    assert request("OPTIONS", address, "/nowhere").status == 404


# Request ids


def test_every_request_has_an_id_of_its_own(address: str) -> None:
    ids = {get(address, ASK).headers["X-Request-Id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize("chosen", ["job-7", "0af7651916cd43dd8448eb211c80319c", "a.b:c_d-1"])
def test_a_sane_id_is_kept(chosen: str, address: str) -> None:
    assert get(address, ASK, X_Request_Id=chosen).headers["X-Request-Id"] == chosen


@pytest.mark.parametrize("chosen", ["", "a b", "x" * 65, "<script>", "a,b", '"', "\u00e9", "-x", "a%0ab"])
def test_any_other_id_is_replaced(chosen: str, address: str) -> None:
    own = get(address, ASK, X_Request_Id=chosen).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", own)


@pytest.mark.parametrize("target", FAILING)
def test_a_problem_carries_the_id(target: str, address: str) -> None:
    assert get(address, target, X_Request_Id="job-7").json()["request_id"] == "job-7"


def test_the_page_of_a_problem_carries_the_id(address: str) -> None:
    assert b"job-7" in get(address, "/nowhere", Accept=BROWSER, X_Request_Id="job-7").body


def test_what_is_refused_before_it_reaches_the_application_carries_an_id(address: str) -> None:
    reply = send(address, "GET", "/", headers={"X-Large": "x" * 100_000})
    assert (reply.status, reply.media_type) == (431, "application/problem+json")
    assert reply.json()["request_id"] == reply.headers["X-Request-Id"]


def test_an_answer_from_the_cache_has_the_id_of_its_own_request(address: str) -> None:
    assert get(address, ASK, X_Request_Id="one").headers["X-Request-Id"] == "one"
    assert get(address, ASK, X_Request_Id="other").headers["X-Request-Id"] == "other"


# The access log


class Kept:
    """A server and what it writes to standard error, line by line."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address = address
        self._lines: list[str] = []
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self._lines.append(line)

    def lines_with(self, mark: str) -> list[str]:
        """The lines that hold `mark`, waited for a while."""
        until = time.monotonic() + 120
        while not (found := [line for line in self._lines if mark in line]) and time.monotonic() < until:
            time.sleep(0.02)
        return found

    def entry(self, mark: str) -> dict[str, object]:
        """The one line with `mark`, read as JSON."""
        (line,) = self.lines_with(mark)
        found: dict[str, object] = json.loads(line)
        return found


@pytest.fixture(scope="module")
def logged(invented_root: Path, invented_store: Path) -> Iterator[Kept]:
    """A server whose log is read."""
    with serving(invented_root, invented_store) as (address, process):
        yield Kept(address, process)


def test_each_request_is_one_line(logged: Kept) -> None:
    reply = get(logged.address, ASK, X_Request_Id="line-1")
    entry = logged.entry("line-1")
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/sparql", 200)
    assert (entry["bytes"], entry["whole"], entry["client"]) == (len(reply.body), True, "127.0.0.1")


def test_a_failure_is_a_line_too(logged: Kept) -> None:
    get(logged.address, "/nowhere", X_Request_Id="line-2")
    assert logged.entry("line-2")["status"] == 404


def test_what_waitress_refuses_is_a_line_too(logged: Kept) -> None:
    reply = send(logged.address, "GET", "/", headers={"X-Large": "x" * 100_000})
    assert logged.entry(reply.headers["X-Request-Id"])["status"] == 431


def test_no_query_and_no_token_is_written(logged: Kept) -> None:
    headers = {"X-Request-Id": "line-3", "Authorization": "Bearer topsecret", "Content-Type": DIRECT}
    send(logged.address, "POST", "/sparql?token=topsecret", b"ASK { <urn:topsecret> ?p ?o }", headers)
    assert logged.entry("line-3")["path"] == "/sparql"
    send(logged.address, "GET", "/", headers={"X-Request-Id": "line-4"})
    logged.entry("line-4")
    assert not [line for line in logged._lines if "topsecret" in line]


FORGED = ["%0A{}", "%0D%0A{}", "%E2%80%A8{}", "%C2%85{}", "%1B[2J{}", "%00{}", "%7F{}", '"{}']


@pytest.mark.parametrize("forged", FORGED)
def test_nothing_sent_can_forge_a_line(forged: str, logged: Kept) -> None:
    mark = f"forged-{quote(forged).replace('%', '')}"
    get(logged.address, "/" + forged.format(f'%7B"status":200,"id":"{mark}"%7D'), X_Request_Id=f"true-{hash(mark)}")
    (line,) = logged.lines_with(f"true-{hash(mark)}")
    assert line.isascii()
    assert line.rstrip("\n").isprintable()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["status"] == 404


def test_the_log_can_be_turned_off(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, "--access-log", "off") as (address, process):
        assert get(address, ASK, X_Request_Id="silent").status == 200
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert "silent" not in said


def test_a_log_that_nobody_reads_stops_no_answer(invented_root: Path, invented_store: Path) -> None:
    # The pipe holds 64 kB; about 500 lines are twice as much.
    with serving(invented_root, invented_store) as (address, _):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        for _ in range(500):
            connection.request("GET", "/healthz", headers={"User-Agent": "x" * 200})
            assert connection.getresponse().read()
        connection.close()


# Figures


_OF_WORKERS = pytest.mark.embedded("workers and lanes")
_FIGURES_OF_WORKERS = (
    "deepgenealogy_workers_alive",
    "deepgenealogy_workers_started_total",
    "deepgenealogy_workers_ended_total",
    'deepgenealogy_lane_places{lane="quick"}',
    'deepgenealogy_lane_taken{lane="slow"}',
    'deepgenealogy_lane_waiting{lane="slow"}',
)


@pytest.mark.parametrize(
    "name",
    [
        'deepgenealogy_requests_total{method="GET",status="200"}',
        "deepgenealogy_answer_cache_bytes",
        "deepgenealogy_answer_cache_hits_total",
        "deepgenealogy_answer_cache_misses_total",
        "deepgenealogy_snapshot_info",
        "process_resident_memory_bytes",
        'deepgenealogy_queries_total{outcome="bindings"}',
        'deepgenealogy_query_seconds_total{outcome="bindings"}',
        *(pytest.param(name, marks=_OF_WORKERS) for name in _FIGURES_OF_WORKERS),
    ],
)
def test_the_figures_hold(name: str, address: str) -> None:
    get(address, EVERYTHING)
    wait_for(lambda: name in figures(address))  # an answer is counted when it has been sent


def test_the_figures_are_in_prometheus_form(address: str) -> None:
    reply = get(address, "/metrics")
    assert reply.content_type.startswith("text/plain; version=0.0.4")
    assert b"# TYPE deepgenealogy_requests_total counter" in reply.body


def test_the_figures_name_the_snapshot(address: str) -> None:
    name = get(address, "/healthz").json()["snapshot"]
    assert f'name="{name}"' in get(address, "/metrics").body.decode()


def test_methods_that_nobody_knows_do_not_make_the_figures_grow(address: str) -> None:
    for number in range(5):
        request(f"BREW{number}", address, "/")
    assert not [name for name in figures(address) if "BREW" in name]


# Security headers


@pytest.mark.parametrize("target", [*READS, *FAILING])
def test_no_type_is_to_be_guessed(target: str, address: str) -> None:
    headers = get(address, target).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]


@pytest.mark.parametrize("target", [*READS, *FAILING])
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_nothing_can_be_framed_and_nothing_inline_runs(target: str, accept: str, address: str) -> None:
    policy = str(get(address, target, Accept=accept).headers["Content-Security-Policy"])
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in directives.get("script-src", directives["default-src"])


@pytest.mark.parametrize("target", ["/architecture/alpha-net.ttl", "/lineage/alpha-net.svg", "/"])
def test_an_answer_that_is_held_keeps_the_policy_that_it_came_with(target: str, address: str) -> None:
    # What a 304 says replaces what is kept (RFC 9111, 3.2), and it does not know what is kept.
    held = get(address, target)
    again = get(address, target, If_None_Match=str(held.headers["ETag"]))
    assert held.headers["Content-Security-Policy"]
    assert again.status == 304
    for name in ("Content-Security-Policy", "X-Frame-Options", "Content-Language"):
        assert again.headers[name] in (None, held.headers[name])


def test_a_preview_that_is_held_may_still_be_framed(address: str) -> None:
    target = "/reconcile/preview?id=architecture/alpha-net"
    held = get(address, target)
    assert "frame-ancestors *" in held.headers["Content-Security-Policy"]
    again = get(address, target, If_None_Match=str(held.headers["ETag"]))
    assert (again.status, again.headers["X-Frame-Options"]) == (304, None)
    assert "frame-ancestors 'none'" not in str(again.headers["Content-Security-Policy"])


@pytest.mark.parametrize("target", PAGES)
def test_a_page_allows_only_what_is_its_own(target: str, address: str) -> None:
    reply = get(address, target, Accept=BROWSER)
    assert reply.media_type == "text/html"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy


#: Types of `script` that hold data: nothing runs, and no policy forbids them (HTML, 4.12.1 and 8.1.3.1).
DATA_BLOCKS = {"application/json", "application/ld+json"}


class Inline(HTMLParser):
    """Finds what a policy without unsafe-inline would not run or not show."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        inline = {name for name in names if name == "style" or name.startswith("on")}
        if tag == "style" or (tag == "script" and "src" not in names and names.get("type") not in DATA_BLOCKS):
            inline.add(tag)
        self.found += sorted(inline)


@pytest.mark.parametrize("target", PAGES)
def test_a_page_needs_nothing_that_its_policy_forbids(target: str, address: str) -> None:
    parser = Inline()
    parser.feed(get(address, target, Accept=BROWSER).body.decode())
    assert parser.found == []


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<script>1</script>", ["script"]),
        ('<script type="module">1</script>', ["script"]),
        ('<script type="importmap">{}</script>', ["script"]),
        ('<style>p {}</style><p style="x" onclick="y">', ["style", "onclick", "style"]),
        ('<script type="application/ld+json">{}</script><script src="/x.js"></script>', []),
    ],
)
def test_what_a_policy_forbids_is_found(markup: str, found: list[str]) -> None:
    parser = Inline()
    parser.feed(markup)
    assert parser.found == found


def test_the_server_does_not_say_what_it_is_made_of(address: str) -> None:
    assert get(address, ASK).headers["Server"] == "deepgenealogy"


# Behind a proxy

FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "data.example",
    "X-Forwarded-Prefix": "/tree",
}


@pytest.fixture(scope="module")
def proxied(invented_root: Path, invented_store: Path) -> Iterator[Kept]:
    """A server that believes one proxy."""
    with serving(invented_root, invented_store, "--proxy-hops", "1") as (address, process):
        yield Kept(address, process)


def page(address: str, target: str) -> str:
    """A page, asked for through a proxy at https://data.example/tree."""
    return send(address, "GET", target, headers={**FORWARDED, "Accept": BROWSER}).body.decode()


@pytest.mark.parametrize(
    "target", ["/", "/architecture/alpha-net", "/queries", "/queries/roots", "/sparql", "/nowhere"]
)
def test_every_link_of_a_page_carries_the_prefix(target: str, proxied: Kept) -> None:
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page(proxied.address, target))
    assert links
    assert [link for link in links if not link.startswith("/tree/")] == []


def test_the_link_header_carries_the_prefix(proxied: Kept) -> None:
    reply = send(proxied.address, "GET", "/architecture/alpha-net", headers=FORWARDED)
    assert "</tree/architecture/alpha-net.ttl>" in reply.headers["Link"]


def test_a_redirect_carries_the_prefix(proxied: Kept) -> None:
    reply = send(proxied.address, "GET", "/sparql.ttl", headers=FORWARDED)
    assert reply.status == 303
    assert urlsplit(reply.headers["Location"])[2:4] == ("/tree/sparql", "format=ttl")


def test_the_description_names_the_address_that_the_world_sees(proxied: Kept) -> None:
    body = send(proxied.address, "GET", "/openapi.json", headers=FORWARDED).json()
    assert body["servers"] == [{"url": "https://data.example/tree"}]


def test_what_was_answered_for_one_address_is_not_the_answer_for_another(proxied: Kept) -> None:
    plain = get(proxied.address, "/architecture/alpha-net", Accept=BROWSER).body
    assert b'href="/tree/' not in plain
    assert 'href="/tree/' in page(proxied.address, "/architecture/alpha-net")


def test_the_log_names_the_client_behind_the_proxy(proxied: Kept) -> None:
    send(proxied.address, "GET", ASK, headers={**FORWARDED, "X-Request-Id": "proxied-1"})
    assert proxied.entry("proxied-1")["client"] == "203.0.113.9"


def test_nobody_is_believed_unless_the_operator_says_so(logged: Kept) -> None:
    send(logged.address, "GET", ASK, headers={**FORWARDED, "X-Request-Id": "unproxied-1"})
    assert logged.entry("unproxied-1")["client"] == "127.0.0.1"
    assert "data.example" not in page(logged.address, "/openapi.json")
    assert "/tree/" not in page(logged.address, "/architecture/alpha-net")


# A graceful stop


def asked(address: str, target: str) -> http.client.HTTPConnection:
    """A connection on which a GET was sent."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", target)
    return connection


@pytest.mark.embedded("lanes, which tell that a question is being answered, and workers that end")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_is_answered_to_its_end(
    number: signal.Signals, invented_root: Path, invented_store: Path
) -> None:
    options = ("--query-time-limit-s", "5")
    with serving(invented_root, invented_store, *options) as (address, process):
        connection = asked(address, f"/sparql?query={quote(SLOW.format(number=number))}")
        wait_for(lambda: taken(address) == 1)
        below = [*descendants(process.pid)]
        process.send_signal(number)
        reply = connection.getresponse()
        assert (reply.status, json.loads(reply.read())["status"]) == (504, 504)
        connection.close()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert below
    assert [pid for pid in below if is_running(pid)] == []


@pytest.mark.embedded("large answers from few triples")
def test_a_large_answer_is_sent_whole_after_the_signal(invented_root: Path, invented_store: Path) -> None:
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
    with serving(invented_root, invented_store) as (address, process):
        whole = get(address, f"/sparql?query={quote(rows)}&format=csv").body
        connection = asked(address, f"/sparql?query={quote(rows + ' #')}&format=csv")
        reply = connection.getresponse()
        begun = reply.read(1_000)
        process.send_signal(signal.SIGTERM)
        assert begun + reply.read() == whole
        connection.close()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_stopping_server_takes_no_more_connections(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store) as (address, process):
        assert get(address, ASK).status == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        with pytest.raises(OSError, match=os.strerror(111)):
            get(address, ASK)
