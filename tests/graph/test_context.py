"""The one context: what its names expand to."""

import json
from pathlib import Path
from typing import Any

import pytest

from deepgenealogy.graph.context import expand, read_context
from deepgenealogy.vocabulary import BASE, DGO

CONTEXT = {"dgo": DGO, "parent": {"@id": "dgo:parent"}, "label": "dgo:label"}


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("parent", f"{DGO}parent"),
        ("label", f"{DGO}label"),
        ("dgo:child", f"{DGO}child"),
        ("https://example.org/x", "https://example.org/x"),
        ("urn:x", "urn:x"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_name_expands_to_its_iri_or_stays_as_it_is(name: str, iri: str) -> None:
    assert expand(CONTEXT, name) == iri


def test_the_context_is_read_from_the_folder_of_the_sources(fabricated_root: Path) -> None:
    (fabricated_root / "ontology" / "context.jsonld").write_text('{"@context": {"only": "urn:only"}}', encoding="utf-8")
    assert read_context(fabricated_root) == {"only": "urn:only"}


def test_relative_references_resolve_against_the_base(context: dict[str, Any]) -> None:
    assert context["@base"] == BASE


def test_no_key_of_the_context_stands_twice(real_root: Path) -> None:
    names: list[str] = []

    def remember(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names.extend(name for name, _ in pairs if not name.startswith("@"))
        return dict(pairs)

    json.loads((real_root / "ontology" / "context.jsonld").read_text(encoding="utf-8"), object_pairs_hook=remember)
    assert sorted(names) == sorted(set(names))
