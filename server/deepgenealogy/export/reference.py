"""A reference to an answer, as it is cited: BibTeX, CSL-JSON and plain text.

The day of the request is the day of access. A day of issue is not given: a snapshot has none.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from .bibtex import escaped, protected, safe_key

#: Who answers for the data, as in CITATION.cff, and what it is called.
AUTHOR = "Deep Genealogy developers"
WORK = "Deep Genealogy: the family tree of deep-learning architectures as linked data"


@dataclass(frozen=True)
class AnswerReference:
    """What is cited: an answer, by its permalink, with version, snapshot and digest."""

    key: str
    title: str
    url: str
    version: str
    snapshot: str
    answer: str
    accessed: date

    @property
    def note(self) -> str:
        """What pins the answer, in words."""
        return f"Version {self.version}, snapshot {self.snapshot}, answer {self.answer}"


def as_bibtex(reference: AnswerReference) -> str:
    """One entry for biber and bibtex."""
    fields = {
        "author": f"{{{escaped(AUTHOR)}}}",
        "title": protected(reference.title),
        "howpublished": protected(WORK),
        "version": escaped(reference.version),
        "note": escaped(reference.note),
        "url": reference.url,
        "urldate": reference.accessed.isoformat(),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{safe_key(reference.key)},\n{lines}\n}}\n"


def as_csl(reference: AnswerReference) -> str:
    """An array with one item of CSL-JSON."""
    day = reference.accessed
    item: dict[str, Any] = {
        "id": reference.key,
        "type": "dataset",
        "title": reference.title,
        "author": [{"literal": AUTHOR}],
        "container-title": WORK,
        "version": reference.version,
        "note": reference.note,
        "URL": reference.url,
        "accessed": {"date-parts": [[day.year, day.month, day.day]]},
    }
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def as_text(reference: AnswerReference) -> str:
    """One line, to be copied."""
    return f"{AUTHOR}. {reference.title}. {WORK}. {reference.note}. {reference.url} (accessed {reference.accessed})\n"
