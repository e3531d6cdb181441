"""Other servers for federation: a real second engine, and peers that behave badly."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.ports import free_port
from tests.protocol.asking import send

#: What a peer does with a request that it has read.
Behaviour = Callable[[BaseHTTPRequestHandler], None]

ONE_ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"from afar"}}]}}'


def oxigraph_binary() -> str | None:
    """The native server of the `oxigraph` package, which lies beside this Python or on the path."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextmanager
def second_engine(turtle: str) -> Iterator[str]:
    """The address of a native Oxigraph server that holds `turtle` in its default graph."""
    port = free_port()
    command = [oxigraph_binary() or "oxigraph", "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_it_listens(port)
            assert send(address, "PUT", "/store?default", turtle.encode(), {"Content-Type": "text/turtle"}).status < 300
            yield address
        finally:
            process.kill()


def _wait_until_it_listens(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the second engine did not start")


class Peer:
    """A server that does as it is told, and remembers what it was asked."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.asked: list[tuple[str, bytes, dict[str, str]]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                peer.asked.append((self.path, body, dict(self.headers)))
                behaviour(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def peer(behaviour: Behaviour) -> Iterator[Peer]:
    """A peer, for a while."""
    running = Peer(behaviour)
    try:
        yield running
    finally:
        running.close()


def answering(content: bytes, content_type: str = "application/sparql-results+json", status: int = 200) -> Behaviour:
    """A peer that answers so."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def redirecting(to: str, status: int = 307) -> Behaviour:
    """A peer that sends elsewhere."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def silent(handler: BaseHTTPRequestHandler) -> None:
    """A peer that never answers."""
    threading.Event().wait(60)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A peer that sends a byte now and then, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    try:
        for _ in range(600):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    """A peer that speaks no HTTP."""
    handler.wfile.write(b"\x00\x01\x02 hello\r\n\r\n")
    handler.close_connection = True


def hanging_up(handler: BaseHTTPRequestHandler) -> None:
    """A peer that closes without a word."""
    handler.close_connection = True
