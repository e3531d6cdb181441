"""Lanes: places are counted, who waits is served in order, and who leaves the queue takes nothing along."""

import threading
import time

import pytest

from deepgenealogy.engine.lanes import Lane
from deepgenealogy.errors import AnswerBrokenOff, Busy


def full_lane(queue_limit: int = 10) -> Lane:
    """A lane of one place, which is taken."""
    lane = Lane(1, queue_limit, "quick")
    lane.enter(0)
    return lane


def waiting(lane: Lane, number: int) -> None:
    """Returns when so many wait."""
    until = time.monotonic() + 20
    while lane.waiting != number:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_place_that_is_free_is_taken_at_once() -> None:
    lane = Lane(2, 0, "quick")
    lane.enter(0)
    assert (lane.taken, lane.waiting) == (1, 0)


def test_no_more_places_are_given_than_there_are() -> None:
    lane = full_lane()
    assert not lane.try_enter()
    with pytest.raises(Busy, match="none became free"):
        lane.enter(0.05)


def test_who_leaves_places_to_others_takes_none_of_the_last_ones() -> None:
    lane = Lane(3, 0, "quick")
    assert [lane.try_enter(leaving=2) for _ in range(2)] == [True, False]
    assert [lane.try_enter(leaving=1) for _ in range(2)] == [True, False]
    assert [lane.try_enter() for _ in range(2)] == [True, False]


def test_a_full_queue_is_told_at_once() -> None:
    lane = full_lane(queue_limit=0)
    with pytest.raises(Busy, match="queue is full") as caught:
        lane.enter(60)
    assert caught.value.retry_after_s > 0


def test_who_waits_is_served_in_order() -> None:
    lane, served = full_lane(), list[int]()

    def come(number: int) -> None:
        lane.enter(30)
        served.append(number)
        lane.leave()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        waiting(lane, number + 1)
    lane.leave()
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4]


def test_nobody_overtakes_those_who_wait() -> None:
    lane = full_lane()
    thread = threading.Thread(target=lane.enter, args=(30,))
    thread.start()
    waiting(lane, 1)
    lane.leave()
    assert not lane.try_enter()
    thread.join()
    assert (lane.taken, lane.waiting) == (1, 0)


def test_an_asker_who_leaves_steps_out_of_the_queue() -> None:
    lane = full_lane()
    with pytest.raises(AnswerBrokenOff):
        lane.enter(30, lambda: True)
    assert (lane.taken, lane.waiting) == (1, 0)
    lane.leave()
    assert lane.try_enter()


def test_no_place_is_lost_under_many_comers() -> None:
    lane = Lane(3, 100, "quick")

    def come(number: int) -> None:
        for _ in range(20):
            try:
                lane.enter(0.0005 * (number % 3), lambda: number % 5 == 0)
            except (Busy, AnswerBrokenOff):
                continue
            lane.leave()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (lane.taken, lane.waiting) == (0, 0)
