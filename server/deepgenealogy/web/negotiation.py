"""Which format an answer gets: one table for `?format=`, suffixes and Accept, everywhere (RFC 9110, section 12)."""

import re
from collections.abc import Iterable, Mapping

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ..engine.tables import TABLE_FORMATS
from ..errors import DeepGenealogyError
from ..graph.formats import GRAPH_FORMATS

#: Format name -> media type, for everything that this server writes.
MEDIA_TYPES: dict[str, str] = {
    "html": "text/html",
    **{row.name: row.media_type for row in GRAPH_FORMATS.values()},
    **{row.name: row.media_type for row in TABLE_FORMATS.values()},
}

#: Other media types by which a format may be asked for. They count when they are named, never through a wildcard.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "ttl": ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
    "jsonld": ("application/json",),
    "json": ("application/json",),
    "xml": ("application/xml", "text/xml"),
    "nt": ("text/plain",),
    "rdf": ("application/xml", "text/xml"),
    "trig": ("application/x-trig",),
    "nq": ("text/x-nquads",),
    "html": ("application/xhtml+xml",),
}

#: Other names by which `?format=` may ask for a format; media types do it as well.
NICKNAMES = {
    "turtle": "ttl",
    "json-ld": "jsonld",
    "ntriples": "nt",
    "n-triples": "nt",
    "rdfxml": "rdf",
    "rdf+xml": "rdf",
    "nquads": "nq",
    "n-quads": "nq",
    "srj": "json",
    "srx": "xml",
    "markdown": "md",
    **{media_type: name for name, media_type in MEDIA_TYPES.items()},
}

_RANGE = re.compile(r"[\w!#$&^.+-]+/(?:[\w!#$&^.+-]+|\*)|\*/\*", re.ASCII)

#: Java's own HTTP client writes `q=.2`; the grammar wants a digit before the point.
_BARE_POINT = re.compile(r"(;\s*q\s*=\s*)\.(?=\d)", re.IGNORECASE)

#: What every browser accepts besides HTML, and means XHTML by.
_OF_BROWSERS = frozenset({"application/xml", "text/xml"})


class NotAcceptable(DeepGenealogyError):
    """No format on offer is accepted; `offers` says what is to be had."""

    def __init__(self, offers: Iterable[str], media_types: Mapping[str, str] = MEDIA_TYPES) -> None:
        self.offers = offered(offers, media_types)
        super().__init__(f"none of the accepted formats can be had here; on offer are {', '.join(self.offers)}")


def offered(names: Iterable[str], media_types: Mapping[str, str] = MEDIA_TYPES) -> list[str]:
    """Formats as an asker is told of them: `ttl (text/turtle)`."""
    return [f"{name} ({media_types[name]})" for name in names]


def choose(request: Request, offers: Iterable[str], *, default: str) -> str:
    """The name of the format to answer in: `?format=` if given, else the best of `offers` by Accept.

    The order of `offers` decides between equals; `default` is what an asker with no preference gets.
    Raises NotAcceptable.
    """
    names = list(offers)
    asked = named_format(request)
    if asked is not None:
        if asked not in names:
            raise NotAcceptable(names)
        return asked
    name = best(accepted(request), [default, *(n for n in names if n != default)])
    if name is None:
        raise NotAcceptable(names)
    return name


def named_format(request: Request) -> str | None:
    """What `?format=` (or `output=`, as others call it) asks for, by the names of the table; None when it is not given.

    A name that is not in the table is given back as it is.
    """
    asked = request.values.get("format") or request.values.get("output")
    if not asked:
        return None
    name = asked.strip().lower().replace(" ", "+")  # an unescaped + of a media type arrives as a space
    return NICKNAMES.get(name, name)


def accepted(request: Request) -> MIMEAccept:
    """What the request accepts; an Accept header in which nothing can be read counts as none."""
    header = request.headers.get("Accept", "")
    return parse_accept_header(_BARE_POINT.sub(r"\g<1>0.", header), MIMEAccept)


def best(accepted: MIMEAccept, names: list[str]) -> str | None:
    """The name of the format that `accepted` likes best, or None; the first of `names` when it likes all the same."""
    ranges = _ranges(accepted)
    if not ranges:
        return names[0]
    own = {MEDIA_TYPES[name]: name for name in reversed(names)}
    synonyms = {synonym: MEDIA_TYPES[name] for name in reversed(names) for synonym in SYNONYMS.get(name, ())}
    if "text/html" in dict(ranges):
        synonyms = {synonym: media_type for synonym, media_type in synonyms.items() if synonym not in _OF_BROWSERS}
    wanted = MIMEAccept([(r if r in own else synonyms.get(r, r), quality) for r, quality in ranges])
    media_type = wanted.best_match([MEDIA_TYPES[name] for name in names])
    return own[media_type] if media_type else None


def _ranges(accepted: MIMEAccept) -> list[tuple[str, float]]:
    """The media ranges without their parameters (charset, profile, version): each format here has but one variant."""
    plain = ((value.partition(";")[0].strip().lower(), quality) for value, quality in accepted)
    whole = (("*/*" if value == "*" else value, quality) for value, quality in plain)
    return [(value, quality) for value, quality in whole if _RANGE.fullmatch(value)]


def content_type(name: str) -> str:
    """The Content-Type header of a format, charset included where the format does not fix it."""
    media_type = MEDIA_TYPES[name]
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
