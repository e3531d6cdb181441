"""The engine in this process: pyoxigraph over an in-memory copy of a snapshot."""

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from ..errors import FormNotReadable, QuerySyntax, QuestionRefused
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import PREFIXES
from .interface import Answer, Question
from .snapshot import Snapshot
from .tables import write_table
from .tokens import keywords

_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class EmbeddedEngine:
    """Answers questions over one snapshot, held in memory."""

    def __init__(self, snapshot: Snapshot, root: Path, *, default_graph: str = "union") -> None:
        self._snapshot = snapshot
        self._union = default_graph == "union"
        self._compactor = Compactor(read_context(root))
        self._store = Store()
        self._store.bulk_load(path=snapshot.dataset, format=RdfFormat.N_QUADS)

    @property
    def version(self) -> str:
        """The name of the snapshot, which is made from its content."""
        return self._snapshot.name

    def ask(self, question: Question) -> Answer:
        """The answer, written whole. Raises QuerySyntax, QuestionRefused or FormNotReadable."""
        results = self._evaluate(question)
        if isinstance(results, QueryTriples):
            if question.graph_format is None:
                raise FormNotReadable("graph")
            row = GRAPH_FORMATS[question.graph_format]
            content = row.write((Quad(t.subject, t.predicate, t.object) for t in results), self._compactor)
            return Answer("graph", row.name, [content])
        form = "boolean" if isinstance(results, QueryBoolean) else "bindings"
        if question.table_format is None:
            raise FormNotReadable(form)
        return Answer(form, question.table_format, [write_table(results, question.table_format)])  # type: ignore[arg-type]

    def _evaluate(self, question: Question) -> QuerySolutions | QueryBoolean | QueryTriples:
        try:
            return self._store.query(question.query, prefixes=PREFIXES, **self._dataset(question))  # type: ignore[arg-type]
        except SyntaxError as problem:
            raise syntax_refusal(str(problem)) from problem
        except (ValueError, RuntimeError, OSError) as problem:
            raise QuestionRefused(f"the query cannot be evaluated: {problem}") from problem

    def _dataset(self, question: Question) -> dict[str, object]:
        """The dataset of the protocol if the request names one; else the default graph as configured."""
        if question.default_graphs is None and question.named_graphs is None:
            return {"use_default_graph_as_union": self._union and "FROM" not in keywords(question.query)}
        return {
            "default_graph": [NamedNode(iri) for iri in question.default_graphs or ()],
            "named_graphs": [NamedNode(iri) for iri in question.named_graphs or ()],
        }

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(name.value for name in self._store.named_graphs())

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset."""
        name = NamedNode(graph) if graph else None
        return self._store.quads_for_pattern(None, None, None, name)

    def close(self) -> None:
        """Nothing is held beyond memory."""


def syntax_refusal(message: str) -> QuerySyntax:
    """Oxigraph's words about a query that does not parse, with the line and column that stand only in its text."""
    match = _AT.search(message)
    if not match:
        return QuerySyntax(message)
    line, column, words = match.groups()
    return QuerySyntax(words.strip(), int(line), int(column))
