"""A light question that had to wait is answered all the same: only work, not waiting, moves one to the slow lane."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deepgenealogy.engine.clock import Clock, processor_s
from deepgenealogy.engine.interface import Question
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.errors import Busy, DeepGenealogyError, TimeLimitReached
from deepgenealogy.settings import Settings
from tests.engine.test_supervised import ENDLESS, LIGHT, is_at_rest
from tests.soak.watching import descendants

ONE_PLACE = {"quick_workers": 1, "slow_workers": 1, "query_time_limit_s": 3.0}


@pytest.fixture
def engine(real_snapshot: Snapshot, real_root: Path) -> Iterator[SupervisedEngine]:
    """An engine with one place in each lane."""
    with closing(SupervisedEngine(real_snapshot, real_root, Settings.of(**ONE_PLACE))) as engine:
        yield engine


def outcome(engine: SupervisedEngine, question: Question) -> object:
    """The answer's bytes, or the kind of the error."""
    try:
        return engine.ask(question).whole()
    except DeepGenealogyError as error:
        return type(error)


def test_light_questions_that_waited_for_a_place_are_not_taken_for_heavy_ones(engine: SupervisedEngine) -> None:
    outcomes: list[object] = []
    engine.slow.enter(1)  # who is taken for heavy now is halted until its time is over
    engine.quick.enter(1)
    threads = [threading.Thread(target=lambda: outcomes.append(outcome(engine, LIGHT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    while engine.quick.waiting < len(threads):
        time.sleep(0.01)
    time.sleep(0.3)  # longer than a question may work in the quick lane while others wait
    engine.quick.leave()
    for thread in threads:
        thread.join()
    engine.slow.leave()
    assert outcomes == [b'{"head":{},"boolean":true}'] * len(threads)
    assert is_at_rest(engine)


def test_a_heavy_question_makes_place_for_those_who_wait(engine: SupervisedEngine) -> None:
    engine.settings = Settings.of(**ONE_PLACE, quick_lane_s=60)  # only the haste of those who wait moves it
    heavy = threading.Thread(target=outcome, args=(engine, Question(ENDLESS)))
    heavy.start()
    while not engine.quick.taken:
        time.sleep(0.01)
    assert outcome(engine, LIGHT) == b'{"head":{},"boolean":true}'
    assert engine.slow.taken == 1
    heavy.join()


def test_a_worker_stands_in_for_one_that_went_to_the_slow_lane(engine: SupervisedEngine) -> None:
    heavy = threading.Thread(target=outcome, args=(engine, Question(ENDLESS)))
    heavy.start()
    while not engine.slow.taken:
        time.sleep(0.01)
    asked = None
    while asked is None and heavy.is_alive():  # it is forked a moment after the lane was left
        asked = engine.put(LIGHT)
    assert asked is not None
    asked.give_up()
    heavy.join()
    assert is_at_rest(engine)


@pytest.mark.skipif(processor_s(os.getpid()) is None, reason="the system does not tell the processor time of others")
def test_a_question_that_has_worked_for_a_while_lets_others_go_first(real_snapshot: Snapshot, real_root: Path) -> None:
    roomy = Settings.of(quick_workers=3, slow_workers=1, quick_lane_s=60, query_time_limit_s=3.0)
    with closing(SupervisedEngine(real_snapshot, real_root, roomy)) as engine:
        others = _nice()
        heavy = threading.Thread(target=outcome, args=(engine, Question(ENDLESS)))
        heavy.start()
        while heavy.is_alive() and not _nice() - others:
            time.sleep(0.01)
        assert heavy.is_alive()
        assert (engine.quick.taken, engine.slow.taken) == (1, 0)
        heavy.join()
        assert outcome(engine, LIGHT) == b'{"head":{},"boolean":true}'
        until = time.monotonic() + 10  # its process is not gone at once
        while _nice() - others and time.monotonic() < until:
            time.sleep(0.01)
        assert not _nice() - others


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
    assert outcome(engine, Question(ENDLESS, time_limit_s=0.6)) == TimeLimitReached
    assert time.monotonic() - begun >= 1.1
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
