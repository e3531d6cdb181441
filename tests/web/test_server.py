"""A real server on a real socket: `deepgenealogy serve` in a process of its own."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.conftest import CHECKOUT
from tests.engines.elsewhere import chosen

COMMAND = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve"]


@contextmanager
def started(*options: str, store: Path) -> Iterator["subprocess.Popen[str]"]:
    """A server that is being started, from a folder that is not the checkout; killed at the end if it still runs."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)]),
        "PYTHONUNBUFFERED": "1",
        **chosen().variables(CHECKOUT, store),
    }
    command = [*COMMAND, "--store", str(store), *options]
    with subprocess.Popen(command, cwd=store.parent, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def announced(process: "subprocess.Popen[str]") -> str:
    """The host and port that the server says it answers at."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"answers at (http://\S+)", line):
            return urlsplit(found.group(1)).netloc
    raise AssertionError("the server ended before it answered")


def got(address: str, path: str) -> tuple[int, bytes]:
    """Status and body of the answer to a GET request."""
    return answered(address, "GET", path)


def asked(address: str, query: str) -> tuple[int, bytes]:
    """Status and body of the answer to a query that is posted."""
    return answered(address, "POST", "/sparql", query, {"Content-Type": "application/sparql-query"})


def answered(
    address: str, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of the answer to a request."""
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the first server fills."""
    return tmp_path_factory.mktemp("served") / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """Host and port of a running server."""
    with started("--port", "0", store=store) as process:
        yield announced(process)


def test_a_server_that_has_started_is_healthy(address: str) -> None:
    status, body = got(address, "/healthz")
    assert (status, json.loads(body)["status"]) == (200, "ok")


def test_a_server_answers_a_query(address: str) -> None:
    query = urlencode({"query": "ASK { <https://w3id.org/deepgenealogy/architecture/resnet> dgo:derivesFrom ?x }"})
    status, body = got(address, f"/sparql?{query}")
    assert (status, json.loads(body)["boolean"]) == (200, True)


def test_a_server_outlives_a_query_that_does_not_parse(address: str) -> None:
    assert got(address, "/sparql?query=nonsense")[0] == 400
    assert got(address, "/healthz")[0] == 200


def test_a_query_longer_than_the_limit_is_a_413_that_names_it(address: str) -> None:
    status, body = asked(address, "ASK {} #" + "x" * 200_000)
    assert status == 413
    assert b"query_length_limit_bytes" in body


def test_a_call_to_another_server_is_refused_without_making_it(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.5)
        status, _ = asked(
            address, f"SELECT * {{ SERVICE <http://127.0.0.1:{other.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        )
        with pytest.raises(TimeoutError):
            other.accept()
    assert 400 <= status < 500


def test_an_export_arrives_whole(address: str, store: Path) -> None:
    status, body = got(address, "/export/all.nq")
    name = (store / "current").read_text(encoding="ascii")
    manifest = json.loads((store / "snapshots" / name / "manifest.json").read_text(encoding="utf-8"))
    assert (status, body.count(b"\n")) == (200, manifest["quads"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_told_to_stop_stops_cleanly(number: signal.Signals, store: Path) -> None:
    with started("--port", "0", store=store) as process:
        assert got(announced(process), "/healthz")[0] == 200
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode in (0, -number if number == signal.SIGTERM else 0)
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_told_in_one_line(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started("--port", port, store=store) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert port in said
