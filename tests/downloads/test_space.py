"""Free space: one rule for a plan, for a download that begins, and for one whose size turns out to be another."""

from __future__ import annotations

import json
from pathlib import Path

from civitdock.adapters.files.disk import LocalDisk
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Choice, Download, State, Unsafe, Wish
from civitdock.domain.sizes import size_text
from civitdock.services.downloads.planner import Item, Outlook
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage
from tests.support.archives import HOSTILE_PICKLE

MIB = 1024 * 1024
STORAGE = Match(where="storage")


class SizedDisk(LocalDisk):
    """The real disk, but of a size of its own: what lies in the models folder takes from it, as blocks do."""

    def __init__(self, size: int, models: Path) -> None:
        super().__init__()
        self.size_bytes = size
        self._models = models

    def free_bytes(self, folder: Path) -> int:
        files = [path.stat() for path in self._models.rglob("*") if path.is_file()]
        return self.size_bytes - sum(min(file.st_size, file.st_blocks * 512) for file in files)


def add(demo: DemoCivitai, name: str, size: int, size_kb: float | None = None) -> DemoVersion:
    version = demo.catalogue.add(name, PatternBlob(name, size), file_name=f"{name}.yaml").versions[0]
    version.files[0].size_kb = size_kb
    return version


def open_with(open_stage: OpenStage, size: int, tmp_path: Path) -> Stage:
    stage = open_stage(disk=SizedDisk(size, tmp_path / "models"))
    stage.service.start()
    return stage


def begun(stage: Stage, gate: Gate, version: DemoVersion) -> Download:
    job = stage.service.submit(Wish(version.id))
    gate.wait_reached()
    return stage.wait_for(job, lambda seen: seen.bytes_done > 0)


def test_of_two_that_do_not_fit_together_the_first_comes_to_its_end(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    stage = open_with(open_stage, 5 * MIB, tmp_path)
    first, second, gate = add(demo, "first", 3 * MIB), add(demo, "second", 3 * MIB), Gate()
    demo.faults.add(match=Match(where="storage", regex="first"), fault=faults.gated(gate, MIB))
    job = begun(stage, gate, first)
    error = stage.refuse(Wish(second.id)).error
    assert error is not None
    assert error.code == "disk_full"
    assert "running downloads need" in error.message
    assert [one.path for one in demo.asked(where="storage") if "second" in one.path] == []
    gate.release()
    stage.wait(job)


def test_what_is_kept_of_a_download_needs_no_room_again(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    stage = open_with(open_stage, 4 * MIB, tmp_path)
    version, gate = add(demo, "resumed", 3 * MIB), Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, 2 * MIB))
    job = begun(stage, gate, version)
    stage.service.pause(job.id)
    gate.release()
    stage.wait_idle()
    assert isinstance(stage.disk, SizedDisk)
    stage.disk.size_bytes = 3 * MIB + 100_000
    stage.service.resume(job.id)
    stage.wait(job)


def test_a_part_with_gaps_counts_for_what_is_in_it(open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path) -> None:
    stage = open_with(open_stage, 8 * MIB, tmp_path)
    version = add(demo, "gaps", 4 * MIB)
    digest = version.files[0].blob.digests().sha256.lower()
    part = stage.root() / "gaps.yaml.civitdock-part"
    part.parent.mkdir(parents=True)
    write_part_with_gaps(part, version.files[0].blob.read(), MIB, digest)
    stage.disk.size_bytes = MIB + MIB  # type: ignore[attr-defined]
    (volume,) = stage.service.plan([Item(Wish(version.id))]).volumes
    assert (volume.needed_bytes, volume.enough) == (3 * MIB, False)
    failed = stage.refuse(Wish(version.id))
    assert failed.error is not None
    assert failed.error.code == "disk_full"
    assert f"{size_text(3 * MIB)} are needed" in failed.error.message
    assert failed.bytes_done == MIB


def write_part_with_gaps(part: Path, content: bytes, kept: int, sha256: str) -> None:
    """A part of which only the first bytes and the length are there."""
    with open(part, "wb") as file:
        file.write(content[:kept])
        file.truncate(len(content))
    facts = {
        "format": 2,
        "source": "",
        "expected": {"sha256": sha256},
        "total": len(content),
        "validator": {},
        "synced": 0,
        "ranges": [[0, kept]],
    }
    part.with_name(part.name + ".json").write_text(json.dumps(facts) + "\n")


def test_the_servers_size_is_judged_as_soon_as_it_is_known(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    stage = open_with(open_stage, 5 * MIB, tmp_path)
    version = add(demo, "liar", 6 * MIB, size_kb=1024)
    job = stage.refuse(Wish(version.id))
    assert job.error is not None
    assert job.error.code == "disk_full"
    assert job.bytes_done < 2 * MIB
    assert job.bytes_total == 6 * MIB


def test_a_plan_knows_the_servers_size_of_what_has_begun(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    stage = open_with(open_stage, 50 * MIB, tmp_path)
    version = add(demo, "liar", 6 * MIB, size_kb=1024)
    gate = Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = begun(stage, gate, version)
    stage.service.pause(job.id)
    gate.release()
    stage.wait_idle()
    kept = stage.job(job.id).bytes_done
    assert stage.job(job.id).state is State.PAUSED
    (volume,) = stage.service.plan([Item(Wish(version.id))]).volumes
    assert volume.needed_bytes == 6 * MIB - kept


def test_the_name_and_part_of_a_failed_job_are_its_own_in_a_plan(
    open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path
) -> None:
    stage = open_with(open_stage, 5 * MIB, tmp_path)
    version = add(demo, "own", 6 * MIB, size_kb=1024)
    job = stage.refuse(Wish(version.id))
    assert job.bytes_done > 0
    plan = stage.service.plan([Item(Wish(version.id))])
    assert [(row.outlook, str(row.path)) for row in plan.rows] == [(Outlook.NEW, job.target_path)]
    assert plan.volumes[0].needed_bytes == 6 * MIB - job.bytes_done
    preview = stage.service.preview(Wish(version.id))
    assert (preview.row.outlook, preview.suggestion) == (Outlook.NEW, None)


def test_a_whole_part_needs_no_room_at_all(open_stage: OpenStage, demo: DemoCivitai, tmp_path: Path) -> None:
    stage = open_with(open_stage, 5 * MIB, tmp_path)
    version = demo.catalogue.add("risky", HOSTILE_PICKLE, file_name="risky.pt").versions[0]
    job = stage.refuse(Wish(version.id))
    assert job.bytes_done == job.bytes_total == len(HOSTILE_PICKLE)
    stage.disk.size_bytes = 0  # type: ignore[attr-defined]
    stage.wait(stage.service.retry(job.id, Choice(unsafe=Unsafe.ALLOW)))
