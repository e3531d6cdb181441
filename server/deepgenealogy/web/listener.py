"""The server under the application: waitress with limits for hostile senders, and a graceful stop.

Waitress reads every connection in one thread without waiting, so that slow senders hold no thread.
"""

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.server import create_server

from ..errors import SettingRefused
from ..settings import Settings
from .brokenoff import Unfinished
from .connections import Connection
from .journal import journal_kept
from .prompt import SOON_S, Prompt

#: Request line and headers together, in bytes. A query that is longer belongs into a POST.
_HEAD_LIMIT_BYTES = 65_536

_CONNECTIONS = 1_000

#: What may wait for a reader besides a whole answer, in bytes, before the thread that answers has to wait as well.
_MORE_BYTES = 1_000_000

#: Options of glibc's malloc.h: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
_MALLOC = {-8: 2, -3: 131_072, -1: 131_072}

_TICK_S = 0.2

#: How long after the last query's time limit a stopping server still waits for answers to be sent, in seconds.
_SENDING_S = 5.0


def serve(app: Flask, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve `app` until SIGTERM or SIGINT; `ready` is told the address once it answers.

    What is being answered then is answered to its end; a second signal ends the server at once. Raises SettingRefused.
    """
    _give_memory_back()
    with journal_kept(access_log=settings.access_log == "on"):
        server = _listening(app, settings)
        stopping = _told_to_stop()
        ready(f"http://{settings.host}:{getattr(server, 'effective_port', settings.port)}")
        prompt = app.extensions["deepgenealogy.prompt"]
        _answer_until(stopping, server, prompt)
        _drain(server, settings.query_time_limit_s + _SENDING_S)
        server.task_dispatcher.shutdown(timeout=_SENDING_S)


def _give_memory_back() -> None:
    """Has glibc give back what large answers took: two arenas for all threads, and thresholds that do not grow.

    Measured under heavy queries alone, after a minute: 53 MB in place of 193 MB, and no light question slower.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # where the C library is another one
        for option, value in _MALLOC.items():
            ctypes.CDLL(None).mallopt(option, value)


def _listening(app: Flask, settings: Settings) -> Any:
    try:
        server = create_server(
            Unfinished(app),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident="deepgenealogy",
            max_request_header_size=_HEAD_LIMIT_BYTES,
            max_request_body_size=settings.request_size_limit_bytes + 1,  # waitress refuses the limit itself
            channel_timeout=max(1, round(settings.sender_patience_s)),
            cleanup_interval=5,
            connection_limit=_CONNECTIONS,
            outbuf_high_watermark=settings.answer_spool_bytes + _MORE_BYTES,
            asyncore_use_poll=True,
            channel_request_lookahead=1,  # so that it is seen when a client leaves before its answer
            clear_untrusted_proxy_headers=not settings.proxy_hops,
        )
    except (OSError, ValueError) as problem:
        cure = f"{problem}; free the port, or choose another with --port (0 takes a free one)"
        raise SettingRefused("port", str(settings.port), cure) from problem
    for listener in _listeners(server):
        listener.channel_class = Connection
        listener.peer_patience_s = settings.sender_patience_s
        listener.prompt = app.extensions["deepgenealogy.prompt"]
    return server


def _sockets(server: Any) -> dict[int, Any]:
    """All that the loop watches: listeners, triggers, connections (`map` in a server for several addresses)."""
    found: dict[int, Any] = getattr(server, "_map", None) or server.map
    return found


def _listeners(server: Any) -> list[Any]:
    return [watched for watched in _sockets(server).values() if hasattr(watched, "channel_class")]


def _told_to_stop() -> threading.Event:
    """Set by the first SIGTERM or SIGINT; the second one has its usual effect."""
    told = threading.Event()

    def stop(number: int, _frame: object) -> None:
        told.set()
        signal.signal(number, signal.SIG_DFL)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
    return told


def _answer_until(stopping: threading.Event, server: Any, prompt: Prompt | None) -> None:
    while not stopping.is_set():
        tick_s = SOON_S if prompt and prompt.is_expecting else _TICK_S
        server.asyncore.loop(timeout=tick_s, use_poll=True, map=_sockets(server), count=1)


def _drain(server: Any, longest_s: float) -> None:
    """Takes no more connections, closes those that are idle, and sends what is being answered."""
    for listener in _listeners(server):
        listener.del_channel()
        listener.socket.close()
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        channels = [watched for watched in _sockets(server).values() if isinstance(watched, Connection)]
        if not any(channel.is_busy for channel in channels):
            return
        for channel in channels:
            if not channel.is_busy:
                channel.will_close = True
        server.asyncore.loop(timeout=_TICK_S, use_poll=True, map=_sockets(server), count=1)
