"""Fixtures: the service over the real data, by HTTP; and matchers, whole and with known misspellings held out."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.reconciliation.gazetteer import Gazetteer, read_gazetteer
from deepgenealogy.engine.reconciliation.hits import GROUNDS
from deepgenealogy.engine.reconciliation.scoring import Matcher
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app

Json = dict[str, Any]
Ask = Callable[..., list[Json]]


@dataclass(frozen=True)
class Stated:
    """One name as the source list states it, and the architecture that it denotes."""

    name: str
    denotes: str


@pytest.fixture(scope="session")
def stated(real_root: Path) -> list[Stated]:
    """The names of the source list, typos included."""
    path = real_root / "data" / "sources" / "genealogy" / "entries.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Stated(row["statedName"], row["denotes"]) for row in rows]


@pytest.fixture(scope="session")
def gazetteer(engine: EmbeddedEngine, real_root: Path) -> Gazetteer:
    """The gazetteer of the real data."""
    return read_gazetteer(engine, real_root)


@pytest.fixture(scope="session")
def matcher(gazetteer: Gazetteer) -> Matcher:
    """The matcher as it is served."""
    return Matcher(gazetteer)


@pytest.fixture(scope="session")
def unprepared(gazetteer: Gazetteer) -> Matcher:
    """A matcher that has seen neither the names that sources state nor the known misspellings."""
    return Matcher(gazetteer, grounds=GROUNDS.keys() - {"statedName", "misspelling"})


@pytest.fixture(scope="session")
def client(engine: EmbeddedEngine, real_root: Path) -> FlaskClient:
    """HTTP without a server, over the real snapshot; one for all tests, as each of them only reads."""
    return create_app(engine, real_root, Settings.of()).test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """The candidates of one query, by HTTP; further fields are given by name."""

    def candidates(name: str, **fields: Any) -> list[Json]:
        batch = {"q0": {"query": name, **fields}}
        found: list[Json] = client.post("/reconcile", data={"queries": json.dumps(batch)}).get_json()["q0"]["result"]
        return found

    return candidates
