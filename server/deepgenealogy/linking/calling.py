"""Calls of another graph's server: polite, patient within bounds, and clear about what went wrong.

A call is made again after a failure that may pass (busy, down, slow, an answer that is cut or no JSON), each time later
than the last, and not before the moment that `Retry-After` names (RFC 9110, section 10.2.3: seconds, or a date). When
that moment is too far away, or the tries are used up, the message says what was tried and what to do.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from .. import __version__
from ..engine.peers import Peers
from ..errors import EndpointUnanswered
from ..sources.endpoints import Endpoint
from .guarding import GuardedTransport, NotNamed
from .works import UnusableAnswer

#: Statuses after which the same call may be answered.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

_TROUBLES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)
_SLOW = (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError)

#: Reads an answer, and raises UnusableAnswer when it is none.
Reader = Callable[[Any], object]


@dataclass(frozen=True)
class Call:
    """One request, without who makes it: these fields are also what an answer is kept under."""

    method: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    body: str = ""
    accept: str = "application/json"
    none: int = 0


@dataclass(frozen=True)
class _Failure:
    """Why a try failed, whether another may succeed, and after how many seconds the server wants it."""

    words: str
    passes: bool = True
    wait_s: float = 0.0


@dataclass
class Caller:
    """Calls one graph. `sleep` is how it waits; `tell` is told what it waits for."""

    endpoint: Endpoint
    peers: Peers
    contact: str = ""
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = field(default=lambda words: None)
    made: int = 0

    def answer(self, call: Call, reader: Reader) -> Any:
        """The JSON that answers a call, None when the server says that there is nothing. Raises EndpointUnanswered."""
        limits, failures = self.endpoint.limits, list[str]()
        if self.made:
            self.sleep(limits.pause_s)
        for attempt in range(limits.tries):
            found = self._try(call, reader)
            if not isinstance(found, _Failure):
                return found
            failures.append(found.words)
            wait_s = max(found.wait_s, limits.backoff_s * 2**attempt)
            if not found.passes or wait_s > limits.patience_s:
                raise self._given_up(failures, wait_s if found.passes else 0)
            if attempt + 1 < limits.tries:
                self.tell(f"{self.endpoint.name} {found.words}; asking again in {wait_s:g} s")
                self.sleep(wait_s)
        raise self._given_up(failures, 0)

    def _try(self, call: Call, reader: Reader) -> Any:
        self.made += 1
        try:
            status, headers, content = self._once(call)
        except _TROUBLES as problem:
            return self._trouble(problem)
        if status == call.none:
            return None
        if status != 200:
            return _Failure(f"answered with status {status}", status in _PASSING, retry_after(headers))
        try:
            found = _json(headers, content)
            reader(found)
        except UnusableAnswer as problem:
            return _Failure(f"answered with {problem}")
        return found

    def _trouble(self, problem: Exception) -> _Failure:
        """Why there was no answer at all."""
        if isinstance(problem, NotNamed):
            cure = "only the host of the graph's record, or of --endpoint, is called"
            return _Failure(f"was not called, for {problem}: {cure}", passes=False)
        if isinstance(problem, _SLOW):
            return _Failure(f"did not answer within {self.endpoint.limits.timeout_s:g} seconds")
        return _Failure(f"could not be asked ({str(problem) or type(problem).__name__})")

    def _once(self, call: Call) -> tuple[int, httpx.Headers, bytes]:
        limits = self.endpoint.limits
        transport = GuardedTransport(self.peers, limits.timeout_s)
        with (
            httpx.Client(transport=transport, follow_redirects=True, max_redirects=5, trust_env=False) as client,
            client.stream(
                call.method,
                call.url,
                params=[*call.parameters, *self._secret("parameter")] or None,
                data=dict(call.form) or None,
                content=call.body.encode() if call.body else None,
                headers={**self._headers(call), **dict(self._secret("header"))},
            ) as response,
        ):
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > limits.size_bytes:
                    raise httpx.DecodingError(f"its answer is larger than {limits.size_bytes} bytes")
            return response.status_code, response.headers, bytes(content)

    def _headers(self, call: Call) -> dict[str, str]:
        contact = f"; {self.contact}" if self.contact else ""
        agent = f"deepgenealogy/{__version__} (https://w3id.org/deepgenealogy/{contact})"
        typed = {"Content-Type": "application/json"} if call.body else {}
        return {"Accept": call.accept, "User-Agent": agent, **typed}

    def _secret(self, place: str) -> list[tuple[str, str]]:
        """The user's key for this graph as (name, value), when its variable is set and it belongs in this place."""
        name, value = self.endpoint.secret.get(place), os.environ.get(self.endpoint.secret.get("variable", ""))
        return [(name, value)] if name and value else []

    def _given_up(self, failures: list[str], wait_s: float) -> EndpointUnanswered:
        tried = "once" if len(failures) == 1 else f"{len(failures)} times"
        cure = f"it wants to be left alone for {wait_s:g} seconds: come back then" if wait_s else "try again later"
        return EndpointUnanswered(
            f"{self.endpoint.label} <{self.endpoint.endpoint}> {failures[-1]}; it was asked {tried}; {cure}, "
            "answers so far are kept and the same command goes on from there"
        )


def retry_after(headers: httpx.Headers, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float:
    """The seconds for which a server wants to be left alone; 0 when it does not say, or says it in no form.

    >>> retry_after(httpx.Headers({"Retry-After": "120"}))
    120.0
    """
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _json(headers: httpx.Headers, content: bytes) -> Any:
    kind = headers.get("Content-Type", "").partition(";")[0]
    try:
        return json.loads(content)
    except ValueError as problem:
        if "html" in kind or content.lstrip()[:1] == b"<":
            raise UnusableAnswer(f"a page ({kind or 'no Content-Type'}) instead of JSON") from problem
        raise UnusableAnswer("JSON that is cut or broken") from problem
