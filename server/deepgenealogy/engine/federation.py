"""The guard: an allowed SERVICE is called by this process, never by the engine, and only as the operator allows.

A worker that evaluates a query with SERVICE can reach one thing, the guard, on a loopback port; each service IRI of
the query was replaced by an address there that nobody can guess and that lives as long as the question. The guard
looks the real host up itself, refuses addresses that are not of the open internet (see `peers`), connects to the very
address that it checked (no DNS rebinding), checks each redirect anew, and keeps a time limit and a size limit of its
own.
"""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..errors import CallOutRefused, DeepGenealogyError, ServiceUnanswered
from .fetching import Fetched, Fetcher
from .screening import Call

#: How often one question may call, all its services together: the engine calls again for each solution of an EXISTS.
_CALLS_LIMIT = 100

#: The longest query that is passed on, in bytes.
_LONGEST = 4_000_000


@dataclass
class Ticket:
    """One question's leave to call: the address of each call at the guard, and what went wrong."""

    calls: Sequence[Call]
    addresses: Sequence[str]
    made: int = 0
    failure: DeepGenealogyError | None = None
    is_open: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> None:
        """Counts a call. Raises ServiceUnanswered when there are too many, also for a SERVICE SILENT."""
        with self.lock:
            self.made += 1
            if self.made > _CALLS_LIMIT:
                words = (
                    f"the query calls other servers more than {_CALLS_LIMIT} times; ask them once, outside of EXISTS"
                )
                self.failure = self.failure or ServiceUnanswered(words)
                raise self.failure

    def rewritten(self, text: str) -> str:
        """The query `text` with each service IRI replaced by its address at the guard."""
        for call, address in sorted(zip(self.calls, self.addresses, strict=True), key=lambda pair: -pair[0].start):
            text = f"{text[: call.start]}<{address}>{text[call.end :]}"
        return text

    def told(self, error: DeepGenealogyError) -> DeepGenealogyError:
        """What the asker is told when the engine reports `error`: the call that failed, if one did."""
        if self.failure is not None:
            return self.failure
        words = str(error)
        for call, address in zip(self.calls, self.addresses, strict=True):
            words = words.replace(address, call.iri)
        if self.made and "cannot be evaluated" in words:
            return ServiceUnanswered(f"a server that was called gave an answer that cannot be used: {words}")
        return error


class Guard:
    """Listens on a loopback port for calls of our own workers, and makes them."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._tickets: dict[str, tuple[Ticket, Call]] = {}
        handler = type("_BoundHandler", (_Handler,), {"guard": self, "timeout": fetcher.time_limit_s})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="guard", daemon=True).start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    def admit(self, calls: Sequence[Call]) -> Ticket:
        """Leave to make these calls, until it is taken back."""
        paths = [f"/{secrets.token_urlsafe(32)}" for _ in calls]
        ticket = Ticket(calls, [f"http://127.0.0.1:{self.port}{path}" for path in paths])
        self._tickets |= {path: (ticket, call) for path, call in zip(paths, calls, strict=True)}
        return ticket

    def take_back(self, ticket: Ticket) -> None:
        """Ends the leave."""
        ticket.is_open = False
        for address in ticket.addresses:
            self._tickets.pop("/" + address.rpartition("/")[2], None)

    def close(self) -> None:
        """Listens no more."""
        self._server.shutdown()
        self._server.server_close()

    def call(self, path: str, query: bytes, headers: dict[str, str]) -> Fetched:
        """The answer to one call of a worker. Raises ServiceUnanswered or CallOutRefused."""
        ticket, call = self._tickets.get(path, (None, None))
        if ticket is None or call is None:
            raise CallOutRefused("nobody was given leave to call here")
        ticket.count()
        try:
            return self._fetcher.post(call.iri, query, headers)
        except DeepGenealogyError as error:
            if not call.is_silent:
                ticket.failure = ticket.failure or error
            raise


class _Handler(BaseHTTPRequestHandler):
    """One call of a worker. Speaks HTTP/1.0: a connection for each call."""

    guard: Guard

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST:
            self._answer(413, "text/plain", b"the query is too long to be passed on")
            return
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
        try:
            fetched = self.guard.call(self.path, self.rfile.read(int(length)), headers)
        except DeepGenealogyError as error:
            self._answer(502, "text/plain", str(error).encode())
        else:
            self._answer(200, fetched.content_type, fetched.content)

    def _answer(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name in the standard library)
        """Nothing: its path is secret, and what failed is told to the asker."""
