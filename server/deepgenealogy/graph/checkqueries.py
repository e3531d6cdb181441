"""Check queries: `queries/checks/*.rq`, of which every row is a violation. A new check is a new file.

Each names the thing concerned (`?subject`), the key of its record (`?key`) and what is wrong (`?message`); its header
says what to do (`# cure: …`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, QuerySolutions, Store

from ..errors import Finding
from ..sources.records import Catalogue
from .places import place_of

_CURE = re.compile(r"#\s*cure:\s*(.+)")


@dataclass(frozen=True)
class CheckQuery:
    """One check: its rule (the file's name), its cure and its text."""

    rule: str
    cure: str
    text: str


def read_checks(root: Path) -> list[CheckQuery]:
    """The check queries of `root`, sorted by rule."""
    paths = sorted((root / "queries" / "checks").glob("*.rq"))
    return [_read(path.stem, path.read_text(encoding="utf-8")) for path in paths]


def _read(rule: str, text: str) -> CheckQuery:
    cure = _CURE.search(text)
    return CheckQuery(rule, cure.group(1).strip() if cure else "see the query", text)


def query_findings(catalogue: Catalogue, quads: Iterable[Quad]) -> Iterator[Finding]:
    """A finding for each row of each check query over `quads`."""
    store = Store()
    store.extend(quads)
    for check in read_checks(catalogue.root):
        for subject, key, message in violations(check, store):
            file, line = place_of(catalogue, subject, key)
            yield Finding(file, line, check.rule, message, check.cure)


def violations(check: CheckQuery, store: Store) -> Iterator[tuple[str, str, str]]:
    """The subject, key and message of each row; the default graph is the union of all graphs."""
    solutions = store.query(check.text, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    for row in solutions:
        subject, key, message = (row[name] for name in ("subject", "key", "message"))
        yield tuple(str(getattr(term, "value", "")) for term in (subject, key, message))  # type: ignore[misc]
