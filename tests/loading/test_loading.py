"""`load` and `unload`: all files or none, any syntax and compression, beside what is built, and it stays."""

import bz2
import fcntl
import gzip
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd
from pyoxigraph import RdfFormat, Store, parse

from deepgenealogy.engine import reading
from deepgenealogy.engine.lines import sorted_lines
from deepgenealogy.engine.loading import Load, Step, load
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import GRAPHS
from tests.conftest import CHECKOUT
from tests.loading.conftest import in_force, lines, run_command

TRIPLE = '<urn:a> <urn:b> "c" .\n'
SYNTAXES = {
    "nt": TRIPLE,
    "ttl": TRIPLE,
    "n3": TRIPLE,
    "nq": '<urn:a> <urn:b> "c" <urn:theirs> .\n',
    "trig": '<urn:theirs> { <urn:a> <urn:b> "c" }',
    "jsonld": '{"@id": "urn:a", "urn:b": "c"}',
    "json": '{"@id": "urn:a", "urn:b": "c"}',
    "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:a"><u:b>c</u:b></rdf:Description></rdf:RDF>',
}
SYNTAXES["owl"] = SYNTAXES["rdf"]
#: What a load says once of each step that tells no figures.
SINGLE_STEPS = ["writing the store", "sorting the store", "publishing"]

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}


def refused(store: Path, *arguments: str) -> str:
    """The last line of a load that was refused; nothing was changed by it."""
    before = in_force(store).name
    result = run_command("load", *arguments)
    assert result.exit_code == 1, result.output
    assert in_force(store).name == before
    assert [path.name for path in store.iterdir() if path.name.startswith("loading-")] == []
    return result.stderr.splitlines()[-1]


@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_file_of_every_syntax_is_loaded_into_the_graph(extension: str, store: Path) -> None:
    Path(f"mine.{extension}").write_text(SYNTAXES[extension], encoding="utf-8")
    result = run_command("load", f"mine.{extension}", "--graph", "urn:mine")
    assert (result.exit_code, result.stdout.split()) == (0, ["1", "urn:mine"])
    assert lines(store, "urn:mine") == ['<urn:a> <urn:b> "c"']


@pytest.mark.parametrize("extension", COMPRESSIONS)
def test_a_compressed_file_is_loaded(extension: str, store: Path) -> None:
    Path(f"mine.nt.{extension}").write_bytes(COMPRESSIONS[extension](TRIPLE.encode()))
    assert run_command("load", f"mine.nt.{extension}", "--graph", "urn:mine").exit_code == 0
    assert len(lines(store, "urn:mine")) == 1


@pytest.mark.parametrize("extension", COMPRESSIONS)
def test_a_file_that_was_cut_off_is_refused(extension: str, store: Path) -> None:
    whole = COMPRESSIONS[extension]("".join(f"<urn:{n}> <urn:b> 'c{n * n}' .\n" for n in range(9999)).encode())
    Path(f"mine.ttl.{extension}").write_bytes(whole[: len(whole) // 2])
    message = refused(store, f"mine.ttl.{extension}", "--graph", "urn:mine")
    assert f"mine.ttl.{extension}:" in message
    assert "fetch it again" in message


def test_a_compression_that_the_name_does_not_tell_is_found_by_the_content(store: Path) -> None:
    Path("plain.nt.gz").write_text(TRIPLE, encoding="utf-8")
    Path("packed.nt").write_bytes(gzip.compress(TRIPLE.encode()))
    assert run_command("load", "plain.nt.gz", "packed.nt", "--graph", "urn:mine").exit_code == 0
    assert len(lines(store, "urn:mine")) == 1


def test_a_byte_order_mark_is_no_part_of_the_document(store: Path) -> None:
    Path("mine.nt").write_bytes(b"\xef\xbb\xbf" + TRIPLE.encode())
    assert run_command("load", "mine.nt", "--graph", "urn:mine").exit_code == 0


def test_what_was_loaded_is_found_beside_the_genealogy(store: Path, tmp_path: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    before = in_force(store).manifest.graphs
    run_command("load", "mine.nt", "--graph", "urn:mine")
    after = in_force(store).manifest.graphs
    assert after == {**before, "urn:mine": 1}
    Path("both.rq").write_text("ASK { ?x <urn:b> ?c . ?y dgo:derivesFrom ?z }", encoding="utf-8")
    assert run_command("query", "both.rq").stdout == "true\n"


def test_the_store_on_disk_holds_what_the_file_of_the_snapshot_holds(store: Path) -> None:
    Path("mine.ttl").write_text("<urn:a> <urn:b> [ <urn:c> 'x _:y' ], 'plain' .", encoding="utf-8")
    run_command("load", "mine.ttl", "--graph", "urn:mine")
    snapshot = in_force(store)
    assert set(Store.read_only(str(snapshot.oxigraph))) == set(parse(path=snapshot.dataset, format=RdfFormat.N_QUADS))


def test_what_was_loaded_survives_a_build_from_changed_sources(store: Path, fabricated_root: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    run_command("load", "mine.nt", "--graph", "urn:mine")
    before = in_force(store)
    record = next((fabricated_root / "data" / "tasks").glob("*.yaml"))
    record.write_text(record.read_text(encoding="utf-8").replace("en: ", "en: Other ", 1), encoding="utf-8")
    assert run_command("build").exit_code == 0
    assert in_force(store).name != before.name
    assert lines(store, "urn:mine") == ['<urn:a> <urn:b> "c"']


def test_loading_adds_to_what_the_graph_holds_and_replace_swaps_it(store: Path) -> None:
    Path("first.nt").write_text(TRIPLE, encoding="utf-8")
    Path("second.nt").write_text("<urn:a> <urn:b> <urn:mine> .", encoding="utf-8")
    run_command("load", "first.nt", "--graph", "urn:mine")
    assert "1 of them new" in run_command("load", "first.nt", "second.nt", "--graph", "urn:mine").stderr
    assert len(lines(store, "urn:mine")) == 2
    run_command("load", "second.nt", "--graph", "urn:mine", "--replace")
    assert lines(store, "urn:mine") == ["<urn:a> <urn:b> <urn:mine>"]


def test_files_with_graphs_of_their_own_keep_them(store: Path) -> None:
    Path("mine.nq").write_text(SYNTAXES["nq"] + "<urn:a> <urn:b> <urn:c> <urn:other> .", encoding="utf-8")
    result = run_command("load", "mine.nq")
    assert result.stdout.split() == ["1", "urn:other", "1", "urn:theirs"]


def test_blank_nodes_of_two_files_are_two(store: Path) -> None:
    for name in ("first.nt", "second.nt"):
        Path(name).write_text("_:x <urn:b> <urn:c> .", encoding="utf-8")
    run_command("load", "first.nt", "second.nt", "--graph", "urn:mine")
    assert len(lines(store, "urn:mine")) == 2


def test_relative_iris_are_resolved_against_the_graph(store: Path) -> None:
    Path("mine.ttl").write_text("<a> <urn:b> <> .", encoding="utf-8")
    run_command("load", "mine.ttl", "--graph", "https://example.org/g/")
    assert lines(store, "https://example.org/g/") == ["<https://example.org/g/a> <urn:b> <https://example.org/g/>"]


def test_many_runs_are_merged_into_one_sorted_dataset(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_RUN_BYTES", 1000)
    runs = reading.Runs(tmp_path / "runs", "urn:mine")
    runs.folder.mkdir()
    for number in range(100):
        text = f"<urn:{number % 50}> <urn:b> <urn:c> ."
        runs.add(list(parse(text, format=RdfFormat.N_TRIPLES)))
    runs.settle()
    assert len(list(runs.folder.iterdir())) > 3
    assert all(
        (run.read_bytes().splitlines() == sorted(run.read_bytes().splitlines())) for run in runs.folder.iterdir()
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("bad.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", "bad.nt:2:17: The object of a triple"),
        ("bad.ttl", "<urn:a> <urn:b>\n <urn:x y> .", "bad.ttl:2:2: Invalid IRI"),
        ("bad.rdf", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a>\n</rdf:RDF>", "bad.rdf:3:"),
        ("bad.jsonld", '{"@id": "urn:a",\n"urn:b": {]', "bad.jsonld:2:"),
        ("bad.dat", "x", "name its syntax with --format"),
        ("empty.nt", "", "empty.nt: it holds no statement"),
        ("wide.nt", "\ufeffx".encode("utf-16").decode("latin-1"), "it is written in UTF-16"),
        ("deep.jsonld", '{"urn:a":' * 10_000 + "1" + "}" * 10_000, "deep.jsonld:1: it is nested deeper than 100"),
        ("deep.nt", "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 50_000 + "1" + " )>>" * 50_000 + " .", "deep.nt:"),
        ("far.jsonld", '{"@context": "https://example.org/c", "a": 1}', "write the context out"),
    ],
)
def test_a_bad_file_is_named_with_the_line_and_nothing_is_changed(
    name: str, content: str, says: str, store: Path
) -> None:
    Path("good.nt").write_text(TRIPLE, encoding="utf-8")
    Path(name).write_bytes(content.encode("latin-1"))
    message = refused(store, "good.nt", name, "--graph", "urn:mine")
    assert says in message
    assert message.endswith("nothing is changed")


def test_brackets_in_the_texts_of_json_are_no_nesting(store: Path) -> None:
    text = "[{" + chr(92) + chr(34) + chr(92) * 2
    Path("mine.jsonld").write_text(f'{{"@id": "urn:a", "urn:b": "{text * 9_000}"}}', encoding="utf-8")
    assert run_command("load", "mine.jsonld", "--graph", "urn:mine").exit_code == 0


def test_a_file_that_is_not_there_names_one_that_is(store: Path) -> None:
    Path("works.nt").write_text(TRIPLE, encoding="utf-8")
    assert "did you mean works.nt?" in refused(store, "work.nt", "--graph", "urn:mine")


def test_a_folder_is_refused(store: Path) -> None:
    Path("folder.nt").mkdir()
    assert "name the files in it" in refused(store, "folder.nt", "--graph", "urn:mine")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_refused(store: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    Path("mine.nt").chmod(0)
    assert "it may not be read" in refused(store, "mine.nt", "--graph", "urn:mine")


@pytest.mark.parametrize("graph", [GRAPHS["curation"], "https://w3id.org/deepgenealogy/graph/harvest/x"])
def test_the_graphs_that_are_built_take_no_load(graph: str, store: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    assert "choose another IRI with --graph" in refused(store, "mine.nt", "--graph", graph)
    Path("mine.nq").write_text(f"<urn:a> <urn:b> <urn:c> <{graph}> .", encoding="utf-8")
    assert "choose another IRI with --graph" in refused(store, "mine.nq")


@pytest.mark.parametrize("graph", ["no iri", "relative", "urn:a>b"])
def test_a_graph_that_is_no_iri_is_refused(graph: str, store: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    assert "it must be an IRI" in refused(store, "mine.nt", "--graph", graph)


def test_triples_without_a_graph_are_refused(store: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    Path("mine.trig").write_text(TRIPLE, encoding="utf-8")
    assert "name it with --graph IRI" in refused(store, "mine.nt")
    assert "say with --graph" in refused(store, "mine.trig")


def test_a_file_that_needs_more_memory_than_it_may_take_is_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_WORKER_MEMORY_LIMIT_BYTES", "50000000")
    Path("mine.nt").write_text(f'<urn:a> <urn:b> "{"x" * 40_000_000}" .', encoding="utf-8")
    assert "worker_memory_limit_bytes" in refused(store, "mine.nt", "--graph", "urn:mine")


def test_progress_tells_bytes_and_quads(store: Path) -> None:
    Path("mine.nt").write_text("".join(f"<urn:{n}> <urn:b> <urn:c> .\n" for n in range(60_000)), encoding="utf-8")
    steps: list[Step] = []
    load(Load(["mine.nt"], "urn:mine"), Settings.of(), steps.append)
    reading_steps = [step for step in steps if step.name == "reading"]
    assert [step.quads for step in reading_steps] == [0, 50_000, 60_000]
    assert reading_steps[-1].done == reading_steps[-1].total == Path("mine.nt").stat().st_size


def test_a_store_that_will_be_read_from_disk_is_sorted_and_holds_the_same(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine.nt").write_text("".join(f"<urn:{n}> <urn:b> _:b{n} .\n" for n in range(2_000)), encoding="utf-8")
    steps: list[Step] = []
    load(Load(["mine.nt"], "urn:mine"), Settings.of(), steps.append)
    assert "sorting the store" not in [step.name for step in steps]
    monkeypatch.setenv("DEEPGENEALOGY_MEMORY_STORE_LIMIT_QUADS", "1000")
    load(Load(["mine.nt"], "urn:mine", replaces=True), Settings.of(), steps.append)
    assert "sorting the store" in [step.name for step in steps]
    found = in_force(store)
    assert sorted_lines(Store.read_only(str(found.oxigraph))) == found.dataset.read_bytes().splitlines(keepends=True)


def test_what_a_load_does_is_said(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_MEMORY_STORE_LIMIT_QUADS", "1")
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    said = run_command("load", "mine.nt", "--graph", "urn:mine").stderr.splitlines()
    assert [line for line in said if line in SINGLE_STEPS] == SINGLE_STEPS


def test_standard_input_is_loaded(store: Path) -> None:
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()"]
    arguments = ["load", "-", "--format", "nt", "--graph", "urn:mine"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "server")}
    done = subprocess.run(
        [*command, *arguments], input=gzip.compress(TRIPLE.encode()), env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, [b"1", b"urn:mine"]), done.stderr


def test_standard_input_without_a_format_says_how_to_name_it(store: Path) -> None:
    assert "--format" in refused(store, "-", "--graph", "urn:mine")


def test_a_load_that_was_killed_is_cleared_away_by_the_next(store: Path) -> None:
    for name in ("loading-killed", "loading-alive"):
        (store / name / "oxigraph").mkdir(parents=True)
        (store / name / "lock").touch()
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    with (store / "loading-alive" / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run_command("load", "mine.nt", "--graph", "urn:mine").exit_code == 0
    assert sorted(path.name for path in store.iterdir()) == ["current", "loading-alive", "lock", "snapshots"]


def test_unload_takes_a_loaded_graph_away_and_nothing_else(store: Path) -> None:
    before = in_force(store)
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    run_command("load", "mine.nt", "--graph", "urn:mine")
    assert run_command("unload", "urn:mine").stdout == "took 1 quads away: urn:mine\n"
    assert in_force(store).name == before.name


@pytest.mark.parametrize(
    ("graph", "says"), [("urn:mime", "did you mean 'urn:mine'?"), (GRAPHS["curation"], "are built from the sources")]
)
def test_unload_of_what_was_not_loaded_is_refused(graph: str, says: str, store: Path) -> None:
    Path("mine.nt").write_text(TRIPLE, encoding="utf-8")
    run_command("load", "mine.nt", "--graph", "urn:mine")
    result = run_command("unload", graph)
    assert (result.exit_code, says in result.stderr) == (1, True)
