"""The table of formats for answers to SELECT and ASK: name, media type and how they are written."""

from dataclasses import dataclass

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions


@dataclass(frozen=True)
class TableFormat:
    """One way to write bindings; `holds_boolean` says whether it can hold the answer of an ASK."""

    name: str
    media_type: str
    oxigraph: QueryResultsFormat
    holds_boolean: bool = True


TABLE_FORMATS = {
    row.name: row
    for row in (
        TableFormat("json", "application/sparql-results+json", QueryResultsFormat.JSON),
        TableFormat("xml", "application/sparql-results+xml", QueryResultsFormat.XML),
        TableFormat("csv", "text/csv", QueryResultsFormat.CSV),
        TableFormat("tsv", "text/tab-separated-values", QueryResultsFormat.TSV),
    )
}


def write_table(results: QuerySolutions | QueryBoolean, name: str) -> bytes:
    """The bindings or the boolean in the format called `name`."""
    if isinstance(results, QueryBoolean) and name in ("csv", "tsv"):
        return b"true\n" if results else b"false\n"
    return results.serialize(format=TABLE_FORMATS[name].oxigraph) or b""
