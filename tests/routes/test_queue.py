"""The routes of the download queue as a whole: what they take, what they refuse, what reaches the service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from civitdock.domain.downloads import Download, OnConflict, Priority, State, Unsafe, Waiting, Wish
from civitdock.domain.exposure import Exposure
from tests.support.memory_services import NOW
from tests.support.stage import API, TAB, Stage

JOB = Download(id="a", wish=Wish(1), version_id=1, created_at=NOW, updated_at=NOW)
PLAN = ["files", "bytes_needed", "unknown_sizes", "volumes"]


@pytest.fixture(params=[API, TAB], ids=["api", "tab"])
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def put(stage: Stage, name: str, **fields: object) -> None:
    stage.downloads.jobs[name] = replace(JOB, id=name, **fields)  # type: ignore[arg-type]


def test_a_batch_is_only_planned_with_dry_run(stage: Stage, base: str) -> None:
    items = [{"version_id": 7, "all_files": True}, {"version_id": 8, "priority": "high", "folder": "x"}]
    dry = stage.post(base + "downloads/batch", {"items": items, "dry_run": True})
    assert (dry.status_code, list(dry.json())) == (200, ["plan"])
    assert list(dry.json()["plan"]) == PLAN
    assert stage.downloads.jobs == {}
    real = stage.post(base + "downloads/batch", {"items": items})
    assert (real.status_code, list(real.json())) == (202, ["jobs", "plan"])
    assert [job["version_id"] for job in real.json()["jobs"]] == [7, 8]
    assert stage.downloads.jobs["job2"].wish.folder == "x"


def test_a_download_is_asked_for_with_its_priority_and_may_try_at_once(stage: Stage, base: str) -> None:
    asked = stage.post(base + "download", {"version_id": 7, "priority": "high"}).json()["job"]
    assert asked["priority"] == "high"
    assert stage.post(base + "download", {"version_id": 8}).json()["job"]["priority"] == "normal"
    put(stage, "a", waiting=Waiting("offline", "No network."))
    assert stage.post(base + "downloads/a/try-now").json()["job"]["waiting"] is None


BAD = [
    ("downloads/batch", {}, "items"),
    ("downloads/batch", {"items": []}, "items"),
    ("downloads/batch", {"items": [{"version_id": 1}] * 201}, "items"),
    ("downloads/batch", {"items": [{"version_id": 1, "overwrite": True}]}, "overwrite"),
    ("downloads/batch", {"items": [{"version_id": 1, "priority": "urgent"}]}, "priority"),
    ("downloads/batch", {"items": [{"version_id": 1, "all_files": 1}]}, "all_files"),
    ("download", {"version_id": 1, "priority": "urgent"}, "priority"),
    ("downloads/a/move", {}, "move"),
    ("downloads/a/move", {"to": "top", "before": "b"}, "move"),
    ("downloads/a/move", {"to": "left"}, "to"),
    ("downloads/a/priority", {}, "priority"),
    ("downloads/a/priority", {"priority": 1}, "priority"),
    ("downloads/a/retry", {"version_id": 2}, "version_id"),
    ("downloads/a/retry", {"on_conflict": "overwrite"}, "on_conflict"),
    ("download-history/clear", {"states": ["queued"]}, "states"),
    ("download-history/clear", {"ids": ["x"] * 1001}, "ids"),
    ("download-history/clear", {"files": True}, "files"),
]


@pytest.mark.parametrize(("route", "body", "field"), BAD)
def test_a_bad_value_is_refused_and_named(stage: Stage, base: str, route: str, body: object, field: str) -> None:
    put(stage, "a", state=State.FAILED)
    answer = stage.post(base + route, body)
    assert stage.error(answer) == (422, "invalid_request")
    assert field in answer.json()["error"]["message"]
    assert list(stage.downloads.jobs) == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        "download-history?limit=0",
        "download-history?limit=1001",
        "download-history?state=queued",
        "download-history?cursor=next",
        "download-history?query=" + "x" * 4097,
        "download-target",
        "download-target?version_id=0",
        "download-target?version_id=1&filename=" + "x" * 201,
    ],
)
def test_a_bad_query_is_refused(stage: Stage, base: str, query: str) -> None:
    assert stage.error(stage.get(base + query)) == (422, "invalid_request")


@pytest.mark.parametrize("verb", ["move", "priority", "retry", "again", "try-now"])
def test_an_unknown_job_is_404(stage: Stage, base: str, verb: str) -> None:
    body = {"move": {"to": "up"}, "priority": {"priority": "low"}}.get(verb, {})
    assert stage.error(stage.post(f"{base}downloads/nobody/{verb}", body)) == (404, "not_found")


def test_retry_takes_a_new_choice_or_nothing(stage: Stage, base: str) -> None:
    wish = Wish(1, folder="old", on_conflict=OnConflict.FAIL)
    put(stage, "a", state=State.FAILED, wish=wish)
    assert stage.post(base + "downloads/a/retry").json()["job"]["folder"] == "old"
    put(stage, "a", state=State.FAILED, wish=wish)
    choice = {"filename": "other", "on_conflict": "rename", "allow_unsafe": True, "unpack": True}
    job = stage.post(base + "downloads/a/retry", choice).json()["job"]
    assert [job[key] for key in ("folder", "on_conflict", "allow_unsafe", "unpack")] == ["old", "rename", True, True]
    assert stage.downloads.jobs["a"].wish == Wish(1, None, "old", "other", Unsafe.ALLOW, OnConflict.RENAME, unpack=True)


def test_everything_at_once_says_what_it_changed(stage: Stage, base: str) -> None:
    put(stage, "a")
    put(stage, "b", state=State.PAUSED)
    paused = stage.post(base + "downloads/pause-all").json()
    assert (paused["changed"], [job["id"] for job in paused["jobs"]]) == (1, ["a"])
    assert stage.post(base + "downloads/resume-all").json()["changed"] == 2
    assert stage.post(base + "downloads/retry-failed").json() == {"changed": 0, "jobs": []}


def test_priority_and_history(stage: Stage, base: str) -> None:
    put(stage, "a")
    put(stage, "b", state=State.DONE)
    assert stage.post(base + "downloads/a/priority", {"priority": "low"}).json()["job"]["priority"] == "low"
    assert stage.downloads.jobs["a"].priority is Priority.LOW
    page = stage.get(base + "download-history?state=done&query=x&limit=5").json()
    assert ([job["id"] for job in page["items"]], page["next_cursor"], page["total"]) == (["b"], None, 1)
    assert stage.post(base + "download-history/clear", {"states": ["done"]}).json() == {"cleared": 1, "part_bytes": 0}
    assert list(stage.downloads.jobs) == ["a"]


def test_nothing_of_it_is_a_get(stage: Stage, base: str) -> None:
    for route in (
        "batch",
        "pause-all",
        "resume-all",
        "retry-failed",
        "a/move",
        "a/priority",
        "a/again",
        "a/retry",
        "a/try-now",
    ):
        assert stage.error(stage.get(f"{base}downloads/{route}")) == (405, "method_not_allowed")
    assert stage.error(stage.get(base + "download-history/clear")) == (405, "method_not_allowed")
    assert stage.error(stage.post(base + "download-target")) == (405, "method_not_allowed")


@pytest.mark.parametrize("route", ["downloads/batch", "downloads/pause-all", "download-history/clear"])
def test_the_tab_must_show_its_marker(stage: Stage, route: str) -> None:
    answer = stage.ask("POST", TAB + route, json={})
    assert stage.error(answer) == (403, "forbidden_origin")


def test_a_locked_host_lets_nobody_take_unsafe_files_in_a_batch_or_at_a_retry(stage: Stage, base: str) -> None:
    stage.host.open = Exposure(exposed=True, locked=True)
    put(stage, "a", state=State.FAILED)
    items = [{"version_id": 1}, {"version_id": 2, "allow_unsafe": True}]
    assert stage.error(stage.post(base + "downloads/batch", {"items": items})) == (403, "locked_by_host")
    assert stage.error(stage.post(base + "downloads/a/retry", {"allow_unsafe": True})) == (403, "locked_by_host")
    assert stage.downloads.jobs["a"].wish.unsafe is Unsafe.REFUSE
    assert stage.post(base + "downloads/batch", {"items": items[:1]}).status_code == 202
