"""`…/citation` and `…/changes` below a question: how its answer is cited, and what has changed since.

Both stand below published questions (`/queries/<name>/…`) and below free SPARQL (`/sparql/…?query=…`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MIMEAccept

from .. import __version__
from ..errors import ParameterRefused
from ..export.reference import AnswerReference, as_bibtex, as_csl, as_text
from .cells import cells
from .differences import Differences, differences
from .negotiation import accepted
from .parameters import parameters_in_address
from .permalinks import (
    Asked,
    Pin,
    canonical,
    fixed_answer,
    free,
    local,
    pin_of,
    published,
    repeatable_answer,
)
from .pinned import marked, wording_verdict

citations = Blueprint("citations", __name__)


@dataclass(frozen=True)
class CitationFormat:
    """One form of a citation: the media type, and what writes it."""

    media_type: str
    write: Callable[[AnswerReference], str]


FORMATS = {
    "bib": CitationFormat("application/x-bibtex", as_bibtex),
    "csl": CitationFormat("application/vnd.citationstyles.csl+json", as_csl),
    "txt": CitationFormat("text/plain", as_text),
}


@citations.get("/queries/<name>/citation")
def of_published(name: str) -> Response:
    """How the answer to a published question is cited."""
    given = _given()
    return _citation(published(name, given), pin_of(given))


@citations.get("/sparql/citation")
def of_free() -> Response:
    """How the answer to a query is cited."""
    return _citation(free(parameters_in_address(request)), pin_of(_given()))


@citations.get("/queries/<name>/changes")
def changes_of_published(name: str) -> Response:
    """What has changed in the answer to a published question since a snapshot."""
    given = _given()
    return _changes(published(name, given), pin_of(given))


@citations.get("/sparql/changes")
def changes_of_free() -> Response:
    """What has changed in the answer to a query since a snapshot."""
    return _changes(free(parameters_in_address(request)), pin_of(_given()))


def _given() -> dict[str, str]:
    return dict(parameters_in_address(request).pairs)


def _citation(asked: Asked, pin: Pin) -> Response:
    """The citation, in the form that the asker likes best; of the pinned answer, or of today's."""
    found = fixed_answer(asked, pin.snapshot) if pin.snapshot else repeatable_answer(asked)
    permalink = asked.permalink(found)
    key = f"deepgenealogy-{asked.path.rpartition('/')[2]}-{found.digest.removeprefix('sha256-')[:8]}"
    today = datetime.now(UTC).date()
    reference = AnswerReference(key, asked.title, canonical(permalink), __version__, found.version, found.digest, today)
    name = _chosen([*FORMATS, "html"], "html")
    if name == "html":
        response = Response(_page(asked, reference, local(permalink)), content_type="text/html; charset=utf-8")
    else:
        row = FORMATS[name]
        response = Response(row.write(reference), content_type=f"{row.media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"  # it names the day of the request
    response.vary.add("Accept")
    return marked(response, asked, found, pin.verdict(found))


def _page(asked: Asked, reference: AnswerReference, here: str) -> str:
    written = {name: row.write(reference) for name, row in FORMATS.items()}
    return render_template("citation.html", asked=asked, reference=reference, here=here, written=written)


def _changes(asked: Asked, pin: Pin) -> Response:
    """Rows added and removed between the pinned snapshot and today. Raises StateNotHeld, ParameterRefused."""
    if not pin.snapshot:
        raise ParameterRefused("snapshot", "is missing: name the snapshot whose answer is compared with today's")
    found = differences(asked, pin)
    if _chosen(["json", "html"], "json") == "html":
        response = Response(_changes_page(asked, pin, found), content_type="text/html; charset=utf-8")
    else:
        response = Response(_as_json(asked, pin, found), content_type="application/json")
    response.vary.add("Accept")
    return response


def _changes_page(asked: Asked, pin: Pin, found: Differences) -> str:
    shown = {
        name: [cells(row, found.columns) for row in rows]
        for name, rows in (("added", found.added), ("removed", found.removed))
    }
    return render_template(
        "changes.html", asked=asked, pin=pin, found=found, wording=wording_verdict(asked, pin), **shown
    )


def _as_json(asked: Asked, pin: Pin, found: Differences) -> str:
    sides = {
        name: {"snapshot": side.version, "answer": side.digest, "permalink": canonical(asked.permalink(side))}
        for name, side in (("before", found.before), ("today", found.today))
    }
    body = {
        "title": asked.title,
        "same": found.before.digest == found.today.digest,
        "verified": pin.verdict(found.before),
        "wording": wording_verdict(asked, pin),
        **sides,
        "columns": list(found.columns),
        "added": found.added,
        "removed": found.removed,
    }
    return json.dumps(body, ensure_ascii=False, indent=1)


_MEDIA: Mapping[str, str] = {
    "html": "text/html",
    "json": "application/json",
    **{name: row.media_type for name, row in FORMATS.items()},
}


def _chosen(names: list[str], default: str) -> str:
    """The format of `?format=`, else the one that Accept likes best. Raises ParameterRefused."""
    asked = request.args.get("format", "")
    if asked:
        if asked not in names:
            raise ParameterRefused("format", f"cannot be '{asked[:40]}' here; it can be {', '.join(names)}")
        return asked
    plain = MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in accepted(request)])
    liked = plain.best_match([_MEDIA[name] for name in [default, *names]], default=_MEDIA[default])
    return next(name for name in names if _MEDIA[name] == liked)
