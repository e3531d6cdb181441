"""The form of JSON-LD that a request asks for: the `profile` parameter of the media type (JSON-LD 1.1, section 6).

Asked for in Accept (`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`), or by people in the
address: `?profile=expanded`, `?frame=architecture`, `?context=link`. A program may name the frame in a `Link` header.
Profiles in Accept that nobody here knows are ignored, as section 6 wants it; in the address they are refused.
"""

import re
from dataclasses import dataclass

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from ..errors import ParameterRefused

JSON_LD = "application/ld+json"

#: The name space of the profiles; also the link relation of a frame begins with it.
PROFILES = "http://www.w3.org/ns/json-ld#"

#: The forms of a document by their profiles. Where several are named the first that stands here is meant: "flattened
#: compacted" is the compacted form, which always has one flat node a subject.
FORMS = ("framed", "compacted", "flattened", "expanded")

#: How the context of a document may be given: carried in it, or by its address.
CONTEXTS = ("inline", "link")

_NAMED_FORMS = {f"{PROFILES}{form}": form for form in FORMS} | {form: form for form in FORMS}

#: A profile without the quotes that its characters call for, as people write it on a command line.
_BARE = re.compile(r'(;\s*profile\s*=\s*)(?!")([^\s";,]+)', re.IGNORECASE)
_FRAME_LINK = re.compile(
    rf'<([^<>]*)>\s*;[^,<]*\brel\s*=\s*(?:"[^"]*{re.escape(PROFILES)}frame[^"]*"|{re.escape(PROFILES)}frame\b)'
)


@dataclass(frozen=True)
class Wish:
    """What a request wishes of a JSON-LD document: a form (None: as it is), the name of a frame, a linked context."""

    form: str | None = None
    frame: str | None = None
    links_context: bool = False

    def __bool__(self) -> bool:
        return self != Wish()


def wish_of(request: Request) -> Wish:
    """The wish of a request. Raises ParameterRefused for a form, frame or context that cannot be meant."""
    named = _one(request, "profile")
    form = _form_named(named) if named is not None else accepted_form(request.headers.get("Accept", ""))
    frame = _one(request, "frame") or linked_frame(request.headers.get("Link", ""))
    if frame and named is not None and form != "framed":
        raise ParameterRefused(
            "frame", f"gives the form 'framed', and 'profile' asks for '{form}'; leave one of them out"
        )
    context = _one(request, "context") or CONTEXTS[0]
    if context not in CONTEXTS:
        raise ParameterRefused("context", f"must be one of {', '.join(CONTEXTS)}, not '{context[:40]}'")
    return Wish("framed" if frame else form, frame, context == "link")


def accepted_form(accept: str) -> str | None:
    """The form that an Accept header likes best; None where it names none that is known.

    >>> accepted_form('text/html, application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened";q=0.8')
    'flattened'
    """
    header = _BARE.sub(r'\1"\2"', accept)
    ranges = sorted(parse_accept_header(header, MIMEAccept), key=lambda row: -row[1])
    for value, quality in ranges:
        media_type, parameters = parse_options_header(value)
        if media_type.lower() == JSON_LD and quality > 0:
            return form_of(parameters.get("profile", ""), prefixed=True)
    return None


def form_of(profiles: str, *, prefixed: bool = False) -> str | None:
    """The form that a list of profiles, separated by spaces, names; with `prefixed`, only by their IRIs.

    >>> form_of("http://www.w3.org/ns/json-ld#flattened http://www.w3.org/ns/json-ld#compacted")
    'compacted'
    """
    words = [word for word in profiles.split() if not prefixed or word.startswith(PROFILES)]
    found = {_NAMED_FORMS[word] for word in words if word in _NAMED_FORMS}
    return next((form for form in FORMS if form in found), None)


def linked_frame(link: str) -> str | None:
    """The name of the frame that a request's Link header names, by the last part of its address; None without one.

    >>> linked_frame('</frames/paper.jsonld>; rel="http://www.w3.org/ns/json-ld#frame"')
    'paper'
    """
    match = _FRAME_LINK.search(link)
    return match.group(1).rpartition("/")[2].removesuffix(".jsonld") if match else None


def content_type_of(form: str | None) -> str:
    """The Content-Type that says the form."""
    return f'{JSON_LD}; profile="{PROFILES}{form}"' if form else JSON_LD


def _one(request: Request, name: str) -> str | None:
    value = request.args.get(name)
    return value if value is None else value.strip()


def _form_named(profiles: str) -> str:
    form = form_of(profiles)
    unknown = [word for word in profiles.split() if word not in _NAMED_FORMS]
    if form is None or unknown:
        shown = unknown[0][:80] if unknown else profiles[:80]
        raise ParameterRefused("profile", f"must be one of {', '.join(FORMS)}, or its IRI {PROFILES}…, not '{shown}'")
    if form == "compacted" and "expanded" in {_NAMED_FORMS[word] for word in profiles.split()}:
        raise ParameterRefused("profile", "cannot be both compacted and expanded; name one of them")
    return form
