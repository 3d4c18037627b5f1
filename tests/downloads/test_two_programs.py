"""Two programs with data folders of their own, and one folder of models."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.adapters.files.disk import LocalDisk
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Download, Wish
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage
from tests.support.clock import FakeClock

MIB = 1024 * 1024
STORAGE = Match(where="storage")
PART = "LORA/meeting.yaml.civitdock-part"


class Meeting:
    """The first program has begun with a file, and the second one is asked for the same."""

    def __init__(self, open_stage: OpenStage, demo: DemoCivitai, clock: FakeClock, disk: LocalDisk) -> None:
        clock.hold()
        self.one, self.two = open_stage(), open_stage(data="another", disk=disk)
        self.one.service.start()
        self.two.service.start()
        self.version, self.gate = meeting_file(demo, "meeting", 3 * MIB), Gate()
        demo.faults.add(match=STORAGE, fault=faults.gated(self.gate, MIB))
        self.theirs = self.one.service.submit(Wish(self.version.id))
        self.gate.wait_reached()
        # Not by the bytes told: while the clock stands still they may never be told.
        self.one.wait_for(self.theirs, lambda _seen: PART in self.one.files())
        self.ours = self.two.service.submit(Wish(self.version.id))
        self.until("busy_elsewhere")

    def until(self, reason: str) -> Download:
        """The second program's job once it waits for this reason."""

        def waits(seen: Download) -> bool:
            return seen.waiting is not None and seen.waiting.reason == reason

        return self.two.wait_for(self.ours, waits)


def meeting_file(demo: DemoCivitai, name: str, size: int) -> DemoVersion:
    return demo.catalogue.add(name, PatternBlob(name, size), file_name="meeting.yaml").versions[0]


def test_the_second_waits_and_takes_over_the_finished_file(
    open_stage: OpenStage, demo: DemoCivitai, clock: FakeClock
) -> None:
    met = Meeting(open_stage, demo, clock, LocalDisk())
    assert met.two.job(met.ours.id).bytes_done == 0
    other = meeting_file(demo, "other", 2 * MIB)
    met.two.fetch(Wish(other.id))
    met.gate.release()
    first = met.one.wait(met.theirs)
    clock.advance(5)
    assert met.two.wait(met.ours).target_path == first.target_path
    assert met.one.files() == {
        "LORA/meeting.yaml": met.version.files[0].blob.read(),
        f"LORA/meeting-{other.id}.yaml": other.files[0].blob.read(),
    }


@pytest.mark.parametrize("paused_before", [False, True])
def test_giving_up_takes_nothing_from_the_other(
    open_stage: OpenStage, demo: DemoCivitai, clock: FakeClock, paused_before: bool
) -> None:
    met = Meeting(open_stage, demo, clock, LocalDisk())
    if paused_before:
        met.two.service.pause(met.ours.id)
    met.two.service.cancel(met.ours.id)
    assert PART in met.one.files()
    met.gate.release()
    met.one.wait(met.theirs)


class Overtaken(LocalDisk):
    """The other program gives the part its name between our last byte and our look at it."""

    def check_model(self, path: Path, suffix: str) -> None:
        if path.exists():
            path.rename(path.with_name("meeting.yaml"))
        super().check_model(path, suffix)


def test_a_part_that_gets_its_name_under_our_hands_is_found_under_it(
    open_stage: OpenStage, demo: DemoCivitai, clock: FakeClock
) -> None:
    met = Meeting(open_stage, demo, clock, Overtaken())
    met.gate.release()
    stop_halfway(met.one, met.theirs)
    clock.advance(5)
    met.until("duplicate")
    clock.advance(5)
    assert met.two.wait(met.ours).target_path == str(met.one.root() / "meeting.yaml")


def stop_halfway(stage: Stage, job: Download) -> None:
    """The program ends and lets go of the part."""
    stage.service.pause(job.id)
    stage.wait_idle()
