"""The history of finished downloads: search, pages, again, clear."""

from __future__ import annotations

import pytest

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import State, Wish
from civitdock.domain.history import Cleared, HistoryFilter
from civitdock.domain.ordering import Move, To
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import WrongState
from tests.downloads.conftest import OpenStage
from tests.downloads.line import Line, add
from tests.downloads.stage import Stage


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
    assert stage.service.clear_history([jobs[0].id], []).jobs == 1
    assert stage.service.clear_history([], [State.FAILED]).jobs == 1
    assert set(stage.service.progress(revision).removed) == {jobs[0].id, failed.id}
    assert stage.service.clear_history([], []).jobs == 2
    assert stage.service.history(HistoryFilter()).total == 0
    assert stage.files() == files


def test_clearing_leaves_what_is_not_finished(stage: Stage) -> None:
    line = Line(stage, "a")
    assert stage.service.clear_history([line.first.id, line.jobs["a"].id], []).jobs == 0
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


def test_a_job_may_be_cleared_while_its_run_still_hangs(stage: Stage) -> None:
    line = Line(stage, "a")
    stage.service.cancel(line.first.id)
    assert stage.service.clear_history([line.first.id], []).jobs == 1
    line.gate.release()
    stage.wait(line.jobs["a"])
    stage.wait_idle()
    assert list(stage.files()) == ["LORA/a.yaml"]
    assert [job.id for job in stage.service.progress(0).jobs] == [line.jobs["a"].id]


def test_another_program_hears_of_what_was_cleared(open_stage: OpenStage, demo: DemoCivitai) -> None:
    owner, guest = open_stage(), open_stage()
    owner.service.start()
    guest.service.start()
    jobs = [owner.fetch(Wish(add(demo, name).id)) for name in ("one", "two")]
    revision = guest.service.progress(0).revision
    owner.service.clear_history([jobs[0].id], [])
    seen = guest.service.progress(revision)
    assert seen.removed == (jobs[0].id,)
    assert guest.service.progress(seen.revision).removed == ()
    assert [job.id for job in guest.service.progress(0).jobs] == [jobs[1].id]


def test_clearing_a_failed_download_deletes_what_was_kept_of_it_alone(stage: Stage, demo: DemoCivitai) -> None:
    for name in ("gone", "stays"):
        match = Match(where="storage", regex=name)
        demo.faults.add(match=match, fault=faults.truncate(500), times=1)
        demo.faults.add(match=match, fault=faults.truncate(0), times=None)
    gone, stays = (stage.refuse(Wish(add(demo, name).id)) for name in ("gone", "stays"))
    demo.faults.clear()
    done = stage.fetch(Wish(add(demo, "done").id))
    assert stage.service.clear_history([gone.id, done.id], []) == Cleared(2, gone.bytes_done)
    assert gone.bytes_done > 0
    names = {name.removesuffix(".json").removesuffix(PART_SUFFIX) for name in stage.files()}
    assert names == {"LORA/done.yaml", "LORA/stays.yaml"}
    stage.wait(stage.service.retry(stays.id))
