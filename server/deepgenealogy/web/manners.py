"""HTTP manners, the same for every answer: who may read it, how it is coded, what a browser may do with it.

| step | what |
|---|---|
| before | who does not say which host is refused; a preflight is answered; what is held or kept is not made again |
| after | cells for spreadsheets, ETag and Cache-Control, content coding, conditions, CORS, security headers |
"""

from pathlib import Path

from flask import Flask, Response, current_app, request
from flask_compress import Compress
from werkzeug.exceptions import BadRequest

from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from .caching import AnswerCache, Caching
from .language import language
from .spreadsheets import for_a_spreadsheet

#: Content codings, the best first.
CODINGS = ("zstd", "br", "gzip")

#: Answers smaller than this are not worth coding, in bytes.
SMALLEST_CODED = 500

_CODED = {
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "text/vnd.graphviz",
    "application/json",
    "application/problem+json",
    "application/sparql-query",
    "image/svg+xml",
    *(row.media_type for row in GRAPH_FORMATS.values()),
    *(row.media_type for row in TABLE_FORMATS.values()),
}

#: What a script of another site may send, and what it may read beyond the plain headers.
_MAY_SEND = "Accept, Accept-Language, Content-Type, Content-Language, If-None-Match, Link, X-Request-Id"
MAY_READ = (
    "ETag, Link, Location, Retry-After, Warning, X-Request-Id, X-Advice, "
    "X-Deepgenealogy-Snapshot, X-Deepgenealogy-Answer, X-Deepgenealogy-Verified"
)

#: Paths that write: scripts of other sites may not, and nothing about them is said to be allowed.
_WRITES = ("/update", "/store")

_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: What is no page shows and runs nothing, also where it is opened as a document (SVG, RDF/XML).
_DATA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def teach_manners(app: Flask, cache: AnswerCache, root: Path) -> None:
    """Have every answer of `app` keep them."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=sorted(_CODED),
        COMPRESS_ALGORITHM=CODINGS,
        COMPRESS_ALGORITHM_STREAMING=CODINGS,
        COMPRESS_MIN_SIZE=SMALLEST_CODED,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    caching, compress = Caching(cache, root), Compress()
    compress.init_app(app)

    def finish(response: Response) -> Response:
        for_a_spreadsheet(response)
        caching.remember(response)
        _code(compress, response)
        _condition(response)
        _speak(response)
        _share(response)
        _secure(response)
        return response

    app.before_request(_require_host)
    app.before_request(_preflight)
    app.before_request(caching.recall)
    app.after_request(finish)


def _require_host() -> None:
    """Nothing, unless a request of HTTP/1.1 names no host, or two (RFC 9112, 3.2). Raises BadRequest."""
    host = request.environ.get("HTTP_HOST")
    if "," in (host or "") or (host is None and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1"):
        raise BadRequest("the request must name its host once; send one header 'Host'")


def _preflight() -> Response | None:
    """The answer to OPTIONS, the same with and without the headers of a CORS preflight."""
    if request.method != "OPTIONS" or request.endpoint is None:
        return None
    response = current_app.make_default_options_response()
    response.status_code = 204
    response.headers.pop("Content-Type")
    response.headers["Access-Control-Allow-Methods"] = ", ".join(_shared_methods(response.allow))
    response.headers["Access-Control-Allow-Headers"] = _MAY_SEND
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _shared_methods(allowed: object) -> list[str]:
    reads = {"GET", "HEAD", "OPTIONS"}
    shared = reads if request.path.startswith(_WRITES) else {*reads, "POST"}
    return sorted(shared & set(allowed))  # type: ignore[call-overload]


def _code(compress: Compress, response: Response) -> None:
    """Codes the body in the coding that the asker likes best; what it refuses (`q=0`) is left out beforehand."""
    accepted = request.accept_encodings
    wishes = {coding: accepted[coding] for coding in (*CODINGS, "identity") if accepted[coding] > 0}
    request.environ["HTTP_ACCEPT_ENCODING"] = ", ".join(f"{name};q={quality}" for name, quality in wishes.items())
    if not response.direct_passthrough or response.mimetype in _CODED:
        compress.after_request(response)
    if response.content_encoding == "gzip" and not response.is_streamed:
        response.set_data(_timeless(response.get_data()))
    response.vary.update(("Accept", "Accept-Encoding"))


def _timeless(content: bytes) -> bytes:
    """Gzip without the second in which it was made (RFC 1952, 2.3.1): what has the same ETag has the same bytes."""
    return content[:4] + bytes(4) + content[8:]


def _condition(response: Response) -> None:
    """304 when the asker holds what was made: `If-None-Match: *`, and files."""
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        # Else werkzeug would gather a streamed answer whole, to measure it.
        response.automatically_set_content_length = not response.is_streamed
        response.make_conditional(request)


def _speak(response: Response) -> None:
    """A page says which language it is in, and that this was chosen."""
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
        if response.status_code != 304:
            response.headers.setdefault("Content-Language", language())


def _share(response: Response) -> None:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = MAY_READ


def _secure(response: Response) -> None:
    """What a browser may do with the answer. A 304 says nothing of it: its headers replace those that are kept."""
    if response.status_code == 304:
        return
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    is_page = response.mimetype == "text/html" or request.endpoint == "static"
    policy = _PAGE_POLICY if is_page else _DATA_POLICY
    response.headers.setdefault("Content-Security-Policy", policy)
    if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
        del response.headers["X-Frame-Options"]  # which knows no way to say that anybody may
