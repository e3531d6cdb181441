"""The body of an answer of httpcore, as httpx reads it: for whoever puts a network of his own under httpx."""

from collections.abc import Iterator

import httpcore
import httpx


class AnswerBody(httpx.SyncByteStream):
    """Passes pieces on as they come."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        """Gives the connection back."""
        self._answer.close()
