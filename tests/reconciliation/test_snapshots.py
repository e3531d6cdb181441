"""The service works from the snapshot in force, whatever the default graph is, and within the time limit."""

import json
from pathlib import Path

from deepgenealogy.engine.interface import Engine
from deepgenealogy.engine.reconciliation.matchers import Matchers
from deepgenealogy.engine.reconciliation.scoring import Matcher, NameQuestion
from deepgenealogy.engine.snapshot import Snapshot, fresh_snapshot
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app
from tests.conftest import EngineOver


def first(matcher: Matcher, name: str) -> tuple[str, bool]:
    """The best candidate, and whether it is sure."""
    found = matcher.candidates(NameQuestion(name))[0]
    return found.thing.id, found.is_sure


def test_a_new_snapshot_is_matched_with_and_an_old_one_is_read_once(
    fabricated_root: Path, tmp_path: Path, engine_over: EngineOver
) -> None:
    matchers = Matchers()
    before = engine_over(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)
    matcher = matchers.of(before, fabricated_root)
    assert first(matcher, "ANet") == ("architecture/alpha-net", True)
    assert matchers.of(before, fabricated_root) is matcher
    record = fabricated_root / "data" / "architectures" / "alpha-net.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("- ANet", "- Pebblenet"), encoding="utf-8")
    after = engine_over(fresh_snapshot(fabricated_root, tmp_path / "store"), fabricated_root)
    assert after.version != before.version
    assert first(matchers.of(after, fabricated_root), "Pebblenet") == ("architecture/alpha-net", True)
    assert not any(found.is_sure for found in matchers.of(after, fabricated_root).candidates(NameQuestion("ANet")))


def test_an_empty_default_graph_hides_nothing(
    real_snapshot: Snapshot, real_root: Path, engine_over: EngineOver
) -> None:
    strict = engine_over(real_snapshot, real_root, default_graph="strict")
    assert first(Matchers().of(strict, real_root), "ResNet") == ("architecture/resnet", True)


def test_a_batch_that_takes_too_long_is_a_504_that_says_what_to_do(engine: Engine, real_root: Path) -> None:
    client = create_app(engine, real_root, Settings.of(query_time_limit_s="0.000001")).test_client()
    batch = {str(number): {"query": "ResNet"} for number in range(100)}
    answer = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert answer.status_code == 504
    assert answer.get_json()["limit"] == "query_time_limit_s"
    assert "smaller" in answer.get_json()["detail"]
