"""Snapshots: built when the sources changed and only then; a build that dies leaves the former one in force."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from deepgenealogy.engine.snapshot import Snapshot, current_snapshot, fingerprint, fresh_snapshot
from deepgenealogy.errors import SnapshotUnusable, SourcesRefused
from deepgenealogy.graph.dataset import Progress
from deepgenealogy.locations import FOLDERS

#: The steps at which a build can die, as it names them itself.
STEPS = ["reading the records", "making quads", "adding what they entail", "writing the store", "publishing"]

#: Builds a snapshot and is killed, not to say goodbye, as the step begins whose name is given.
KILLED = """
import os, signal, sys
from pathlib import Path
from deepgenealogy.engine.snapshot import fresh_snapshot
def step(name):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
fresh_snapshot(Path(sys.argv[1]), Path(sys.argv[2]), step)
"""

#: Builds a snapshot and is killed between its dataset and its manifest: the store is written, the folder is not whole.
KILLED_WRITING = """
import os, signal, sys
from pathlib import Path
import deepgenealogy.engine.publication as publication
from deepgenealogy.engine.snapshot import fresh_snapshot
durably = publication.durably
def dying(path, content):
    if path.name == "manifest.json":
        os.kill(os.getpid(), signal.SIGKILL)
    durably(path, content)
publication.durably = dying
fresh_snapshot(Path(sys.argv[1]), Path(sys.argv[2]))
"""

#: Builds a snapshot and prints its name.
BUILT = """
import sys
from pathlib import Path
from deepgenealogy.engine.snapshot import fresh_snapshot
print(fresh_snapshot(Path(sys.argv[1]), Path(sys.argv[2])).name)
"""


class InterruptedBuildError(Exception):
    """Raised in the middle of a build."""


def process(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """A Python process that runs `program`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def outcome(program: str, *arguments: object) -> tuple[int, str]:
    """How a Python process that runs `program` ended, and what it printed."""
    with process(program, *arguments) as running:
        printed, _ = running.communicate()
    return running.returncode, printed.strip()


def changed(root: Path) -> None:
    """Change one word of one record."""
    record = root / "data" / "architectures" / "alpha-net.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("stacks pebbles", "piles pebbles"), encoding="utf-8")


def current(store: Path) -> Snapshot:
    """The snapshot in force, which must be there."""
    snapshot = current_snapshot(store)
    assert snapshot is not None
    return snapshot


def stops_at(step: str) -> Progress:
    """A progress function that raises as `step` begins."""

    def progress(name: str) -> None:
        if name == step:
            raise InterruptedBuildError(name)

    return progress


def steps_of_build(root: Path, store: Path) -> list[str]:
    """The steps that bringing the snapshot up to date took."""
    steps: list[str] = []
    fresh_snapshot(root, store, steps.append)
    return steps


def folders(store: Path) -> set[str]:
    """The names of what lies among the snapshots."""
    return {path.name for path in (store / "snapshots").iterdir()}


@pytest.fixture
def store(fabricated_root: Path, tmp_path: Path) -> Path:
    """A store that holds a snapshot of the invented world."""
    store = tmp_path / "store"
    fresh_snapshot(fabricated_root, store)
    return store


def test_a_store_that_does_not_exist_holds_no_snapshot(tmp_path: Path) -> None:
    assert current_snapshot(tmp_path / "nowhere") is None


def test_the_first_build_goes_through_every_step(fabricated_root: Path, tmp_path: Path) -> None:
    assert steps_of_build(fabricated_root, tmp_path / "store") == STEPS


def test_unchanged_sources_are_not_built_again(fabricated_root: Path, store: Path) -> None:
    assert steps_of_build(fabricated_root, store) == []


def test_a_changed_record_is_built(fabricated_root: Path, store: Path) -> None:
    former = current(store).name
    changed(fabricated_root)
    assert fresh_snapshot(fabricated_root, store).name != former


def test_a_touched_record_that_says_the_same_is_not_built_again(fabricated_root: Path, store: Path) -> None:
    (fabricated_root / "data" / "architectures" / "alpha-net.yaml").touch()
    assert steps_of_build(fabricated_root, store) == []


def test_a_removed_record_is_built(fabricated_root: Path, store: Path) -> None:
    (fabricated_root / "data" / "architectures" / "epsilon-learning.yaml").unlink()
    assert steps_of_build(fabricated_root, store) == STEPS


def test_a_file_moved_to_another_folder_changes_the_fingerprint(tmp_path: Path) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "families").mkdir()
    (tmp_path / "data" / "modalities").mkdir()
    record = tmp_path / "data" / "families" / "stone.yaml"
    record.write_text("label: x\n", encoding="utf-8")
    before = fingerprint(tmp_path)
    record.rename(tmp_path / "data" / "modalities" / "stone.yaml")
    assert fingerprint(tmp_path) != before


def test_sources_that_say_the_same_in_other_words_keep_the_name(fabricated_root: Path, store: Path) -> None:
    former = current(store).name
    record = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text("# a comment\n" + record.read_text(encoding="utf-8"), encoding="utf-8")
    assert fresh_snapshot(fabricated_root, store).name == former


def test_sources_that_say_the_same_in_other_words_are_built_once(fabricated_root: Path, store: Path) -> None:
    record = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text("# a comment\n" + record.read_text(encoding="utf-8"), encoding="utf-8")
    fresh_snapshot(fabricated_root, store)
    assert steps_of_build(fabricated_root, store) == []


def test_the_manifest_counts_the_quads(store: Path) -> None:
    snapshot = current(store)
    assert snapshot.manifest.quads == len(list(parse(path=snapshot.dataset, format=RdfFormat.N_QUADS)))


def test_the_manifest_counts_every_quad_in_one_graph(store: Path) -> None:
    manifest = current(store).manifest
    assert sum(manifest.graphs.values()) == manifest.quads


def test_the_store_on_disk_holds_the_quads_of_the_file(store: Path) -> None:
    snapshot = current(store)
    assert set(Store.read_only(str(snapshot.oxigraph))) == set(parse(path=snapshot.dataset, format=RdfFormat.N_QUADS))


def test_records_that_break_a_rule_leave_the_former_snapshot_in_force(fabricated_root: Path, store: Path) -> None:
    former = current(store)
    record = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text(record.read_text(encoding="utf-8") + "nonsense: x\n", encoding="utf-8")
    with pytest.raises(SourcesRefused):
        fresh_snapshot(fabricated_root, store)
    assert current(store) == former


@pytest.mark.parametrize("step", STEPS)
def test_an_exception_in_a_build_leaves_the_former_snapshot_in_force(
    step: str, fabricated_root: Path, store: Path
) -> None:
    former = current(store)
    changed(fabricated_root)
    with pytest.raises(InterruptedBuildError):
        fresh_snapshot(fabricated_root, store, stops_at(step))
    assert current(store) == former


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_build_leaves_the_former_snapshot_in_force_and_readable(
    step: str, fabricated_root: Path, store: Path
) -> None:
    former = current(store)
    changed(fabricated_root)
    assert outcome(KILLED, fabricated_root, store, step) == (-signal.SIGKILL, "")
    assert current(store) == former
    assert len(Store.read_only(str(former.oxigraph))) == former.manifest.quads


def test_a_build_killed_while_it_writes_leaves_the_former_snapshot_in_force(fabricated_root: Path, store: Path) -> None:
    former = current(store)
    changed(fabricated_root)
    assert outcome(KILLED_WRITING, fabricated_root, store) == (-signal.SIGKILL, "")
    assert current(store) == former


def test_a_build_killed_while_it_writes_leaves_something_to_clean_up(fabricated_root: Path, store: Path) -> None:
    changed(fabricated_root)
    outcome(KILLED_WRITING, fabricated_root, store)
    assert len(folders(store)) == 2


@pytest.mark.parametrize("program", [KILLED, KILLED_WRITING])
def test_the_build_after_a_killed_one_cleans_up(program: str, fabricated_root: Path, store: Path) -> None:
    former = current(store).name
    changed(fabricated_root)
    outcome(program, fabricated_root, store, "writing the store")
    snapshot = fresh_snapshot(fabricated_root, store)
    assert folders(store) == {former, snapshot.name}


@pytest.mark.parametrize("step", STEPS)
def test_the_build_after_a_killed_one_is_published(step: str, fabricated_root: Path, store: Path) -> None:
    changed(fabricated_root)
    outcome(KILLED, fabricated_root, store, step)
    snapshot = fresh_snapshot(fabricated_root, store)
    assert current(store) == snapshot
    assert len(Store.read_only(str(snapshot.oxigraph))) == snapshot.manifest.quads


def test_two_builders_at_once_publish_one_snapshot(fabricated_root: Path, tmp_path: Path) -> None:
    store = tmp_path / "shared"
    with process(BUILT, fabricated_root, store) as one, process(BUILT, fabricated_root, store) as other:
        names = {one.communicate()[0].strip(), other.communicate()[0].strip()}
    assert names == folders(store) == {current(store).name}


def test_a_pointer_to_nowhere_is_refused_with_the_cure(store: Path) -> None:
    (store / "current").write_text("0123456789abcdef", encoding="ascii")
    with pytest.raises(SnapshotUnusable, match=r"delete .*current and build again"):
        current_snapshot(store)


def test_a_manifest_that_is_cut_short_is_refused(store: Path) -> None:
    (current(store).folder / "manifest.json").write_text('{"name": ', encoding="utf-8")
    with pytest.raises(SnapshotUnusable, match="is not a snapshot"):
        current_snapshot(store)


def test_a_store_that_cannot_be_written_is_refused_with_the_cure(fabricated_root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(SnapshotUnusable, match="choose another folder with --store"):
        fresh_snapshot(fabricated_root, tmp_path / "file" / "store")
