"""How explained answers are written: rows with their reasons, by name of format. A new format is a row.

JSON is SPARQL 1.1 Query Results JSON with a member more: `explanations`, an array whose nth member holds the reasons of
the nth row of `results.bindings`, each again a binding. Readers that do not know it pass over it; Oxigraph's does so
only where it stands before `results`.
The flat formats have a column more for each variable of the reasons, `because_derivation` and so on; the values of a
row's reasons stand there in one order, parted by ` | `.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence

from .explaining import ExplainedAnswer, Row, Term

_SEPARATOR = " | "

#: What TSV and Markdown give another meaning inside a cell.
_IN_TSV = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_IN_STRING = str.maketrans({**_IN_TSV, '"': '\\"'})
_IN_MARKDOWN = str.maketrans({"\\": "\\\\", "|": "\\|", "\n": " ", "<": "&lt;"})


def _json(answer: ExplainedAnswer) -> str:
    told = {
        "head": {"vars": list(answer.names)},
        "explanations": list(answer.reasons),
        "results": {"bindings": list(answer.rows)},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _csv(answer: ExplainedAnswer) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_flat(answer, lambda term: term["value"]))
    return text.getvalue()


def _tsv(answer: ExplainedAnswer) -> str:
    header, *rows = _flat(answer, _turtle)
    lines = [[f"?{name}" for name in header], *rows]
    return "".join("\t".join(line) + "\n" for line in lines)


def _markdown(answer: ExplainedAnswer) -> str:
    header, *rows = _flat(answer, lambda term: term["value"].translate(_IN_MARKDOWN))
    shown = [header, ["---"] * len(header), *([cell.replace(_SEPARATOR, "<br>") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in shown)


def _flat(answer: ExplainedAnswer, shown: Callable[[Term], str]) -> Iterator[list[str]]:
    reason_names = answer.reason_names
    yield [*answer.names, *(f"because_{name}" for name in reason_names)]
    for row, reasons in zip(answer.rows, answer.reasons, strict=True):
        yield [*(_shown(row, name, shown) for name in answer.names), *_because(reasons, reason_names, shown)]


def _because(reasons: Sequence[Row], names: Sequence[str], shown: Callable[[Term], str]) -> Iterator[str]:
    return (_SEPARATOR.join(_shown(reason, name, shown) for reason in reasons) for name in names)


def _shown(row: Row, name: str, shown: Callable[[Term], str]) -> str:
    return shown(row[name]) if name in row else ""


def _turtle(term: Term) -> str:
    value = term["value"]
    if term["type"] == "uri":
        return f"<{value}>"
    if term["type"] == "bnode":
        return f"_:{value}"
    quoted = '"' + value.translate(_IN_STRING) + '"'
    if "xml:lang" in term:
        return f"{quoted}@{term['xml:lang']}"
    return f"{quoted}^^<{term['datatype']}>" if "datatype" in term else quoted


EXPLAINED_FORMATS: dict[str, Callable[[ExplainedAnswer], str]] = {
    "json": _json,
    "csv": _csv,
    "tsv": _tsv,
    "md": _markdown,
}
