"""A real nginx with the configuration that the README shows, its addresses replaced by free ones."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.engines.servers import wait_until
from tests.ports import free_port
from tests.protocol.asking import send

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: nginx-light)")

_AROUND = """\
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{own}
}}
"""


def shown_configuration() -> str:
    """The configuration that the README shows."""
    (block,) = re.findall(r"```nginx\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


@dataclass
class Proxy:
    """A running nginx: where it answers, and the servers that it passes requests to."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def configure(self, ports: Sequence[int]) -> None:
        """Writes the configuration that passes requests to these ports."""
        own = shown_configuration()
        servers = "\n".join(f"    server 127.0.0.1:{port};" for port in ports)
        own, changed = re.subn(r"(?m)(^ *server 127\.0\.0\.1:\d+;\n?)+", servers + "\n", own)
        assert changed == 1
        own, changed = re.subn(r"listen \d+;", f"listen 127.0.0.1:{self.port};", own)
        assert changed == 1
        (self.folder / "nginx.conf").write_text(_AROUND.format(folder=self.folder, own=own), encoding="utf-8")

    def pass_only_to(self, ports: Sequence[int]) -> None:
        """Moves over to these ports; returns when the last request of the former configuration is answered."""
        former = self.workers()
        self.configure(ports)
        subprocess.run([str(NGINX), *self.options, "-s", "reload"], check=True, capture_output=True, timeout=120)
        until = time.monotonic() + 60
        while former & self.workers() or not self.workers():
            assert time.monotonic() < until, "the former workers of nginx do not end"
            time.sleep(0.05)

    @property
    def options(self) -> list[str]:
        """The options that name its files."""
        return ["-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]

    def workers(self) -> set[int]:
        """The processes that answer."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return {int(pid) for pid in children.split()}


@contextmanager
def nginx(folder: Path, ports: Sequence[int]) -> Iterator[Proxy]:
    """An nginx before servers at these ports, ended at the end."""
    proxy = Proxy(folder, free_port())
    proxy.configure(ports)
    command = [str(NGINX), *proxy.options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        proxy.process = process
        try:
            wait_until(lambda: send(proxy.address, "GET", "/healthz").status == 200, process)
            yield proxy
        finally:
            process.terminate()
