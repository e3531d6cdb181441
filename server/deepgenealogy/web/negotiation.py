"""Which format an answer gets: one table for `?format=`, suffixes and Accept, everywhere (RFC 9110, section 12)."""

from collections.abc import Iterable

from flask import Request
from werkzeug.datastructures import MIMEAccept

from ..engine.tables import TABLE_FORMATS
from ..errors import DeepGenealogyError
from ..graph.formats import GRAPH_FORMATS

#: Format name -> media type, for everything that this server writes.
MEDIA_TYPES: dict[str, str] = {
    "html": "text/html",
    **{row.name: row.media_type for row in GRAPH_FORMATS.values()},
    **{row.name: row.media_type for row in TABLE_FORMATS.values()},
}

#: Other media types by which a format may be asked for.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "jsonld": ("application/json",),
    "json": ("application/json",),
    "xml": ("application/xml", "text/xml"),
    "nt": ("text/plain",),
    "rdf": ("application/xml",),
    "html": ("application/xhtml+xml",),
}

#: Other names by which `?format=` may ask for a format.
NICKNAMES = {"turtle": "ttl", "json-ld": "jsonld", "ntriples": "nt", "rdfxml": "rdf", "nquads": "nq", "srj": "json"}


class NotAcceptable(DeepGenealogyError):
    """No format on offer is accepted; `offers` says what is to be had."""

    def __init__(self, offers: Iterable[str]) -> None:
        self.offers = [f"{name} ({MEDIA_TYPES[name]})" for name in offers]
        super().__init__(f"none of the accepted formats can be had here; on offer are {', '.join(self.offers)}")


def choose(request: Request, offers: Iterable[str], *, default: str) -> str:
    """The name of the format to answer in: `?format=` if given, else the best of `offers` by Accept.

    The order of `offers` decides between equals; `default` is what an asker with no preference gets.
    Raises NotAcceptable.
    """
    names = list(offers)
    asked = request.args.get("format") or request.form.get("format")
    if asked:
        name = NICKNAMES.get(asked, asked)
        if name not in names:
            raise NotAcceptable(names)
        return name
    name = best(request.accept_mimetypes, [default, *(n for n in names if n != default)])
    if name is None:
        raise NotAcceptable(names)
    return name


def best(accepted: MIMEAccept, names: list[str]) -> str | None:
    """The name of the format that `accepted` likes best, or None; the first of `names` when it likes all the same."""
    if not accepted:
        return names[0]
    offered: dict[str, str] = {}
    for name in names:
        offered.setdefault(MEDIA_TYPES[name], name)
    for name in names:
        for synonym in SYNONYMS.get(name, ()):
            offered.setdefault(synonym, name)
    media_type = accepted.best_match(list(offered))
    return offered[media_type] if media_type else None


def content_type(name: str) -> str:
    """The Content-Type header of a format, charset included where the format does not fix it."""
    media_type = MEDIA_TYPES[name]
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
