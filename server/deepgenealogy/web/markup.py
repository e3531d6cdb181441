"""What a page tells search engines, in schema.org: ScholarlyArticle, DefinedTerm, DefinedTermSet, Dataset.

It stands in the page as data (`<script type="application/ld+json">`), which a browser does not run, so the policy for
scripts stays as strict as it is. The context is a vocabulary alone: whoever reads the page has nothing to fetch.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from .. import __version__
from ..engine.binding import bound_text
from ..engine.lineage import rows_of
from ..export import FILES
from ..graph.formats import GRAPH_FORMATS
from ..sources.questions import Parameter, PublishedQuestion
from ..vocabulary import BASE
from .desk import desk

markup = Blueprint("markup", __name__)

Json = dict[str, Any]
Rows = list[dict[str, str]]

SCHEMA_ORG = {"@vocab": "https://schema.org/"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_NAME = "Deep Genealogy"
_SUMMARY = (
    "The family tree of deep-learning architectures as linked data: which architecture derives from which, who says so "
    "and where; every derivation typed, dated, evidenced and checkable."
)


@markup.app_template_global("schema_org")
def schema_org(identity: str) -> Json | None:
    """The markup of the page of a thing (`paper/…`) or the front page (''); None where schema.org has no word."""
    make = _MAKERS.get(identity.partition("/")[0])
    return {"@context": SCHEMA_ORG, **make(identity)} if make else None


def _facts(identity: str) -> Rows:
    text = (desk().root / "queries" / "pages" / "markup.rq").read_text(encoding="utf-8")
    question = PublishedQuestion("markup", {}, {}, (Parameter("thing", "thing", {}, ""),), text)
    return rows_of(desk().engine, bound_text(question, {"thing": identity}))


def _values(rows: Rows, key: str, language: str = "") -> list[str]:
    return [row["value"] for row in rows if row["key"] == key and row.get("language", "") == language]


def _known(node: Json) -> Json:
    """The node without what is not known; a list of one is opened."""
    opened = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}
    return {key: value for key, value in opened.items() if value not in (None, [], "")}


def _term(identity: str) -> Json:
    rows = _facts(identity)
    english = _values(rows, "name", "en")
    others = [
        *_values(rows, "name", "zh"),
        *_values(rows, "alternateName", "en"),
        *_values(rows, "alternateName", "zh"),
    ]
    scheme = next(iter(_values(rows, "inDefinedTermSet")), f"{BASE}dataset")
    papers = [{"@type": "ScholarlyArticle", "@id": paper} for paper in _values(rows, "subjectOf")]
    return {
        "@type": "DefinedTerm",
        "@id": BASE + identity,
        **_known(
            {
                "name": english,
                "alternateName": sorted(set(others) - set(english)),
                "description": _values(rows, "description", "en"),
                "termCode": identity.partition("/")[2],
                "subjectOf": papers,
                "sameAs": _values(rows, "sameAs"),
                "url": f"{request.url_root}{identity}",
            }
        ),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": scheme},
    }


def _term_set(identity: str) -> Json:
    rows = _facts(identity)
    return {"@type": "DefinedTermSet", "@id": BASE + identity, **_known({"name": _values(rows, "name", "en")})}


def _paper(identity: str) -> Json:
    rows = _facts(identity)
    title = _values(rows, "headline")
    dois = [{"@type": "PropertyValue", "propertyID": "DOI", "value": doi} for doi in _values(rows, "doi")]
    venues = [{"@type": "CreativeWork", "name": venue} for venue in _values(rows, "publication")]
    return {
        "@type": "ScholarlyArticle",
        "@id": BASE + identity,
        **_known(
            {
                "name": title,
                "headline": title,
                "author": [{"@type": "Person", "name": name} for name in _values(rows, "author")],
                "datePublished": _values(rows, "datePublished"),
                "isPartOf": venues,
                "identifier": dois,
                "sameAs": _values(rows, "sameAs"),
                "about": [{"@type": "DefinedTerm", "@id": term} for term in _values(rows, "about")],
                "url": f"{request.url_root}{identity}",
            }
        ),
    }


def _dataset(identity: str) -> Json:
    dumps = [(f"all.{row.name}", row.media_type) for row in GRAPH_FORMATS.values() if row.holds_graphs]
    files = [*dumps, *((name, row.media_type) for name, row in FILES.items())]
    return {
        "@type": "Dataset",
        "@id": f"{BASE}dataset",
        "name": _NAME,
        "description": _SUMMARY,
        "url": request.url_root,
        "license": LICENCE,
        "version": __version__,
        "isAccessibleForFree": True,
        "inLanguage": ["en", "zh"],
        "creator": {"@type": "Organization", "name": "Deep Genealogy developers"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": f"{request.url_root}export/{name}"}
            for name, media_type in files
        ],
    }


#: First segment of a thing -> what makes its markup.
_MAKERS: dict[str, Callable[[str], Json]] = {
    "": _dataset,
    "dataset": _dataset,
    "architecture": _term,
    "task": _term,
    "family": _term,
    "modality": _term,
    "scheme": _term_set,
    "paper": _paper,
}
