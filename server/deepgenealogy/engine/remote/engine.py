"""An engine elsewhere as an Engine: questions are rehearsed here, put there, and their answers written here.

The rehearsal is over no data: a query that does not parse, calls out or cannot be read is refused in the same words as
anywhere else, and nothing that is no query of SPARQL 1.1 reaches the engine. Where the public asks, the rehearsal is
held in the worker processes of a SupervisedEngine; for a user's own questions it is held in this process.

What it lacks is said, not served by half: former snapshots (StateNotHeld), writes, and SERVICE.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from ...errors import AnswerTooLarge, NotFound, QuestionRefused, SettingRefused
from ...graph.compact import Compactor
from ...graph.context import read_context
from ...graph.formats import GRAPH_FORMATS
from ...settings import Settings
from ...vocabulary import GRAPHS
from ..counts import Counts
from ..evaluation import evaluate
from ..forms import form_of, names_dataset
from ..interface import Answer, HasLeft, Question, stays
from ..publication import only_publisher, publish
from ..screening import Screen
from ..supervised import SupervisedEngine
from ..tables import TABLE_FORMATS
from .calling import Caller, Request
from .paging import Page, paged, paged_triples
from .publication import ASIDE, HELD_S, PUBLICATION, QUERY, UNNAMED_S, Publication
from .tables import JSON, N_TRIPLES, Lines, boolean_of, cap_of, not_cut, quads_in, quads_of_rows, results_in, spool
from .watching import Watch
from .wording import as_select, worded

#: Names a graph that holds nothing, where a dataset without a default graph is meant.
_NOTHING = "urn:deepgenealogy:nothing"

#: Refuses a question that cannot be put.
Rehearsal = Callable[[Question], object]

_EVERY_TRIPLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_PIECE = 65_536


class Kept:
    """A whole answer in a temporary file: its pieces, once; the room is given back at their end, or when forgotten."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        weakref.finalize(self, content.close)  # nobody need read an answer: its head may be all that was asked for

    def __iter__(self) -> Iterator[bytes]:
        yield from _pieces_of(self._content)
        self.close()

    def close(self) -> None:
        """Gives back the room."""
        self._content.close()


def _pieces_of(content: IO[bytes]) -> Iterator[bytes]:
    content.seek(0)
    while piece := content.read(_PIECE):
        yield piece


class RemoteEngine:
    """Answers questions by asking another engine."""

    def __init__(self, caller: Caller, root: Path, settings: Settings, rehearse: Rehearsal) -> None:
        self.caller, self.settings, self._rehearse = caller, settings, rehearse
        self._compactor = Compactor(read_context(root))
        self._screen = Screen(settings.query_length_limit_bytes, settings.query_depth_limit)
        self.counts = Counts()
        self._lock = threading.Lock()
        self._read: tuple[float, Publication] | None = None
        self._listed: tuple[float, Publication] | None = None
        self._closing: list[Callable[[], None]] = [caller.close]

    @property
    def version(self) -> str:
        """The name of the snapshot that was published there; a passing one where nobody named the data."""
        return self._published().version

    def ask(self, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer, whole. Raises QuestionRefused and its kinds, EngineUnanswered, Busy."""
        return self.counts.counted(lambda: self._answer(question, has_left))

    def _answer(self, question: Question, has_left: HasLeft) -> Answer:
        self._screen.admit(question.query)
        self._rehearse(question)
        limit_s = min(self.settings.query_time_limit_s, question.time_limit_s or self.settings.query_time_limit_s)
        watch = Watch.of(limit_s, has_left)
        self.caller.meet(watch)
        version = self._published(watch).version
        form = form_of(question.query)
        dataset = self._dataset(question)
        if form == "graph":
            format_name = question.graph_format or "ttl"
            pieces = GRAPH_FORMATS[format_name].write(
                self._constructed(question.query, dataset, watch), self._compactor
            )
        elif form in ("bindings", "boolean"):
            format_name = question.table_format or "json"
            pieces = self._table(question.query, dataset, watch, format_name)
        else:
            raise QuestionRefused("the query has no form; it must be a SELECT, an ASK, a CONSTRUCT or a DESCRIBE")
        content, size = self._gathered(pieces)
        return Answer(form, format_name, version, content, size)

    def _gathered(self, pieces: Iterable[bytes]) -> tuple["Kept", int]:
        """All of an answer in a temporary file, and its size. Raises AnswerTooLarge."""
        content, size, limit = spool(), 0, self.settings.answer_size_limit_bytes
        try:
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise AnswerTooLarge(f"the answer is larger than {limit} bytes; ask for less, or add LIMIT")
                content.write(piece)
        except BaseException:
            content.close()
            raise
        return Kept(content), size

    def _dataset(self, question: Question) -> list[tuple[str, str]]:
        """The dataset of a question as fields of the protocol: what it names, else what queries see here."""
        defaults, named = question.default_graphs, question.named_graphs
        if defaults is None and named is None:
            if names_dataset(question.query):
                return []
            named = self.graph_names()
            defaults = named if self.settings.default_graph == "union" else []
        graphs = [("default-graph-uri", iri) for iri in defaults or [_NOTHING]]
        return graphs + [("named-graph-uri", iri) for iri in named or [_NOTHING]]

    def _table(self, query: str, dataset: list[tuple[str, str]], watch: Watch, format_name: str) -> Iterator[bytes]:
        with self._json(query, dataset, watch) as content, spool() as written:
            TABLE_FORMATS[format_name].write(results_in(content, self.caller.name), written)
            yield from _pieces_of(written)

    def _constructed(self, query: str, dataset: list[tuple[str, str]], watch: Watch) -> Iterator[Quad]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        as_rows = as_select(query) if self.caller.dialect.graph_cap else None
        if as_rows:
            yield from self._rows_as_quads(as_rows, dataset, watch)
            return
        with self._spooled(query, dataset, watch, N_TRIPLES) as (content, _):
            yield from not_cut(quads_in(content, self.caller.name), self.caller.dialect, self.caller.label)

    def _rows_as_quads(self, query: str, dataset: list[tuple[str, str]], watch: Watch) -> Iterator[Quad]:
        with self._json(query, dataset, watch) as content:
            solutions = results_in(content, self.caller.name)
            assert isinstance(solutions, QuerySolutions)
            yield from quads_of_rows(solutions)

    @contextmanager
    def _json(self, query: str, dataset: list[tuple[str, str]], watch: Watch) -> Iterator[IO[bytes]]:
        """The whole answer to a SELECT or ASK in SPARQL JSON, further pages of a long one included."""
        with self._spooled(query, dataset, watch, JSON) as (content, cap):
            if form_of(query) == "boolean":
                content.seek(0)
                told = boolean_of(content.read(), self.caller.name)
                with spool() as plain:
                    plain.write(b'{"head":{},"boolean":%s}' % (b"true" if told else b"false"))
                    yield plain
            elif cap:
                with spool() as whole:
                    paged(query, Page(content, cap), lambda text: self._page(text, dataset, watch), whole)
                    yield whole
            else:
                yield content

    def _page(self, query: str, dataset: list[tuple[str, str]], watch: Watch) -> Any:
        return self._spooled(query, dataset, watch, JSON)

    @contextmanager
    def _spooled(
        self, query: str, dataset: list[tuple[str, str]], watch: Watch, accept: str
    ) -> Iterator[tuple[IO[bytes], int]]:
        """What the engine answers, put right, in a temporary file; and at how many rows it was cut, 0 for not."""
        dialect = self.caller.dialect
        text = worded(query, dialect, has_dataset=bool(dataset))
        request = Request(form=[("query", text), *dataset], headers=(("Accept", accept),))
        with spool() as content:
            with self.caller.answer(request, watch) as response:
                lines = Lines(response, self.caller.name, accept, self.settings.answer_size_limit_bytes)
                repairs = dialect.table_repairs if accept == JSON else ()
                content.writelines(lines.read(repairs))
                cap = cap_of(response)
            content.seek(0)
            yield content, cap

    def _published(self, watch: Watch | None = None) -> Publication:
        """What is published there, read anew when it was read more than a moment ago."""
        with self._lock:
            if self._read is None or time.monotonic() - self._read[0] > HELD_S:
                self._read = (time.monotonic(), self.read_publication(watch))
            return self._read[1]

    def read_publication(self, watch: Watch | None = None) -> Publication:
        """What is published there at this moment; without a name, the graphs that are there, not counted (-1)."""
        dataset = [("default-graph-uri", PUBLICATION)]
        with self._json(QUERY, dataset, watch or self._watch()) as content:
            content.seek(0)
            found = Publication.of(content.read())
        return found if found.name else self._unnamed()

    def _unnamed(self) -> Publication:
        """The graphs that are there; listed seldom, since some engines look at every triple for that."""
        if self._listed is None or time.monotonic() - self._listed[0] > UNNAMED_S:
            self._listed = (time.monotonic(), self._every_graph())
        return self._listed[1]

    def _every_graph(self) -> Publication:
        with self._json(self.caller.dialect.every_graph, [], self._watch()) as content:
            solutions = results_in(content, self.caller.name)
            assert isinstance(solutions, QuerySolutions)
            names = {str(getattr(solution[0], "value", "")) for solution in solutions} - {"", PUBLICATION, ASIDE}
        own = self.caller.dialect.own_graphs
        return Publication("", {name: -1 for name in sorted(names) if own is None or not own.match(name)})

    def _watch(self) -> Watch:
        return Watch.of(self.settings.query_time_limit_s)

    def graph_names(self) -> list[str]:
        """The IRIs of the graphs that were published there; of all, where nothing was."""
        return list(self._published().graphs)

    def graph_sizes(self) -> dict[str, int]:
        """The number of triples of each graph: as published, else counted."""
        found = self._published()
        if found.name:
            return dict(found.graphs)
        return {graph: self.count(graph) for graph in found.graphs}

    def count(self, graph: str) -> int:
        """The number of triples that a graph holds at this moment."""
        with self._json(_COUNT, [("default-graph-uri", graph)], self._watch()) as content:
            solutions = results_in(content, self.caller.name)
            assert isinstance(solutions, QuerySolutions)
            return int(getattr(next(iter(solutions))[0], "value", 0))

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset, as they come in.

        A graph of ours that is not there is empty: engines tell no empty graph from one that is missing.
        """
        names = self.graph_names()
        if graph is not None and graph not in names and graph not in GRAPHS.values():
            raise NotFound("graph", graph, names)
        return (quad for name in ([graph] if graph else names) for quad in self._quads_of(name))

    def _quads_of(self, graph: str) -> Iterator[Quad]:
        name, dataset = NamedNode(graph), [("default-graph-uri", graph)]
        cap = self.caller.dialect.graph_cap
        read = partial(self._streamed, dataset)
        triples = paged_triples(cap - 1, self.count(graph), read) if cap else read(_EVERY_TRIPLE)
        return (Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)

    def _streamed(self, dataset: list[tuple[str, str]], query: str) -> Iterator[Quad]:
        """The triples of a CONSTRUCT as they come in, however many."""
        request = Request(form=[("query", query), *dataset], headers=(("Accept", N_TRIPLES),))
        with self.caller.answer(request, Watch()) as response:
            lines = Lines(response, self.caller.name, N_TRIPLES, 1 << 62)
            yield from quads_in(lines.read(), self.caller.name)

    def close_with(self, close: Callable[[], None]) -> None:
        """Has `close` called when this engine is closed."""
        self._closing.append(close)

    def close(self) -> None:
        """Closes the connections, and what the rehearsals need."""
        for close in self._closing:
            close()


class _Nowhere:
    """A sink that keeps nothing."""

    def begin(self, form: object, format_name: str) -> None:
        """The answer begins."""

    def write(self, piece: bytes) -> int:
        """A piece of the answer."""
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


def rehearsal_here(root: Path) -> Rehearsal:
    """Rehearses in this process: for a user's own questions."""
    compactor = Compactor(read_context(root))
    return lambda question: evaluate(Store(), question, _Nowhere(), compactor=compactor, union=True)


def remote_engine(settings: Settings, root: Path) -> RemoteEngine:
    """The engine at the address that the settings name, for a user's own questions. Raises SettingRefused."""
    return RemoteEngine(Caller(settings), root, settings, rehearsal_here(root))


def public_remote_engine(settings: Settings, root: Path) -> RemoteEngine:
    """The same for questions of the public: rehearsed in worker processes, over an empty snapshot of their own."""
    if settings.writable:
        cure = "write to that engine itself, or publish there; leave --writable out"
        raise SettingRefused(
            "writable", "on", f"data that lie in an engine elsewhere are not written through here; {cure}"
        )
    if settings.allow_service:
        raise SettingRefused("allow_service", settings.allow_service, "SERVICE is not passed on to an engine elsewhere")
    caller = Caller(settings)
    folder = TemporaryDirectory(prefix="deepgenealogy-rehearsal-")
    store = Path(folder.name)
    with only_publisher(store):
        rehearsing = SupervisedEngine(publish(store, (), (), ""), root, settings)
    engine = RemoteEngine(caller, root, settings, lambda question: rehearsing.ask(question).whole())
    engine.close_with(rehearsing.close)
    engine.close_with(folder.cleanup)
    return engine
