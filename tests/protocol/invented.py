"""Servers over a small invented world, one of whose things has a hostile name."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]

from tests.protocol.asking import Reply, send, server

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HOSTILE_NAME = "{{ 7*7 }}<script>alert(1)</script>"
ASK = "/sparql?query=ASK%7B%7D"
EVERYTHING = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
#: A query that works for seconds, and that no cache knows: give it another number.
SLOW = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?h != <x:{number}>) }}"

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}


@contextmanager
def serving(root: Path, store: Path, *options: str, **variables: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Address and process of a server over the invented world."""
    with server(store, *options, DEEPGENEALOGY_SOURCES=str(root), **variables) as (address, process):
        yield address, process


def get(address: str, target: str, **headers: str) -> Reply:
    """The answer to a GET; `If_None_Match="x"` becomes the header `If-None-Match: x`."""
    return request("GET", address, target, **headers)


def request(method: str, address: str, target: str, **headers: str) -> Reply:
    """The answer to a request without a body."""
    return send(address, method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})


def figures(address: str) -> dict[str, float]:
    """The figures of /metrics by name and labels; those of one name with labels also summed under the name."""
    found: dict[str, float] = {}
    for line in get(address, "/metrics").body.decode().splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
            if "{" in name:
                family = name.partition("{")[0]
                found[family] = found.get(family, 0.0) + float(value)
    return found


def evaluations(address: str) -> float:
    """How many queries the engine has been asked so far."""
    return figures(address).get("deepgenealogy_queries_total", 0.0)
