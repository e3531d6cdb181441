"""What is read from the invented library, and the replay of it; nothing of a package is ever imported."""

from pathlib import Path

import pytest

from deepgenealogy.errors import HarvestRefused
from deepgenealogy.harvest.interface import Pin
from deepgenealogy.harvest.packages import wheels
from deepgenealogy.harvest.replay import replay
from deepgenealogy.harvest.tables import folder_of, pinned, texts_of, write
from deepgenealogy.harvest.transformers import SOURCE

from .world import library


def facts(folder: Path) -> dict[str, set[tuple[str | int, ...]]]:
    """Every fact of the invented library without its place, by table."""
    return {name: {row[:-2] for row in rows} for name, rows in SOURCE.read(library(folder)).items()}


def harvested(folder: Path) -> Path:
    """A sources folder with the tables of the invented library."""
    packages = library(folder)
    write(folder_of(folder, SOURCE.name), texts_of(packages, SOURCE.read(packages)))
    return folder


def test_inheritance_and_marked_copies_are_facts_with_the_part_that_they_make(tmp_path: Path) -> None:
    reuse = facts(tmp_path)["reuse"]
    assert ("pebble2", "pebble", "inherits", "Pebble2Layer", "PebbleLayer", "layer") in reuse
    assert ("stranger", "pebble", "copies", "StrangerNorm", "PebbleNorm", "norm") in reuse


def test_the_own_paper_comes_from_the_list_of_models(tmp_path: Path) -> None:
    assert facts(tmp_path)["papers"] == {("pebble", "2101.00001", "Pebble: Round Networks")}


def test_the_date_is_that_of_the_first_release_that_holds_it(tmp_path: Path) -> None:
    assert ("stranger", "2021-05-02", "release") in facts(tmp_path)["dates"]


def test_a_default_component_is_what_the_configuration_names(tmp_path: Path) -> None:
    assert facts(tmp_path)["components"] == {("pebble2", "stranger", "eye_config", "stranger")}


def test_tasks_names_and_inputs_are_read_from_the_tables_of_the_code(tmp_path: Path) -> None:
    found = facts(tmp_path)
    assert ("pebble2", "causal-lm", "pebble2") in found["tasks"]
    assert ("pebble2", "Pebble-2") in found["names"]
    assert ("pebble2", "pebble", "PebbleTokenizer") in found["inputs"]


def test_every_row_of_a_fresh_harvest_stands_in_the_packages(tmp_path: Path) -> None:
    looked, findings = replay(harvested(tmp_path), SOURCE, library(tmp_path))
    assert (looked > 10, findings) == (True, [])


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("reuse", "PebbleLayer", "GravelLayer"),
        ("papers", "2101.00001", "2101.00002"),
        ("tasks", "causal-lm", "masked-lm"),
        ("dates", "2021-05-02", "2020-05-02"),
        ("components", "eye_config", "ear_config"),
        ("inputs", "PebbleTokenizer", "GravelTokenizer"),
        ("names", "Pebble-2", "Pebble-3"),
        ("architectures", "Stranger", "Danger"),
    ],
)
def test_a_row_that_says_something_else_is_not_replayed(tmp_path: Path, table: str, old: str, new: str) -> None:
    path = folder_of(harvested(tmp_path), SOURCE.name) / f"{table}.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    _, findings = replay(tmp_path, SOURCE, library(tmp_path))
    assert {finding.file for finding in findings} == {f"data/harvested/transformers/{table}.tsv"}


def test_a_harvest_that_lost_a_tenth_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    folder = folder_of(harvested(tmp_path), SOURCE.name)
    before = (folder / "reuse.tsv").read_text(encoding="utf-8")
    with pytest.raises(HarvestRefused, match="reuse from"):
        write(folder, {"reuse": before.splitlines()[0] + "\n"})
    assert (folder / "reuse.tsv").read_text(encoding="utf-8") == before


def test_a_second_harvest_of_the_same_packages_changes_nothing(tmp_path: Path) -> None:
    packages = library(tmp_path)
    changed = write(folder_of(harvested(tmp_path), SOURCE.name), texts_of(packages, SOURCE.read(packages)))
    assert {(change.added, change.removed) for change in changed} == {((), ())}


def test_a_wheel_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"transformers-{library(tmp_path)[0].pin.version}-py3-none-any.whl"
    with pytest.raises(HarvestRefused, match="is pinned"):
        wheels([Pin("transformers", "9.0.0", sha256="0" * 64)], tmp_path / "none", [path])


def test_a_wheel_is_pinned_by_what_the_last_harvest_met(tmp_path: Path) -> None:
    folder, path = folder_of(harvested(tmp_path), SOURCE.name), tmp_path / "transformers-9.0.0-py3-none-any.whl"
    bare = [Pin("transformers", "9.0.0")]
    met = wheels(bare, tmp_path / "none", [path])
    write(folder, {"packages": texts_of(met, {})["packages"]}, may_lose=True)
    assert pinned(folder, bare) == [met[0].pin]
    path.write_bytes(path.read_bytes() + b"changed")
    with pytest.raises(HarvestRefused, match="is pinned"):
        wheels(pinned(folder, bare), tmp_path / "none", [path])


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "transformers-9.0.0-py3-none-any.whl"
    path.write_text("no archive", encoding="utf-8")
    with pytest.raises(HarvestRefused, match="is no wheel"):
        wheels([Pin("transformers", "9.0.0")], tmp_path / "none", [path])
