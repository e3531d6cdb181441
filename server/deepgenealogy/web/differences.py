"""What two answers to one question have apart: rows that came and rows that went."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine.digests import Fixed
from .permalinks import Asked, Pin, asking, fixed_answer

#: A row of SPARQL JSON; a statement of a graph, or a boolean, is a row of one cell.
Row = dict[str, dict[str, Any]]

#: The one column of answers that are no bindings.
_WHOLE = "answer"


@dataclass(frozen=True)
class Differences:
    """Both answers, and what only one of them has; `columns` are those of the two, in order."""

    before: Fixed
    today: Fixed
    columns: Sequence[str]
    added: list[Row]
    removed: list[Row]


def differences(asked: Asked, pin: Pin) -> Differences:
    """How today's answer differs from that of the pinned snapshot. Raises StateNotHeld."""
    before, today = fixed_answer(asked, pin.snapshot), fixed_answer(asked)
    if before.form != "bindings":
        added, removed = before.changes_to(today)
        return Differences(before, today, [_WHOLE], _wholes(added), _wholes(removed))
    names, old = _bindings(asked, pin.snapshot)
    more, new = _bindings(asked, today.version)
    return Differences(before, today, list(dict.fromkeys([*names, *more])), _only(new, old), _only(old, new))


def _wholes(lines: list[str]) -> list[Row]:
    return [{_WHOLE: {"type": "literal", "value": line}} for line in lines]


def _bindings(asked: Asked, snapshot: str) -> tuple[list[str], list[str]]:
    """The variables, and the rows, each written in one way so that rows can be compared."""
    answer = asking(snapshot)(replace(asked.question, table_format="json"))
    told = json.loads(answer.whole())
    return told["head"]["vars"], [_written(row) for row in told["results"]["bindings"]]


def _written(row: Row) -> str:
    unlabelled = {
        name: {"type": "bnode", "value": ""} if term["type"] == "bnode" else term for name, term in row.items()
    }
    return json.dumps(unlabelled, sort_keys=True)


def _only(rows: list[str], others: list[str]) -> list[Row]:
    """The rows that the others have not, or not as often, in their order."""
    left = Counter(rows) - Counter(others)
    found = []
    for row in rows:
        if left[row] > 0:
            left[row] -= 1
            found.append(json.loads(row))
    return found
