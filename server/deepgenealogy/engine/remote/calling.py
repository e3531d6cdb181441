"""Requests to an engine elsewhere: one pool of connections, credentials, a deadline each, and another try where safe.

Queries and whole graphs can be sent again without harm; nothing else is sent. A body that cannot be sent twice is not.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore
import httpx

from ... import __version__
from ...errors import EngineUnanswered, SettingRefused, TimeLimitReached
from ...settings import Settings
from .dialects import Dialect, dialect_of
from .refusals import BUSY, busy, refusal, wanted_pause_s
from .watching import Watch, WatchedTransport, watched

#: Tries in all, and the pause before the second, in seconds; it doubles.
_TRIES, _PAUSE_S = 3, 0.1

#: How long making a connection, or waiting for a free one, may take, in seconds.
_CONNECT_S = 5.0

#: How long an engine may be silent within one answer that has no deadline, such as a dump, in seconds.
_SILENCE_S = 120.0

_PASSING = (httpcore.NetworkError, httpcore.RemoteProtocolError, httpcore.ConnectTimeout)

Fields = Sequence[tuple[str, str]]


class Login(httpx.Auth):
    """Name and password, sent once the engine asks for them, and in the way that it asks for: Digest or Basic."""

    def __init__(self, user: str, password: str) -> None:
        self._ways = {"digest": httpx.DigestAuth(user, password), "basic": httpx.BasicAuth(user, password)}
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The requests by which one request is authorised."""
        if self._way is None:
            response = yield request
            if response.status_code != 401:
                return
            challenge = response.headers.get("WWW-Authenticate", "").partition(" ")[0].lower()
            self._way = self._ways.get(challenge, self._ways["basic"])
        yield from self._way.auth_flow(request)


@dataclass(frozen=True)
class Credentials:
    """A user with a password, or a bearer token; nothing where the engine asks for nothing."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    def auth(self) -> httpx.Auth | None:
        """How requests are authorised."""
        return Login(self.user, self.password) if self.user else None

    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token and not self.user else {}


@dataclass(frozen=True)
class Request:
    """One request: to the address of queries unless another is named; `body` can be read any number of times."""

    method: str = "POST"
    address: str = ""
    parameters: Fields = ()
    form: Fields = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: Iterable[bytes] | None = None
    accepted: frozenset[int] = frozenset({200, 201, 204})


class Caller:
    """Calls one engine. Raises EngineUnanswered, TimeLimitReached, Busy, or what a refusal of the engine means."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.credentials = Credentials(settings.engine_user, settings.engine_password, settings.engine_token)
        self._given = _address(settings.engine)
        agent = {"User-Agent": f"deepgenealogy/{__version__}", **self.credentials.headers()}
        transport = WatchedTransport(settings.engine_connections)
        self._client = httpx.Client(transport=transport, auth=self.credentials.auth(), headers=agent, trust_env=False)
        self._dialect: Dialect | None = None

    @property
    def name(self) -> str:
        """What the engine is called in messages."""
        return f"the engine at {self._given}"

    @property
    def label(self) -> str:
        """What it is called before those who need not know where it stands."""
        return f"the engine of this server ({self._dialect.name if self._dialect else 'elsewhere'})"

    @property
    def dialect(self) -> Dialect:
        """How the engine speaks."""
        return self._dialect or self.meet(Watch.of(_CONNECT_S))

    def meet(self, watch: Watch) -> Dialect:
        """How the engine speaks, told from its first answer, whatever that says."""
        if self._dialect is None:
            accepted = frozenset(range(200, 600)) - BUSY
            request = Request(address=str(self._given), form=[("query", "ASK {}")], accepted=accepted)
            with self.answer(request, watch) as response:
                self._dialect = dialect_of(response.headers.get("Server", ""))
        return self._dialect

    @property
    def query_address(self) -> str:
        """Where queries are answered."""
        if self._given.path in ("", "/"):
            return str(self._given.join(self.dialect.query_path)) if self.dialect.query_path else str(self._given)
        return str(self._given)

    @property
    def store_address(self) -> str:
        """Where graphs are put. Raises SettingRefused when that is not known."""
        found = self.settings.engine_store or self.dialect.store_address(
            self.query_address, has_credentials=bool(self.credentials)
        )
        if not found:
            cure = "name the address of its Graph Store Protocol, with DEEPGENEALOGY_ENGINE_STORE"
            raise SettingRefused("engine_store", "", f"where {self.name} takes graphs is not known; {cure}")
        return found

    @contextmanager
    def answer(self, request: Request, watch: Watch) -> Iterator[httpx.Response]:
        """The answer to a request, its body still to be read; both against one watch."""
        with watched(watch), self._translated(watch):
            response = self._sent(request, watch)
            try:
                yield response
            finally:
                response.close()

    @contextmanager
    def _translated(self, watch: Watch) -> Iterator[None]:
        try:
            yield
        except (httpcore.PoolTimeout, httpx.PoolTimeout) as problem:
            raise busy(self.label, 1) from problem
        except (httpcore.TimeoutException, httpx.TimeoutException) as problem:
            if watch.left_s <= 0:
                raise TimeLimitReached(f"{self.label} did not answer in time; ask for less") from problem
            raise EngineUnanswered(self.name, "is silent; look whether it works") from problem
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, OSError) as problem:
            words = f"cannot be reached ({str(problem) or type(problem).__name__}); look whether it runs"
            raise EngineUnanswered(self.name, words) from problem

    def _sent(self, request: Request, watch: Watch) -> httpx.Response:
        for attempt in range(_TRIES):
            is_last, pause_s = attempt + 1 == _TRIES, _PAUSE_S * 2**attempt
            try:
                response = self._once(request, watch)
            except _PASSING:
                if is_last or watch.left_s < pause_s:
                    raise
            else:
                if response.status_code in request.accepted:
                    return response
                pause_s = self._pause_or_refuse(response, pause_s, is_last=is_last, left_s=watch.left_s)
            time.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _pause_or_refuse(self, response: httpx.Response, pause_s: float, *, is_last: bool, left_s: float) -> float:
        """How long to wait before the next try, after an answer that is none. Raises what the refusal means."""
        text = response.read().decode("utf-8", "replace")
        response.close()
        if response.status_code not in BUSY:
            raise refusal(self.name, self.label, response.status_code, text)
        wanted_s = wanted_pause_s(response.headers) if "Retry-After" in response.headers else pause_s
        if is_last or wanted_s > min(left_s, _CONNECT_S):
            raise busy(self.label, wanted_s)
        return wanted_s

    def _once(self, request: Request, watch: Watch) -> httpx.Response:
        silence_s = _SILENCE_S if watch.until is None else max(watch.left_s, 0.001)
        timeouts = httpx.Timeout(silence_s, connect=min(_CONNECT_S, silence_s), pool=min(_CONNECT_S, silence_s))
        made = self._client.build_request(
            request.method,
            request.address or self.query_address,
            params=[*request.parameters] or None,
            content=request.body if request.body is not None else _encoded(request.form),
            headers=[*request.headers, *([(_TYPE, _FORM)] if request.form else [])],
            timeout=timeouts,
        )
        return self._client.send(made, stream=True)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


_TYPE, _FORM = "Content-Type", "application/x-www-form-urlencoded"


def _encoded(form: Fields) -> bytes | None:
    return str(httpx.QueryParams([*form])).encode() if form else None


def _address(text: str) -> httpx.URL:
    """The address of an engine. Raises SettingRefused for what is none."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as problem:
        raise SettingRefused("engine", text, f"it is no address ({problem})") from problem
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingRefused("engine", text, "it must be the http or https address of a SPARQL service")
    if url.userinfo:
        cure = "give name and password in DEEPGENEALOGY_ENGINE_USER and DEEPGENEALOGY_ENGINE_PASSWORD"
        raise SettingRefused("engine", f"{url.scheme}://…@{url.host}", f"addresses are shown and logged; {cure}")
    return url
