"""One request in the hands of a thread: as waitress has it, and what was sent is told to those who may repeat it."""

from typing import Any

from waitress.task import WSGITask

from .prompt import Prompt, hand_over
from .repeats import Repeats


class Task(WSGITask):  # type: ignore[misc]
    """Answers a request; an answer that is whole, of known size, and on a connection that stays may be repeated."""

    def __init__(self, channel: Any, request: Any) -> None:
        super().__init__(channel, request)
        self._prompt: Prompt | None = getattr(channel.server, "prompt", None)
        self._repeats: Repeats | None = self._prompt.repeats if self._prompt else None
        self._sent: list[bytes] = []
        self._size = 0

    def get_environment(self) -> dict[str, Any]:
        """The environment of the request, with the question that was put already, if any."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.asked is not None:
            hand_over(environ, self.request.asked)
        return environ

    def set_close_on_finish(self) -> None:
        """Has the connection closed; not after an answer without a body, which needs no length (RFC 9112, 6.3)."""
        is_asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or is_asked or self.version != "1.1":
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        """The head of the answer."""
        head: bytes = super().build_response_header()
        self._sent = [head]
        return head

    def write(self, data: bytes) -> None:
        """Sends a piece of the body, after the head if it is the first."""
        super().write(data)
        if self._repeats and self.has_body:
            self._size += len(data)
            if self._size <= self._repeats.largest_bytes:
                self._sent.append(bytes(data))
            else:
                self._repeats, self._sent = None, []

    def finish(self) -> None:
        """Ends the answer."""
        super().finish()
        if self._repeats and self._may_be_repeated:
            status = int(self.status[:3])
            self._repeats.learn(self.request.head, self.environ, status, self._sent)
            if self._prompt:
                self._prompt.learn(self.request.head, self.environ, status, self._sent[0])

    @property
    def _may_be_repeated(self) -> bool:
        request = self.request
        is_plain = request.version == "1.1" and request.body_rcv is None and "EXPECT" not in request.headers
        is_whole = not self.chunked_response and (self._size == self.content_length or not self.has_body)
        return is_plain and is_whole and not self.close_on_finish
