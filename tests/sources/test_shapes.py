"""The table of shapes: what each kind of record must say."""

from collections.abc import Iterator

import pytest

from deepgenealogy.sources.conformance import _FORMS
from deepgenealogy.sources.shapes import DERIVATION, REJECTION, SHAPES, USE, Key
from deepgenealogy.vocabulary import DERIVATION_KINDS, SEGMENTS, USE_KINDS


def keys(shape: dict[str, Key], path: str) -> Iterator[tuple[str, Key]]:
    """Every key of a shape with its path, those of items too."""
    for name, key in shape.items():
        yield f"{path}.{name}", key
        yield from keys(dict(key.items), f"{path}.{name}")


#: What a form needs to say what may be written.
NEEDS = {"choice": "choices", "reference": "targets", "references": "targets", "items": "items"}


@pytest.mark.parametrize("folder", SHAPES)
def test_every_form_has_a_check(folder: str) -> None:
    assert {key.form for _, key in keys(SHAPES[folder], folder)} <= set(_FORMS)


@pytest.mark.parametrize("folder", SHAPES)
def test_a_key_has_choices_targets_or_items_exactly_when_its_form_needs_them(folder: str) -> None:
    held = {
        path: [n for n in ("choices", "targets", "items") if getattr(key, n)] for path, key in keys(SHAPES[folder], "")
    }
    assert held == {path: [NEEDS[key.form]] if key.form in NEEDS else [] for path, key in keys(SHAPES[folder], "")}


@pytest.mark.parametrize("folder", SHAPES)
def test_every_target_is_a_kind_of_thing_that_has_records(folder: str) -> None:
    assert {target for _, key in keys(SHAPES[folder], "") for target in key.targets} <= set(SEGMENTS.values())


@pytest.mark.parametrize("shape", [DERIVATION, USE], ids=["derivation", "use"])
@pytest.mark.parametrize("name", ["statedIn", "locator", "rationale", "certainty", "checkedAgainst"])
def test_a_claim_must_carry_its_evidence(shape: dict[str, Key], name: str) -> None:
    assert shape[name].required


@pytest.mark.parametrize("name", ["assertedBy", "ground", "rationale"])
def test_a_rejection_must_say_who_asserts_it_and_why_it_is_refused(name: str) -> None:
    assert REJECTION[name].required


def test_a_derivation_is_of_a_kind_of_derivation() -> None:
    assert DERIVATION["kind"].choices == DERIVATION_KINDS


def test_a_use_is_of_a_kind_of_use() -> None:
    assert USE["kind"].choices == USE_KINDS
