"""`deepgenealogy query NAME --explain`: rows with their reasons, over the invented world."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deepgenealogy.cli import main
from deepgenealogy.vocabulary import BASE


@pytest.fixture(autouse=True)
def _world(fabricated_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    monkeypatch.setenv("DEEPGENEALOGY_STORE", str(tmp_path / "store"))


def ran(*arguments: str) -> Result:
    """What became of `deepgenealogy query`."""
    return CliRunner().invoke(main, ["query", *arguments])


def test_each_row_names_the_derivation_that_it_rests_on() -> None:
    result = ran("parents", "architecture=beta-net", "--explain", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["because_derivation"] == f"{BASE}derivation/beta-net--alpha-net"
    assert (row["because_locator"], row["because_certainty"]) == ("Section 2", "high")


def test_a_line_over_several_derivations_is_given_whole() -> None:
    result = ran("descendants", "architecture=alpha-net", "--explain", "--format", "json")
    told = json.loads(result.stdout)
    lines = {
        row["descendant"]["value"].rpartition("/")[2]: [r["derivation"]["value"].rpartition("/")[2] for r in reasons]
        for row, reasons in zip(told["results"]["bindings"], told["explanations"], strict=True)
    }
    assert lines["beta-net"] == ["beta-net--alpha-net"]
    assert len(lines) == 3
    assert max(map(len, lines.values())) > 1


def test_lines_of_tsv_are_the_default() -> None:
    first = ran("parents", "architecture=beta-net", "--explain").stdout.splitlines()[0].split("\t")
    assert first[0] == "?parent"
    assert "?because_derivation" in first


def test_a_question_without_an_explanation_says_so() -> None:
    result = ran("kinds", "--explain")
    assert result.exit_code == 1
    assert "names no explanation" in result.stderr


def test_a_format_without_room_for_reasons_is_refused() -> None:
    result = ran("parents", "--explain", "--format", "xml")
    assert result.exit_code == 2
    assert "json, csv, tsv, md" in result.stderr


def test_only_published_questions_are_explained() -> None:
    assert "there is no published query 'parnts'; did you mean 'parents'" in ran("parnts", "--explain").stderr
