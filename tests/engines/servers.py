"""Real servers of other engines, started empty on free ports: Oxigraph's native server, and Virtuoso 7."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.protocol.asking import send
from tests.protocol.peers import oxigraph_binary

#: The server of Virtuoso 7 and its SQL client, as Debian's package virtuoso-opensource-7-bin names them.
VIRTUOSO, ISQL = "virtuoso-t", "isql-vt"

#: What nobody waits for any longer ends after so many seconds; no answer that a test waits for takes as long.
_LONGEST_S = 120

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {allowed}
NumberOfBuffers = 8000
MaxDirtyBuffers = 5000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = {threads}
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = {longest}
"""


needs_oxigraph = pytest.mark.skipif(oxigraph_binary() is None, reason="needs the package oxigraph of PyPI")
needs_virtuoso = pytest.mark.skipif(
    shutil.which(VIRTUOSO) is None or shutil.which(ISQL) is None,
    reason="needs Virtuoso 7 (Debian: virtuoso-opensource-7-bin)",
)


@dataclass(frozen=True)
class Server:
    """A running engine: its address, where it answers queries, and a user who may write ('' where nobody is asked)."""

    address: str
    query_path: str
    user: str = ""
    password: str = ""
    sql: int = 0
    pid: int = 0

    @property
    def queries(self) -> str:
        """Where it answers queries."""
        return self.address + self.query_path

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which our commands use it."""
        return {
            "DEEPGENEALOGY_ENGINE": self.queries,
            "DEEPGENEALOGY_ENGINE_USER": self.user,
            "DEEPGENEALOGY_ENGINE_PASSWORD": self.password,
        }

    def run(self, statements: str, patience_s: float = 60) -> None:
        """Runs SQL statements, at a Virtuoso."""
        command = [ISQL, f"127.0.0.1:{self.sql}", self.user, self.password, f"exec={statements}"]
        subprocess.run(command, check=True, capture_output=True, timeout=patience_s)

    def end_what_nobody_waits_for(self) -> None:
        """Ends all queries of a Virtuoso: it goes on with those whose asker has left, and they starve the others."""
        if self.sql:
            self.run("txn_killall(1)")


def wait_until(answers: Callable[[], bool], process: "subprocess.Popen[bytes]", patience_s: float = 300) -> None:
    """Returns when a server answers."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and process.poll() is None:
        try:
            if answers():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not start")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """A native Oxigraph server that holds nothing yet, ended at the end."""
    server = Server(f"http://127.0.0.1:{free_port()}", "/query")
    bind = server.address.removeprefix("http://")
    command = [oxigraph_binary() or "oxigraph", "serve", "--bind", bind, "--timeout-s", str(_LONGEST_S)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: send(server.address, "GET", "/query?query=ASK%7B%7D").status == 200, process)
            yield server
        finally:
            process.kill()


@contextmanager
def virtuoso(folder: Path, allowed: Path | None = None, threads: int = 8) -> Iterator[Server]:
    """A Virtuoso over an empty database of its own in `folder`, ended at the end; it may read files below `allowed`."""
    http, sql = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    text = _INI.format(
        folder=folder, http=http, sql=sql, allowed=allowed or folder, threads=threads, longest=_LONGEST_S
    )
    ini.write_text(text, encoding="utf-8")
    server = Server(f"http://127.0.0.1:{http}", "/sparql", "dba", "dba", sql)
    command = [VIRTUOSO, "+foreground", "+configfile", str(ini)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: send(server.address, "GET", "/sparql?query=ASK%7B%7D").status == 200, process)
            yield replace(server, pid=process.pid)
        finally:
            process.kill()


ENGINES = {"oxigraph": oxigraph, "virtuoso": virtuoso}
MARKS = {"oxigraph": needs_oxigraph, "virtuoso": needs_virtuoso}
PARAMETERS = [pytest.param(name, marks=MARKS[name]) for name in ENGINES]
