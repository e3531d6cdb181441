"""The shape of each kind of record: its keys, and what each key may hold. The table that CONTRIBUTING.md explains.

The keys themselves get their meaning in `ontology/context.jsonld`; here stands only what a curator may write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..vocabulary import DERIVATION_KINDS, USE_KINDS

Form = Literal[
    "text",
    "texts",
    "languages",
    "some-languages",
    "language-lists",
    "date",
    "choice",
    "reference",
    "references",
    "items",
    "mapping",
]


@dataclass(frozen=True)
class Key:
    """What one key holds: its form, whether it must be there, and what it may say."""

    form: Form
    required: bool = False
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    items: Mapping[str, "Key"] = field(default_factory=dict)


LANGUAGES = ("en", "zh")
CERTAINTIES = ("high", "medium", "disputed")
READINGS = ("full-text", "passage", "abstract", "secondary", "none")
GROUNDS = (
    "later-than-child",
    "name-alike",
    "contrasted",
    "membership",
    "shared-idea",
    "component-only",
    "other-paper",
)
PAPER_TYPES = (
    "ConferencePaper",
    "JournalArticle",
    "WorkshopPaper",
    "Preprint",
    "TechnicalReport",
    "BlogPost",
    "Thesis",
    "BookChapter",
    "Book",
)

_TEXT, _TEXTS, _DATE = Key("text"), Key("texts"), Key("date")
_LANGUAGES, _LANGUAGE_LISTS = Key("languages"), Key("language-lists")
_READ = {
    "checkedAgainst": Key("choice", required=True, choices=READINGS),
    "checkedAt": _TEXT,
}
_NAMED: dict[str, Key] = {
    "label": Key("languages", required=True),
    "alias": _LANGUAGE_LISTS,
    "definition": Key("languages", required=True),
}
_EVIDENCE: dict[str, Key] = {
    "statedIn": Key("reference", required=True, targets=("paper",)),
    "locator": Key("text", required=True),
    "rationale": Key("languages", required=True),
    "certainty": Key("choice", required=True, choices=CERTAINTIES),
    **_READ,
}
_METHOD = Key("reference", required=True, targets=("architecture",))

DERIVATION = {"parent": _METHOD, "kind": Key("choice", required=True, choices=DERIVATION_KINDS), **_EVIDENCE}
USE = {"component": _METHOD, "kind": Key("choice", required=True, choices=USE_KINDS), **_EVIDENCE}
REJECTION = {
    "parent": _METHOD,
    "assertedBy": Key("references", required=True, targets=("source",)),
    "ground": Key("choice", required=True, choices=GROUNDS),
    **_EVIDENCE,
    "statedIn": Key("reference", targets=("paper",)),
    "locator": _TEXT,
}

ARCHITECTURE: dict[str, Key] = {
    "type": Key("choice", required=True, choices=("Architecture", "LearningAlgorithm")),
    **_NAMED,
    "fullName": Key("some-languages"),
    "formerName": _LANGUAGE_LISTS,
    "misspelling": _LANGUAGE_LISTS,
    "introducedIn": Key("reference", required=True, targets=("paper",)),
    "introduced": _DATE,
    "addressesTask": Key("references", targets=("task",)),
    "memberOf": Key("references", required=True, targets=("family",)),
    "note": _LANGUAGES,
    "derivation": Key("items", items=DERIVATION),
    "use": Key("items", items=USE),
    "rejectedDerivation": Key("items", items=REJECTION),
}
PAPER: dict[str, Key] = {
    "type": Key("choice", required=True, choices=PAPER_TYPES),
    "title": Key("text", required=True),
    "author": Key("texts", required=True),
    "published": Key("date", required=True),
    "publishedBasis": Key("text", required=True),
    "venue": _TEXT,
    "year": _TEXT,
    "arxiv": _TEXT,
    "doi": _TEXT,
    "openReview": _TEXT,
    "pmlr": _TEXT,
    "acl": _TEXT,
    "url": _TEXT,
    "note": _LANGUAGES,
    **_READ,
}
TASK: dict[str, Key] = {
    **_NAMED,
    "broader": Key("references", targets=("task",)),
    "modality": Key("references", targets=("modality",)),
}
FAMILY: dict[str, Key] = {**_NAMED, "broader": Key("references", targets=("family",))}
WORK: dict[str, Key] = {
    "label": Key("languages", required=True),
    "title": _TEXT,
    "creator": _TEXTS,
    "published": _DATE,
    "url": _TEXT,
    "note": _LANGUAGES,
}

_THINGS = ("architecture", "paper", "task", "family")
ARTICLE: dict[str, Key] = {
    "title": Key("text", required=True),
    "label": Key("languages", required=True),
    "publisher": Key("languages", required=True),
    "contributor": Key("texts", required=True),
    "published": Key("date", required=True),
    "inLanguage": Key("text", required=True),
    "presents": Key("languages", required=True),
    "mapBy": Key("text", required=True),
    "mapLink": Key("text", required=True),
}
CLAIM: dict[str, Key] = {
    "id": Key("text", required=True),
    "statement": Key("languages", required=True),
    "locator": Key("text", required=True),
    "about": Key("references", targets=_THINGS),
    "claimKind": Key(
        "choice",
        required=True,
        choices=("definition", "membership", "origin", "use", "comparison", "property", "history"),
    ),
    "remark": _LANGUAGES,
}
PICTURE: dict[str, Key] = {
    "locator": Key("text", required=True),
    "file": Key("text", required=True),
    "description": Key("languages", required=True),
}
READING: dict[str, Key] = {
    "position": Key("text", required=True),
    "title": Key("text", required=True),
    "titleEn": Key("text", required=True),
    "statedLink": Key("text", required=True),
}
SECTION: dict[str, Key] = {
    "heading": Key("languages", required=True),
    "position": Key("text", required=True),
    "about": Key("references", targets=_THINGS),
    "claim": Key("items", items=CLAIM),
    "picture": Key("items", items=PICTURE),
    "reading": Key("items", items=READING),
}

#: Folder below `data/` -> the shape of its records.
SHAPES: dict[str, dict[str, Key]] = {
    "architectures": ARCHITECTURE,
    "papers": PAPER,
    "tasks": TASK,
    "families": FAMILY,
    "modalities": FAMILY,
    "sources/works": WORK,
    "sources/article": ARTICLE,
    "sources/article/sections": SECTION,
}
