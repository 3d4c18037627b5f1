"""The record of a sync: counters, the time that is left, waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.domain.sync import Phase, Sync, SyncRequest, SyncState
from civitdock.errors import BadAnswer, CivitaiDown, CivitDockError, NotFound, RateLimited, RegionBlocked
from civitdock.ports import CallCancelled, Patience
from civitdock.services.sync_control import SyncControl, SyncEnded
from tests.library.support import RecordingHost
from tests.support.clock import FakeClock


@pytest.fixture
def control(tmp_path: Path, clock: FakeClock) -> SyncControl:
    made = SyncControl(Sync("1"), RecordingHost(tmp_path), clock)
    made.widen(SyncRequest())
    made.begin()
    return made


def test_the_time_left_follows_the_bytes(control: SyncControl, clock: FakeClock) -> None:
    control.expect(2, 400)
    control.phase(Phase.HASHING)
    control.read(100)
    assert control.job.eta_s is None
    clock.advance(2)
    control.read(100)
    assert control.job.eta_s == pytest.approx(2.0)
    clock.advance(3600)  # a pause is no work
    control.read(100)
    assert control.job.eta_s == pytest.approx(7 / 3)
    control.phase(Phase.LOOKING_UP)
    assert (control.job.eta_s, control.job.bytes_done, control.job.bytes_total) == (None, 300, 400)


def test_what_passes_is_waited_for_and_the_wait_is_said(control: SyncControl, clock: FakeClock) -> None:
    errors: list[CivitDockError] = [CivitaiDown(), RateLimited(retry_after=200.0), CivitaiDown(), BadAnswer()]
    seen = []

    def call(patience: Patience) -> str:
        seen.append(patience.cancelled.is_set())
        assert control.job.waiting is None
        if errors:
            raise errors.pop(0)
        return "answer"

    assert control.ask(call) == "answer"
    assert seen == [False] * 5
    assert clock.waits == [15, 200, 60, 120]


@pytest.mark.parametrize(("error", "tries"), [(NotFound, 1), (RegionBlocked, 1), (BadAnswer, 3)])
def test_what_does_not_pass_is_raised(control: SyncControl, error: type[CivitDockError], tries: int) -> None:
    calls = []

    def call(patience: Patience) -> str:
        calls.append(patience)
        raise error

    with pytest.raises(error):
        control.ask(call)
    assert len(calls) == tries


def test_a_cancel_ends_a_call_and_every_later_step(control: SyncControl) -> None:
    def call(patience: Patience) -> str:
        control.cancel()
        assert patience.cancelled.is_set()
        raise CallCancelled

    with pytest.raises(SyncEnded):
        control.ask(call)
    with pytest.raises(SyncEnded):
        control.read(1)
    assert control.finish_unless_widened(control.requests())
    assert control.job.state is SyncState.CANCELLED
    assert not control.widen(SyncRequest(force=True))


def test_it_ends_only_when_nothing_came_meanwhile(control: SyncControl) -> None:
    done = control.requests()
    assert control.widen(SyncRequest())
    assert control.widen(SyncRequest(force=True))
    assert not control.finish_unless_widened(done)
    assert control.finish_unless_widened(control.requests())
    assert (control.job.state, control.job.phase) == (SyncState.DONE, "done")


def test_a_failure_is_told(control: SyncControl) -> None:
    control.fail(RegionBlocked())
    assert control.job.state is SyncState.FAILED
    assert control.job.errors[0]["code"] == "region_blocked"
    control.abandon()
    assert control.job.state is SyncState.FAILED
