"""Things found by any of their names, in English and Chinese, the best match first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..sources.questions import read_question
from ..vocabulary import BASE, DGO, RDFS
from .binding import bound_text
from .interface import Engine
from .lineage import rows_of

#: What is found by name; and of how many things at a time it is asked what they are called.
_CLASSES = frozenset({"Architecture", "LearningAlgorithm", "Paper", "Task", "Family"})
_AT_A_TIME = 500

_CALLED = """SELECT DISTINCT ?thing ?type ?label (LANG(?label) AS ?language) {{
  VALUES ?thing {{ {things} }}
  ?thing a ?type ; <{rdfs}label> ?label
}}"""


def found_by_name(engine: Engine, root: Path, words: str, most: int | None = None) -> list[dict[str, Any]]:
    """The best hits for `words`, `most` of them: id, IRI, type, labels by language, and the name that matched.

    Names are gone through first, and only of what they find it is asked what it is: both in one question takes Oxigraph
    minutes in a graph of 100,000 architectures.
    """
    path = root / "queries" / "pages" / "search.rq"
    question = read_question(path, path.name, [])
    matched: dict[str, str] = {}
    for row in rows_of(engine, bound_text(question, {"text": words})):
        known = matched.get(row["thing"], row["found"])
        matched[row["thing"]] = min(known, row["found"], key=lambda name: (*_distance(words, name), name))
    iris = [iri for iri in matched if iri.startswith(BASE)]
    iris.sort(key=lambda iri: (_distance(words, matched[iri]), iri))
    hits: list[dict[str, Any]] = []
    for start in range(0, len(iris), _AT_A_TIME):
        if most is not None and len(hits) >= most:
            break
        hits += _hits(engine, iris[start : start + _AT_A_TIME], matched)
    return hits[:most]


def _hits(engine: Engine, iris: list[str], matched: Mapping[str, str]) -> list[dict[str, Any]]:
    """Those of some things that are found by name, in the same order."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows_of(engine, _CALLED.format(things=" ".join(f"<{iri}>" for iri in iris), rdfs=RDFS)):
        iri, kind = row["thing"], row["type"].removeprefix(DGO)
        if kind in _CLASSES:
            fresh = {"id": iri.removeprefix(BASE), "iri": iri, "type": kind, "label": {}, "matched": matched[iri]}
            found.setdefault(iri, fresh)["label"][row["language"]] = row["label"]
    for hit in found.values():
        hit["label"] = dict(sorted(hit["label"].items()))
    return [found[iri] for iri in iris if iri in found]


def _distance(words: str, name: str) -> tuple[int, int]:
    """How far a name is from the words: the same, beginning with them, or holding them; then by length."""
    asked, given = words.lower(), name.lower()
    return (0 if asked == given else 1 if given.startswith(asked) else 2), len(name)
