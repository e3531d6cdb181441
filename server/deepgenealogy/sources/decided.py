"""What a decision on a pair may say: its verdict, where somebody read it, and the address of what was read."""

import re
from collections.abc import Collection, Iterable, Iterator

from ..errors import Finding, SourcesRefused
from ..vocabulary import nearest
from .documents import Row

#: A claim -> whether it is descent, use of parts, and so on; the names are those of the properties.
CLAIMS = ("derivesFrom", "candidateDerivation", "reusesImplementationOf", "reusesComponentOf", "hasDefaultComponent")
#: What may be decided of a pair: any claim but the default component, which is a fact.
VERDICTS = CLAIMS[:4]
#: Where a decision was read -> how much of the paper that is, in the words of `checkedAgainst`: the documentation of
#: the code, the paper's abstract, another page, the paper's text; `none` where it rests on what the reviewer knew.
READINGS = {"doc": "secondary", "abstract": "abstract", "page": "secondary", "text": "passage", "none": "none"}

_ARXIV = re.compile(r"arXiv:([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?)")
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?/\S*")


def address_of(evidence: str) -> str:
    """The web address that the evidence of a decision names; empty where it names none.

    >>> address_of("arXiv:1512.03385"), address_of("example.org/a"), address_of("no paper")
    ('https://arxiv.org/abs/1512.03385', 'https://example.org/a', '')
    """
    if match := _ARXIV.fullmatch(evidence):
        return f"https://arxiv.org/abs/{match[1]}"
    if not _ADDRESS.fullmatch(evidence):
        return ""
    return evidence if evidence.startswith("http") else f"https://{evidence}"


def refused_cells(row: Row) -> Iterator[Finding]:
    """A finding for each cell of a decision that says what no decision can say."""
    yield from _unless_known(row, "verdict", VERDICTS)
    yield from _unless_known(row, "read", READINGS)
    if row.get("read") not in ("", "none") and not address_of(row.get("evidence")):
        message = f"'{row.get('evidence')}' is no address, but read is '{row.get('read')}'"
        cure = "write 'arXiv:<id>' or the address of what was read, or 'none' where nothing was"
        yield Finding(row.file, row.line, "reading-without-address", message, cure)
    if not row.get("reason"):
        yield Finding(row.file, row.line, "no-reason", "a decision has a reason", "write it into the column reason")


def _unless_known(row: Row, column: str, known: Collection[str]) -> Iterator[Finding]:
    if (value := row.get(column)) not in known:
        near = nearest(value, known) or known
        yield Finding(row.file, row.line, f"unknown-{column}", f"{column} '{value}'", f"write {' or '.join(near)}")


def sound(rows: Iterable[Row]) -> list[Row]:
    """The rows, if each is a decision. Raises SourcesRefused with what is wrong in any."""
    checked = list(rows)
    if findings := [finding for row in checked for finding in refused_cells(row)]:
        raise SourcesRefused(findings)
    return checked
