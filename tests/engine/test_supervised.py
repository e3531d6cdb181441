"""The supervised engine without HTTP: what it gives back, when, and that no place, process or file stays behind."""

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deepgenealogy.engine.interface import Answer, Question
from deepgenealogy.engine.nursery import ForkingNursery, Nursery, SpawningNursery, nursery_for
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.engine.supervised import SupervisedEngine
from deepgenealogy.engine.worker import Terms
from deepgenealogy.errors import (
    AnswerBrokenOff,
    AnswerTooLarge,
    CallOutRefused,
    FormNotReadable,
    QuerySyntax,
    SettingRefused,
    TimeLimitReached,
)
from deepgenealogy.settings import Settings

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = Question("SELECT * { ?a ?b ?c . ?d ?e ?f }")
LIGHT = Question("ASK { ?s ?p ?o }")
SMALL = {"query_time_limit_s": 5.0, "answer_spool_bytes": 100_000, "answer_size_limit_bytes": 1_000_000}


def new_engine(snapshot: Snapshot, root: Path, **options: object) -> SupervisedEngine:
    """An engine with small limits."""
    return SupervisedEngine(snapshot, root, Settings.of(**{**SMALL, **options}))


@pytest.fixture(scope="module", params=["fork", "spawn"])
def supervised(request: pytest.FixtureRequest, real_snapshot: Snapshot, real_root: Path) -> Iterator[SupervisedEngine]:
    """An engine over the real snapshot, with workers of either kind."""
    with closing(new_engine(real_snapshot, real_root, worker_start=request.param, quick_workers=2)) as engine:
        yield engine


def is_at_rest(engine: SupervisedEngine) -> bool:
    """Whether no place is taken, and the workers that live are those kept."""
    alive = engine.counts.workers_started - engine.counts.workers_ended
    return (engine.quick.taken, engine.slow.taken) == (0, 0) and alive <= engine.settings.quick_workers


def whole(answer: Answer) -> bytes:
    """All of an answer."""
    return answer.whole()


def test_a_small_answer_is_whole_and_knows_its_size(supervised: SupervisedEngine) -> None:
    answer = supervised.ask(LIGHT)
    assert (answer.form, answer.size, whole(answer)) == ("boolean", 26, b'{"head":{},"boolean":true}')
    assert is_at_rest(supervised)


def test_a_worker_is_used_again(supervised: SupervisedEngine) -> None:
    started = supervised.counts.workers_started
    for _ in range(10):
        whole(supervised.ask(LIGHT))
    assert supervised.counts.workers_started == started


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question("nonsense"), QuerySyntax),
        (Question("ASK {}", table_format=None), FormNotReadable),
        (Question("SELECT * { SERVICE <http://example.org/> {} }"), CallOutRefused),
        (Question(ENDLESS, time_limit_s=0.1), TimeLimitReached),
    ],
)
def test_a_question_that_fails_leaves_nothing_behind(
    supervised: SupervisedEngine, question: Question, error: type[Exception]
) -> None:
    with pytest.raises(error):
        supervised.ask(question)
    assert is_at_rest(supervised)


def test_an_answer_too_large_for_the_spool_breaks_off_at_its_limit(supervised: SupervisedEngine) -> None:
    answer = supervised.ask(LARGE)
    assert answer.size is None
    with pytest.raises(AnswerBrokenOff, match="answer_size_limit_bytes"):
        whole(answer)
    assert is_at_rest(supervised)


def test_an_answer_that_is_closed_before_it_was_begun_leaves_nothing_behind(supervised: SupervisedEngine) -> None:
    answer = supervised.ask(LARGE)
    answer.pieces.close()  # type: ignore[attr-defined]
    assert is_at_rest(supervised)


def test_an_answer_that_is_forgotten_leaves_nothing_behind(supervised: SupervisedEngine) -> None:
    supervised.ask(LARGE)
    gc.collect()
    assert is_at_rest(supervised)


def test_an_asker_who_has_left_ends_the_query(supervised: SupervisedEngine) -> None:
    with pytest.raises(AnswerBrokenOff, match="has left"):
        supervised.ask(Question(ENDLESS), lambda: True)
    assert is_at_rest(supervised)


def test_an_answer_over_its_limit_within_the_spool_is_refused(real_snapshot: Snapshot, real_root: Path) -> None:
    with closing(new_engine(real_snapshot, real_root, answer_size_limit_bytes=50_000)) as engine:
        with pytest.raises(AnswerTooLarge):
            engine.ask(LARGE)
        assert is_at_rest(engine)


def test_a_new_snapshot_is_answered_from_and_the_former_one_is_let_go(real_snapshot: Snapshot, real_root: Path) -> None:
    # Its answer is being made until it is closed.
    ample = {"query_time_limit_s": 300.0, "answer_size_limit_bytes": 10**12}
    with closing(new_engine(real_snapshot, real_root, **ample)) as engine:
        slow = engine.ask(LARGE)
        former: Nursery = engine._nursery
        engine.move_to(real_snapshot)
        assert whole(engine.ask(LIGHT)).endswith(b"true}")
        alive = [former.is_alive]
        slow.pieces.close()  # type: ignore[attr-defined]
        alive.append(former.is_alive)
        assert alive == [True, False]
        assert is_at_rest(engine)


def test_many_snapshots_leave_no_process_behind(real_snapshot: Snapshot, real_root: Path) -> None:
    with closing(new_engine(real_snapshot, real_root)) as engine:
        gc.collect()  # what others left open may be closed at any time
        files = len([*Path("/proc/self/fd").iterdir()])
        for _ in range(3):
            engine.move_to(real_snapshot)
        assert len([*Path("/proc/self/fd").iterdir()]) <= files
        assert is_at_rest(engine)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, ForkingNursery),
        ({"worker_start": "spawn"}, SpawningNursery),
        ({"memory_store_limit_quads": 1}, SpawningNursery),
        ({"worker_start": "fork", "memory_store_limit_quads": 1}, ForkingNursery),
    ],
)
def test_the_settings_choose_how_workers_start(
    options: dict[str, object], kind: type, real_snapshot: Snapshot, real_root: Path
) -> None:
    with closing(nursery_for(real_snapshot, real_root, Terms(10**9, union=True), Settings.of(**options))) as nursery:
        assert type(nursery) is kind


def test_auto_starts_afresh_where_there_is_no_fork(
    monkeypatch: pytest.MonkeyPatch, real_snapshot: Snapshot, real_root: Path
) -> None:
    monkeypatch.delattr(os, "fork")
    with closing(nursery_for(real_snapshot, real_root, Terms(10**9, union=True), Settings.of())) as nursery:
        assert type(nursery) is SpawningNursery


def test_a_host_that_is_none_is_refused_by_the_name_of_its_setting(real_snapshot: Snapshot, real_root: Path) -> None:
    with pytest.raises(SettingRefused, match="allow_service"):
        new_engine(real_snapshot, real_root, allow_service="http://example.org/sparql")
