"""Explanations: `queries/explanations/*.rq`, which say what the rows of published questions rest on.

An explanation is a SPARQL query that runs as it stands. It binds its key, the things of a row, by one block
`VALUES (?child ?parent) { … }`, and each of its rows is one reason for the things of that key: a derivation, its
paper, its place. A published question names in its header the explanations that its rows have, and which of its
variables or parameters stand for the key:

    # explained by: line, descendant = ?architecture, ancestor = ?ancestor
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import Finding

#: The block that binds the key of an explanation; its group holds the variables.
KEY_BLOCK = re.compile(r"VALUES\s*\(((?:\s*\?\w+)+)\s*\)\s*\{.*?\}", re.DOTALL)
_EXPLAINED_BY = re.compile(r"#\s*explained by:\s*(.+)")
_ROLE = re.compile(r"(\w+)\s*=\s*\?(\w+)")

FOLDER = "explanations"


@dataclass(frozen=True)
class Explanation:
    """One explanation: its name, the variables of its key in order, and its text."""

    name: str
    key: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Explained:
    """That a question has an explanation; `roles` gives for each variable of the key one of the question's."""

    by: str
    roles: Mapping[str, str]


def read_explanations(root: Path) -> dict[str, Explanation]:
    """The explanations of `root/queries/explanations`, by name."""
    paths = sorted((root / "queries" / FOLDER).glob("*.rq"))
    return {path.stem: _explanation(path.stem, path.read_text(encoding="utf-8")) for path in paths}


def _explanation(name: str, text: str) -> Explanation:
    block = KEY_BLOCK.search(text)
    return Explanation(name, tuple(word.lstrip("?") for word in block[1].split()) if block else (), text)


def explained_by(
    text: str, known: Mapping[str, Explanation], shown_as: str, findings: list[Finding]
) -> Iterable[Explained]:
    """How the header of a question says that its rows are explained; what is wrong with it is added to `findings`."""
    for number, line in enumerate(text.splitlines(), 1):
        match = _EXPLAINED_BY.match(line)
        if not match:
            continue
        name, _, rest = (part.strip() for part in match[1].partition(","))
        roles = dict(_ROLE.findall(rest))
        if problem := _problem(name, roles, text, known):
            cure = "write '# explained by: NAME, KEY = ?variable, …' with a NAME and its keys of queries/explanations"
            findings.append(Finding(shown_as, number, "question-explanation", problem, cure))
            continue
        yield Explained(name, roles)


def _problem(name: str, roles: Mapping[str, str], text: str, known: Mapping[str, Explanation]) -> str:
    if name not in known:
        return f"there is no explanation '{name}'; there are {', '.join(known) or 'none'}"
    if set(roles) != set(known[name].key):
        return f"the explanation '{name}' has the key {', '.join(known[name].key) or 'of no block'}"
    query = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    strangers = [variable for variable in roles.values() if not re.search(rf"[?$]{variable}\b", query)]
    return f"the question has no variable ?{strangers[0]}" if strangers else ""
