"""One call of another SPARQL endpoint: look-up, checks, redirects, time and size, all within bounds.

httpcore does the HTTP and the TLS; here is what it connects to, and when that must stop. No proxy variable is read.
"""

import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin

import httpcore
from pyoxigraph import QueryResultsFormat

from .. import __version__
from ..errors import CallOutRefused, ServiceUnanswered
from .peers import Peers

_REDIRECTS = frozenset({301, 302, 307, 308})
_REDIRECTS_LIMIT = 5
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Fetched:
    """What an endpoint answered."""

    content_type: str
    content: bytes


@dataclass(frozen=True)
class Deadline:
    """Until when everything must be done."""

    until: float

    def left(self) -> float:
        """Seconds left. Raises httpcore.ReadTimeout when there are none."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds


@dataclass(frozen=True)
class Fetcher:
    """Calls peers within a time limit and a size limit."""

    peers: Peers
    time_limit_s: float
    size_limit_bytes: int

    def post(self, iri: str, query: bytes, headers: dict[str, str]) -> Fetched:
        """The answer of the endpoint `iri` to a query. Raises CallOutRefused or ServiceUnanswered."""
        clock = Deadline(time.monotonic() + self.time_limit_s)
        address = iri
        # As a form, which every server reads: Virtuoso 7.2 never answers a query that is the body itself.
        query, headers = urlencode({"query": query}).encode(), {**headers, "Content-Type": _FORM}
        try:
            for _ in range(_REDIRECTS_LIMIT + 1):
                self.peers.check(address)
                found = self._once(address, query, headers, clock)
                if isinstance(found, Fetched):
                    return found
                address = urljoin(address, found)
        except (httpcore.TimeoutException, TimeoutError) as problem:
            limit = f"within {self.time_limit_s:g} seconds (service_time_limit_s)"
            raise ServiceUnanswered(f"<{iri}> did not answer {limit}") from problem
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            OSError,
            ValueError,
        ) as problem:
            raise ServiceUnanswered(f"<{iri}> could not be asked: {problem or type(problem).__name__}") from problem
        raise ServiceUnanswered(f"<{iri}> redirects more than {_REDIRECTS_LIMIT} times")

    def _once(self, address: str, query: bytes, headers: dict[str, str], clock: Deadline) -> Fetched | str:
        """The answer, or where a redirect leads."""
        own = {"User-Agent": f"deepgenealogy/{__version__}", "Accept-Encoding": "identity"}
        sent: list[tuple[bytes | str, bytes | str]] = [*headers.items(), *own.items()]
        with (
            httpcore.ConnectionPool(network_backend=GuardedNetwork(self.peers, clock)) as pool,
            pool.stream("POST", address, headers=sent, content=query) as response,
        ):
            told = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and "location" in told:
                return told["location"]
            content_type = _usable(address, response.status, told)
            return Fetched(content_type, self._whole(address, response.iter_stream()))

    def _whole(self, address: str, pieces: Iterable[bytes]) -> bytes:
        content = bytearray()
        for piece in pieces:
            content += piece
            if len(content) > self.size_limit_bytes:
                limit = f"{self.size_limit_bytes} bytes (service_size_limit_bytes)"
                raise ServiceUnanswered(f"the answer of <{address}> is larger than {limit}; ask it for less")
        return bytes(content)


def _usable(address: str, status: int, told: dict[str, str]) -> str:
    """The content type of an answer that the engine can read. Raises ServiceUnanswered."""
    content_type = told.get("content-type", "")
    if status != 200:
        raise ServiceUnanswered(f"<{address}> answered with status {status}")
    if told.get("content-encoding", "identity").lower() != "identity":
        raise ServiceUnanswered(f"<{address}> answered in a coding that was not asked for")
    try:
        known = QueryResultsFormat.from_media_type(content_type)
    except ValueError:
        known = None
    if known is None:
        raise ServiceUnanswered(
            f"<{address}> answered with '{content_type[:80]}', which is no format of SPARQL results"
        )
    return content_type


@dataclass
class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    peers: Peers
    clock: Deadline
    _plain: httpcore.SyncBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that may be reached."""
        found = addresses(host, port, self.clock.left())
        open_to_us = [address for address in found if self.peers.may_connect(host, port, address)]
        if not open_to_us:
            raise CallOutRefused(
                f"{host} stands at {', '.join(found)[:200]}, which is no address of the open internet; "
                "its operator can allow that very address (--allow-service ADDRESS)"
            )
        return _Stream(self._plain.connect_tcp(open_to_us[0], port, timeout=self.clock.left()), self.clock)


@dataclass
class _Stream(httpcore.NetworkStream):
    """A connection on which each step, however small, counts against one clock."""

    stream: httpcore.NetworkStream
    clock: Deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Reads what has come in."""
        return self.stream.read(max_bytes, self.clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends."""
        self.stream.write(buffer, self.clock.left())

    def close(self) -> None:
        """Closes the connection."""
        self.stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the certificate is that of the name, not of the address."""
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, self.clock.left()), self.clock)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know of the socket."""
        return self.stream.get_extra_info(info)


def addresses(host: str, port: int, patience_s: float) -> list[str]:
    """The addresses of `host`, in the order of the look-up. Raises TimeoutError, or OSError when there is none."""
    found: list[str] = []
    problems: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as problem:
            problems.append(problem)

    # A look-up cannot be interrupted; its thread is left alone when it takes too long.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(patience_s)
    if problems:
        raise problems[0]
    if not found:
        raise TimeoutError(f"the name {host} was not found in time")
    return list(dict.fromkeys(found))
