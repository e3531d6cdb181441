"""What waitress refuses before the application sees it, answered as a problem (RFC 9457) like every other one."""

import json
import re
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import Error, RequestHeaderFieldsTooLarge

from ..engine.asked import Asked
from .journal import note, sane_id
from .manners import MAY_READ

#: What waitress refuses, in our words.
_WORDS = {
    413: "the request body is larger than {body} bytes (request_size_limit_bytes); send less, or in parts",
    414: "the request line is longer than {head} bytes; POST the query instead",
    431: "the headers are larger than {head} bytes; send fewer, or shorter ones",
    500: "something went wrong on our side; it has been logged",
    501: "the transfer coding is not read; send the body plain or chunked",
}
_HEADERS = (
    ("Content-Type", "application/problem+json"),
    ("Cache-Control", "no-store"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", MAY_READ),
    ("X-Content-Type-Options", "nosniff"),
)


_TRANSFER_ENCODING = re.compile(rb"(?im)^transfer-encoding:(.*)$")


class _LineTooLong(Error):  # type: ignore[misc]
    code, reason = 414, "URI Too Long"


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Tells a request line that is too long (414) from headers that are (431)."""

    error: Error | None
    expect_continue: bool
    head: bytes = b""
    #: The question of the request, where it was put to a worker already.
    asked: Asked | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the head of a request, and keeps it as it came. Raises ParsingError."""
        self.head = header_plus
        codings = b",".join(_TRANSFER_ENCODING.findall(header_plus)).lower()
        if codings.count(b"chunked") > 1:  # RFC 9112, 6.1: not more than once
            raise ParsingError("Transfer-Encoding names chunked twice")
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # RFC 9112, 6.1: such a request may be an attempt to smuggle in another; nothing after it is read.
            self.headers["CONNECTION"] = "close"

    def received(self, data: bytes) -> int:
        """Takes what has come in; says how much of it belongs to this request."""
        head = (self.header_plus + data)[: self.adj.max_request_header_size]
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge) and b"\n" not in head:
            self.error = _LineTooLong("")
        # A sender who waits for leave to send gets the refusal instead.
        self.expect_continue = self.expect_continue and not self.error
        return consumed


class Problem(ErrorTask):  # type: ignore[misc]
    """What waitress refuses, as problem details (RFC 9457) and as a line in the journal."""

    def execute(self) -> None:
        """Answers, and has the connection closed once the answer has arrived."""
        error, limits = self.request.error, self.channel.adj
        chosen = sane_id(self.request.headers.get("X_REQUEST_ID", ""))
        words = _WORDS.get(error.code, "the request cannot be read: {detail}")
        detail = words.format(
            detail=error.body, head=limits.max_request_header_size, body=limits.max_request_body_size - 1
        )
        content = _problem(error, detail, chosen)
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [*_HEADERS, ("X-Request-Id", chosen)]
        self.content_length = len(content)
        self.set_close_on_finish()
        self.channel.lingers = True
        self.write(content)
        client = self.channel.addr[0]
        note({"id": chosen, "client": client, "method": "", "path": "", "status": error.code, "agent": ""})


def _problem(error: Any, detail: str, chosen: str) -> bytes:
    body = {
        "type": "about:blank",
        "title": error.reason,
        "status": error.code,
        "detail": detail,
        "request_id": chosen,
    }
    return json.dumps(body).encode()
