"""The circuit breaker and the spacing of attempts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.breaker import FAILURES_TO_OPEN, SECONDS_OPEN, Breaker
from civitdock.domain.retry import LONGEST_RETRY_AFTER, RetryRule, Streak, retry_after_seconds


def broken(at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _time in range(FAILURES_TO_OPEN):
        breaker.failed(at)
    return breaker


def test_it_opens_after_five_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker()
    for _time in range(4):
        breaker.failed(0)
        assert breaker.try_pass(0)
    breaker.succeeded()
    for _time in range(4):
        breaker.failed(0)
    assert breaker.try_pass(0)
    breaker.failed(0)
    assert not breaker.try_pass(0)


def test_after_fifteen_seconds_one_probe_passes_and_decides() -> None:
    breaker = broken(at=100)
    assert breaker.seconds_shut(101) == 14
    assert not breaker.try_pass(114.9)
    assert breaker.try_pass(115)
    assert not breaker.try_pass(115)
    breaker.failed(116)
    assert not breaker.try_pass(130.9)
    assert breaker.try_pass(131)
    breaker.succeeded()
    assert breaker.try_pass(131)
    assert breaker.seconds_shut(131) == 0


def test_a_probe_that_never_reports_blocks_for_no_longer_than_a_failure() -> None:
    breaker = broken()
    assert breaker.try_pass(SECONDS_OPEN)
    assert not breaker.try_pass(SECONDS_OPEN * 2 - 0.1)
    assert breaker.try_pass(SECONDS_OPEN * 2)


@given(st.lists(st.tuples(st.sampled_from(["ok", "bad"]), st.floats(0, 60))))
def test_it_is_open_only_after_five_failures_in_a_row(events: list[tuple[str, float]]) -> None:
    breaker, now, row = Breaker(), 0.0, 0
    for kind, pause in events:
        now += pause
        if not breaker.try_pass(now):
            assert row >= FAILURES_TO_OPEN
            continue
        if kind == "ok":
            breaker.succeeded()
            row = 0
        else:
            breaker.failed(now)
            row += 1
    assert (breaker.opened_at is None) == (row < FAILURES_TO_OPEN)


@given(attempt=st.integers(1, 1000), asked=st.none() | st.floats(0, 4000), chance=st.floats(0, 1))
def test_a_wait_is_never_shorter_than_asked_nor_longer_than_the_rule(
    attempt: int, asked: float | None, chance: float
) -> None:
    rule = RetryRule()
    seconds = rule.delay(attempt, asked, chance)
    assert seconds >= (asked or 0)
    assert rule.first / 2 <= seconds <= max(rule.longest, asked or 0)


def test_waits_double() -> None:
    assert [RetryRule().delay(n, None, 1.0) for n in (1, 2, 3, 4, 5, 6, 7)] == [1, 2, 4, 8, 16, 30, 30]


def test_attempts_and_patience_end_it() -> None:
    rule = RetryRule(attempts=3)
    assert rule.next_delay(2, None, 1.0, left=10) == 2
    assert rule.next_delay(3, None, 1.0, left=10) is None
    assert rule.next_delay(1, 60, 1.0, left=30) is None
    assert rule.next_delay(1, None, 1.0, left=1) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("2", 2.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("99999999999", LONGEST_RETRY_AFTER),
        ("Wed, 18 Nov 2026 11:06:50 GMT", 10.0),
        ("Wed, 18 Nov 2020 11:06:50 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, 1_795_000_000.0) == seconds


@given(st.text())
def test_any_retry_after_is_taken(header: str) -> None:
    found = retry_after_seconds(header, 1e9)
    assert found is None or 0 <= found <= LONGEST_RETRY_AFTER


def test_a_job_of_the_queue_waits_ever_longer_up_to_five_minutes_however_long_it_lasts() -> None:
    streak, seconds = Streak(), []
    for _time in range(7):
        streak = streak.waited()
        seconds.append(streak.seconds(None))
    assert seconds == [15, 30, 60, 120, 240, 300, 300]
    assert Streak(waits=100_000).seconds(None) == 300


@given(st.integers(0, 10_000), st.none() | st.floats(0, LONGEST_RETRY_AFTER))
def test_a_server_can_lengthen_the_wait_and_never_shorten_it(waits: int, asked: float | None) -> None:
    streak = Streak(waits)
    assert streak.seconds(asked) == max(streak.seconds(None), asked or 0)


def test_a_transfer_that_only_breaks_off_is_given_up_however_long_an_outage_was_before() -> None:
    streak: Streak | None = Streak(waits=50)
    for _time in range(Streak.MOST_BREAKS):
        assert streak is not None
        streak = streak.broken()
    assert streak is not None
    assert streak.broken() is None
