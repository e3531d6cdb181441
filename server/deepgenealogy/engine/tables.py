"""The table of formats for answers to SELECT and ASK: name, media type and how they are written. A new one is a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

Results = QuerySolutions | QueryBoolean


#: Writes results into whatever takes bytes by `write`.
Writer = Callable[[Results, Any], object]


@dataclass(frozen=True)
class TableFormat:
    """One way to write bindings or a boolean."""

    name: str
    media_type: str
    write: Writer


def _standard(results_format: QueryResultsFormat) -> Writer:
    return lambda results, output: results.serialize(output, results_format)


def _or_a_word(results_format: QueryResultsFormat) -> Writer:
    """For the formats that cannot hold a boolean: the answer of an ASK is the word alone."""

    def write(results: Results, output: Any) -> object:
        if isinstance(results, QueryBoolean):
            return output.write(_word(results))
        return results.serialize(output, results_format)

    return write


def _word(answer: QueryBoolean) -> bytes:
    return b"true\n" if answer else b"false\n"


def _markdown(results: Results, output: Any) -> None:
    if isinstance(results, QueryBoolean):
        output.write(_word(results))
        return
    for row in _markdown_rows(results):
        output.write(f"| {' | '.join(row)} |\n".encode())


def _markdown_rows(solutions: QuerySolutions) -> Iterator[list[str]]:
    names = [variable.value for variable in solutions.variables]
    yield names
    yield ["---"] * len(names)
    for solution in solutions:
        yield [_cell(solution[name]) for name in names]


def _cell(term: Any) -> str:
    text = str(getattr(term, "value", "" if term is None else term))
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


TABLE_FORMATS = {
    row.name: row
    for row in (
        TableFormat("json", "application/sparql-results+json", _standard(QueryResultsFormat.JSON)),
        TableFormat("xml", "application/sparql-results+xml", _standard(QueryResultsFormat.XML)),
        TableFormat("csv", "text/csv", _or_a_word(QueryResultsFormat.CSV)),
        TableFormat("tsv", "text/tab-separated-values", _or_a_word(QueryResultsFormat.TSV)),
        TableFormat("md", "text/markdown", _markdown),
    )
}
