"""The order of the queue, and what is done to all of it at once."""

from __future__ import annotations

import pytest

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import OnConflict, Priority, State, Wish
from civitdock.domain.ordering import Move, To
from civitdock.errors import InvalidRequest, NotFound, WrongState
from tests.downloads.conftest import OpenStage
from tests.downloads.line import Line, add
from tests.downloads.stage import Stage


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
    # What runs comes last, so that nothing begins in its place.
    assert [job.id for job in paused] == [*(job.id for job in line.jobs.values()), line.first.id]
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


def test_all_failed_are_tried_again_but_for_those_that_only_the_user_can_help(stage: Stage, demo: DemoCivitai) -> None:
    faults_of = {"refused": faults.forbidden(), "gone": faults.archived(), "broken": faults.region_blocked()}
    versions = {name: add(demo, name) for name in (*faults_of, "clash", "freed")}
    stage.root().mkdir(parents=True)
    for name in ("clash", "freed"):
        (stage.root() / f"{name}.yaml").write_bytes(b"mine")
    jobs = {}
    for name, version in versions.items():
        if name in faults_of:
            demo.faults.add(match=Match(where="api", path="/api/download/"), fault=faults_of[name], times=1)
        jobs[name] = stage.refuse(Wish(version.id, on_conflict=OnConflict.FAIL))
    (stage.root() / "freed.yaml").unlink()
    changed = {job.id for job in stage.service.retry_failed()}
    assert changed == {jobs["broken"].id, jobs["freed"].id}
    for name in ("broken", "freed"):
        stage.wait(jobs[name])
    assert stage.service.retry(jobs["gone"].id).state is State.QUEUED  # one by one everything may be tried
    stage.wait(jobs["gone"])


def test_a_job_that_is_tried_again_comes_last_and_one_that_was_paused_keeps_its_place(stage: Stage) -> None:
    line = Line(stage, "a", "b", "c")
    service, ids = stage.service, {name: job.id for name, job in line.jobs.items()}
    service.cancel(ids["a"])
    service.pause(ids["b"])
    service.retry(ids["a"])
    service.resume(ids["b"])
    ranks = [stage.job(each).rank for each in ids.values()]
    assert len(set(ranks)) == 3
    assert line.finish() == ["b", "c", "a"]


def test_no_two_jobs_of_a_priority_have_the_same_rank(stage: Stage) -> None:
    line = Line(stage, "a", "b", "c", "d")
    service, ids = stage.service, {name: job.id for name, job in line.jobs.items()}
    service.prioritize(ids["d"], Priority.HIGH)
    moved = service.move(ids["b"], Move(to=To.BOTTOM))
    assert moved.rank == stage.job(ids["d"]).rank
    assert service.prioritize(ids["b"], Priority.HIGH).rank > stage.job(ids["d"]).rank
    assert line.finish() == ["d", "b", "a", "c"]


def test_what_waits_for_civitai_may_try_at_once(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage()
    version = add(demo, "patient")
    rule = demo.faults.add(match=Match(where="api", path="/api/download/"), fault=faults.overloaded(), times=None)
    stage.clock.hold()
    stage.service.start()
    job = stage.service.submit(Wish(version.id))
    stage.wait_for(job, lambda seen: seen.waiting is not None)
    stage.wait_idle()
    demo.faults.remove(rule)
    before = stage.clock.now()
    assert stage.service.try_now(job.id).waiting is None
    stage.wait(job)
    assert stage.clock.now() == before


def test_what_waits_for_its_turn_only_cannot_be_hurried(stage: Stage) -> None:
    line = Line(stage, "a")
    for job in (line.first, line.jobs["a"]):
        with pytest.raises(WrongState):
            stage.service.try_now(job.id)
    assert stage.service.try_all_now() == ()
    line.finish()
