"""The command line: what each command prints, and how it fails: with exit code 1 and a line that says why."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from click.testing import CliRunner, Result

from deepgenealogy import __version__, cli
from deepgenealogy.cli import MODULE_OF, main
from deepgenealogy.engine.snapshot import current_snapshot
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import BASE
from tests.canonical import read_by_oxigraph


@pytest.fixture
def store(fabricated_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the snapshots of the invented world, which every command of the test reads and writes."""
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    monkeypatch.setenv("DEEPGENEALOGY_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def ran(*arguments: str, given: str | None = None) -> Result:
    """What became of `deepgenealogy` with these arguments."""
    return CliRunner().invoke(main, arguments, input=given)


def last_line(result: Result) -> str:
    """The last line on standard error."""
    return result.stderr.splitlines()[-1]


def broken(root: Path) -> None:
    """Misspell a key of one record."""
    record = root / "data" / "architectures" / "epsilon-learning.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("introduced:", "introducd:"), encoding="utf-8")


def test_the_version_is_printed() -> None:
    assert ran("--version").stdout.split()[-1] == __version__


@pytest.mark.parametrize("command", sorted(MODULE_OF))
def test_every_command_shows_an_example_in_its_help(command: str) -> None:
    assert f"deepgenealogy {command}" in ran(command, "--help").stdout


def test_the_table_of_commands_holds_those_of_every_module() -> None:
    modules = [import_module(f"{cli.__name__}.{module.name}") for module in iter_modules(cli.__path__)]
    made = {command.name: module for module in modules for command in getattr(module, "COMMANDS", ())}
    assert {name: module.__name__.rpartition(".")[2] for name, module in made.items()} == MODULE_OF


def test_a_server_over_a_snapshot_starts_without_what_other_commands_need() -> None:
    asked = "import sys; from deepgenealogy.cli import serving; from deepgenealogy.web import app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert not {"deepgenealogy.cli.harvesting", "deepgenealogy.engine.remote", "owlready2", "pyshacl"} & set(loaded)


def test_a_command_that_there_is_not_is_named() -> None:
    said = ran("sevre")
    assert (said.exit_code, "'sevre'" in said.stderr, "'serve'" in said.stderr) == (2, True, True)


def test_build_prints_the_name_of_the_snapshot(store: Path) -> None:
    result = ran("build")
    snapshot = current_snapshot(store)
    assert snapshot is not None
    assert result.stdout.startswith(f"{snapshot.name}: {snapshot.manifest.quads} quads")


def test_build_counts_the_quads_of_each_graph(store: Path) -> None:
    result = ran("build")
    snapshot = current_snapshot(store)
    assert snapshot is not None
    lines = {tuple(line.split()) for line in result.stdout.splitlines()[1:]}
    assert lines == {(str(count), graph) for graph, count in snapshot.manifest.graphs.items()}


def test_build_shows_its_steps_only_while_it_builds(store: Path) -> None:
    assert ran("build").stderr != ""
    assert ran("build").stderr == ""


def test_build_writes_into_the_store_that_the_option_names(store: Path, tmp_path: Path) -> None:
    ran("build", "--store", str(tmp_path / "elsewhere"))
    assert current_snapshot(tmp_path / "elsewhere") is not None
    assert current_snapshot(store) is None


def test_records_that_break_a_rule_end_a_build_with_a_line_for_each_finding(fabricated_root: Path, store: Path) -> None:
    broken(fabricated_root)
    result = ran("build")
    assert result.exit_code == 1
    assert "epsilon-learning.yaml:9: unknown key 'introducd'; did you mean 'introduced'?" in result.stderr


def test_a_question_is_answered_as_a_table(store: Path) -> None:
    result = ran("query", "parents", "architecture=gamma-net")
    assert f"<{BASE}architecture/beta-net>" in result.stdout.splitlines()[1]


def test_a_query_is_read_from_standard_input(store: Path) -> None:
    assert ran("query", "-", given="ASK { ?s dgo:derivesFrom ?o }").stdout == "true\n"


def test_a_query_is_read_from_a_file(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("ASK { ?s dgo:derivesFrom ?o }", encoding="utf-8")
    assert ran("query", str(path)).stdout == "true\n"


def test_an_answer_is_printed_in_the_format_that_is_asked_for(store: Path) -> None:
    assert json.loads(ran("query", "-", "--format", "json", given="ASK {}").stdout)["boolean"] is True


def test_a_graph_is_printed_in_the_format_that_is_asked_for(store: Path) -> None:
    query = "CONSTRUCT { ?s <urn:p> ?o } { ?s dgo:derivesFrom ?o }"
    result = ran("query", "-", "--format", "nt", given=query)
    assert len(read_by_oxigraph(result.stdout_bytes, "nt")) == 3


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("query", "ancestor"), "did you mean 'ancestors'"),
        (("query", "parents", "architektur=x"), "parameter 'architektur'"),
        (("query", "parents", "architecture=no slug"), "parameter 'architecture'"),
        (("query", "by-year", "from=soon"), "parameter 'from'"),
        (("lineage", "gama-net"), "gamma-net"),
        (("serve", "--port", "many"), "setting 'port' cannot be 'many'"),
        (("serve", "--port", "70000"), "setting 'port' cannot be '70000'"),
        (("serve", "--default-graph", "some"), "setting 'default_graph'"),
    ],
)
def test_a_mistake_ends_with_one_line_that_says_why(arguments: tuple[str, ...], why: str, store: Path) -> None:
    ran("build")
    result = ran(*arguments)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith("Error: ")
    assert why in result.stderr


def test_a_query_that_does_not_parse_ends_with_its_line_and_column(store: Path) -> None:
    result = ran("query", "-", given="SELECT *\nWHERE {\n  ?s ?p")
    assert result.exit_code == 1
    assert "line 3, column 8" in result.stderr


def test_a_query_in_a_format_that_does_not_exist_names_those_that_do(store: Path) -> None:
    result = ran("query", "-", "--format", "xlsx", given="ASK {}")
    assert result.exit_code != 0
    assert "csv" in result.stderr


def test_a_parameter_without_a_value_is_a_mistake_in_usage(store: Path) -> None:
    result = ran("query", "parents", "architecture")
    assert (result.exit_code, last_line(result)) == (2, "Error: 'architecture' is not PARAMETER=VALUE")


def test_a_store_that_is_no_folder_ends_with_one_line(store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = ran("build", "--store", str(tmp_path / "file" / "store"))
    assert result.exit_code == 1
    assert "cannot be written" in last_line(result)


def test_a_folder_without_sources_ends_with_one_line(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(tmp_path / "nothing"))
    result = ran("build")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "it must hold the folders ontology, data, queries" in result.stderr


@pytest.mark.parametrize("suffix", GRAPH_FORMATS)
def test_an_export_is_printed_in_every_format(suffix: str, store: Path) -> None:
    ran("build")
    snapshot = current_snapshot(store)
    assert snapshot is not None
    count = snapshot.manifest.graphs[f"{BASE}graph/genealogy"]
    assert len(read_by_oxigraph(ran("export", f"genealogy.{suffix}").stdout_bytes, suffix)) == count


def test_an_export_to_a_file_is_what_would_be_printed(store: Path, tmp_path: Path) -> None:
    ran("export", "all.trig", "--output", str(tmp_path / "all.trig"))
    assert (tmp_path / "all.trig").read_bytes() == ran("export", "all.trig").stdout_bytes


def test_an_export_to_a_file_leaves_nothing_beside_it(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    ran("export", "all.trig", "--output", str(folder / "all.trig"))
    assert [path.name for path in folder.iterdir()] == ["all.trig"]


def test_an_export_replaces_the_former_file_as_a_whole(store: Path, tmp_path: Path) -> None:
    (tmp_path / "meta.nt").write_text("former, and longer than before" * 10_000, encoding="utf-8")
    ran("export", "meta.nt", "--output", str(tmp_path / "meta.nt"))
    assert (tmp_path / "meta.nt").read_bytes() == ran("export", "meta.nt").stdout_bytes


def test_an_export_that_fails_leaves_the_former_file_alone(fabricated_root: Path, store: Path, tmp_path: Path) -> None:
    (tmp_path / "meta.nt").write_text("former", encoding="utf-8")
    broken(fabricated_root)
    assert ran("export", "meta.nt", "--output", str(tmp_path / "meta.nt")).exit_code == 1
    assert (tmp_path / "meta.nt").read_text(encoding="utf-8") == "former"


def test_an_export_into_a_folder_that_is_not_there_ends_with_one_line(store: Path, tmp_path: Path) -> None:
    ran("build")
    result = ran("export", "meta.nt", "--output", str(tmp_path / "nowhere" / "meta.nt"))
    assert isinstance(result.exception, SystemExit)
    assert "nowhere" in last_line(result)


def test_an_export_that_cannot_be_put_in_place_leaves_no_partial_file(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "meta.nt").mkdir(parents=True)
    result = ran("export", "meta.nt", "--output", str(folder / "meta.nt"))
    assert result.exit_code != 0
    assert [path.name for path in folder.iterdir()] == ["meta.nt"]


@pytest.mark.parametrize("target", ["curaton.ttl", "curation.xlsx", "curation", ".ttl"])
def test_an_export_that_does_not_exist_is_a_mistake_in_usage_that_names_those_that_do(target: str, store: Path) -> None:
    result = ran("export", target)
    assert result.exit_code == 2
    assert "curation" in last_line(result)


def test_get_prints_the_body_of_an_answer(store: Path) -> None:
    result = ran("get", "/architecture/alpha-net", "--accept", "application/n-triples")
    assert f"{BASE}architecture/alpha-net" in {
        getattr(quad.subject, "value", "") for quad in read_by_oxigraph(result.stdout_bytes, "nt")
    }


def test_get_of_a_page_prints_a_page(store: Path) -> None:
    assert ran("get", "/", "--accept", "text/html").stdout.startswith("<!doctype html>")


def test_get_of_what_is_not_there_ends_with_exit_code_1_and_the_problem(store: Path) -> None:
    result = ran("get", "/architecture/alfa-net")
    assert (result.exit_code, json.loads(result.stdout)["near"][0]) == (1, "alpha-net")


def test_lineage_names_the_ancestors(store: Path) -> None:
    result = ran("lineage", "gamma-net")
    assert result.exit_code == 0
    assert [name for name in ("Gamma-Net", "Beta-Net", "Alpha-Net") if name not in result.stdout] == []


def test_check_of_whole_sources_finds_nothing(store: Path) -> None:
    result = ran("check")
    assert (result.exit_code, result.stdout.splitlines()[-1].rpartition(", ")[2]) == (0, "0 findings")


def test_check_of_broken_sources_prints_each_finding_and_ends_with_1(fabricated_root: Path, store: Path) -> None:
    broken(fabricated_root)
    result = ran("check")
    assert result.exit_code == 1
    assert "unknown key 'introducd'; did you mean 'introduced'?" in result.stdout


def test_new_writes_a_skeleton_that_check_finds_unfinished(fabricated_root: Path, store: Path) -> None:
    ran("new", "architecture", "zeta-net")
    result = ran("check")
    assert (result.exit_code, "data/architectures/zeta-net.yaml" in result.stdout) == (1, True)


SERVICE = "ASK { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"


@pytest.mark.usefixtures("store")
def test_a_query_on_the_command_line_calls_nobody_unless_the_host_is_allowed() -> None:
    refused = ran("query", "-", given=SERVICE)
    assert refused.exit_code == 1
    assert "SERVICE at offset 6" in refused.stderr
    assert "--allow-service HOST" in refused.stderr
    allowed = ran("query", "-", "--allow-service", "127.0.0.1:9", given=SERVICE)
    assert allowed.exit_code == 1
    assert "127.0.0.1" in allowed.stderr
    assert "offset" not in allowed.stderr
