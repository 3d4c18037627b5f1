"""The rules of one transfer: ranges, resuming, speed, waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import (
    Bucket,
    ByteRange,
    ResumeData,
    Step,
    Strikes,
    Validator,
    content_range,
    read_answer,
    read_size,
)
from civitdock.services.downloads.progress import Meter, eta

KNOWN = Hashes(sha256="a" * 64)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bytes 5-9/10", ByteRange(5, 9, 10)),
        ("Bytes 5-9/*", ByteRange(5, 9, None)),
        ("bytes */10", ByteRange(None, None, 10)),
        ("bytes 9-5/10", None),
        ("bytes 5-10/10", None),
        ("bytes 5-/10", None),
        ("items 5-9/10", None),
        ("", None),
        (None, None),
    ],
)
def test_content_ranges(text: str | None, expected: ByteRange | None) -> None:
    assert content_range(text) == expected


@pytest.mark.parametrize(
    ("status", "headers", "start", "total", "step"),
    [
        (200, {"content-length": "10"}, 0, None, Step.FRESH),
        (200, {}, 0, None, Step.FRESH),
        (200, {"content-length": "10"}, 5, 10, Step.FRESH),
        (206, {"content-range": "bytes 5-9/10"}, 5, 10, Step.APPEND),
        (206, {"content-range": "bytes 5-9/10"}, 5, None, Step.APPEND),
        (206, {"content-range": "bytes 5-9/*"}, 5, 10, Step.APPEND),
        (206, {"content-range": "bytes 4-9/10"}, 5, 10, Step.RESTART),
        (206, {"content-range": "bytes 5-10/11"}, 5, 10, Step.RESTART),
        (206, {}, 5, 10, Step.RESTART),
        (206, {"content-range": "bytes nonsense"}, 5, 10, Step.RESTART),
        (204, {}, 5, 10, Step.RESTART),
        (416, {"content-range": "bytes */10"}, 10, 10, Step.COMPLETE),
        (416, {"content-range": "bytes */10"}, 10, None, Step.COMPLETE),
        (416, {"content-range": "bytes */9"}, 10, 10, Step.RESTART),
        (416, {}, 10, 10, Step.RESTART),
        (416, {"content-range": "bytes */0"}, 0, None, Step.RESTART),
        (403, {}, 5, 10, Step.REFUSED),
        (500, {}, 0, None, Step.REFUSED),
    ],
)
def test_answers(status: int, headers: dict[str, str], start: int, total: int | None, step: Step) -> None:
    assert read_answer(status, headers, start, total).step is step


@given(st.integers(0, 600), st.text(max_size=30), st.text(max_size=8), st.integers(0, 10**12))
def test_no_answer_appends_at_another_place(status: int, where: str, length: str, start: int) -> None:
    reading = read_answer(status, {"content-range": f"bytes {where}", "content-length": length}, start, None)
    if reading.step is Step.APPEND:
        found = content_range(f"bytes {where}")
        assert found is not None
        assert found.first == start


def test_what_of_a_part_may_be_kept() -> None:
    proven = ResumeData("source", KNOWN, total=100, synced=40)
    assert proven.usable(60, "another address of the same file", KNOWN) == 60
    assert proven.usable(60, "source", Hashes(sha256="b" * 64)) == 0
    assert proven.usable(101, "source", KNOWN) == 0
    unproven = ResumeData("source", Hashes(), total=100, synced=40)
    assert unproven.usable(60, "source", Hashes()) == 40
    assert unproven.usable(30, "source", Hashes()) == 30
    assert unproven.usable(60, "other", Hashes()) == 0
    assert unproven.usable(60, "source", KNOWN) == 0


def test_validators_count_only_on_their_host_and_only_strong_ones() -> None:
    both = Validator("a:1", '"tag"', "Thu, 01 Jan 2026 00:00:00 GMT")
    assert both.condition("a:1") == '"tag"'
    assert both.condition("b:1") is None
    assert Validator("a:1", 'W/"tag"', "Thu").condition("a:1") == "Thu"
    assert Validator("a:1", None, None).condition("a:1") is None


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=50), st.floats(1_000, 10_000_000))
def test_the_bucket_keeps_the_mean(amounts: list[int], rate: float) -> None:
    bucket, now = Bucket(), 0.0
    for amount in amounts:
        bucket, wait = bucket.take(amount, now, rate)
        now += wait
    assert sum(amounts) <= now * rate + rate / 2 + 1


def test_strikes_grow_and_progress_forgives() -> None:
    strikes = Strikes()
    assert [strikes.strike(0) for _ in range(4)] == [1.0, 2.0, 4.0, None]
    strikes = Strikes()
    assert [strikes.strike(done) for done in (0, 0, 5, 5, 9)] == [1.0, 2.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize(("rate", "size"), [(0, 1024 * 1024), (1, 16 * 1024), (400_000, 100_000), (10**9, 1024 * 1024)])
def test_reads_are_small_under_a_limit(rate: float, size: int) -> None:
    assert read_size(rate) == size


def test_speed_is_the_mean_of_five_seconds() -> None:
    meter = Meter()
    assert meter.speed(0) is None
    for second in range(11):
        meter.note(float(second), second * 1000)
    assert meter.speed(10.0) == pytest.approx(1000)
    assert meter.speed(20.0) == pytest.approx(0)
    meter.note(21.0, 0)
    assert meter.speed(22.0) == 0


def test_time_left() -> None:
    assert eta(50, 100, 25.0) == 2.0
    assert eta(50, None, 25.0) is None
    assert eta(50, 100, 0.0) is None
    assert eta(50, 100, None) is None
    assert eta(120, 100, 25.0) == 0
