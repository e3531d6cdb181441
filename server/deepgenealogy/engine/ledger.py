"""The dataset in force, held in memory by the one who writes: a write is applied to it, then published as a snapshot.

Applying and publishing are two steps, so that the first can be run under the limits of an asker and the second without.
"""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from ..errors import NotFound, QuestionRefused, SnapshotUnusable
from ..vocabulary import PREFIXES, nearest
from .evaluation import syntax_refusal
from .parsing import triples_of_body
from .publication import Snapshot, current_snapshot, publish
from .screening import Screen
from .using import with_dataset
from .writing import Write


@dataclass(frozen=True)
class Change:
    """A change that is ready to be made: nothing about it can be refused any more but by the engine."""

    write: Write
    update: str = ""
    quads: tuple[Quad, ...] = ()


class Ledger:
    """Holds the dataset of one store. Not safe to use from several threads, nor after a failure of `apply`."""

    def __init__(self, store: Path) -> None:
        self._folder = store
        self._load(self._published())

    def _published(self) -> Snapshot:
        snapshot = current_snapshot(self._folder)
        if snapshot is None:
            raise SnapshotUnusable(f"{self._folder} holds no snapshot; build one first (deepgenealogy build)")
        return snapshot

    def _load(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._store = Store()
        self._store.bulk_load(path=snapshot.dataset, format=RdfFormat.N_QUADS)
        for name in snapshot.manifest.empty_graphs:
            self._store.add_graph(NamedNode(name))

    def catch_up(self) -> None:
        """Holds what is in force now, where somebody else has published since. Raises SnapshotUnusable."""
        published = self._published()
        if published.name != self.snapshot.name:
            self._load(published)
        self.snapshot = published

    def holds(self, graph: str) -> bool:
        """Whether the graph exists; the default graph (the empty name) always does."""
        return not graph or self._store.contains_named_graph(NamedNode(graph))

    def prepare(self, write: Write, screen: Screen) -> Change:
        """What `write` would change. Raises QuestionRefused and its kinds, or NotFound for a graph to delete."""
        if write.operation == "update":
            return Change(write, update=_update_text(write, screen))
        if write.operation == "delete" and not self.holds(write.graph):
            names = [graph.value for graph in self._store.named_graphs() if isinstance(graph, NamedNode)]
            raise NotFound("graph", write.graph, nearest(write.graph, names))
        graph, base = _graph(write.graph), write.graph or write.base
        triples = [t for body in write.bodies for t in triples_of_body(body.content, body.format, base)]
        return Change(write, quads=tuple(Quad(t.subject, t.predicate, t.object, graph) for t in triples))

    def apply(self, change: Change) -> None:
        """Makes the change in memory. Raises QuerySyntax or QuestionRefused; an update is then undone as a whole."""
        write = change.write
        if write.operation == "update":
            self._update(change.update, write.base)
            return
        if write.operation in ("put", "delete"):
            self._store.remove_graph(_graph(write.graph))
        is_stored = write.operation == "put" or (write.operation == "post" and write.bodies)
        if is_stored and write.graph:
            self._store.add_graph(NamedNode(write.graph))
        self._store.extend(change.quads)

    def _update(self, text: str, base: str) -> None:
        try:
            self._store.update(text, base_iri=base, prefixes=PREFIXES)
        except SyntaxError as problem:
            raise syntax_refusal(str(problem)) from problem
        except (ValueError, RuntimeError, OSError) as problem:
            raise QuestionRefused(f"the update cannot be made, and nothing of it was: {problem}") from problem

    def publish(self) -> Snapshot:
        """Publishes what is held, as of the same sources. The caller is the only publisher. Raises StorageRefused."""
        quads = list(self._store)
        full = {quad.graph_name for quad in quads}
        empty_graphs = [g.value for g in self._store.named_graphs() if g not in full and isinstance(g, NamedNode)]
        self.snapshot = publish(self._folder, quads, empty_graphs, self.snapshot.manifest.fingerprint)
        return self.snapshot


def _graph(name: str) -> NamedNode | DefaultGraph:
    return NamedNode(name) if name else DefaultGraph()


def _update_text(write: Write, screen: Screen) -> str:
    (body,) = write.bodies
    text = body.content.decode("utf-8")
    screen.admit(text)
    return with_dataset(text, write.using, write.using_named)
