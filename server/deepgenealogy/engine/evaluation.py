"""A question over a store becomes an answer, written piece by piece; the same code in this process and in a worker."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryTriples,
    Store,
)

from ..errors import FormNotReadable, QuerySyntax, QuestionRefused
from ..graph.compact import Compactor
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE, PREFIXES
from .forms import form_of, names_dataset
from .interface import Form, Question
from .misfits import place_of
from .tables import TABLE_FORMATS, Results

_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class Sink(Protocol):
    """Takes an answer: first its form and format, then its bytes."""

    def begin(self, form: Form, format_name: str) -> None:
        """The answer begins."""
        ...

    def write(self, piece: bytes) -> int:
        """A piece of the answer; says how many bytes it took."""
        ...


class _Nowhere:
    """A sink that keeps nothing."""

    def begin(self, form: Form, format_name: str) -> None: ...

    def write(self, piece: bytes) -> int:
        return len(piece)


def evaluate(store: Store, question: Question, sink: Sink, *, compactor: Compactor, union: bool) -> None:
    """Writes the answer to `question` into `sink`. Raises QuerySyntax, QuestionRefused or FormNotReadable.

    Where its form can be told before and cannot be read, it is refused after a rehearsal without quads: a query that
    does not parse is told so all the same, and nothing is evaluated in vain.
    """
    try:
        if not _is_readable(question):
            _write(_results(Store(), question, union), question, _Nowhere(), compactor)
        _write(_results(store, question, union), question, sink, compactor)
    except SyntaxError as problem:
        raise syntax_refusal(str(problem), question.query) from problem
    except (ValueError, RuntimeError, OSError) as problem:
        if isinstance(problem, ConnectionError):
            raise  # the asker is gone, not the question bad
        raise QuestionRefused(f"the query cannot be evaluated: {problem}") from problem


def _write(results: Results | QueryTriples, question: Question, sink: Sink, compactor: Compactor) -> None:
    if isinstance(results, QueryTriples):
        if question.graph_format is None:
            raise FormNotReadable("graph")
        sink.begin("graph", question.graph_format)
        for piece in GRAPH_FORMATS[question.graph_format].write(_statements(results), compactor):
            sink.write(piece)
        return
    form: Form = "boolean" if isinstance(results, QueryBoolean) else "bindings"
    if question.table_format is None:
        raise FormNotReadable(form)
    sink.begin(form, question.table_format)
    TABLE_FORMATS[question.table_format].write(results, sink)


def _is_readable(question: Question) -> bool:
    if question.table_format is not None and question.graph_format is not None:
        return True
    form = form_of(question.query)
    if form in ("bindings", "boolean"):
        return question.table_format is not None
    return form != "graph" or question.graph_format is not None


def _statements(triples: QueryTriples) -> Iterator[Quad]:
    return (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def _results(store: Store, question: Question, union: bool) -> Results | QueryTriples:
    options = _dataset(question.default_graphs, question.named_graphs)
    if options is None:
        options = {"use_default_graph_as_union": union and not names_dataset(question.query)}
    return store.query(question.query, base_iri=BASE, prefixes=PREFIXES, **options)  # type: ignore[arg-type]


def _dataset(defaults: Iterable[str] | None, named: Iterable[str] | None) -> dict[str, object] | None:
    """The dataset that the request names (SPARQL 1.1 Protocol, 2.1.4); None when it names none."""
    if defaults is None and named is None:
        return None
    return {
        "default_graph": [NamedNode(iri) for iri in defaults or ()],
        "named_graphs": [NamedNode(iri) for iri in named or ()],
    }


def syntax_refusal(message: str, text: str = "") -> QuerySyntax:
    """Oxigraph's words about a query that does not parse, with the line and column that stand only in its words.

    With the `text` that does not parse, they are those where it goes wrong.
    """
    match = _AT.search(message)
    if not match:
        return QuerySyntax(message)
    line, column, words = match.groups()
    place = (int(line), int(column))
    return QuerySyntax(words.strip(), *(place_of(text, *place, words) if text else place))
