"""Fixtures: a server over a small invented world, one of whose things has a hostile name."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, FABRICATED
from tests.protocol.invented import HOSTILE_NAME, serving


@pytest.fixture(scope="session")
def invented_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the invented world, with a hostile name in them."""
    root = tmp_path_factory.mktemp("invented")
    shutil.copytree(FABRICATED / "data", root / "data")
    for folder in ("ontology", "queries"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    record = root / "data" / "architectures" / "beta-net.yaml"
    text = record.read_text(encoding="utf-8")
    hostile = re.sub(r"(?m)^(label:\n  en: .*\n  zh: ).*$", rf"\g<1>'{HOSTILE_NAME}'", text, count=1)
    assert hostile != text
    record.write_text(hostile, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def invented_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of the invented world have their snapshots; the first one builds."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def address(invented_root: Path, invented_store: Path) -> Iterator[str]:
    """The address of a server over the invented world, one for each file of tests."""
    with serving(invented_root, invented_store) as (address, _):
        yield address
