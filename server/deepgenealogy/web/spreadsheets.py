"""CSV that a spreadsheet cannot take for formulas.

Programs get SPARQL CSV exactly. A spreadsheet, though, would run a cell that begins with `=`, `+`, `-`, `@`, a tab or a
carriage return; with `?spreadsheet=1`, and in every `/export/*.csv`, such a cell gets an apostrophe before it, which
spreadsheets hide (OWASP, CSV injection). Numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response, request

from ..export.tables import harmless_cell


def for_a_spreadsheet(response: Response) -> None:
    """Makes the cells of a CSV answer harmless, where it is meant for a spreadsheet."""
    if response.status_code != 200 or response.mimetype != "text/csv" or not _is_meant_for_one():
        return
    pieces = response.iter_encoded()
    response.call_on_close(getattr(response.response, "close", lambda: None))
    response.headers.pop("Content-Length", None)
    response.response = harmless(pieces)


def _is_meant_for_one() -> bool:
    return request.args.get("spreadsheet", "") not in ("", "0") or request.path.startswith("/export/")


def harmless(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """CSV, row by row, each cell harmless."""
    for row in csv.reader(_lines(pieces)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(harmless_cell(cell) for cell in row)
        yield line.getvalue().encode()


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends; where one ends inside a quoted cell, the reader puts the cell together."""
    held = b""
    for piece in pieces:
        *lines, held = (held + piece).split(b"\n")
        yield from (line.decode("utf-8", "replace") + "\n" for line in lines)
    if held:
        yield held.decode("utf-8", "replace")
