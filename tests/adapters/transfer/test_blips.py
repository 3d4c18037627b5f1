"""What passes by itself, and what only looks like it: nothing is lost by it, nothing waited for, nothing mixed."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.demo import faults
from civitdock.demo.blobs import ChangedBlob, PatternBlob
from civitdock.demo.faults import Fault, Match, Ranges
from civitdock.demo.wire import Request, Wire
from civitdock.domain import segments
from civitdock.domain.hashes import Hashes
from civitdock.errors import BusyElsewhere, CivitaiDown, NotWritable, Truncated
from civitdock.ports import TransferStopped
from tests.adapters.transfer.conftest import MIB, Rig
from tests.adapters.transfer.test_segments import FURTHER, SIZE, check, storage, wide  # noqa: F401  a fixture

STORAGE = Match(where="storage")
#: The time-out of a read is 30 seconds; what is cut ends long before.
SOON = 12.0

pytestmark = pytest.mark.once


class Seconds:
    """How long it took so far."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._began = self._clock.monotonic()

    def passed(self) -> float:
        return self._clock.monotonic() - self._began


# --- never a mixture -----------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["hash", "no hash"])
def test_a_changed_file_at_a_storage_that_knows_no_if_range_starts_over(rig: Rig, known: bool) -> None:
    expected = None if known else Hashes()
    with pytest.raises(TransferStopped):
        rig.fetch(expected, stop=rig.stop_after(2 * MIB))
    new = ChangedBlob(ChangedBlob(rig.file.blob, 9), 3 * MIB - 9)
    rig.file.served = new
    rig.demo.faults.add(match=STORAGE, fault=faults.ignore_if_range(), times=None)
    fetched = rig.fetch(expected)
    assert rig.content() == new.read()
    assert fetched.hashes.sha256 == hashlib.sha256(new.read()).hexdigest()


def test_a_file_that_changes_under_several_connections_is_never_mixed(wide: Rig) -> None:  # noqa: F811
    new = ChangedBlob(ChangedBlob(wide.file.blob, 9), SIZE - 9)
    wide.demo.faults.add(match=STORAGE, fault=faults.ignore_if_range(), times=None)

    def stop() -> str | None:
        if wide.reported and wide.reported[-1].done > SIZE // 3:
            wide.file.served = new
        return None

    fetched = wide.fetch(Hashes(), stop=stop)
    found = hashlib.sha256(wide.content()).hexdigest()
    assert found in {hashlib.sha256(each.read()).hexdigest() for each in (wide.file.blob, new)}
    assert fetched.hashes.sha256 == found


# --- nobody waits for a time-out -----------------------------------------------------------------


def test_bytes_of_a_request_without_answer_go_to_another(
    wide: Rig,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(segments, "UNANSWERED_SECONDS", 1.0)
    gate, time = faults.Gate(), Seconds()
    rule = wide.demo.faults.add(match=FURTHER, fault=faults.stall(gate), times=1)
    wide.fetch()
    assert time.passed() < SOON
    assert rule.hits == 1
    check(wide)
    gate.release()


@pytest.mark.parametrize("where", ["api", "storage"])
def test_a_stop_is_heard_while_no_answer_comes(rig: Rig, where: faults.Place) -> None:
    rig.transfers._clock = SystemClock()
    gate, stopped = faults.Gate(), threading.Event()
    rig.demo.faults.add(match=Match(where=where), fault=faults.stall(gate), times=None)
    assert _stopped_within(rig, gate, stopped) < SOON
    gate.release()


def test_a_stop_is_heard_while_further_connections_get_no_answer(wide: Rig) -> None:  # noqa: F811
    gate, stopped = faults.Gate(), threading.Event()
    wide.demo.faults.add(match=FURTHER, fault=faults.stall(gate), times=None)
    assert _stopped_within(wide, gate, stopped) < SOON
    gate.release()


def _stopped_within(rig: Rig, gate: faults.Gate, stopped: threading.Event) -> float:
    """Stop as soon as a request waits behind the gate; the seconds until the transfer ended with `TransferStopped`."""
    ended: list[str] = []

    def fetch() -> None:
        with pytest.raises(TransferStopped):
            rig.fetch(stop=lambda: "paused" if stopped.is_set() else None)
        ended.append("stopped")

    fetcher = threading.Thread(target=fetch, daemon=True)
    fetcher.start()
    gate.wait_reached()
    time = Seconds()
    stopped.set()
    fetcher.join(60)
    assert ended == ["stopped"]
    return time.passed()


# --- what passes by itself -----------------------------------------------------------------------


def test_a_storage_that_falls_silent_is_down_and_nothing_is_wrong_with_the_file(
    wide: Rig,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(segments, "STALLED_SECONDS", 0.5)
    gate = faults.Gate()
    wide.demo.faults.add(match=STORAGE, fault=faults.gated(gate, 0), times=None)
    with pytest.raises(CivitaiDown):
        wide.fetch()
    gate.release()


def test_a_blip_of_the_network_costs_no_connection(wide: Rig) -> None:  # noqa: F811
    wide.demo.throttle = 3 * MIB
    blip = _Blip(wide)
    wide.demo.faults.add(match=Match(where="storage", when=blip.begins), fault=faults.reset(MIB), times=4)
    wide.demo.faults.add(match=Match(where="storage", when=blip.lasts), fault=faults.reset(), times=None)
    wide.fetch()
    check(wide)
    assert blip.hits > 0
    assert max(line.concurrent for line in storage(wide)[-4:]) >= 4


class _Blip:
    """Four connections break after a mebibyte each, then for two seconds none comes about."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._time: Seconds | None = None
        self.hits = 0

    def begins(self, request: Request) -> bool:
        return self._time is None and (request.concurrent > 1 or "range" in request.headers)

    def lasts(self, _request: Request) -> bool:
        broken = [line for line in self._rig.demo.asked(where="storage") if 0 < line.sent <= MIB]
        if self._time is None and len(broken) >= 3:
            self._time = Seconds()
        down = self._time is not None and self._time.passed() < 2
        self.hits += down
        return down


def test_one_answer_that_ignores_the_range_throws_nothing_away(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(2 * MIB))
    rig.demo.faults.add(match=STORAGE, fault=faults.ignore_range(), times=2)
    before = len(rig.demo.asked(where="storage"))
    rig.fetch()
    assert rig.content() == rig.file.blob.read()
    assert rig.demo.asked(where="storage")[before + 2].headers["range"] != "bytes=0-"
    assert rig.demo.asked(where="storage")[-1].status == 206


# --- bodies without a length ---------------------------------------------------------------------


def _no_length(wire: Callable[[Wire], Wire]) -> Fault:
    fault = faults.no_length()
    return replace(fault, wire=wire(fault.wire))


def test_a_body_without_length_that_falls_silent_is_not_at_its_end(
    wide: Rig,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(segments, "STALLED_SECONDS", 0.5)
    gate = faults.Gate()
    silent = _no_length(lambda wire: replace(wire, gate=gate, gate_after=5 * MIB))
    wide.demo.faults.add(match=STORAGE, fault=silent, times=1)
    wide.fetch()
    check(wide)
    gate.release()


def test_a_body_without_length_that_breaks_off_is_asked_for_again(rig: Rig) -> None:
    broken = _no_length(lambda wire: replace(wire, cut_after=MIB, ending=faults.Ending.CLOSE))
    rig.demo.faults.add(match=STORAGE, fault=broken, times=1)
    rig.fetch()
    assert rig.content() == rig.file.blob.read()


def test_a_body_without_length_may_be_shorter_than_civitai_says(rig: Rig) -> None:
    short = PatternBlob("short", MIB)
    rig.file.served = short
    rig.demo.faults.add(match=STORAGE, fault=replace(faults.no_length(), ranges=Ranges.IGNORE), times=None)
    assert rig.fetch(Hashes(sha256=short.digests().sha256.lower())).size_bytes == MIB


def test_a_body_that_always_breaks_off_earlier_is_truncated(rig: Rig) -> None:
    for amount in range(9, 1, -1):
        broken = _no_length(lambda wire, end=amount: replace(wire, cut_after=end, ending=faults.Ending.CLOSE))
        rig.demo.faults.add(match=STORAGE, fault=replace(broken, ranges=Ranges.IGNORE), times=1)
    with pytest.raises(Truncated):
        rig.fetch()


# --- what is told while nothing comes -------------------------------------------------------------


def test_what_further_connections_bring_is_told_while_the_first_one_waits(wide: Rig) -> None:  # noqa: F811
    gate, told = faults.Gate(), threading.Event()
    first = Match(where="storage", when=lambda request: request.concurrent == 1)
    wide.demo.faults.add(match=first, fault=faults.gated(gate, 6 * MIB), times=1)

    def stop() -> str | None:
        if wide.reported and wide.reported[-1].done > 10 * MIB:
            told.set()
        return None

    fetcher = threading.Thread(target=lambda: wide.fetch(stop=stop), daemon=True)
    fetcher.start()
    assert told.wait(20)
    gate.release()
    fetcher.join(60)
    check(wide)
    done = [progress.done for progress in wide.reported]
    assert done == sorted(done)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not delete open files")
def test_a_part_that_is_deleted_on_the_way_is_missed_soon(wide: Rig) -> None:  # noqa: F811
    wide.demo.throttle = MIB // 2
    deleted = threading.Event()

    def stop() -> str | None:
        if not deleted.is_set() and wide.reported and wide.reported[-1].done > MIB:
            wide.part.unlink()
            deleted.set()
        return None

    time = Seconds()
    with pytest.raises(NotWritable, match="was deleted while"):
        wide.fetch(stop=stop)
    assert time.passed() < SOON
    wide.demo.throttle = None
    wide.fetch()
    check(wide)


# --- a part that another program fills -----------------------------------------------------------


def test_a_part_that_another_program_fills_is_not_taken_from_it(rig: Rig) -> None:
    other = HttpTransfers(rig.knobs, rig.vault, SystemClock(), "civitdock-tests/1")
    gate = faults.Gate()
    rig.demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB), times=1)
    fetcher = threading.Thread(target=rig.fetch, daemon=True)
    fetcher.start()
    gate.wait_reached()
    with pytest.raises(BusyElsewhere):
        other.discard(rig.part)
    gate.release()
    fetcher.join(30)
    assert rig.content() == rig.file.blob.read()
    other.discard(rig.part)
    assert not rig.part.exists()
