"""httpx over the engine's guard: only hosts that were named, at addresses that were checked, all against one clock."""

import time

import httpcore
import httpx

from ..engine.answerbody import AnswerBody
from ..engine.fetching import Deadline, GuardedNetwork
from ..engine.peers import Peers
from ..errors import CallOutRefused


class NotNamed(httpx.TransportError):
    """A call that the guard does not let out; the message says where it would lead."""


class GuardedTransport(httpx.BaseTransport):
    """Each request, a redirected one too, is checked before it is made; `time_limit_s` is that of all together."""

    def __init__(self, peers: Peers, time_limit_s: float) -> None:
        self._peers = peers
        deadline = Deadline(time.monotonic() + time_limit_s)
        self._pool = httpcore.ConnectionPool(network_backend=GuardedNetwork(peers, deadline))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read. Raises NotNamed, or what httpcore raises."""
        self._check(request)
        assert isinstance(request.stream, httpx.SyncByteStream)  # this is no asynchronous client
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request(request.method, target, headers=request.headers.raw, content=request.stream)
        try:
            answer = self._pool.handle_request(asked)
        except CallOutRefused as refusal:
            raise NotNamed(f"{url.host} stands at no address of the open internet") from refusal
        return httpx.Response(answer.status, headers=answer.headers, stream=AnswerBody(answer))

    def _check(self, request: httpx.Request) -> None:
        try:
            self._peers.check(str(request.url))
        except CallOutRefused as refusal:
            raise NotNamed(f"it leads to {request.url.host or request.url}") from refusal

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()
