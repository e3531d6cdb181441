"""CSV of the methods and of the derivations: RFC 4180, UTF-8 without a mark, one header, lists parted by `;`.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end; such a cell gets an apostrophe
before it (OWASP, CSV injection), which a reader that needs the exact text takes away. Identifiers of arXiv are written
as arXiv cites them (`arXiv:1703.10710`), since a spreadsheet would take the bare number for 1703.1071.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from ..engine.interface import Engine
from .catalogue import Derivation, Method, Paper, derivations, methods, papers

ARCHITECTURE_COLUMNS = (
    "slug", "iri", "nameEn", "nameZh", "type", "introduced", "notBefore", "notAfter",
    "paper", "title", "arxiv", "doi", "families", "tasks", "parents",
)  # fmt: skip
DERIVATION_COLUMNS = (
    "iri", "child", "parent", "kind", "paper", "locator", "rationaleEn", "rationaleZh", "certainty", "checkedAgainst",
    "rejected", "ground", "assertedBy", "harvestedFrom", "evidence",
)  # fmt: skip

_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the full-width forms are read as the plain ones
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def harmless_cell(cell: str) -> str:
    """The cell, behind an apostrophe if a spreadsheet would take it for a formula. Numbers stay numbers.

    >>> harmless_cell("=1+1"), harmless_cell("-1.5")
    ("'=1+1", '-1.5')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def write_architectures(engine: Engine) -> Iterator[bytes]:
    """`architectures.csv`: a row a method, in the order of the slugs."""
    by_key = papers(engine)
    parents: dict[str, list[str]] = {}
    for row in derivations(engine):
        if not row.rejected:
            parents.setdefault(row.child, []).append(row.parent)
    rows = (_architecture(m, by_key.get(m.paper), parents.get(m.slug, [])) for m in methods(engine).values())
    return _csv(ARCHITECTURE_COLUMNS, rows)


def write_derivations(engine: Engine) -> Iterator[bytes]:
    """`derivations.csv`: a row a derivation; `rejected` is `true` for what is asserted elsewhere and refused here."""
    return _csv(DERIVATION_COLUMNS, map(_derivation, derivations(engine)))


def _architecture(method: Method, paper: Paper | None, parents: Sequence[str]) -> list[str]:
    return [
        method.slug,
        method.iri,
        method.names.get("en", ""),
        method.names.get("zh", ""),
        method.kind,
        method.introduced,
        method.not_before,
        method.not_after,
        method.paper,
        paper.title if paper else "",
        f"arXiv:{paper.arxiv}" if paper and paper.arxiv else "",
        paper.doi if paper else "",
        *(";".join(values) for values in (method.families, method.tasks, parents)),
    ]


def _derivation(row: Derivation) -> list[str]:
    return [
        row.iri,
        row.child,
        row.parent,
        row.kind,
        row.paper,
        row.locator,
        row.rationale.get("en", ""),
        row.rationale.get("zh", ""),
        row.certainty,
        row.checked_against,
        "true" if row.rejected else "false",
        row.ground,
        ";".join(row.asserted_by),
        row.harvested_from,
        ";".join(row.evidence),
    ]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    for row in (columns, *rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(harmless_cell, row))
        yield line.getvalue().encode()
