"""The engine in this process: for the command line and for Python, where the questions are the user's own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from ..graph.compact import Compactor
from ..graph.context import read_context
from .evaluation import evaluate
from .interface import Answer, Form, HasLeft, Question, stays
from .publication import held_snapshot, held_snapshots
from .screening import Screen
from .snapshot import Snapshot

#: What a question may be here: a deeper one would end the process.
_SCREEN = Screen(length_bytes=2_000_000, depth=150)


class _Whole(BytesIO):
    """A sink that keeps the whole answer."""

    form: Form = "bindings"
    format_name = ""

    def begin(self, form: Form, format_name: str) -> None:
        self.form, self.format_name = form, format_name


class EmbeddedEngine:
    """Answers questions over one snapshot, held in memory. It calls nobody: a SERVICE is for the supervised engine."""

    def __init__(self, snapshot: Snapshot, root: Path, *, default_graph: str = "union") -> None:
        self._snapshot, self._root = snapshot, root
        self._union = default_graph == "union"
        self._compactor = Compactor(read_context(root))
        self._store = Store()
        self._store.bulk_load(path=snapshot.dataset, format=RdfFormat.N_QUADS)
        for name in snapshot.manifest.empty_graphs:
            self._store.add_graph(NamedNode(name))

    @property
    def version(self) -> str:
        """The name of the snapshot, which is made from its content."""
        return self._snapshot.name

    def ask(self, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer, whole. Raises QuerySyntax, QuestionRefused (also for calls) or FormNotReadable."""
        sink = _Whole()
        _SCREEN.admit(question.query)
        evaluate(self._store, question, sink, compactor=self._compactor, union=self._union)
        content = sink.getvalue()
        return Answer(sink.form, sink.format_name, self.version, [content], len(content))

    def versions(self) -> list[str]:
        """The names of the snapshots that are held on disk, the latest first."""
        return held_snapshots(self._snapshot.folder.parents[1])

    def ask_at(self, version: str, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer from a former snapshot, loaded for this question. Raises StateNotHeld."""
        snapshot = held_snapshot(self._snapshot.folder.parents[1], version)
        former = EmbeddedEngine(snapshot, self._root, default_graph="union" if self._union else "strict")
        return former.ask(question, has_left)

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(filter(None, self._snapshot.manifest.graphs))

    def graph_sizes(self) -> dict[str, int]:
        """The number of quads of each graph."""
        return self._snapshot.manifest.graphs

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset, in the order of N-Quads."""
        return self._snapshot.quads(graph)

    def close(self) -> None:
        """Nothing is held beyond memory."""
