"""`papers.csl.json`: the bibliography for Zotero, pandoc and citeproc (CSL-JSON, schema 1.0.2)."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..engine.interface import Engine
from .catalogue import Paper, papers
from .citation import Name, issued, link, name_of, venue_parts

#: Kind of paper -> type of CSL, which has no type of its own for preprints.
_TYPES = {
    "ConferencePaper": "paper-conference",
    "WorkshopPaper": "paper-conference",
    "JournalArticle": "article-journal",
    "BookChapter": "chapter",
    "Book": "book",
    "TechnicalReport": "report",
    "Thesis": "thesis",
    "BlogPost": "post-weblog",
}

#: Part of the venue -> variable of CSL; `issue` is the number of a journal, `number` that of a report.
_VARIABLES = {"title": "container-title", "volume": "volume", "publisher": "publisher", "type": "genre"}


def write_csl_json(engine: Engine) -> Iterator[bytes]:
    """The whole bibliography as an array, an item at a time, in the order of the keys."""
    return _array(papers(engine).values())


def _array(rows: Iterable[Paper]) -> Iterator[bytes]:
    before = "[\n"
    for paper in rows:
        yield (before + json.dumps(item(paper), ensure_ascii=False)).encode()
        before = ",\n"
    yield b"\n]\n" if before != "[\n" else b"[]\n"


def item(paper: Paper) -> dict[str, Any]:
    """One paper as an item of CSL-JSON."""
    parts = venue_parts(paper)
    number = "issue" if paper.kind == "JournalArticle" else "number"
    date = issued(paper)
    fields: dict[str, Any] = {
        "id": paper.key,
        "type": _TYPES.get(paper.kind, "article"),
        "title": paper.title,
        "author": [_name(name_of(author)) for author in paper.authors],
        "issued": {"date-parts": [list(date)]} if date else None,
        **{variable: parts.get(part) for part, variable in _VARIABLES.items()},
        number: parts.get("number"),
        "archive": "arXiv" if paper.arxiv else None,
        "archive_location": paper.arxiv,
        "DOI": paper.doi,
        "URL": link(paper) or (f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else ""),
    }
    return {name: value for name, value in fields.items() if value}


def _name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {key: value for key, value in parts.items() if value}
