"""The one interface to whatever evaluates questions: a question, an answer, and the engine between them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pyoxigraph import Quad

#: The forms of answers: bindings of SELECT, the boolean of ASK, the graph of CONSTRUCT and DESCRIBE.
Form = Literal["bindings", "boolean", "graph"]

#: Says whether the asker has left, so that nobody waits for the answer any more.
HasLeft = Callable[[], bool]


def stays() -> bool:
    """The asker who does not leave."""
    return False


#: Begins the version of data that nobody names: it is taken to be the same for a while, and no answer is kept.
UNNAMED = "unnamed-"


@dataclass(frozen=True)
class Question:
    """A SPARQL query and how its answer is to be written.

    `table_format` and `graph_format` name formats (see `engine.tables` and `graph.formats`); None means that the
    asker cannot read an answer of that form. `default_graphs` and `named_graphs` are the dataset of the protocol;
    None means that the request named none, so that the query's own FROM clauses hold. `time_limit_s` can only lower the
    limit in force.
    """

    query: str
    table_format: str | None = "json"
    graph_format: str | None = "ttl"
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    time_limit_s: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came back: its form, the name of its format, the version of the data, and the bytes in pieces.

    `size` is the number of bytes, or None while the answer is still being made. `is_repeatable` says whether the same
    question over the same version has the same answer: not so when another server was asked.
    """

    form: Form
    format: str
    version: str
    pieces: Iterable[bytes]
    size: int | None
    is_repeatable: bool = True

    def whole(self) -> bytes:
        """All the bytes at once; for answers known to be small."""
        return b"".join(self.pieces)


class Engine(Protocol):
    """Evaluates questions over one dataset."""

    @property
    def version(self) -> str:
        """A name for the state of the data: the same name means the same answers."""
        ...

    def ask(self, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer. Raises QuestionRefused (QuerySyntax, FormNotReadable, LimitReached …)."""
        ...

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        ...

    def graph_sizes(self) -> dict[str, int]:
        """The number of quads of each graph, by IRI; the default graph, if it holds any, has the empty name."""
        ...

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of the whole dataset."""
        ...

    def close(self) -> None:
        """Let go of everything that is held."""
        ...
