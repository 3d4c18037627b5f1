"""Which bytes are there and who fetches which: no byte is lost, none is written twice."""

from __future__ import annotations

import itertools
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.adapters.transfer.resume import ResumeFile, read_resume, resume_path
from civitdock.domain.hashes import Hashes
from civitdock.domain.segments import (
    LATENCIES,
    MIN_HALF,
    MIN_SEGMENT,
    STALLED_SECONDS,
    UNANSWERED_SECONDS,
    Advice,
    Board,
    Ramp,
    Spans,
)
from civitdock.domain.transfers import ResumeData, Validator

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair))))
MIB = 1024 * 1024
KNOWN = Hashes(sha256="a" * 64)


@given(RANGES, st.integers(1, 90))
def test_spans_are_the_set_of_their_bytes(ranges: list[tuple[int, int]], end: int) -> None:
    spans = Spans(ranges)
    there = {byte for start, stop in ranges for byte in range(start, stop)}
    assert {byte for start, stop in spans for byte in range(start, stop)} == there
    assert spans.count == len(there)
    assert spans.prefix == next(byte for byte in range(100) if byte not in there)
    assert {byte for start, stop in spans.gaps(end) for byte in range(start, stop)} == set(range(end)) - there
    assert {byte for start, stop in spans.clipped(end) for byte in range(start, stop)} == there & set(range(end))
    edges = [edge for pair in spans for edge in pair]
    assert edges == sorted(set(edges))


def test_a_range_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="no range"):
        Spans([(5, 4)])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("claim", "reserve", "write", "release", "shorten", "extend", "kill")),
        st.integers(0, 3),
        st.integers(1, 3 * MIB),
    ),
    max_size=80,
)


@given(STEPS, st.integers(1, 40 * MIB))
def test_whatever_the_workers_do_each_byte_is_written_once(steps: list[tuple[str, int, int]], total: int) -> None:
    board, written, flying = Board(Spans(), total), Spans(), set[int]()
    for action, worker, amount in steps:
        claim = board.claims.get(worker)
        if action == "kill":
            board, flying = Board(Spans(board.done), total), set()
        elif claim is None:
            if action == "claim":
                board.claim(worker, amount, 0.0)
        elif worker in flying:
            if action == "write":
                new = Spans([(claim.at, claim.busy)])
                assert Spans([*written, *new]).count == written.count + new.count
                written = Spans([*written, *new])
                board.written(worker, 0.0)
                flying.discard(worker)
        elif action == "reserve":
            board.reserve(worker, amount)
            flying.add(worker)
        elif action == "release":
            board.release(worker)
        elif action == "shorten":
            board.shorten(worker, amount)
        elif action == "extend":
            board.extend(worker, claim.stop + amount)
        claims = sorted((one.at, one.stop) for one in board.claims.values())
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(claims))
        assert all(one.at <= one.busy <= one.stop <= total for one in board.claims.values())
        assert list(board.done) == list(written)
    board = Board(board.done, total)
    while (claim := board.claim(9, MIB, 0.0)) is not None:
        board.reserve(9, claim.stop - claim.at)
        board.written(9, 0.0)
        board.release(9)
    assert board.whole()
    assert list(board.done) == [(0, total)]


def test_a_free_worker_gets_half_of_the_longest_rest_and_leaves_what_is_under_way() -> None:
    board = Board(Spans(), 10 * MIB)
    first = board.claim(1, 10 * MIB, 0.0)
    assert first is not None
    board.reserve(1, 2 * MIB)
    second = board.claim(2, MIB, 0.0)
    assert second is not None
    assert (first.stop, second.at, second.stop) == (6 * MIB, 6 * MIB, 10 * MIB)
    board.reserve(1, 6 * MIB - 2 * MIN_HALF + 1)
    board.reserve(2, 4 * MIB - 2 * MIN_HALF + 1)
    assert board.claim(3, MIB, 0.0) is None


def test_a_worker_without_bytes_is_stalled() -> None:
    board = Board(Spans(), 10 * MIB)
    board.claim(1, MIB, 0.0)
    board.touch(1, 0.0)
    board.claim(2, MIB, STALLED_SECONDS)
    assert board.stalled(STALLED_SECONDS + 0.1, by=2) == [1]
    assert board.stalled(STALLED_SECONDS + 0.1, by=1) == []


@pytest.mark.parametrize(("latency", "patience"), [(0.0, UNANSWERED_SECONDS), (5.0, LATENCIES * 5.0)])
def test_a_worker_without_answer_is_stalled_where_another_could_have_its_bytes(latency: float, patience: float) -> None:
    board = Board(Spans(), 10 * MIB)
    board.claim(1, MIB, 0.0)
    assert board.stalled(patience + 0.1, None, latency) == []
    assert board.stalled(patience - 0.1, 2, latency) == []
    assert board.stalled(patience + 0.1, 2, latency) == [1]
    board.claim(2, MIB, patience)
    assert board.stalled(patience + 0.1, None, latency) == [1]
    assert board.slow(patience + 0.1, 2, MIB) == []


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (Validator("a", '"1"', "Mon"), True),
        (Validator("a", '"1"', None), True),
        (Validator("a", None, "Mon"), True),
        (Validator("a", '"2"', "Mon"), False),
        (Validator("a", '"1"', "Tue"), False),
        (Validator("a"), None),
        (Validator("b", '"1"', "Mon"), None),
    ],
)
def test_marks_of_a_file_are_compared_where_both_answers_have_them(found: Validator, same: bool | None) -> None:
    assert Validator("a", '"1"', "Mon").is_same(found) is same


@pytest.mark.parametrize(("cap", "wanted"), [(16, 16), (4, 16), (2, 4), (1, 4)])
def test_connections_grow_while_they_pay(cap: int, wanted: int) -> None:
    """A server whose line is full with `cap` connections; those that bring nothing are given back."""
    ramp, now, done, most = Ramp(16), 0.0, 0, 1
    for _ in range(400):
        now += 0.05
        done += int(min(ramp.count, cap) * MIB * 0.05)
        ramp.look(done, 1 << 40, now)
        most = max(most, ramp.count)
    assert ramp.count == cap
    assert most <= wanted


def test_nothing_is_tried_for_the_last_second() -> None:
    ramp = Ramp(8)
    assert ramp.look(0, 100 * MIB, 0.0) is Advice.STAY
    assert ramp.look(90 * MIB, 10 * MIB, 0.5) is Advice.STAY
    assert ramp.count == 1


def test_an_objection_is_remembered() -> None:
    ramp = Ramp(8)
    ramp.look(0, 1 << 40, 0.0)
    assert ramp.look(MIB, 1 << 40, 1.0) is Advice.GROW
    ramp.objected(1)
    for second in range(2, 20):
        ramp.look(second * MIB, 1 << 40, float(second))
    assert ramp.count == 1
    assert ramp.segment() >= MIN_SEGMENT


@given(RANGES, RANGES, st.integers(0, 400))
def test_resume_data_cut_anywhere_never_claims_more(
    base: list[tuple[int, int]], lines: list[tuple[int, int]], keep: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "x.civitdock-part"
        file = ResumeFile(part)
        file.write(ResumeData("source", KNOWN, 100, synced=0, ranges=tuple(Spans(base))))
        whole = resume_path(part).stat().st_size
        for start, stop in lines:
            file.note(start, stop)
        file.close()
        raw = resume_path(part).read_bytes()
        resume_path(part).write_bytes(raw[: whole + keep])
        found = read_resume(resume_path(part))
        assert found is not None
        assert found.ranges is not None
        complete = raw[whole : whole + keep].count(b"\n")
        assert list(found.ranges) == list(Spans([*Spans(base), *lines[:complete]]))


def test_resume_data_of_one_connection_is_still_understood(tmp_path: Path) -> None:
    part = tmp_path / "x.civitdock-part"
    known = {"sha256": "a" * 64}
    old = {"format": 1, "source": "s", "expected": known, "total": 100, "validator": {"host": "h"}, "synced": 40}
    resume_path(part).write_text(json.dumps(old))
    found = read_resume(resume_path(part))
    assert found is not None
    assert list(found.kept(60, "other", KNOWN)) == [(0, 60)]
    ResumeFile(part).write(found)
    assert json.loads(resume_path(part).read_text())["format"] == 1


def test_ranges_are_kept_for_the_same_file_only() -> None:
    gaps = ((0, 10), (20, 50))
    proven = ResumeData("source", KNOWN, total=100, ranges=gaps)
    assert list(proven.kept(60, "other", KNOWN)) == list(gaps)
    assert list(proven.kept(30, "other", KNOWN)) == [(0, 10), (20, 30)]
    assert list(proven.kept(101, "source", KNOWN)) == []
    unproven = ResumeData("source", Hashes(), total=100, ranges=gaps)
    assert list(unproven.kept(60, "source", Hashes())) == list(gaps)
    assert list(unproven.kept(60, "other", Hashes())) == []
