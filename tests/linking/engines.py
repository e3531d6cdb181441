"""Stand-ins for other graphs: real engines, each loaded with a slice in the graph's own vocabulary."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines import servers
from tests.engines.servers import Server, needs_oxigraph, needs_virtuoso
from tests.protocol.peers import second_engine

__all__ = ["SLICES", "Virtuoso", "graph_of", "needs_oxigraph", "needs_virtuoso", "oxigraph", "slice_text", "virtuoso"]

SLICES = Path(__file__).with_name("slices")


def slice_text(name: str) -> str:
    """The slice of one graph, in Turtle."""
    return (SLICES / f"{name}.ttl").read_text(encoding="utf-8")


@contextmanager
def oxigraph(name: str) -> Iterator[str]:
    """The address of the SPARQL endpoint of an Oxigraph server that holds the slice of one graph."""
    with second_engine(slice_text(name)) as address:
        yield f"{address}/query"


@dataclass(frozen=True)
class Virtuoso:
    """A Virtuoso server that holds every slice, each in a graph of its own."""

    server: Server

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.server.address

    def endpoint(self, name: str) -> str:
        """The address of the SPARQL endpoint whose default graph is the slice of one graph."""
        return f"{self.server.queries}?default-graph-uri={graph_of(name)}"

    def run(self, statements: str) -> None:
        """Runs SQL statements."""
        self.server.run(statements)


def graph_of(name: str) -> str:
    """The IRI of the graph that holds a slice."""
    return f"urn:slice:{name}"


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """A Virtuoso server over a database of its own in `folder`, ended at the end."""
    with servers.virtuoso(folder, allowed=SLICES, threads=4) as server:
        loads = (f"DB.DBA.TTLP(file_to_string('{path}'), '', '{graph_of(path.stem)}')" for path in _slices())
        server.run("; ".join(loads) + ";")
        yield Virtuoso(server)


def _slices() -> list[Path]:
    return sorted(SLICES.glob("*.ttl"))
