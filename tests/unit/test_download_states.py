"""The state machine of a download, as rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.downloads import FINISHED, MOVES, RUNNING, State, check_move
from civitdock.errors import WrongState

STATES = st.sampled_from(list(State))


def allowed(old: State, new: State) -> bool:
    try:
        check_move(old, new)
    except WrongState:
        return False
    return True


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)
    assert not RUNNING & FINISHED


@given(STATES, STATES)
def test_moves_are_exactly_the_table(old: State, new: State) -> None:
    assert allowed(old, new) == (new in MOVES[old])


@given(st.lists(STATES, max_size=30))
def test_nothing_is_done_that_was_not_verified_or_here_already(wishes: list[State]) -> None:
    path = [State.QUEUED]
    for wish in wishes:
        if allowed(path[-1], wish):
            path.append(wish)
    if path[-1] is State.DONE:
        assert path[-2] in (State.MOVING, State.RESOLVING, State.QUEUED)
        if path[-2] is State.MOVING:
            assert path[-3] is State.VERIFYING
            assert path[-4] is State.DOWNLOADING


def test_done_is_the_end_and_every_other_state_can_reach_it() -> None:
    assert MOVES[State.DONE] == frozenset()
    for start in State:
        seen, edge = {start}, {start}
        while edge:
            edge = {new for old in edge for new in MOVES[old]} - seen
            seen |= edge
        assert State.DONE in seen


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_a_restart_can_put_any_running_state_back(state: State) -> None:
    check_move(state, State.QUEUED)


def test_a_file_being_placed_cannot_be_stopped() -> None:
    for stop in (State.PAUSED, State.CANCELLED):
        with pytest.raises(WrongState):
            check_move(State.MOVING, stop)
