"""The queue outlives its process: stop and start, kill at any moment, two programs on one data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import State, Wish
from civitdock.errors import WrongState
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage, wait_until

MIB = 1024 * 1024
REPO = Path(__file__).resolve().parents[2]
STORAGE = Match(where="storage")


def add(demo: DemoCivitai, name: str, size: int = 3 * MIB) -> DemoVersion:
    return demo.catalogue.add(name, PatternBlob(name, size), file_name=f"{name}.yaml").versions[0]


def test_a_stopped_program_goes_on_from_its_part(open_stage: OpenStage, demo: DemoCivitai) -> None:
    first = open_stage()
    first.service.start()
    version, gate = add(demo, "stopped"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = first.service.submit(Wish(version.id))
    gate.wait_reached()
    first.wait_for(job, lambda seen: seen.bytes_done > 0)
    gate.release()
    first.close()
    kept = (first.root() / "stopped.yaml.civitdock-part").stat().st_size
    second = open_stage()
    second.service.start()
    second.wait(job)
    assert second.files() == {"LORA/stopped.yaml": version.files[0].blob.read()}
    if kept < 3 * MIB:
        assert demo.asked(where="storage")[-1].headers["range"] == f"bytes={kept}-"


def test_a_crash_between_placing_and_done_is_finished(open_stage: OpenStage, demo: DemoCivitai) -> None:
    first = open_stage()
    first.service.start()
    version = add(demo, "placed", 5000)
    job = first.fetch(Wish(version.id))
    first.close()
    second = open_stage()
    second.models.remove(first.root() / "placed.yaml")
    _set_state(second, job.id, "moving")
    second.service.start()
    second.wait(job)
    assert [arrival.path.name for arrival in second.greeter.seen] == ["placed.yaml"]
    assert second.files() == {"LORA/placed.yaml": version.files[0].blob.read()}
    assert len(demo.asked(where="storage")) == 1


def test_a_crash_between_link_and_unlink_is_finished(open_stage: OpenStage, demo: DemoCivitai) -> None:
    first = open_stage()
    first.service.start()
    version = add(demo, "linked", 5000)
    job = first.fetch(Wish(version.id))
    first.close()
    final = first.root() / "linked.yaml"
    os.link(final, final.with_name(final.name + ".civitdock-part"))
    second = open_stage()
    _set_state(second, job.id, "moving")
    second.service.start()
    second.wait(job)
    assert list(second.files()) == ["LORA/linked.yaml"]


def _set_state(stage: Stage, job_id: str, state: str) -> None:
    with stage.state.write() as connection:
        connection.execute(
            "UPDATE download SET state = ?, finished = 0, job = json_set(job, '$.state', ?) WHERE id = ?",
            (state, state, job_id),
        )


def test_a_queue_that_another_program_runs_is_only_added_to(open_stage: OpenStage, demo: DemoCivitai) -> None:
    owner, guest = open_stage(), open_stage()
    owner.service.start()
    guest.service.start()
    version, gate = add(demo, "shared"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = guest.service.submit(Wish(version.id))
    owner.service._crew.wake()
    with pytest.raises(WrongState):
        guest.service.pause(job.id)
    gate.wait_reached()
    gate.release()
    owner.wait(job)
    assert len(demo.asked(where="storage")) == 1
    owner.close()
    guest.service._crew.wake()
    guest.wait(job)
    wait_until(guest.service._crew.owns_queue)


def test_a_queue_that_another_program_runs_is_shown_as_it_is_with_a_word(
    open_stage: OpenStage, demo: DemoCivitai
) -> None:
    owner, guest = open_stage(), open_stage()
    owner.service.start()
    guest.service.start()
    version, gate = add(demo, "watched"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = owner.service.submit(Wish(version.id))
    gate.wait_reached()
    owner.wait_for(job, lambda seen: seen.bytes_done > 0)
    seen = guest.job(job.id)
    assert seen.state is State.DOWNLOADING
    assert seen.waiting is not None
    assert seen.waiting.reason == "other_process"
    revision = guest.service.progress(0).revision
    assert guest.service.progress(revision).jobs == ()
    own = guest.service.submit(Wish(add(demo, "asked").id))
    assert own.waiting is not None
    assert own.waiting.reason == "other_process"
    assert owner.job(job.id).waiting is None
    owner.service.pause(job.id)
    assert (guest.job(job.id).state, guest.job(job.id).waiting) == (State.PAUSED, None)
    gate.release()
    owner.service.resume(job.id)
    owner.wait(job)
    done = guest.job(job.id)
    assert (done.state, done.waiting, done.bytes_done) == (State.DONE, None, 3 * MIB)
    owner.close()
    guest.service._crew.wake()
    guest.wait(own)
    assert guest.job(own.id).waiting is None


@contextmanager
def child(folder: Path, demo: DemoCivitai, *versions: DemoVersion) -> Iterator[subprocess.Popen[str]]:
    """The queue in a process of its own; killed without a word at the end of the block."""
    paths = os.pathsep.join((str(REPO / "extension"), str(REPO)))
    process = subprocess.Popen(
        [
            sys.executable,
            str(REPO / "tests/downloads/child.py"),
            str(folder),
            demo.api_base,
            *(str(one.id) for one in versions),
        ],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "submitted":
                break
        yield process
    finally:
        process.kill()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.once
@pytest.mark.parametrize("moment", [0, 1, 200_000, MIB, 2 * MIB + 1, 3 * MIB])
def test_a_killed_program_loses_at_most_a_mebibyte(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path, moment: int
) -> None:
    version, gate = add(demo, f"killed{moment}"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, moment))
    with child(tmp_path, demo, version):
        gate.wait_reached()
        _wait_for_part(tmp_path, max(0, moment - MIB))
    gate.release()
    name = f"LORA/killed{moment}.yaml"
    stage = open_stage()
    left = stage.files()
    assert name not in left or left[name] == version.files[0].blob.read()
    stage.service.start()
    job = stage.service.progress(0).jobs[0]
    stage.wait(job)
    assert stage.files() == {name: version.files[0].blob.read()}
    asked = demo.asked(where="storage")
    if len(asked) > 1:
        again = asked[-1].headers.get("range", "bytes=0-")
        assert int(again.removeprefix("bytes=").removesuffix("-")) >= moment - MIB


@pytest.mark.once
def test_after_a_kill_the_part_is_counted_although_civitai_is_gone(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    version, gate = add(demo, "counted"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, 2 * MIB))
    with child(tmp_path, demo, version):
        gate.wait_reached()
        _wait_for_part(tmp_path, MIB)
    gate.release()
    demo.faults.add(match=Match(where="api"), fault=faults.respond(503, b""), times=None)
    stage = open_stage()
    part = stage.root() / "counted.yaml.civitdock-part"
    size = part.stat().st_size
    _forget_progress(stage)
    stage.service.start()
    job = stage.wait_for(stage.service.progress(0).jobs[0], lambda seen: seen.waiting is not None)
    assert MIB <= size == job.bytes_done
    assert job.bytes_total == 3 * MIB


def _forget_progress(stage: Stage) -> None:
    """As a kill within the first seconds leaves the row, before progress was saved."""
    with stage.state.write() as connection:
        connection.execute("UPDATE download SET job = json_set(job, '$.bytes_done', 0)")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _wait_for_part(folder: Path, size: int) -> None:
    def arrived() -> bool:
        # The whole file may have its final name already: then the kill comes after the part is gone.
        return any(_size(path) >= size for path in (folder / "models").rglob("*.yaml*"))

    wait_until(arrived if size else lambda: True)


@pytest.mark.once
def test_a_killed_owner_leaves_the_queue_to_the_next(open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path) -> None:
    version, gate = add(demo, "inherited"), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    stage = open_stage()
    with child(tmp_path, demo, version):
        gate.wait_reached()
        stage.service.start()
        job = stage.service.progress(0).jobs[0]
        with pytest.raises(WrongState):
            stage.service.cancel(job.id)
    gate.release()
    stage.service._crew.wake()
    stage.wait(job, State.DONE)
    assert stage.files() == {"LORA/inherited.yaml": version.files[0].blob.read()}
