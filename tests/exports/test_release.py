"""`deepgenealogy release`: a package that others check, whole or not there, the same bytes each time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

from deepgenealogy import __version__
from deepgenealogy.cli import main
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.snapshot import Snapshot, current_snapshot, fresh_snapshot
from deepgenealogy.errors import FolderRefused
from deepgenealogy.export.release import Release, write_release
from deepgenealogy.vocabulary import GRAPHS
from tests.conftest import CHECKOUT, EngineOver


@pytest.fixture(scope="session")
def released(engine: EmbeddedEngine, real_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real release."""
    folder = tmp_path_factory.mktemp("releases") / "release"
    write_release(Release(engine, real_root), folder)
    return folder


@pytest.fixture
def store(fabricated_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The snapshots of the invented world, which the command reads and writes."""
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    monkeypatch.setenv("DEEPGENEALOGY_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def ran(*arguments: object) -> Result:
    """What became of `deepgenealogy release` with these arguments."""
    return CliRunner().invoke(main, ["release", *map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def renamed(root: Path) -> None:
    """Change one word of one record."""
    record = root / "data" / "architectures" / "alpha-net.yaml"
    text = record.read_text(encoding="utf-8")
    assert "stacks pebbles" in text
    record.write_text(text.replace("stacks pebbles", "piles pebbles"), encoding="utf-8")


def test_sha256sum_accepts_the_checksums(released: Path) -> None:
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    done = subprocess.run(command, cwd=released, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) == len(contents(released)) - 1


def test_sha256sum_notices_a_changed_file(released: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(released, tmp_path / "copy")
    with (copy / "exports" / "papers.bib").open("ab") as file:
        file.write(b" ")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=copy, capture_output=True, check=False)
    assert done.returncode == 1


def validated(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What Frictionless says of the package."""
    program = (
        "import sys, frictionless\n"
        "report = frictionless.validate(sys.argv[1])\n"
        "print(report.flatten(['title', 'message']))\n"
        "sys.exit(not report.valid)"
    )
    command = [sys.executable, "-c", program, "datapackage.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_frictionless_finds_the_package_valid(released: Path) -> None:
    done = validated(released)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("old", "new"), [(b"nameEn", b"nameXx"), (b"2015-12-10,", b"2015-12-99,")])
def test_frictionless_finds_a_broken_table_invalid(old: bytes, new: bytes, released: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(released, tmp_path / "copy")
    table = copy / "exports" / "architectures.csv"
    assert old in table.read_bytes()
    table.write_bytes(table.read_bytes().replace(old, new))
    assert validated(copy).returncode == 1


def test_every_file_is_described(released: Path) -> None:
    described = {row["path"] for row in json.loads((released / "datapackage.json").read_bytes())["resources"]}
    assert set(contents(released)) - described == {"datapackage.json", "SHA256SUMS"}


def test_the_resources_have_names_of_their_own(released: Path) -> None:
    names = [row["name"] for row in json.loads((released / "datapackage.json").read_bytes())["resources"]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_the_dumps_hold_the_whole_snapshot(suffix: str, released: Path, real_snapshot: Snapshot) -> None:
    quads = sum(1 for _ in parse(path=released / "dataset" / f"all.{suffix}"))
    assert quads == real_snapshot.manifest.quads


@pytest.mark.parametrize("name", GRAPHS)
def test_each_named_graph_is_there(name: str, released: Path, real_snapshot: Snapshot) -> None:
    triples = set(parse(path=released / "graphs" / f"{name}.ttl", format=RdfFormat.TURTLE))
    assert len(triples) == real_snapshot.manifest.graphs[GRAPHS[name]]


@pytest.mark.embedded("names of blank nodes, which are a part of a snapshot's name")
def test_the_snapshot_is_named_after_the_sorted_lines_of_the_dump(released: Path, real_snapshot: Snapshot) -> None:
    command = "LC_ALL=C sort dataset/all.nq | sha256sum"
    done = subprocess.run(["bash", "-c", command], cwd=released, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(real_snapshot.name)


def test_the_project_s_documents_are_there(released: Path) -> None:
    for name in ("LICENSE", "LICENSE-DATA", "CITATION.cff"):
        assert (released / name).read_bytes() == (CHECKOUT / name).read_bytes()
    assert f"version: {__version__}\n" in (released / "CITATION.cff").read_text(encoding="utf-8")


def test_the_readme_names_snapshot_and_version(released: Path, real_snapshot: Snapshot) -> None:
    text = (released / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Deep Genealogy {__version__}\n")
    assert real_snapshot.name in text


def test_two_runs_make_the_same_bytes(store: Path, tmp_path: Path) -> None:
    assert ran(tmp_path / "one").exit_code == 0
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "server"), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "release", str(tmp_path / "two")]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_command_says_what_it_wrote_and_shows_progress(store: Path, tmp_path: Path) -> None:
    result = ran(tmp_path / "package")
    snapshot = current_snapshot(store)
    assert snapshot
    count = len(contents(tmp_path / "package"))
    assert result.stdout.startswith(f"{tmp_path / 'package'}: {count} files, ")
    assert snapshot.name in result.stdout
    assert "writing the release" in result.stderr


def test_an_empty_folder_is_filled(store: Path, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    assert ran(tmp_path / "package").exit_code == 0
    assert (tmp_path / "package" / "SHA256SUMS").is_file()


def test_a_folder_that_is_not_empty_is_refused_with_the_cure(store: Path, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "mine.txt").write_text("mine", encoding="utf-8")
    result = ran(tmp_path / "package")
    assert result.exit_code == 1
    assert "not empty; name a new folder" in result.stderr
    assert set(contents(tmp_path / "package")) == {"mine.txt"}


def test_a_folder_without_a_parent_is_refused_with_the_cure(store: Path, tmp_path: Path) -> None:
    result = ran(tmp_path / "nowhere" / "package")
    assert result.exit_code == 1
    assert "make its parent first" in result.stderr


@pytest.fixture
def invented(fabricated_root: Path, tmp_path_factory: pytest.TempPathFactory, engine_over: EngineOver) -> Release:
    """What a release of the invented world is made from."""
    snapshot = fresh_snapshot(fabricated_root, tmp_path_factory.mktemp("store"))
    return Release(engine_over(snapshot, fabricated_root), fabricated_root)


def test_nothing_half_done_remains_when_it_is_interrupted(invented: Release, tmp_path: Path) -> None:
    def stop(path: str) -> None:
        if path == "datapackage.json":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_release(invented, tmp_path / "package", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["fabricated"]


def test_a_disk_that_does_not_take_it_leaves_nothing(invented: Release, tmp_path: Path) -> None:
    def fail(path: str) -> None:
        if path == "datapackage.json":
            raise OSError(28, "No space left on device")

    with pytest.raises(FolderRefused, match="No space left"):
        write_release(invented, tmp_path / "package", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["fabricated"]


def test_without_a_former_release_nothing_is_compared(store: Path, tmp_path: Path) -> None:
    ran(tmp_path / "package")
    assert "No former release was named" in (tmp_path / "package" / "CHANGES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("by", ["release", "snapshot"])
def test_the_changes_since_a_release_are_told(by: str, store: Path, fabricated_root: Path, tmp_path: Path) -> None:
    ran(tmp_path / "old")
    snapshot = current_snapshot(store)
    assert snapshot
    renamed(fabricated_root)
    state = {"release": tmp_path / "old", "snapshot": snapshot.name}[by]
    assert ran(tmp_path / "new", "--since", state).exit_code == 0
    told = (tmp_path / "new" / "CHANGES.md").read_text(encoding="utf-8")
    assert told.startswith(f"# Changes since {'old' if by == 'release' else snapshot.name}\n")
    assert "Alpha-Net (architecture/alpha-net) was changed" in told
    assert "piles pebbles" in told


def test_an_unknown_state_is_refused(store: Path, tmp_path: Path) -> None:
    result = ran(tmp_path / "package", "--since", "no-such-state")
    assert result.exit_code == 1
    assert "no snapshot, file, folder or revision 'no-such-state'" in result.stderr
    assert not (tmp_path / "package").exists()
