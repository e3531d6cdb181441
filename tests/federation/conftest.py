"""Fixtures: the real sources with every SERVICE pointed at a stand-in, and our server over them."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.linking.engines import Virtuoso, virtuoso
from tests.protocol.asking import server

#: Question -> the graph whose slice it asks.
QUESTIONS = {
    "citations-of-ancestors": "semopenalex",
    "authors-in-dblp": "dblp",
    "code-of-descendants": "linked-papers-with-code",
    "items-in-wikidata": "wikidata",
    "fields-in-orkg": "orkg",
}
_SERVICE = re.compile(r"SERVICE\s+<[^>]*>")

#: Limits for what other servers do: short where they are to be hit, long where an engine that has just started answers.
SHORT = {"DEEPGENEALOGY_SERVICE_TIME_LIMIT_S": "3", "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "60"}
LONG = {"DEEPGENEALOGY_SERVICE_TIME_LIMIT_S": "60", "DEEPGENEALOGY_QUERY_TIME_LIMIT_S": "120"}


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real sources, safe to edit the federated queries of."""
    root = tmp_path_factory.mktemp("federated")
    for folder in ("data", "queries", "ontology"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    return root


def point_services(root: Path, endpoint: Callable[[str], str]) -> None:
    """Points each question's SERVICE at the stand-in that `endpoint` gives for its graph: the one place where."""
    for name, graph in QUESTIONS.items():
        text = (CHECKOUT / "queries" / "federated" / f"{name}.rq").read_text(encoding="utf-8")
        changed, count = _SERVICE.subn(f"SERVICE <{endpoint(graph)}>", text)
        assert count == 1
        (root / "queries" / "federated" / f"{name}.rq").write_text(changed, encoding="utf-8")


def our_server(root: Path, store: Path, allowed: str, limits: Mapping[str, str]) -> "Iterator[str]":
    """The address of our server over these sources, whose operator allows this host and sets these limits."""
    variables = {"DEEPGENEALOGY_SOURCES": str(root), "DEEPGENEALOGY_ACCESS_LOG": "off", **limits}
    with server(store, "--allow-service", allowed, **variables) as (address, _):
        yield address


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of these tests have their snapshot."""
    return tmp_path_factory.mktemp("federated-store")


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A running Virtuoso with every slice."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running
