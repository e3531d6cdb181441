"""`deepgenealogy publish`: graphs put into an engine elsewhere, counted, named; and the commands that use it then."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Timer
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import deepgenealogy
from deepgenealogy.cli import main
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.publication import only_publisher, publish
from deepgenealogy.engine.remote import Publisher, remote_engine
from deepgenealogy.engine.remote.publication import ASIDE
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.errors import DeepGenealogyError, EngineUnanswered, PublicationRefused
from deepgenealogy.web.app import create_app
from tests.agents.test_agents import calls, said, talking
from tests.conftest import CHECKOUT, FABRICATED
from tests.engines.published import no_pause, settings_for
from tests.engines.servers import ENGINES, PARAMETERS, Server, needs_virtuoso, virtuoso


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the invented world."""
    root = tmp_path_factory.mktemp("invented")
    shutil.copytree(FABRICATED / "data", root / "data")
    for folder in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    return root


@pytest.fixture(scope="module")
def snapshot(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of the invented world."""
    return fresh_snapshot(root, tmp_path_factory.mktemp("store"))


@pytest.fixture(params=PARAMETERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """An empty engine of each kind."""
    with ENGINES[request.param](tmp_path) as server:
        yield server


class Run:
    """The command line."""

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def run(server: Server, root: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an environment that names the engine."""
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(root))
    monkeypatch.setenv("DEEPGENEALOGY_STORE", str(snapshot.folder.parents[1]))
    return Run()


def test_a_publication_is_counted_and_named_and_every_command_reads_it(run: Run, snapshot: Snapshot) -> None:
    put = run("publish")
    assert put.exit_code == 0, put.stderr
    counts = {line.split()[1]: int(line.split()[0]) for line in put.stdout.splitlines()}
    assert counts == snapshot.manifest.graphs
    assert snapshot.name in put.stderr
    dump = run("export", "all.nq")
    assert dump.exit_code == 0, dump.stderr
    assert len(set(parse(dump.stdout.encode(), format=RdfFormat.N_QUADS))) == snapshot.manifest.quads
    for command in (["query", "kinds"], ["get", "/queries"], ["get", "/healthz"]):
        done = run(*command)
        assert done.exit_code == 0, done.stderr


def test_python_opens_what_was_published(run: Run, server: Server, snapshot: Snapshot) -> None:
    assert run("publish").exit_code == 0
    with deepgenealogy.open(server.queries) as genealogy:
        assert genealogy.version == snapshot.name
        assert genealogy.query("ASK { ?m a dgo:Method }") is True
        slug = genealogy.architectures()[0]
        assert genealogy.lineage(slug).members[0].slug == slug


def test_a_second_publication_replaces_the_first_and_leaves_other_graphs_alone(
    server: Server, root: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    put_directly(server, "urn:other", b"<urn:a> <urn:b> <urn:c> .\n")
    with closing(remote_engine(settings_for(server), root)) as engine:
        publisher = Publisher(engine, sleep=no_pause)
        publisher.publish(of_one_quad(tmp_path / "former"))
        assert engine.count("urn:gone") == 1
        publisher.publish(snapshot)
        assert engine.read_publication().name == snapshot.name
        assert [engine.count(name) for name in ("urn:gone", "urn:other")] == [0, 1]
    with closing(remote_engine(settings_for(server), root)) as engine:
        assert engine.graph_names() == sorted(snapshot.manifest.graphs)
        question = Question("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "csv")
        assert int(engine.ask(question).whole().split()[1]) == snapshot.manifest.quads


def test_an_engine_that_nobody_published_to_is_read_whole_and_no_answer_is_kept(server: Server, root: Path) -> None:
    put_directly(server, "urn:other", b"<urn:a> <urn:b> <urn:c> .\n")
    settings = settings_for(server)
    with closing(remote_engine(settings, root)) as engine:
        assert engine.graph_names() == ["urn:other"]
        assert engine.graph_sizes() == {"urn:other": 1}
        client = create_app(engine, root, settings).test_client()
        answer = client.get("/sparql?query=SELECT+?s+?p+?o+%7B+?s+?p+?o+%7D", headers={"Accept": "text/csv"})
        assert answer.get_data() == b"s,p,o\r\nurn:a,urn:b,urn:c\r\n"
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-cache"


def test_what_did_not_arrive_is_noticed_and_nothing_is_named(server: Server, root: Path, tmp_path: Path) -> None:
    snapshot = of_one_quad(tmp_path / "false")
    claimed = replace(snapshot, manifest=replace(snapshot.manifest, graphs={"urn:gone": 2}))
    with closing(remote_engine(settings_for(server), root)) as engine:
        with pytest.raises(PublicationRefused, match="holds 1 triples in <urn:gone> where 2"):
            Publisher(engine, sleep=no_pause).publish(claimed)
        assert engine.read_publication().name == ""


def test_a_graph_that_does_not_arrive_whole_leaves_the_former(server: Server, root: Path, tmp_path: Path) -> None:
    put_directly(server, "urn:gone", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> .\n")
    broken = of_one_quad(tmp_path / "broken", copies=20_000)
    with broken.dataset.open("ab") as dataset:
        dataset.write(b"<urn:a> this is broken <urn:gone> .\n")
    with closing(remote_engine(settings_for(server), root)) as engine:
        with pytest.raises(DeepGenealogyError):
            Publisher(engine, sleep=no_pause).publish(broken)
        assert engine.count("urn:gone") == 2
        assert engine.read_publication().name == ""


def test_nobody_sees_a_part_of_a_graph_that_is_replaced(server: Server, root: Path, tmp_path: Path) -> None:
    former, new = (of_one_quad(tmp_path / str(copies), copies=copies) for copies in (1, 20_000))
    with closing(remote_engine(settings_for(server), root)) as engine:
        Publisher(engine, sleep=no_pause).publish(former)
        with ThreadPoolExecutor() as pool:
            publishing = pool.submit(Publisher(engine, sleep=no_pause).publish, new)
            seen = {1}
            while not publishing.done():
                seen.add(engine.count("urn:gone"))
            publishing.result()
        assert engine.count("urn:gone") == 20_000
        assert seen <= {1, 20_000}


def test_what_was_put_aside_is_no_graph_of_the_data(server: Server, root: Path, snapshot: Snapshot) -> None:
    put_directly(server, ASIDE, b"<urn:a> <urn:b> <urn:c> .\n")
    put_directly(server, "urn:other", b"<urn:a> <urn:b> <urn:c> .\n")
    with closing(remote_engine(settings_for(server), root)) as engine:
        assert engine.graph_names() == ["urn:other"]


class Killing:
    """Kills a server while one step for one graph is being done; whatever is told of next is done after its end."""

    def __init__(self, server: Server, step: tuple[str, str]) -> None:
        self._step = step
        self._timer = Timer(0.05, os.kill, (server.pid, signal.SIGKILL))
        self._port = int(server.address.rpartition(":")[2])

    def __call__(self, *step: str) -> None:
        if step == self._step:
            self._timer.start()
        elif self._timer.ident:
            self._timer.join()
            while is_listened_to(self._port):
                pass


@needs_virtuoso
@pytest.mark.parametrize("step", ["putting", "copying", "counting"])
def test_a_graph_is_the_former_or_the_new_one_after_the_server_was_killed(
    step: str, root: Path, tmp_path: Path
) -> None:
    former, new = (of_one_quad(tmp_path / str(copies), copies=copies) for copies in (1, 20_000))
    folder = tmp_path / "database"
    folder.mkdir()
    with virtuoso(folder) as server, closing(remote_engine(settings_for(server), root)) as engine:
        Publisher(engine, sleep=no_pause).publish(former)
        with pytest.raises(EngineUnanswered):
            Publisher(engine, Killing(server, (step, "urn:gone")), no_pause).publish(new)
    with virtuoso(folder) as server, closing(remote_engine(settings_for(server), root)) as engine:
        assert engine.count("urn:gone") in (1, 20_000)
        assert engine.read_publication().name == ""
        Publisher(engine, sleep=no_pause).publish(new)
        assert engine.read_publication().name == new.name


def test_agents_are_served_over_an_engine_elsewhere(run: Run, server: Server, root: Path, snapshot: Snapshot) -> None:
    assert run("publish").exit_code == 0
    with talking({**os.environ, "PYTHONPATH": str(CHECKOUT / "server")}) as talk:
        (found,) = calls(talk, ("search", {"words": "alpha-net"}))
    assert not found.is_error
    assert "architecture/alpha-net" in said(found)


def test_who_may_not_write_is_told_which_variables_are_wanted(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not server.user:
        pytest.skip("this engine lets everybody write")
    monkeypatch.setenv("DEEPGENEALOGY_ENGINE_PASSWORD", "wrong")
    done = run("publish")
    assert done.exit_code == 1
    assert "DEEPGENEALOGY_ENGINE_PASSWORD" in done.stderr
    assert "wrong" not in done.stderr


def test_publishing_nowhere_says_how_to_say_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGENEALOGY_ENGINE", raising=False)
    done = CliRunner().invoke(main, ["publish"])
    assert done.exit_code == 1
    assert "--engine URL" in done.stderr


def put_directly(server: Server, graph: str, content: bytes) -> None:
    """Puts a graph there past our software."""
    guarded = "/sparql-graph-crud-auth" if server.user else "/store"
    auth = httpx.DigestAuth(server.user, server.password) if server.user else None
    headers = {"Content-Type": "application/n-triples"}
    address = f"{server.address}{guarded}?graph={quote(graph, safe='')}"
    answer = httpx.put(address, content=content, headers=headers, auth=auth, timeout=120)
    assert answer.status_code < 300


def of_one_quad(store: Path, copies: int = 1) -> Snapshot:
    """A snapshot of one graph, urn:gone, that no other has: of one quad, or of so many like it."""
    subject, predicate, graph = (NamedNode(f"urn:{name}") for name in ("s", "p", "gone"))
    quads = [Quad(subject, predicate, NamedNode(f"urn:o:{number}"), graph) for number in range(copies)]
    with only_publisher(store):
        return publish(store, quads, (), "")


def is_listened_to(port: int) -> bool:
    """Whether a server of this machine takes connections there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
