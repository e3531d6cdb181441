"""What was heavy before leaves places to others from its start; an estimate that proves wrong is taken back."""

import threading
import time
from contextlib import closing
from pathlib import Path

from deepgenealogy.engine.experience import Experience
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.errors import TimeLimitReached
from deepgenealogy.settings import Settings
from tests.engine.test_supervised import ENDLESS, LIGHT, is_at_rest
from tests.engine.test_waiting import outcome

ROOMY = Settings.of(quick_workers=4, slow_workers=1, quick_lane_s=60, query_time_limit_s=3.0)


def test_queries_of_one_shape_are_expected_to_cost_alike() -> None:
    known = Experience()
    known.note("SELECT ?x { <a> ?p ?x } LIMIT 1", was_heavy=True)
    assert known.expects_heavy("SELECT ?x { <b> ?p ?x } LIMIT 22")
    assert not known.expects_heavy("SELECT ?y { <b> ?p ?y } LIMIT 22")
    known.note("SELECT ?x { <c> ?p ?x } LIMIT 3", was_heavy=False)
    assert not known.expects_heavy("SELECT ?x { <a> ?p ?x } LIMIT 1")


def test_no_more_shapes_are_remembered_than_fit_memory() -> None:
    known = Experience()
    for number in range(5_000):
        known.note(f"ASK {{ ?s{number} ?p ?o }}", was_heavy=True)
    assert known.expects_heavy("ASK { ?s4999 ?p ?o }")
    assert not known.expects_heavy("ASK { ?s0 ?p ?o }")
    known.note("#" * 100_000, was_heavy=True)
    assert not known.expects_heavy("#" * 100_000)


def test_what_was_heavy_before_takes_half_of_the_quick_lane_at_most(real_snapshot: Snapshot, real_root: Path) -> None:
    with closing(SupervisedEngine(real_snapshot, real_root, ROOMY)) as engine:
        assert outcome(engine, Question(ENDLESS, time_limit_s=0.5)) == TimeLimitReached
        assert engine.experience.expects_heavy(ENDLESS)
        heavy = [threading.Thread(target=outcome, args=(engine, Question(ENDLESS))) for _ in range(4)]
        for thread in heavy:
            thread.start()
        while engine.slow.waiting < 1 and any(thread.is_alive() for thread in heavy):
            time.sleep(0.01)
        assert (engine.quick.taken, engine.slow.taken, engine.slow.waiting) == (2, 1, 1)
        asked = engine.put(LIGHT)  # a worker is idle, too
        assert asked is not None
        asked.give_up()
        for thread in heavy:
            thread.join()
        assert is_at_rest(engine)


def test_a_light_query_that_was_taken_for_heavy_is_answered_and_is_so_no_more(
    real_snapshot: Snapshot, real_root: Path
) -> None:
    with closing(SupervisedEngine(real_snapshot, real_root, ROOMY)) as engine:
        engine.experience.note(LIGHT.query, was_heavy=True)
        for _ in range(4):
            assert outcome(engine, LIGHT) == b'{"head":{},"boolean":true}'
        assert not engine.experience.expects_heavy(LIGHT.query)
        assert is_at_rest(engine)
