"""Errors as answers: RFC 9457 problem details for programs, a page for browsers. One row an error."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from ..engine.tables import TABLE_FORMATS
from ..errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    AnswerTooLargeToPin,
    BodyRefused,
    Busy,
    ConditionFailed,
    DeepGenealogyError,
    EngineLimitReached,
    EngineUnanswered,
    FormNotReadable,
    LimitReached,
    MemoryLimitReached,
    NotFound,
    ParameterRefused,
    QuerySyntax,
    QueryTooLong,
    QuestionRefused,
    Retired,
    ServiceUnanswered,
    StateNotHeld,
    StorageRefused,
    TimeLimitReached,
    WriteInterrupted,
)
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE
from .addresses import address_of
from .journal import request_id
from .kinds import KINDS
from .language import LANGUAGES, carried, known, words
from .negotiation import MEDIA_TYPES, NotAcceptable, accepted, best, offered
from .translation import language_of, told, told_whole

#: Who likes HTML better than all that programs read gets a page.
_PREFERENCES = [*(name for name in MEDIA_TYPES if name != "html"), "html"]

_STATUSES = frozenset(HTTPStatus)

#: What nginx calls the status of a request whose asker has left; nobody is there to read it but the log.
_ASKER_HAS_LEFT = 499


def problem(
    status: int, detail: str, *, links: Mapping[str, str] | None = None, shown: str = "", **more: Any
) -> Response:
    """A response that says what went wrong: `status`, `title`, `detail`, and whatever `more` helps to mend it.

    `detail` is in English, and told in the language of the request. `links` are for the page: what it may lead to,
    words and address; `shown` is the detail without what these say.
    """
    body = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail, **more}
    body["request_id"] = request_id()
    if best(accepted(request), _PREFERENCES) == "html":
        page = render_template("problem.html", problem=body, detail=shown or detail, links=links or {})
        return Response(page, status, content_type="text/html; charset=utf-8")
    response = Response(_told_to_programs(body), status, content_type="application/problem+json")
    response.headers["Content-Language"] = language_of(detail)
    response.vary.add("Accept-Language")
    return response


def _title(status: int) -> str:
    """The English title of a status."""
    return HTTPStatus(status).phrase if status in _STATUSES else "The asker has left"


def _told_to_programs(body: dict[str, Any]) -> bytes:
    """Problem details: in another language than English where title and detail are wholly known in it."""
    if language_of(body["detail"]) != LANGUAGES[0] and known(f"problem.{body['status']}"):
        body |= {"title": words(f"problem.{body['status']}"), "detail": told_whole(body["detail"])}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")


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


def _condition(error: ConditionFailed) -> Response:
    return problem(412, f"{error}; nothing is changed: read what is there now, and send the write again")


def _not_found(error: NotFound) -> Response:
    near = {name: f"{error.kind}/{name}" for name in error.near if error.kind in KINDS}
    links = {name: carried(address_of(iri)) for name, iri in near.items()}
    shown = str(NotFound(error.kind, error.name)) if links else ""
    return problem(404, str(error), links=links, shown=shown, near=list(error.near))


def _gone(error: Retired) -> Response:
    """410, with the successor's canonical IRI in the body and its address here in a link (RFC 5829)."""
    if not error.successor:
        return problem(410, str(error))
    address = address_of(error.successor)
    links = {error.successor: carried(address)}
    answer = problem(410, str(error), links=links, successor=BASE + error.successor)
    answer.headers["Link"] = f'<{address}>; rel="successor-version"'
    return answer


def _not_held(error: StateNotHeld) -> Response:
    return problem(410, str(error), snapshot=error.name, held=list(error.held))


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


def _engine(error: EngineUnanswered) -> Response:
    """502: the engine elsewhere does not answer; where it stands and what it said is for the log, not for the asker."""
    current_app.logger.error("%s", error)
    return problem(
        502, "the engine that holds the data does not answer as it should; it has been logged, ask again later"
    )


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
    ConditionFailed: _condition,
    NotFound: _not_found,
    Retired: _gone,
    NotAcceptable: _not_acceptable,
    FormNotReadable: _unreadable,
    ParameterRefused: _parameter,
    Busy: _busy,
    TimeLimitReached: _limited(504),
    MemoryLimitReached: _limited(507),
    AnswerTooLarge: _limited(507),
    AnswerTooLargeToPin: _limited(507),
    EngineLimitReached: _limited(507),
    EngineUnanswered: _engine,
    StateNotHeld: _not_held,
    QueryTooLong: _limited(413),
    ServiceUnanswered: _bad_peer,
    QuestionRefused: _refused,
    AnswerBrokenOff: _left,
    HTTPException: _http,
}


def answer_errors(app: Flask) -> None:
    """Have `app` answer each error of the tree; an error of ours that no row names is a 500 and is logged."""
    app.jinja_env.globals["told"] = told
    for error, answer in _ANSWERS.items():
        app.register_error_handler(error, answer)

    @app.errorhandler(DeepGenealogyError)
    def ours(error: DeepGenealogyError) -> Response:
        app.logger.exception("unanswered error", exc_info=error)
        return problem(500, "something went wrong on our side; it has been logged")
