"""The fake clock keeps the promises of the port, so that tests with it mean something."""

from __future__ import annotations

import threading

import pytest

from tests.support.clock import FakeClock


def test_a_wait_moves_the_time_and_says_that_it_passed(clock: FakeClock) -> None:
    wall, monotonic = clock.now(), clock.monotonic()
    assert clock.wait(threading.Event(), 7.5) is False
    assert (clock.now() - wall, clock.monotonic() - monotonic) == (7.5, 7.5)
    assert clock.waits == [7.5]


def test_a_set_event_ends_the_wait_at_once(clock: FakeClock) -> None:
    event = threading.Event()
    event.set()
    before = clock.monotonic()
    assert clock.wait(event, 100) is True
    assert clock.monotonic() == before


def _waiter(clock: FakeClock, event: threading.Event, answers: list[bool]) -> threading.Thread:
    thread = threading.Thread(target=lambda: answers.append(clock.wait(event, 10)))
    thread.start()
    clock.await_waiters()
    return thread


@pytest.mark.timeout(20)
def test_a_held_clock_waits_until_the_test_advances_it(clock: FakeClock) -> None:
    clock.hold()
    answers: list[bool] = []
    thread = _waiter(clock, threading.Event(), answers)
    clock.advance(9.9)
    assert thread.is_alive()
    clock.advance(0.2)
    thread.join(5)
    assert answers == [False]


@pytest.mark.timeout(20)
def test_an_event_ends_a_held_wait(clock: FakeClock) -> None:
    clock.hold()
    answers: list[bool] = []
    event = threading.Event()
    thread = _waiter(clock, event, answers)
    event.set()
    thread.join(5)
    assert answers == [True]


def test_the_wall_clock_can_jump_alone(clock: FakeClock) -> None:
    before = clock.monotonic()
    clock.set_wall(1000.0)
    assert (clock.now(), clock.monotonic()) == (1000.0, before)
