"""Requests over a real socket, and what comes back."""

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.conftest import CHECKOUT
from tests.engines.elsewhere import chosen

RESULTS = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers and body."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return self.headers.get("Content-Type", "")

    @property
    def media_type(self) -> str:
        """The Content-Type header without its parameters."""
        return self.content_type.partition(";")[0]

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def number(self) -> int:
        """The value of ?n in the one row of an answer in SPARQL JSON."""
        (row,) = self.json()["results"]["bindings"]
        return int(row["n"]["value"])


def send(
    address: str, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """The answer to a request to the server at `address` (http://host:port)."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
    try:
        connection.request(method, target, body, dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


Fields = Mapping[str, str] | list[tuple[str, str]]

NONE: Mapping[str, str] = {}


def ask(
    address: str, query: str, accept: str | None = RESULTS, parameters: Fields = NONE, method: str = "GET"
) -> Reply:
    """The answer to a query by GET (or HEAD)."""
    fields = [("query", query), *dict_pairs(parameters)]
    return send(address, method, f"/sparql?{urlencode(fields)}", headers={"Accept": accept} if accept else {})


def dict_pairs(fields: Fields) -> list[tuple[str, str]]:
    """Parameters as pairs."""
    return list(fields.items()) if isinstance(fields, Mapping) else list(fields)


def post_form(address: str, fields: Fields, target: str = "/sparql", content_type: str = FORM) -> Reply:
    """The answer to a posted form."""
    headers = {"Content-Type": content_type, "Accept": RESULTS}
    return send(address, "POST", target, urlencode(dict_pairs(fields)).encode(), headers)


def post_directly(address: str, body: bytes, parameters: Fields = NONE, content_type: str = DIRECT) -> Reply:
    """The answer to a query that is the body of a POST, its dataset in the address."""
    target = f"/sparql?{urlencode(dict_pairs(parameters))}"
    return send(address, "POST", target, body, {"Content-Type": content_type, "Accept": RESULTS})


@contextmanager
def server(store: Path, *options: str, **variables: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Address and process of a server of its own over the chosen engine, killed at the end."""
    chosen().skip_what_is_not_served((*options, *variables))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "server"), *filter(None, sys.path)]),
        "DEEPGENEALOGY_STORE": str(store),
        **chosen().variables(Path(variables.get("DEEPGENEALOGY_SOURCES", CHECKOUT)), store),
        **variables,
    }
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0", *options]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _announced(process), process
        finally:
            process.kill()


def _announced(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"answers at (http://\S+)", line):
            return found.group(1)
    raise AssertionError("the server ended before it answered")
