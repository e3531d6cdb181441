"""Where an IRI is to be had: for ours a path of this server below its mount point, whatever name it is reached by."""

from urllib.parse import quote

from flask import request

from ..vocabulary import BASE

#: What stands in IRIs as it is: reserved characters, and what is escaped already.
_KEPT = "/?#[]@!$&'()*+,;=:%~"


def address_of(iri: str) -> str:
    """The address for a link to `iri`, which is absolute or relative to the base; '' where no link may lead.

    Ours become paths below the mount point (`/prefix/architecture/resnet`), those of the web stay as they are; what a
    page must not follow (`javascript:`, `file:`) has no address.
    """
    if iri.startswith(BASE):
        return _here(iri.removeprefix(BASE))
    if iri.startswith(("http://", "https://")):
        return iri
    return "" if _has_scheme(iri) else _here(iri)


def _here(relative: str) -> str:
    return f"{request.script_root}/{quote(relative, safe=_KEPT)}"


def _has_scheme(iri: str) -> bool:
    return ":" in iri.partition("/")[0].partition("?")[0].partition("#")[0]
