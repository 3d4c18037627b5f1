"""Order, batches, history: the queue as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Choice, Download, OnConflict, Priority, State, Wish
from civitdock.domain.history import HistoryFilter
from civitdock.domain.ordering import Move, To
from civitdock.errors import InvalidRequest, NotFound, WrongState
from civitdock.services.downloads.planner import Item, Outlook
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage

MIB = 1024 * 1024


def add(demo: DemoCivitai, name: str, size: int = 4000) -> DemoVersion:
    return demo.catalogue.add(name, PatternBlob(name, size), file_name=f"{name}.yaml").versions[0]


class Line:
    """One download that holds the only place, and others that wait behind it."""

    def __init__(self, stage: Stage, *names: str) -> None:
        stage.knobs.values["civitai_parallel_downloads"] = 1
        self.stage = stage
        self.gate = Gate()
        stage.demo.faults.add(match=Match(where="storage", regex="first"), fault=faults.gated(self.gate, MIB))
        self.first = stage.service.submit(Wish(add(stage.demo, "first", 2 * MIB).id))
        self.gate.wait_reached()
        self.jobs = {name: stage.service.submit(Wish(add(stage.demo, name).id)) for name in names}

    def finish(self) -> list[str]:
        """Let all run; the names in the order in which they were fetched."""
        self.gate.release()
        for job in self.jobs.values():
            self.stage.wait(job)
        return [arrival.path.stem for arrival in self.stage.greeter.seen][1:]


def test_waiting_downloads_begin_in_the_order_that_they_were_given(stage: Stage) -> None:
    line = Line(stage, "a", "b", "c", "d")
    service = stage.service
    service.move(line.jobs["d"].id, Move(to=To.TOP))
    service.move(line.jobs["a"].id, Move(after=line.jobs["b"].id))
    service.prioritize(line.jobs["c"].id, Priority.HIGH)
    assert line.finish() == ["c", "d", "b", "a"]


def test_the_order_survives_a_restart(open_stage: OpenStage) -> None:
    first = open_stage()
    first.service.start()
    line = Line(first, "a", "b", "c")
    first.service.move(line.jobs["c"].id, Move(before=line.jobs["a"].id))
    first.service.prioritize(line.jobs["b"].id, Priority.LOW)
    line.gate.release()
    first.service.pause_all()
    first.close()
    second = open_stage()
    second.knobs.values["civitai_parallel_downloads"] = 1
    second.service.start()
    second.service.resume_all()
    for job in line.jobs.values():
        second.wait(job)
    assert [arrival.path.stem for arrival in second.greeter.seen] == ["first", "c", "a", "b"]


def test_what_does_not_wait_has_no_place(stage: Stage) -> None:
    done = stage.fetch(Wish(add(stage.demo, "done").id))
    line = Line(stage, "a")
    for job in (done, line.first):
        with pytest.raises(WrongState):
            stage.service.move(job.id, Move(to=To.TOP))
    with pytest.raises(WrongState):
        stage.service.prioritize(done.id, Priority.HIGH)
    with pytest.raises(InvalidRequest):
        stage.service.move(line.jobs["a"].id, Move(before=done.id))
    with pytest.raises(NotFound):
        stage.service.move("nobody", Move(to=To.TOP))
    line.finish()


def test_all_can_be_paused_and_resumed(stage: Stage) -> None:
    line = Line(stage, "a", "b")
    paused = stage.service.pause_all()
    assert {job.id for job in paused} == {line.first.id, *(job.id for job in line.jobs.values())}
    assert stage.service.progress(0).totals.paused == 3
    line.gate.release()
    stage.demo.wait_idle()
    assert stage.greeter.seen == []
    assert len(stage.service.resume_all()) == 3
    assert line.finish() == ["a", "b"]
    assert stage.service.pause_all() == ()


def test_failed_ones_are_tried_again_and_one_failure_stops_nobody(stage: Stage) -> None:
    bad, good = add(stage.demo, "bad"), add(stage.demo, "good")
    stage.demo.faults.add(match=Match(where="storage", regex="bad"), fault=faults.corrupt())
    failed = stage.refuse(Wish(bad.id))
    stage.fetch(Wish(good.id))
    assert failed.error is not None
    assert failed.error.code == "hash_mismatch"
    assert stage.service.progress(0).totals.failed == 1
    (again,) = stage.service.retry_failed()
    stage.wait(again)
    assert sorted(stage.files()) == ["LORA/bad.yaml", "LORA/good.yaml"]


# --- batches -------------------------------------------------------------------------------------


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
    ]
    plan = stage.service.plan(items)
    assert [row.outlook for row in plan.rows] == [
        Outlook.INSTALLED, Outlook.NEW, Outlook.TAKEN, Outlook.QUEUED, Outlook.REFUSED, Outlook.REFUSED
    ]  # fmt: skip
    assert plan.rows[0].installed == stage.root() / "renamed.yaml"
    assert plan.rows[1].path == stage.root() / "new.yaml"
    codes = [row.error.code for row in plan.rows if row.error]
    assert codes == ["not_found", "invalid_request"]
    (volume,) = plan.volumes
    assert volume.needed_bytes == 7000 + 4000 + 4000  # the one that waits needs its space too
    assert volume.free_bytes > volume.needed_bytes
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
    plan, jobs = stage.service.submit_all([Item(Wish(each.id)) for each in versions])
    assert [(row.outlook, row.known) for row in plan.rows] == [(Outlook.NEW, None)] * 2
    assert len(jobs) == 2
    demo.faults.remove(down)


# --- choices -------------------------------------------------------------------------------------


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


# --- history -------------------------------------------------------------------------------------


def test_history_is_searched_paged_and_cleared(stage: Stage, demo: DemoCivitai) -> None:
    jobs = [stage.fetch(Wish(add(demo, f"Näme {number}").id)) for number in range(3)]
    demo.faults.add(match=Match(where="storage"), fault=faults.corrupt())
    failed = stage.refuse(Wish(add(demo, "broken").id))
    newest = stage.service.history(HistoryFilter())
    assert [job.id for job in newest.items] == [failed.id, *(job.id for job in reversed(jobs))]
    page = stage.service.history(HistoryFilter(text="NÄME", limit=2))
    assert [job.id for job in page.items] == [jobs[2].id, jobs[1].id]
    assert page.total == 3
    rest = stage.service.history(HistoryFilter(text="näme", limit=2, before=page.before))
    assert ([job.id for job in rest.items], rest.before) == ([jobs[0].id], None)
    assert stage.service.history(HistoryFilter(text="hash_mismatch")).items[0].id == failed.id
    assert stage.service.history(HistoryFilter(states=(State.FAILED,))).total == 1
    revision = stage.service.progress(0).revision
    files = stage.files()
    assert stage.service.clear_history([jobs[0].id], []) == 1
    assert stage.service.clear_history([], [State.FAILED]) == 1
    assert set(stage.service.progress(revision).removed) == {jobs[0].id, failed.id}
    assert stage.service.clear_history([], []) == 2
    assert stage.service.history(HistoryFilter()).total == 0
    assert stage.files() == files


def test_clearing_leaves_what_is_not_finished(stage: Stage) -> None:
    line = Line(stage, "a")
    assert stage.service.clear_history([line.first.id, line.jobs["a"].id], []) == 0
    assert line.finish() == ["a"]


def test_a_finished_download_is_fetched_again_only_where_its_file_has_gone(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(Wish(add(demo, "again").id, folder="sub"))
    assert stage.service.again(job.id).id == job.id
    (stage.root() / "sub" / "again.yaml").unlink()
    new = stage.wait(stage.service.again(job.id))
    assert new.id != job.id
    assert list(stage.files()) == ["LORA/sub/again.yaml"]


def test_only_who_runs_the_queue_may_order_or_clear_it(open_stage: OpenStage, demo: DemoCivitai) -> None:
    owner, guest = open_stage(), open_stage()
    owner.service.start()
    guest.service.start()
    job = owner.fetch(Wish(add(demo, "mine").id))
    for act in (
        lambda: guest.service.clear_history([], []),
        guest.service.pause_all,
        lambda: guest.service.move(owner.service.submit(Wish(add(demo, "other").id)).id, Move(to=To.TOP)),
    ):
        with pytest.raises(WrongState):
            act()
    assert guest.service.history(HistoryFilter(text="mine")).items[0].id == job.id
