"""Many files at once, and what is said before: plans, places, free space, and a choice where a name is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.adapters.files.disk import LocalDisk
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Choice, Download, OnConflict, Priority, State, Wish
from civitdock.errors import InvalidRequest
from civitdock.services.downloads.planner import Item, Outlook
from tests.downloads.conftest import OpenStage
from tests.downloads.line import MIB, Line, add
from tests.downloads.stage import Stage


def test_a_batch_says_first_what_it_would_do(stage: Stage, demo: DemoCivitai) -> None:
    here, new, taken = add(demo, "here"), add(demo, "new", 7000), add(demo, "taken")
    stage.fetch(Wish(here.id, filename="renamed"))
    (stage.root() / "taken.yaml").write_bytes(b"something else")
    line = Line(stage, "waits")
    asked = len(demo.asked(where="api"))
    items = [
        Item(Wish(here.id)),
        Item(Wish(new.id)),
        Item(Wish(new.id)),
        Item(Wish(taken.id)),
        Item(Wish(line.jobs["waits"].version_id)),
        Item(Wish(999_999)),
        Item(Wish(new.id, file_id=1)),
        Item(Wish(new.id, filename="a/b")),
        Item(Wish(2**40)),
    ]
    plan = stage.service.plan(items)
    assert [row.outlook for row in plan.rows] == [
        Outlook.INSTALLED, Outlook.NEW, Outlook.NEW, Outlook.QUEUED, *[Outlook.REFUSED] * 4
    ]  # fmt: skip
    assert plan.rows[0].installed == stage.root() / "renamed.yaml"
    assert plan.rows[1].path == stage.root() / "new.yaml"
    assert plan.rows[2].path == stage.root() / f"taken-{taken.id}.yaml"
    codes = [row.error.code for row in plan.rows if row.error]
    assert codes == ["not_found", "invalid_request", "invalid_request", "invalid_request"]
    (volume,) = plan.volumes
    assert volume.needed_bytes == 7000 + 4000 + 4000  # the one that waits needs its space too
    assert MIB - 100_000 < volume.queued_bytes <= 2 * MIB  # what runs and is not in the batch
    assert volume.enough
    # One question for all, and one for the version that the bulk answer did not hold.
    assert len(demo.asked(where="api")) <= asked + 2
    assert len(stage.service.progress(0).jobs) == 3
    line.finish()


def test_a_batch_is_queued_and_what_is_refused_spoils_nothing(stage: Stage, demo: DemoCivitai) -> None:
    wanted = [add(demo, f"many{number}") for number in range(5)]
    items = [Item(Wish(each.id), priority=Priority.LOW) for each in wanted]
    plan, jobs = stage.service.submit_all([*items, Item(Wish(999_999))])
    assert len(plan.rows) == 6
    assert [job.version_id for job in jobs] == [each.id for each in wanted]
    assert {job.priority for job in jobs} == {Priority.LOW}
    for job in jobs:
        stage.wait(job)
    assert len(stage.files()) == 5
    _, same = stage.service.submit_all(items)
    assert [job.state for job in same] == [State.DONE] * 5


def test_all_files_of_a_version(stage: Stage, demo: DemoCivitai) -> None:
    version = add(demo, "files")
    version.files.append(demo.catalogue.builder.file("files.vae.yaml", PatternBlob("vae", 900), type="VAE"))
    version.files.append(demo.catalogue.builder.file("data.zip", PatternBlob("data", 900), type="Training Data"))
    model = demo.catalogue.model(version.model_id)
    assert model is not None
    demo.catalogue.register(model)
    plan, jobs = stage.service.submit_all([Item(Wish(version.id), all_files=True)])
    assert len(plan.rows) == len(jobs) == 2
    for job in jobs:
        stage.wait(job)
    assert sorted(stage.files()) == ["LORA/files.yaml", "VAE/files.vae.yaml"]


def test_without_civitai_a_batch_is_queued_all_the_same(stage: Stage, demo: DemoCivitai) -> None:
    versions = [add(demo, "one"), add(demo, "two")]
    down = demo.faults.add(match=Match(where="api"), fault=faults.respond(503, b""), times=None)
    items = [Item(Wish(each.id)) for each in (*versions, versions[0])]
    plan, jobs = stage.service.submit_all([*items, Item(Wish(versions[0].id), all_files=True)])
    assert [(row.outlook, row.known) for row in plan.rows] == [(Outlook.NEW, None)] * 2 + [(Outlook.REFUSED, None)]
    assert plan.rows[-1].error is not None  # nobody knows which files those are
    assert plan.rows[-1].error.code == "civitai_down"
    assert plan.volumes == ()
    assert [job.version_id for job in jobs] == [each.id for each in versions]
    demo.faults.remove(down)


def test_files_of_one_name_get_the_names_that_the_plan_says(stage: Stage, demo: DemoCivitai) -> None:
    stage.knobs.values["civitai_parallel_downloads"] = 1
    versions = [add(demo, f"twin{number}") for number in range(3)]
    for version in versions:
        version.files[0].name = "twin.yaml"
    items = [Item(Wish(versions[0].id, folder="../out")), *(Item(Wish(each.id)) for each in versions)]
    plan, jobs = stage.service.submit_all(items)
    assert [row.outlook for row in plan.rows] == [Outlook.REFUSED] + [Outlook.NEW] * 3
    planned = {row.path for row in plan.rows if row.path}
    assert len(planned) == 3
    for job in jobs:
        stage.wait(job)
    assert {stage.folder / "models" / name for name in stage.files()} == planned


def test_a_name_that_is_taken_and_must_not_change_becomes_a_job_with_a_choice(stage: Stage, demo: DemoCivitai) -> None:
    version = add(demo, "mine")
    stage.root().mkdir(parents=True)
    (stage.root() / "mine.yaml").write_bytes(b"mine")
    plan, (job,) = stage.service.submit_all([Item(Wish(version.id, on_conflict=OnConflict.FAIL))])
    assert (plan.rows[0].outlook, plan.rows[0].path) == (Outlook.NEW, stage.root() / "mine.yaml")
    failed = stage.wait(job, State.FAILED)
    assert failed.conflict is not None
    assert failed.conflict.suggestion == f"mine-{version.id}.yaml"


class SmallDisk(LocalDisk):
    """The real disk, but ten thousand bytes are free."""

    def free_bytes(self, folder: Path) -> int:
        return 10_000


def test_what_the_queue_still_needs_counts_against_the_free_space(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage(disk=SmallDisk())
    new = Item(Wish(add(demo, "new", 6000).id))
    (volume,) = stage.service.plan([new]).volumes
    assert (volume.needed_bytes, volume.queued_bytes, volume.enough) == (6000, 0, True)
    stage.service.submit(Wish(add(demo, "before", 5000).id))
    (volume,) = stage.service.plan([new]).volumes
    assert (volume.needed_bytes, volume.queued_bytes, volume.enough) == (6000, 5000, False)


def conflicting(stage: Stage, demo: DemoCivitai) -> Download:
    version = add(demo, "clash", 3 * MIB)
    stage.root().mkdir(parents=True)
    (stage.root() / "clash.yaml").write_bytes(b"mine")
    return stage.refuse(Wish(version.id, on_conflict=OnConflict.FAIL))


def test_a_taken_name_is_a_choice_and_nothing_is_overwritten(stage: Stage, demo: DemoCivitai) -> None:
    job = conflicting(stage, demo)
    assert job.error is not None
    assert job.error.code == "name_conflict"
    assert job.conflict is not None
    assert Path(job.conflict.path) == stage.root() / "clash.yaml"
    assert job.conflict.suggestion == f"clash-{job.version_id}.yaml"
    stage.wait(stage.service.retry(job.id, Choice(on_conflict=OnConflict.RENAME)))
    assert (stage.root() / "clash.yaml").read_bytes() == b"mine"
    assert (stage.root() / job.conflict.suggestion).stat().st_size == 3 * MIB
    assert stage.job(job.id).conflict is None


def test_another_name_takes_along_what_is_here(stage: Stage, demo: DemoCivitai) -> None:
    version, gate = add(demo, "moving", 3 * MIB), Gate()
    demo.faults.add(match=Match(where="storage"), fault=faults.gated(gate, 2 * MIB))
    job = stage.service.submit(Wish(version.id))
    gate.wait_reached()
    stage.wait_for(job, lambda seen: seen.bytes_done > 0)
    stage.service.pause(job.id)
    gate.release()
    demo.wait_idle()
    stage.wait_idle()
    kept = (stage.root() / "moving.yaml.civitdock-part").stat().st_size
    stage.wait(stage.service.submit(Wish(version.id, folder="else", filename="moved")))
    assert list(stage.files()) == ["LORA/else/moved.yaml"]
    asked = demo.asked(where="storage")
    if kept < 3 * MIB:
        assert asked[-1].headers["range"] == f"bytes={kept}-"
    else:  # its last bytes came before the pause was heard
        assert len(asked) == 1


def test_a_preview_of_the_target(stage: Stage, demo: DemoCivitai) -> None:
    version = add(demo, "look")
    (stage.root() / "styles" / "old").mkdir(parents=True)
    (stage.root() / "look.yaml").write_bytes(b"mine")
    seen = stage.service.preview(Wish(version.id))
    assert (seen.row.outlook, seen.suggestion) == (Outlook.TAKEN, f"look-{version.id}.yaml")
    assert seen.folders == ("styles", "styles/old")
    free = stage.service.preview(Wish(version.id, folder="styles", filename="mine"))
    assert (free.row.outlook, free.suggestion) == (Outlook.NEW, None)
    assert free.row.path == stage.root() / "styles" / "mine.yaml"
    with pytest.raises(InvalidRequest):
        stage.service.preview(Wish(version.id, folder="../out"))
