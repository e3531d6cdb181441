"""A server that takes writes, and requests that write."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import RdfFormat, Triple, parse

from tests.protocol.asking import RESULTS, Reply, send
from tests.protocol.invented import serving

TOKEN = "a-token-of-the-tests"
TURTLE = "text/turtle"
UPDATE = "application/sparql-update"
NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class WritableServer:
    """A running server that takes writes: its address, its process, and the folder of its snapshots."""

    address: str
    process: "subprocess.Popen[str]"
    store: Path

    def send(
        self, method: str, target: str, body: bytes = b"", media_type: str = "", headers: Mapping[str, str] = NONE
    ) -> Reply:
        """The answer to a request that carries the token."""
        own = {"Authorization": f"Bearer {TOKEN}", **({"Content-Type": media_type} if media_type else {}), **headers}
        return send(self.address, method, target, body, own)

    def put(self, graph: str, turtle: str) -> Reply:
        """The answer to a PUT of Turtle to the graph with this IRI."""
        return self.send("PUT", at(graph), turtle.encode(), TURTLE)

    def update(self, text: str, target: str = "/update") -> Reply:
        """The answer to an update that is posted directly."""
        return self.send("POST", target, text.encode(), UPDATE)

    def triples(self, target: str) -> set[Triple]:
        """The triples of a graph that exists, without the names of blank nodes."""
        reply = send(self.address, "GET", target, headers={"Accept": "application/n-triples"})
        assert reply.status == 200, reply.body
        return {quad.triple for quad in parse(reply.body, format=RdfFormat.N_TRIPLES)}

    def says(self, pattern: str) -> bool:
        """The answer to ASK."""
        target = f"/sparql?query={quote(f'ASK {{ {pattern} }}')}"
        return bool(send(self.address, "GET", target, headers={"Accept": RESULTS}).json()["boolean"])

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that answers."""
        return str(send(self.address, "GET", "/healthz").json()["snapshot"])


def at(graph: str) -> str:
    """The indirect address of a graph."""
    return f"/store?graph={quote(graph, safe='')}"


def triples(text: str) -> set[Triple]:
    """The triples of a Turtle text."""
    return {quad.triple for quad in parse(text, format=RdfFormat.TURTLE)}


@contextmanager
def writable(root: Path, store: Path, *options: str, **variables: str) -> Iterator[WritableServer]:
    """A server over the invented world that takes writes."""
    store.mkdir(parents=True, exist_ok=True)
    token_file = store / "token"
    token_file.write_text(f"{TOKEN}\n", encoding="ascii")
    options = ("--writable", "--token-file", str(token_file), *options)
    # Nobody empties the pipe of standard error, and a process that has to say why it ends would wait for that.
    variables = {"DEEPGENEALOGY_ACCESS_LOG": "off", **variables}
    with serving(root, store, *options, **variables) as (address, process):
        yield WritableServer(address, process, store)
