"""Errors as answers: RFC 9457 problem details for programs, a page for browsers. One row an error."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from ..engine.tables import TABLE_FORMATS
from ..errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    BodyRefused,
    Busy,
    DeepGenealogyError,
    FormNotReadable,
    LimitReached,
    MemoryLimitReached,
    NotFound,
    ParameterRefused,
    QuerySyntax,
    QueryTooLong,
    QuestionRefused,
    ServiceUnanswered,
    StorageRefused,
    TimeLimitReached,
    WriteInterrupted,
)
from ..graph.formats import GRAPH_FORMATS
from .journal import request_id
from .negotiation import MEDIA_TYPES, NotAcceptable, accepted, best, offered

#: Who likes HTML better than all that programs read gets a page.
_PREFERENCES = [*(name for name in MEDIA_TYPES if name != "html"), "html"]

_STATUSES = frozenset(HTTPStatus)

#: What nginx calls the status of a request whose asker has left; nobody is there to read it but the log.
_ASKER_HAS_LEFT = 499


def problem(status: int, detail: str, **more: Any) -> Response:
    """A response that says what went wrong: `status`, `title`, `detail`, and whatever `more` helps to mend it."""
    title = HTTPStatus(status).phrase if status in _STATUSES else "The asker has left"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    body["request_id"] = request_id()
    if best(accepted(request), _PREFERENCES) == "html":
        page = render_template("problem.html", problem=body)
        return Response(page, status, content_type="text/html; charset=utf-8")
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(text, status, content_type="application/problem+json")


def _syntax(error: QuerySyntax) -> Response:
    return problem(400, f"the query does not parse: {error}", line=error.line, column=error.column)


def _body(error: BodyRefused) -> Response:
    return problem(400, f"the body cannot be read: {error}", line=error.line, column=error.column)


def _storage(error: StorageRefused) -> Response:
    return problem(507, f"{error}; nothing is changed: make room there and send it again")


def _interrupted(error: WriteInterrupted) -> Response:
    answer = problem(503, str(error))
    answer.headers["Retry-After"] = "1"
    return answer


def _not_found(error: NotFound) -> Response:
    return problem(404, str(error), near=list(error.near))


def _not_acceptable(error: NotAcceptable) -> Response:
    return problem(406, str(error), offers=error.offers)


def _unreadable(error: FormNotReadable) -> Response:
    offers = offered(GRAPH_FORMATS if error.form == "graph" else TABLE_FORMATS)
    return problem(406, f"{error}; on offer are {', '.join(offers)}", form=error.form, offers=offers)


def _parameter(error: ParameterRefused) -> Response:
    return problem(400, str(error), parameter=error.name)


def _limited(status: int) -> Callable[[LimitReached], Response]:
    return lambda error: problem(status, str(error), limit=error.setting)


def _busy(error: Busy) -> Response:
    answer = problem(503, str(error), limit=error.setting)
    answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _refused(error: QuestionRefused) -> Response:
    return problem(400, str(error))


def _bad_peer(error: ServiceUnanswered) -> Response:
    return problem(502, str(error))


def _left(error: AnswerBrokenOff) -> Response:
    return problem(_ASKER_HAS_LEFT, str(error))


def _http(error: HTTPException) -> Response:
    answer = problem(error.code or 500, error.description or "")
    answer.headers.extend(
        (k, v) for k, v in error.get_headers() if k.lower() in ("allow", "accept", "www-authenticate")
    )
    return answer


_ANSWERS: dict[type[Exception], Any] = {
    QuerySyntax: _syntax,
    BodyRefused: _body,
    StorageRefused: _storage,
    WriteInterrupted: _interrupted,
    NotFound: _not_found,
    NotAcceptable: _not_acceptable,
    FormNotReadable: _unreadable,
    ParameterRefused: _parameter,
    Busy: _busy,
    TimeLimitReached: _limited(504),
    MemoryLimitReached: _limited(507),
    AnswerTooLarge: _limited(507),
    QueryTooLong: _limited(413),
    ServiceUnanswered: _bad_peer,
    QuestionRefused: _refused,
    AnswerBrokenOff: _left,
    HTTPException: _http,
}


def answer_errors(app: Flask) -> None:
    """Have `app` answer each error of the tree; an error of ours that no row names is a 500 and is logged."""
    for error, answer in _ANSWERS.items():
        app.register_error_handler(error, answer)

    @app.errorhandler(DeepGenealogyError)
    def ours(error: DeepGenealogyError) -> Response:
        app.logger.exception("unanswered error", exc_info=error)
        return problem(500, "something went wrong on our side; it has been logged")
