"""The redirect rules for w3id.org: every IRI of ours leads to an address that this server answers.

The rules are applied twice: by a real Apache httpd where there is one, and by a reader of the few directives in them,
which goes through every IRI of the graph. Where both can be asked, both must say the same.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.vocabulary import BASE
from tests.ports import free_port

HOST = "https://deepgenealogy.example.org"
APACHE = shutil.which("apache2") or shutil.which("httpd")

#: One IRI (relative to the base, as a client asks for it) of each sort, and the status of the redirect.
CASES = {
    "architecture/resnet": 303,
    "architecture/resnet.ttl": 303,
    "paper/arxiv-1512.03385": 303,
    "paper/arxiv-1512.03385.jsonld": 303,
    "derivation/resnet--vggnet": 303,
    "mapping/wikidata/architecture-resnet--Q43744058": 303,
    "heading/self-attention--vision": 303,
    "article/jiqizhixin-2017": 303,
    "graph/curation": 303,
    "dataset": 303,
    "ontology": 303,
    "ontology.ttl": 303,
    "ontology/0.1.0": 303,
    "export/curation.nt": 303,
    "queries/ancestors?architecture=u-net&format=csv": 303,
    "lineage/u-net?direction=both": 303,
    "": 303,
    "sparql": 307,
    "sparql?query=ASK%20%7B%7D": 307,
}

#: What Apache passes on by its own rules of escaping; no IRI of ours is like it today.
ODD = ["task/with%20space", "task/%E5%9B%BE", "task/a+b,c;d=e@f!g"]

_DIRECTIVE = re.compile(r"(\w+)\s+(.*)")


def directives(rules: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and arguments of each directive."""
    for line in rules.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, arguments = _DIRECTIVE.fullmatch(line).groups()  # type: ignore[union-attr]
            yield name, arguments.split()


def redirected(rules: Path, path: str) -> tuple[int, str]:
    """Status and address to which the rules lead `path`, which is relative to their folder."""
    variables: dict[str, str] = {}
    asked, _, query = path.partition("?")
    for name, arguments in directives(rules):
        if name != "RewriteRule":
            assert name in ("Options", "RewriteEngine"), name
            continue
        pattern, target, flags = arguments[0], arguments[1], arguments[2].strip("[]").split(",")
        match = re.search(pattern, unquote(asked))
        if match is None:
            continue
        for flag in flags:
            key, _, value = flag.partition("=")
            if key == "E":
                variable, _, text = value.partition(":")
                variables[variable] = text
        if target != "-":
            address = re.sub(r"%\{ENV:(\w+)\}", lambda m: variables[m[1]], target).replace("$1", match[1])
            (status,) = [flag.removeprefix("R=") for flag in flags if flag.startswith("R=")]
            escaped = quote(address, safe="/:+,;=@!~()'&$*")
            return int(status), escaped + (f"?{query}" if query else "")
    raise AssertionError(f"no rule for {path}")


@pytest.fixture(scope="session")
def rules(real_root: Path) -> Path:
    """The file of the rules."""
    return real_root / "ontology" / "w3id" / ".htaccess"


def local(address: str) -> str:
    """The path and query of an address of the host."""
    assert address.startswith(f"{HOST}/"), address
    return address.removeprefix(HOST)


@pytest.mark.parametrize(("path", "status"), CASES.items())
def test_every_sort_of_iri_leads_to_an_address_that_answers(
    path: str, status: int, rules: Path, client: FlaskClient
) -> None:
    found, address = redirected(rules, path)
    assert (found, local(address)) == (status, f"/{path}")
    with client.get(local(address)) as response:
        assert response.status_code == 200


def test_every_iri_of_the_graph_leads_to_the_same_path_of_the_server(rules: Path, engine: EmbeddedEngine) -> None:
    """That each of these paths answers is the business of `test_every_iri`."""
    terms = {term for quad in engine.quads() for term in (quad.subject, quad.predicate, quad.object)}
    iris = {term.value for term in terms if isinstance(term, NamedNode) and term.value.startswith(BASE)}
    documents = {iri.removeprefix(BASE).partition("#")[0] for iri in iris}
    assert len(documents) > 1_000
    assert [name for name in sorted(documents) if local(redirected(rules, name)[1]) != f"/{name}"] == []


def test_a_query_that_was_posted_is_posted_again(rules: Path) -> None:
    assert redirected(rules, "sparql") == (307, f"{HOST}/sparql")


def test_the_host_stands_in_one_line_that_the_readme_names(rules: Path) -> None:
    lines = [line for line in rules.read_text(encoding="utf-8").splitlines() if HOST in line]
    assert len(lines) == 1
    readme = rules.with_name("README.md").read_text(encoding="utf-8")
    assert HOST in readme
    assert "SERVER_BASE" in readme


def test_another_host_is_one_change(rules: Path, tmp_path: Path) -> None:
    moved = tmp_path / ".htaccess"
    moved.write_text(rules.read_text(encoding="utf-8").replace(HOST, "https://elsewhere.example"), encoding="utf-8")
    assert redirected(moved, "task/image-classification") == (
        303,
        "https://elsewhere.example/task/image-classification",
    )


CONFIGURATION = """
ServerName localhost
ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/errors
Listen 127.0.0.1:{port}
{modules}
<Directory {folder}/site>
    AllowOverride All
    Require all granted
</Directory>
DocumentRoot {folder}/site
"""
_MODULES = ("mpm_event", "authz_core", "rewrite", "dir", "unixd")

#: Apache lets no worker run as root.
_USER = "User nobody\nGroup #65534"


@pytest.fixture(scope="module")
def apache(real_root: Path) -> Iterator[int]:
    """The port of a real Apache httpd that holds the folder as w3id.org does."""
    if APACHE is None:
        pytest.skip("there is no Apache httpd here (Debian: apache2-bin); the rules are read by the test itself")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers may run as another user
        with running(configured(folder, real_root)) as port:
            yield port


def configured(folder: Path, real_root: Path) -> tuple[Path, int]:
    """The configuration of an Apache httpd over a copy of the rules, and its port."""
    shutil.copytree(real_root / "ontology" / "w3id", folder / "site" / "deepgenealogy")
    port = free_port()
    places = [Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules"), Path("/usr/libexec/apache2")]
    modules = next(place for place in places if place.is_dir())
    built_in = subprocess.run([str(APACHE), "-l"], capture_output=True, text=True, check=True).stdout
    loaded = [
        f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES if f"mod_{name}.c" not in built_in
    ]
    loaded += [_USER] if os.geteuid() == 0 else []
    configuration = folder / "httpd.conf"
    text = CONFIGURATION.format(folder=folder, port=port, modules="\n".join(loaded))
    configuration.write_text(text, encoding="utf-8")
    return configuration, port


@contextmanager
def running(configured: tuple[Path, int]) -> Iterator[int]:
    """The port of the server while it runs."""
    configuration, port = configured
    command = [str(APACHE), "-f", str(configuration), "-D", "FOREGROUND"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Comes back when somebody listens."""
    for _ in range(2_400):
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Apache did not begin to listen")


def asked(port: int, path: str) -> tuple[int, str]:
    """Status and address of what Apache answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/deepgenealogy/{path}")
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers.get("Location", "")


@pytest.mark.parametrize("path", [*CASES, *ODD])
def test_apache_says_what_the_reader_of_the_rules_says(path: str, apache: int, rules: Path) -> None:
    (found, address), (status, expected) = asked(apache, path), redirected(rules, path)
    assert (found, address.lower()) == (status, expected.lower())  # %E5 and %e5 are one (RFC 3986, 6.2.2.1)


def test_apache_leads_every_sort_of_iri_to_an_address_that_answers(apache: int, client: FlaskClient) -> None:
    for path, status in CASES.items():
        found, address = asked(apache, path)
        assert found == status, path
        target = urlsplit(address)
        with client.get(local(address)) as response:
            assert response.status_code == 200, target
