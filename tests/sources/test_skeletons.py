"""Skeletons of new records: what `check` then names is exactly what is still to fill."""

from pathlib import Path

import pytest

from deepgenealogy.errors import NotFound
from deepgenealogy.sources.conformance import breaches
from deepgenealogy.sources.documents import read_yaml
from deepgenealogy.sources.shapes import SHAPES
from deepgenealogy.sources.skeletons import KINDS, RecordExists, skeleton, write_skeleton


@pytest.mark.parametrize("kind", KINDS)
def test_a_skeleton_holds_the_required_keys_of_its_kind_and_no_others(fabricated_root: Path, kind: str) -> None:
    document = read_yaml(write_skeleton(fabricated_root, kind, "new"), shown_as="new.yaml")
    required = {name for name, key in SHAPES[KINDS[kind]].items() if key.required}
    assert set(document.value) == required


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_of_a_skeleton_is_unknown_or_missing(fabricated_root: Path, kind: str) -> None:
    document = read_yaml(write_skeleton(fabricated_root, kind, "new"), shown_as="new.yaml")
    found = {finding.rule for finding in breaches(document, SHAPES[KINDS[kind]])}
    assert not found & {"unknown-key", "missing-key", "wrong-form"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_skeleton_is_found_to_be_still_empty(fabricated_root: Path, kind: str) -> None:
    document = read_yaml(write_skeleton(fabricated_root, kind, "new"), shown_as="new.yaml")
    lines = {finding.line for finding in breaches(document, SHAPES[KINDS[kind]])}
    text = skeleton(kind).splitlines()
    assert lines == {n for n, line in enumerate(text, start=1) if line.startswith("  ") or is_empty(text, n)}


def is_empty(lines: list[str], number: int) -> bool:
    """Whether a top-level line of a skeleton has neither a value nor lines below it."""
    below = lines[number] if number < len(lines) else ""
    return lines[number - 1].endswith(":") and not below.startswith("  ")


def test_a_record_that_is_there_is_not_written_over(fabricated_root: Path) -> None:
    path = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    before = path.read_bytes()
    with pytest.raises(RecordExists) as caught:
        write_skeleton(fabricated_root, "architecture", "alpha-net")
    assert (caught.value.path, path.read_bytes()) == (path, before)


def test_an_unknown_kind_of_record_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        skeleton("recipe")
    assert set(caught.value.near) == set(KINDS)
