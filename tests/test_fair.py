"""The table of the FAIR principles in ontology/README.md: every request is made, and its answer holds what is said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

DOCUMENT = Path(__file__).parents[1] / "ontology" / "README.md"

#: https://www.go-fair.org/fair-principles/
PRINCIPLES = ["F1", "F2", "F3", "F4", "A1", "A1.1", "A1.2", "A2", "I1", "I2", "I3", "R1", "R1.1", "R1.2", "R1.3"]


@dataclass(frozen=True)
class Row:
    """A principle, the request that shows it, and what its answer holds."""

    principle: str
    request: str
    shown: tuple[str, ...]


def rows(text: str) -> Iterator[Row]:
    """The rows of the table."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"[FAIR]\d(\.\d)?", cells[0]):
            (request,) = re.findall(r"`(/[^`]*)`", cells[2])
            yield Row(cells[0], request, tuple(re.findall(r"`([^`]+)`", cells[3])))


ROWS = list(rows(DOCUMENT.read_text(encoding="utf-8")))


def missing(row: Row, client: FlaskClient) -> list[str]:
    """What the answer to a row's request does not hold."""
    response = client.get(row.request)
    assert response.status_code == 200
    answer = "\n".join([*(f"{name}: {value}" for name, value in response.headers), response.text])
    return [words for words in row.shown if words not in answer]


def test_every_principle_has_one_row() -> None:
    assert [row.principle for row in ROWS] == PRINCIPLES


@pytest.mark.parametrize("row", ROWS, ids=[row.principle for row in ROWS])
def test_the_request_of_a_principle_shows_what_is_said(row: Row, client: FlaskClient) -> None:
    assert row.shown
    assert missing(row, client) == []


def test_a_claim_that_does_not_hold_would_be_noticed(client: FlaskClient) -> None:
    assert missing(Row("F1", "/dataset.nt", ("void", "no such words")), client) == ["no such words"]
