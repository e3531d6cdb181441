"""A light question that had to wait is answered all the same: only work, not waiting, moves one to the slow lane."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deepgenealogy.engine.asked import Asked
from deepgenealogy.engine.clock import Clock, processor_s
from deepgenealogy.engine.interface import HasLeft, Question, stays
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.errors import Busy, DeepGenealogyError, TimeLimitReached
from deepgenealogy.settings import Settings
from tests.engine.test_supervised import ENDLESS, LIGHT, is_at_rest
from tests.soak.watching import descendants
from tests.waiting import wait_for

ONE_PLACE = {"quick_workers": 1, "slow_workers": 1, "query_time_limit_s": 3.0}


@pytest.fixture
def engine(real_snapshot: Snapshot, real_root: Path) -> Iterator[SupervisedEngine]:
    """An engine with one place in each lane."""
    with closing(SupervisedEngine(real_snapshot, real_root, Settings.of(**ONE_PLACE))) as engine:
        yield engine


def outcome(engine: SupervisedEngine, question: Question, has_left: HasLeft = stays) -> object:
    """The answer's bytes, or the kind of the error."""
    try:
        return engine.ask(question, has_left).whole()
    except DeepGenealogyError as error:
        return type(error)


@contextlib.contextmanager
def working(engine: SupervisedEngine, **options: float) -> Iterator[None]:
    """Meanwhile the engine, with these settings, works on a question that its asker leaves at the end."""
    engine.settings = Settings.of(**{**ONE_PLACE, "query_time_limit_s": 300.0, **options})
    over = threading.Event()
    heavy = threading.Thread(target=outcome, args=(engine, Question(ENDLESS), over.is_set))
    heavy.start()
    try:
        yield
    finally:
        over.set()
        heavy.join()


def test_light_questions_that_waited_for_a_place_are_not_taken_for_heavy_ones(engine: SupervisedEngine) -> None:
    outcomes: list[object] = []
    engine.settings = Settings.of(**{**ONE_PLACE, "query_time_limit_s": 15.0})
    engine.slow.enter(1)  # who is taken for heavy now is halted until its time is over
    engine.quick.enter(1)
    threads = [threading.Thread(target=lambda: outcomes.append(outcome(engine, LIGHT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    wait_for(lambda: engine.quick.waiting == len(threads))
    time.sleep(0.3)  # longer than a question may work in the quick lane while others wait
    engine.quick.leave()
    for thread in threads:
        thread.join()
    engine.slow.leave()
    assert outcomes == [b'{"head":{},"boolean":true}'] * len(threads)
    assert is_at_rest(engine)


def test_a_heavy_question_makes_place_for_those_who_wait(engine: SupervisedEngine) -> None:
    with working(engine, quick_lane_s=60):  # only the haste of those who wait moves it
        wait_for(lambda: engine.quick.taken == 1)
        assert outcome(engine, LIGHT) == b'{"head":{},"boolean":true}'
        assert engine.slow.taken == 1


def test_a_worker_stands_in_for_one_that_went_to_the_slow_lane(engine: SupervisedEngine) -> None:
    with working(engine):
        wait_for(lambda: engine.slow.taken == 1)
        asked: list[Asked | None] = []

        def is_put() -> bool:  # it is forked a moment after the lane was left
            asked.append(engine.put(LIGHT))
            return asked[-1] is not None

        wait_for(is_put)
        assert asked[-1] is not None
        asked[-1].give_up()
    assert is_at_rest(engine)


@pytest.mark.skipif(processor_s(os.getpid()) is None, reason="the system does not tell the processor time of others")
def test_a_question_that_has_worked_for_a_while_lets_others_go_first(real_snapshot: Snapshot, real_root: Path) -> None:
    roomy = {"quick_workers": 3, "slow_workers": 1, "quick_lane_s": 60.0}
    with closing(SupervisedEngine(real_snapshot, real_root, Settings.of(**roomy))) as engine:
        others = _nice()
        with working(engine, **roomy):
            wait_for(lambda: bool(_nice() - others))
            assert (engine.quick.taken, engine.slow.taken) == (1, 0)
        assert outcome(engine, LIGHT) == b'{"head":{},"boolean":true}'
        wait_for(lambda: not _nice() - others)  # its process is not gone at once


def _nice() -> set[int]:
    """The processes below this one that are nicer than it is."""
    own, found = os.getpriority(os.PRIO_PROCESS, os.getpid()), set()
    for pid in descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            found |= {pid} if os.getpriority(os.PRIO_PROCESS, pid) > own else set()
    return found


def test_waiting_for_a_place_takes_nothing_from_the_time_of_a_question(engine: SupervisedEngine) -> None:
    engine.quick.enter(1)
    begun = time.monotonic()
    waiting = threading.Timer(0.5, engine.quick.leave)
    waiting.start()
    assert outcome(engine, Question(ENDLESS, time_limit_s=2.5)) == TimeLimitReached
    assert time.monotonic() - begun >= 3.0
    waiting.join()


def test_a_question_that_was_halted_for_most_of_its_time_is_told_that_the_server_is_busy() -> None:
    clock = Clock(0.2)
    began = time.monotonic()
    time.sleep(0.25)
    clock.halted_since(began)
    assert (clock.is_over, type(clock.verdict())) == (True, Busy)


def test_a_question_that_ran_for_its_time_is_told_so() -> None:
    clock = Clock(0.01)
    time.sleep(0.02)
    assert (clock.is_over, type(clock.verdict())) == (True, TimeLimitReached)


def test_a_halted_query_that_holds_too_much_memory_is_told_that_the_server_is_busy(engine: SupervisedEngine) -> None:
    # It is halted at once, and however busy the machine is, long before its time is over.
    engine.settings = Settings.of(**{**ONE_PLACE, "query_time_limit_s": 60.0}, quick_lane_s=0.05)
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
    engine.slow.enter(1)
    engine.halted.limit_bytes = 0
    with pytest.raises(Busy, match="holds too much memory"):
        engine.ask(Question(hungry))
    engine.halted.limit_bytes = 10**9
    with pytest.raises(Busy, match="none became free in time"):
        engine.ask(Question(hungry, time_limit_s=6))
    engine.slow.leave()
    assert (engine.halted.held_bytes, is_at_rest(engine)) == (0, True)


@pytest.mark.skipif(processor_s(os.getpid()) is None, reason="the system does not tell the processor time of others")
def test_the_processor_time_of_a_process_is_what_the_process_itself_reads() -> None:
    before = time.process_time()
    told = processor_s(os.getpid())
    assert told is not None
    assert before <= told <= time.process_time()


def test_nobody_knows_the_processor_time_of_a_process_that_is_not_there() -> None:
    assert processor_s(2**22 + 1) is None  # no process has a number so high


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_no_two_workers_throw_the_same_dice(start: str, real_snapshot: Snapshot, real_root: Path) -> None:
    with closing(SupervisedEngine(real_snapshot, real_root, Settings.of(worker_start=start))) as engine:
        answers = [engine.ask(Question("SELECT (STRUUID() AS ?x) (RAND() AS ?y) {}", "csv")).whole() for _ in range(8)]
    assert len(set(answers)) == len(answers)  # the workers take turns
