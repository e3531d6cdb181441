"""CITATION.cff: valid by the schema of its format, and of one mind with the package and the description."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from deepgenealogy import __version__
from deepgenealogy.graph.description import LICENCE
from deepgenealogy.vocabulary import BASE

ROOT = Path(__file__).parents[1]
CITATION = yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)

#: Its wheel carries the schema; it is not among the dependencies, for it asks for a jsonschema of the year 2019.
SCHEMA_OF = "cffconvert==2.0.0"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema of CFF 1.2.0, from the package index; skips where there is none."""
    folder = tmp_path_factory.mktemp("cffconvert")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), SCHEMA_OF]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1_200)
    except subprocess.TimeoutExpired as problem:
        pytest.skip(f"{SCHEMA_OF} cannot be had here: {problem}")
    if done.returncode:
        pytest.skip(f"{SCHEMA_OF} cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("schemas/1.2.0/schema.json")]
        found: dict[str, Any] = json.loads(archive.read(name))
        return found


def errors(citation: Any, schema: dict[str, Any]) -> list[str]:
    """What the schema holds against a citation."""
    return [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(citation)]


def test_the_citation_is_valid(schema: dict[str, Any]) -> None:
    assert errors(CITATION, schema) == []


@pytest.mark.parametrize("wrong", [{"license": "free"}, {"authors": []}, {"date-released": "soon"}, {"colour": "red"}])
def test_a_citation_that_is_not_valid_would_be_noticed(wrong: dict[str, Any], schema: dict[str, Any]) -> None:
    assert errors({**CITATION, **wrong}, schema)


def test_the_citation_names_the_version_the_licence_and_the_address_that_the_description_names() -> None:
    assert CITATION["version"] == __version__
    assert CITATION["url"] == BASE
    assert "CC-BY-4.0" in CITATION["license"]
    assert LICENCE == "https://creativecommons.org/licenses/by/4.0/"
