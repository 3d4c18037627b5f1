"""The order of waiting downloads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.downloads import Download, Priority, Wish
from civitdock.domain.ordering import Move, To, moved, next_rank, order_of
from civitdock.errors import InvalidRequest

PRIORITIES = st.sampled_from(list(Priority))


def job(name: str, rank: float = 0.0, priority: Priority = Priority.NORMAL) -> Download:
    return Download(id=name, wish=Wish(1), rank=rank, priority=priority)


def apply(jobs: list[Download], name: str, move: Move) -> list[Download]:
    """The jobs after a move, in their order."""
    changes = moved(jobs, next(each for each in jobs if each.id == name), move)
    after = [
        replace(each, priority=changes[each.id][0], rank=changes[each.id][1]) if each.id in changes else each
        for each in jobs
    ]
    return sorted(after, key=order_of)


def names(jobs: list[Download]) -> str:
    return "".join(each.id for each in jobs)


FOUR = [job(name, float(number)) for number, name in enumerate("abcd")]


@pytest.mark.parametrize(
    ("move", "order"),
    [
        (Move(to=To.TOP), "cabd"),
        (Move(to=To.UP), "acbd"),
        (Move(to=To.DOWN), "abdc"),
        (Move(to=To.BOTTOM), "abdc"),
        (Move(before="a"), "cabd"),
        (Move(after="a"), "acbd"),
        (Move(before="b"), "acbd"),
        (Move(after="d"), "abdc"),
    ],
)
def test_moves(move: Move, order: str) -> None:
    assert names(apply(FOUR, "c", move)) == order
    assert len(moved(FOUR, FOUR[2], move)) == 1


@pytest.mark.parametrize("move", [Move(to=To.UP), Move(to=To.TOP)])
def test_the_first_stays_the_first(move: Move) -> None:
    assert moved(FOUR, FOUR[0], move) == {}


def test_beside_another_priority_it_is_taken_over() -> None:
    jobs = [job("a", 1, Priority.HIGH), *FOUR[1:]]
    after = apply(jobs, "d", Move(after="a"))
    assert names(after) == "adbc"
    assert after[1].priority is Priority.HIGH


@pytest.mark.parametrize(
    "move", [Move(), Move(to=To.UP, before="a"), Move(before="c"), Move(after="nobody"), Move(before="a", after="b")]
)
def test_moves_without_sense(move: Move) -> None:
    with pytest.raises(InvalidRequest):
        moved(FOUR, FOUR[2], move)


@given(
    st.lists(st.tuples(PRIORITIES, st.floats(-5, 5)), min_size=2, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=60),
)
def test_a_job_stands_where_it_was_put_however_often(
    made: list[tuple[Priority, float]], steps: list[tuple[int, int, bool]]
) -> None:
    jobs = [job(str(number), rank, priority) for number, (priority, rank) in enumerate(made)]
    for one, other, before in steps:
        name, beside = str(one % len(jobs)), str(other % len(jobs))
        if name == beside:
            continue
        old = [each.id for each in sorted(jobs, key=order_of) if each.id != name]
        jobs = apply(jobs, name, Move(before=beside) if before else Move(after=beside))
        order = [each.id for each in sorted(jobs, key=order_of)]
        assert order.index(name) == order.index(beside) + (-1 if before else 1)
        assert [each for each in order if each != name] == old
    assert next_rank(jobs) > max(each.rank for each in jobs)
