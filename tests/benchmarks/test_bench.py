"""The benchmark programs without timing: what they ask, how they compare answers, what they make of figures."""

import os
import random
import threading
from collections import Counter
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.benchmarks import growth, load
from tests.benchmarks.contestants import CONTESTANTS, Running
from tests.benchmarks.results import NATIVE, OURS, RDFLIB, TARGETS, Measured, kept, read, table, verdicts
from tests.benchmarks.sameness import differences, value_of
from tests.benchmarks.workloads import HEAVY, WORKLOADS, heavy, set_of
from tests.protocol.asking import Reply

SERVERS = [Running(name, "http://127.0.0.1:9", "/sparql", 1) for name in CONTESTANTS]
PLAIN = [name for name in WORKLOADS if name != "revalidated"]  # which asks ours beforehand


@pytest.mark.parametrize("name", PLAIN)
def test_every_server_is_asked_the_same(name: str) -> None:
    asked = [WORKLOADS[name].requests(running, 1_000, random.Random(name)) for running in SERVERS]
    only = WORKLOADS[name].only
    assert len({tuple(target for target, _ in one) for one in asked}) == 1
    assert only <= set(CONTESTANTS)


def test_names_follow_the_law_of_zipf() -> None:
    asked = WORKLOADS["pages"].requests(SERVERS[0], 1_000, random.Random(1))
    counts = [count for _, count in Counter(target for target, _ in asked).most_common()]
    assert counts[0] > 3 * counts[5] > 6 * counts[40]


def test_no_two_questions_that_were_never_asked_are_alike() -> None:
    asked = WORKLOADS["never asked"].requests(SERVERS[0], 1_000, random.Random(1))
    assert all(target.count("{n}") == 1 for target, _ in asked)
    assert unquote(heavy(SERVERS[0])[0][0]).endswith(HEAVY)
    assert len(set_of(asked)) < len(asked)


def reply(body: bytes, media_type: str) -> Reply:
    """An answer that says `body`."""
    headers = Message()
    headers["Content-Type"] = media_type
    return Reply(200, headers, body)  # type: ignore[arg-type]


def test_tables_are_alike_whatever_their_order_and_datatypes() -> None:
    rows = ['{"x":{"type":"literal","value":"a"}}', '{"x":{"type":"typed-literal","datatype":"d","value":"b"}}']
    one, other, less = (
        value_of(reply(f'{{"results":{{"bindings":[{",".join(some)}]}}}}'.encode(), "application/sparql-results+json"))
        for some in (rows, rows[::-1], rows[:1])
    )
    assert (differences([one], [other]), differences([one], [less])) == (
        "",
        "request 0: 2 statements or rows against 1 statements or rows",
    )


def test_graphs_are_alike_whatever_their_blank_nodes() -> None:
    texts = (b"<a:s> <a:p> <a:o> .\n_:x <a:p> <a:o> .\n", b"_:y <a:p> <a:o> .\n<a:s> <a:p> <a:o> .\n")
    one, other = (value_of(reply(text, "application/n-triples")) for text in texts)
    assert one == other
    assert value_of(reply(b"<p>no</p>", "text/html")) == "text/html"


def rows(ours: float, native: float) -> list[Measured]:
    """Three rounds of throughput, in each the same ratio."""
    found = {OURS: ours, NATIVE: native, RDFLIB: native / 100}
    return [
        Measured(
            name, "repeated", 7, number, {"rate": rate * (1 + number), "p50_ms": 1, "p99_ms": 2, "processor_us": 3}
        )
        for number in range(3)
        for name, rate in found.items()
    ]


@pytest.mark.parametrize(("ours", "verdict"), [(151.0, "met"), (149.0, "missed")])
def test_a_ratio_is_met_or_missed(ours: float, verdict: str) -> None:
    (line,) = [line for line in verdicts(rows(ours, 100.0), 7).splitlines() if f"x {NATIVE}" in line]
    assert line.endswith(f"| {ours / 100:.2f} | {ours / 100:.2f} to {ours / 100:.2f} | {verdict} |")


def test_the_table_has_medians_and_the_spread(tmp_path: Path) -> None:
    kept(tmp_path / "results.jsonl", rows(200.0, 100.0))
    lines = table(read(tmp_path / "results.jsonl"), 7).splitlines()
    assert lines[2] == "| repeated | deepgenealogy | 400 | 200 to 600 | 1.00 | 2.0 | 3 |"


def test_every_ratio_is_of_a_workload_that_is_measured() -> None:
    assert {target.workload for target in TARGETS} - {"loading"} <= set(WORKLOADS)


class _Peer(BaseHTTPRequestHandler):
    """Knows one path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200 if self.path.startswith("/there") else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- the name is the library's
        """Says nothing."""


def test_a_mixed_load_tells_the_light_requests_from_the_heavy_ones() -> None:
    there: list[load.Request] = [("/there?{n}", {})]
    nowhere: list[load.Request] = [("/nowhere?{n}", {})]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Peer) as peer:
        threading.Thread(target=peer.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{peer.server_port}"
        taken = load.mixed(address, os.getpid(), there, nowhere, 1.0)
        other = load.mixed(address, os.getpid(), nowhere, there, 1.0)
        peer.shutdown()
    assert taken.p99_ms >= taken.p50_ms > 0
    assert (taken.failed, other.failed) == (0, other.requests)
    assert other.requests > 0


def test_growth_is_a_table_and_a_picture(tmp_path: Path) -> None:
    found = [growth.Cost(name, count, count / 100, 1_000) for name in growth.ASKED for count in (1_000, 10_000)]
    assert "| page | 10.0 ms, 1.0 kB | 100.0 ms, 1.0 kB |" in growth.table(found).splitlines()
    growth.drawn(found, tmp_path / "growth.svg")
    assert "</svg>" in (tmp_path / "growth.svg").read_text(encoding="utf-8")
