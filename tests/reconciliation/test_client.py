"""A client library, as its users have it, matches columns against a real server."""

import urllib.request
from typing import Any
from urllib.parse import quote

import numpy
import pandas
import pytest
import reconciler

from tests.reconciliation.conftest import Stated

#: The client calls pandas in a way that pandas will drop.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")


@pytest.fixture(autouse=True)
def _names_of_older_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client still says `NaN`, which numpy 2 took away, for a name that has no candidate."""
    monkeypatch.setattr(numpy, "NaN", numpy.nan, raising=False)


def matched(served: str, names: list[str], **options: Any) -> pandas.DataFrame:
    """The column reconciled by the client; the best candidate of each name."""
    endpoint = f"{served}/reconcile"
    found: pandas.DataFrame = reconciler.reconcile(pandas.Series(names), reconciliation_endpoint=endpoint, **options)
    return found


def test_a_column_of_the_stated_names_is_matched(served: str, stated: list[Stated]) -> None:
    found = matched(served, [row.name for row in stated], type_id="Method").set_index("input_value")
    right = [row.name for row in stated if found.loc[row.name, "id"] == row.denotes]
    assert len(right) >= 80
    assert set(found.index[found["match"]]) <= set(right)


def test_a_second_column_decides_between_namesakes(served: str) -> None:
    frame = pandas.DataFrame({"name": ["DCN", "MemNet"], "paper": ["1611.01604", "1708.02209"]})
    alone = matched(served, list(frame["name"]), type_id="Architecture")
    together = reconciler.reconcile(
        frame["name"],
        type_id="Architecture",
        property_mapping={"arxiv": frame["paper"]},
        reconciliation_endpoint=f"{served}/reconcile",
    )
    assert list(alone["match"]) == [False, False]
    assert list(together["match"]) == [True, True]
    assert list(together["id"]) == ["architecture/dcn", "architecture/memnet"]


def test_a_name_that_is_not_here_has_no_match_and_all_candidates_can_be_had(served: str) -> None:
    found = matched(served, ["Xyzzy", "LeNet"], type_id="Method", top_res="all")
    assert list(found[found["input_value"] == "Xyzzy"]["match"]) == [False]
    assert {"architecture/lenet-1", "architecture/lenet-5"} <= set(found[found["input_value"] == "LeNet"]["id"])


def test_the_address_of_a_match_leads_to_its_page(served: str) -> None:
    (identity,) = matched(served, ["ResNet"])["id"]
    with urllib.request.urlopen(f"{served}/{quote(identity, safe='')}") as answer:
        assert "ResNet" in answer.read().decode()
