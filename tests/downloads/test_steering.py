"""Pausing, cancelling, retrying; several at once; waiting for the host; the states that allow it."""

from __future__ import annotations

import threading

import pytest

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Download, State, Wish
from civitdock.errors import NotFound, WrongState
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage, wait_until

MIB = 1024 * 1024
STORAGE = Match(where="storage")


class Held:
    """A download that hangs in the middle until the gate opens."""

    def __init__(self, stage: Stage, name: str, size: int = 3 * MIB) -> None:
        demo = stage.demo
        self.version = demo.catalogue.add(name, PatternBlob(name, size), file_name=f"{name}.yaml").versions[0]
        self.gate = Gate()
        demo.faults.add(match=Match(where="storage", regex=name), fault=faults.gated(self.gate, MIB))
        self.job: Download = stage.service.submit(Wish(self.version.id))
        self.gate.wait_reached()
        stage.wait_for(self.job, lambda seen: seen.bytes_done > 0)


def test_pause_keeps_the_part_and_resume_fetches_only_the_rest(stage: Stage) -> None:
    held = Held(stage, "one")
    paused = stage.service.pause(held.job.id)
    assert paused.state is State.PAUSED
    held.gate.release()
    stage.demo.wait_idle()
    assert stage.job(held.job.id).state is State.PAUSED
    part = stage.root() / "one.yaml.civitdock-part"
    kept = part.stat().st_size
    assert 0 < kept < 3 * MIB
    assert stage.service.resume(held.job.id).state is State.QUEUED
    stage.wait(held.job)
    assert stage.files() == {"LORA/one.yaml": held.version.files[0].blob.read()}
    last = int(stage.demo.asked(where="storage")[-1].headers["range"].removeprefix("bytes=").removesuffix("-"))
    assert kept <= last < 3 * MIB


def test_cancel_deletes_the_part_and_retry_begins_anew(stage: Stage) -> None:
    held = Held(stage, "two")
    cancelled = stage.service.cancel(held.job.id)
    assert cancelled.state is State.CANCELLED
    held.gate.release()
    stage.wait_idle()
    assert stage.files() == {}
    assert stage.job(held.job.id).state is State.CANCELLED
    stage.wait(stage.service.retry(held.job.id))
    assert list(stage.files()) == ["LORA/two.yaml"]


@pytest.mark.parametrize("moment", [1, 200_000, 2 * MIB])
def test_a_cancelled_job_has_no_part_although_its_transfer_still_hangs(stage: Stage, moment: int) -> None:
    version = stage.demo.catalogue.add("hangs", PatternBlob("hangs", 3 * MIB), file_name="hangs.yaml").versions[0]
    gate = Gate()
    stage.demo.faults.add(match=STORAGE, fault=faults.gated(gate, moment))
    job = stage.service.submit(Wish(version.id))
    gate.wait_reached()
    stage.wait_for(job, lambda seen: seen.state is State.DOWNLOADING)
    assert stage.service.cancel(job.id).state is State.CANCELLED
    assert stage.files() == {}
    gate.release()
    stage.wait_idle()
    assert stage.files() == {}
    assert stage.job(job.id).state is State.CANCELLED


def test_whoever_sees_a_job_cancelled_finds_no_part(stage: Stage) -> None:
    found: list[dict[str, bytes]] = []

    def watch(job: Download) -> None:
        stage.wait(job, State.CANCELLED)
        found.append(stage.files())

    for number in range(6):
        held = Held(stage, f"watched{number}")
        watcher = threading.Thread(target=watch, args=(held.job,))
        watcher.start()
        if number % 2:
            held.gate.release()
        stage.service.cancel(held.job.id)
        watcher.join(60)
        held.gate.release()
    stage.wait_idle()
    assert found == [{}] * 6
    assert stage.files() == {}


def test_the_end_of_a_cancelled_run_leaves_the_next_jobs_part_alone(stage: Stage) -> None:
    held = Held(stage, "left")
    stage.service.cancel(held.job.id)
    blob, gate = PatternBlob("right", 3 * MIB), Gate()
    other = stage.demo.catalogue.add("right", blob, file_name="left.yaml").versions[0]
    stage.demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = stage.service.submit(Wish(other.id))
    gate.wait_reached()
    stage.wait_for(job, lambda seen: seen.bytes_done > 0)
    held.gate.release()
    wait_until(lambda: len([t for t in threading.enumerate() if t.name.startswith("civitdock-download-")]) == 1)
    gate.release()
    stage.wait(job)
    assert stage.files() == {"LORA/left.yaml": other.files[0].blob.read()}
    assert len(stage.demo.asked(where="storage")) == 2


def test_cancel_of_a_paused_job_deletes_its_part_at_once(stage: Stage) -> None:
    held = Held(stage, "three")
    stage.service.pause(held.job.id)
    held.gate.release()
    stage.wait_idle()
    stage.service.cancel(held.job.id)
    assert stage.files() == {}


def test_asking_again_while_it_runs_gives_the_same_job(stage: Stage) -> None:
    held = Held(stage, "four")
    again = stage.service.submit(Wish(held.version.id, held.version.files[0].id))
    assert again.id == held.job.id
    held.gate.release()
    stage.wait(held.job)
    assert len(stage.demo.asked(where="storage")) == 1


def test_resuming_before_the_old_run_has_ended_makes_no_second_one(stage: Stage) -> None:
    held = Held(stage, "five")
    for _ in range(5):
        stage.service.pause(held.job.id)
        stage.service.resume(held.job.id)
    held.gate.release()
    stage.wait(held.job)
    assert stage.files() == {"LORA/five.yaml": held.version.files[0].blob.read()}


def test_as_many_run_at_once_as_the_setting_says(stage: Stage) -> None:
    stage.knobs.values["civitai_parallel_downloads"] = 2
    first, second = Held(stage, "six"), Held(stage, "seven")
    third = stage.demo.catalogue.add("eight", PatternBlob("eight", MIB), file_name="eight.yaml").versions[0]
    waiting = stage.service.submit(Wish(third.id))
    totals = stage.service.progress(0).totals
    assert (totals.active, totals.queued) == (2, 1)
    assert stage.job(waiting.id).state is State.QUEUED
    first.gate.release()
    stage.wait(waiting)
    second.gate.release()
    stage.wait(second.job)


def test_one_failure_does_not_stop_the_others(stage: Stage) -> None:
    bad = stage.demo.catalogue.add("bad", PatternBlob("bad", MIB), file_name="bad.yaml").versions[0]
    good = stage.demo.catalogue.add("good", PatternBlob("good", MIB), file_name="good.yaml").versions[0]
    stage.demo.faults.add(match=Match(where="storage", regex="bad"), fault=faults.corrupt(), times=None)
    jobs = [stage.service.submit(Wish(version.id)) for version in (bad, good)]
    stage.wait(jobs[0], State.FAILED)
    stage.wait(jobs[1])


def test_states_that_do_not_allow_it(stage: Stage) -> None:
    version = stage.demo.catalogue.add("ten", PatternBlob("ten", 5000), file_name="ten.yaml").versions[0]
    job = stage.fetch(Wish(version.id))
    for action in (stage.service.pause, stage.service.resume, stage.service.cancel, stage.service.retry):
        with pytest.raises(WrongState):
            action(job.id)
        with pytest.raises(NotFound):
            action("unknown")
    held = Held(stage, "eleven")
    for action in (stage.service.resume, stage.service.retry):
        with pytest.raises(WrongState):
            action(held.job.id)
    stage.service.pause(held.job.id)
    with pytest.raises(WrongState):
        stage.service.pause(held.job.id)


def test_work_waits_while_the_host_generates(open_stage: OpenStage) -> None:
    stage = open_stage()
    stage.knobs.values["civitai_pause_while_generating"] = True
    stage.host.generating = True
    stage.clock.hold()
    stage.service.start()
    version = stage.demo.catalogue.add("busy", PatternBlob("busy", 5000), file_name="busy.yaml").versions[0]
    job = stage.service.submit(Wish(version.id))
    seen = stage.wait_for(job, lambda seen: seen.waiting is not None)
    assert seen.waiting is not None
    assert seen.waiting.reason == "generating"
    assert stage.demo.asked(where="storage") == []
    stage.host.generating = False
    stage.clock.await_waiters()
    stage.clock.advance(2)
    stage.wait(job)


def test_a_running_transfer_halts_when_the_host_begins_and_goes_on_after(open_stage: OpenStage) -> None:
    stage = open_stage()
    stage.knobs.values["civitai_pause_while_generating"] = True
    stage.clock.hold()
    stage.service.start()
    held = Held(stage, "halting")
    stage.host.generating = True
    stage.clock.advance(2)
    held.gate.release()
    seen = stage.wait_for(held.job, lambda seen: seen.waiting is not None)
    assert seen.waiting is not None
    assert seen.waiting.reason == "generating"
    stage.host.generating = False
    stage.clock.await_waiters()
    stage.clock.advance(2)
    stage.wait(held.job)
    assert stage.files() == {"LORA/halting.yaml": held.version.files[0].blob.read()}


def test_speed_and_time_left_are_told_while_it_runs(stage: Stage) -> None:
    held = Held(stage, "speed")
    stage.clock.advance(2)
    job = stage.job(held.job.id)
    assert job.state is State.DOWNLOADING
    assert job.bytes_total == 3 * MIB
    assert job.speed_bps is not None
    assert job.speed_bps >= 0
    held.gate.release()
    done = stage.wait(held.job)
    assert done.speed_bps is None
    assert done.eta_s is None


def test_start_and_stop_may_be_called_twice(stage: Stage, demo: DemoCivitai) -> None:
    stage.service.start()
    stage.service.stop()
    stage.service.stop()
    stage.service.start()
    version = demo.catalogue.add("twice", PatternBlob("twice", 5000), file_name="twice.yaml").versions[0]
    stage.fetch(Wish(version.id))
