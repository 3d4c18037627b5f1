"""A sync over real files, the demo CivitAI and the real client: everything is found, nothing is lost."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from civitdock.demo.faults import (
    Match,
    challenge,
    edit_json,
    gateway_error,
    not_found,
    overloaded,
    rate_limited,
    stall,
    truncated_json,
)
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import SyncPlan, SyncRequest, SyncState
from civitdock.errors import InvalidRequest, NotFound, WrongState
from tests.library.bench import Library, safe_models, sidecar
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(60)
HASHES = Match(where="api", path="/api/v1/model-versions/by-hash")
MODELS = Match(where="api", path="/api/v1/models")


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_model_is_found_described_and_shown(library: Library, demo: DemoCivitai) -> None:
    loras, checkpoints = safe_models(demo)[:4], safe_models(demo, "Checkpoint")[:2]
    paths = {library.put_demo(model): model for model in (*loras, *checkpoints)}
    unknown = library.put("LORA", "own.safetensors", safe_models(demo)[0].versions[0].files[0].content.read()[:-8])
    mine = library.put("Checkpoint", "mine.ckpt", b"PK\x03\x04 nobody knows this")
    job = library.sync()
    assert (job.state, job.phase) == (SyncState.DONE, "done")
    assert (job.files_total, job.files_done) == (8, 8)
    assert (job.matched, job.unmatched, job.invalid, job.failed) == (6, 1, 1, 0)
    assert job.bytes_done == job.bytes_total
    for path, model in paths.items():
        row = library.row(path)
        assert (row.state, row.model_id, row.version_id) == (LocalState.IDENTIFIED, model.id, model.versions[0].id)
        assert sidecar(path)["civitai"]["version_id"] == model.versions[0].id  # type: ignore[index]
    assert library.row(mine).state is LocalState.UNKNOWN
    assert library.row(unknown).state is LocalState.INVALID
    assert not mine.with_suffix(".json").exists()
    assert [error["code"] for error in job.errors] == ["invalid_file"]
    assert job.errors[0]["path"] == unknown.as_posix()
    shown = {path for paths, _ in library.host.refreshed for path in paths}
    assert set(paths) <= shown
    assert [kind for _, kind in library.host.refreshed] == ["LORA", "Checkpoint"] or len(library.host.refreshed) == 2
    page = library.library.local_models(LocalFilter())
    assert page.total == 8


def test_requests_are_bulk(library: Library, demo: DemoCivitai) -> None:
    library.settings.values["civitai_download_preview"] = False
    models = [*safe_models(demo), *safe_models(demo, "Checkpoint")][:30]
    for model in models:
        library.put_demo(model)
    plan = library.service.plan(SyncRequest())
    assert plan == SyncPlan(len(models), sum(len(model.versions[0].files[0].content.read()) for model in models), 2)
    assert demo.requests == []
    assert library.sync().matched == len(models)
    assert len(demo.asked(where="api")) == plan.requests


def test_a_second_sync_reads_and_asks_nothing(library: Library, demo: DemoCivitai, tmp_path: Path) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    before = snapshot(tmp_path / "models")
    demo.requests.clear()
    assert library.service.plan(SyncRequest()) == SyncPlan(0, 0, 0)
    job = library.sync()
    assert (job.matched, job.bytes_total, job.files_done) == (1, 0, 1)
    assert demo.requests == []
    assert snapshot(tmp_path / "models") == before
    assert library.service.plan(SyncRequest(force=True)) == SyncPlan(1, 0, 1)
    os.utime(path, ns=(1, 1))
    assert library.service.plan(SyncRequest()).bytes_to_hash == path.stat().st_size


def test_old_knowledge_is_asked_for_again_and_the_users_words_stay(
    library: Library, demo: DemoCivitai, clock: FakeClock
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    edited = {**sidecar(path), "activation text": "my words", "mine": True}
    path.with_suffix(".json").write_text(json.dumps(edited), encoding="utf-8")
    clock.advance(25 * 3600)
    assert library.service.plan(SyncRequest()) == SyncPlan(1, 0, 1)
    assert library.sync().matched == 1
    assert sidecar(path)["activation text"] == "my words"
    assert list(sidecar(path)) == list(edited)


def test_a_touched_file_keeps_its_identity_through_an_outage(
    library: Library, demo: DemoCivitai, clock: FakeClock
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    before = library.row(path)
    os.utime(path, ns=(1, 1))
    demo.faults.add(match=Match(where="api"), fault=overloaded(), times=None)
    library.service.start()
    clock.hold()
    job = library.service.submit(SyncRequest())
    library.until(job.id, lambda seen: seen.phase in ("writing", "done"))
    after = library.row(path)
    assert (after.state, after.version_id, after.mtime_ns) == (LocalState.IDENTIFIED, before.version_id, 1)


def test_the_index_can_be_deleted(library: Library, demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    library.close()
    for left in (tmp_path / "data").iterdir():
        left.unlink()
    before = snapshot(tmp_path / "models")
    again = Library(demo, tmp_path, clock)
    try:
        assert again.sync().matched == 1
        assert again.row(path).state is LocalState.IDENTIFIED
        assert snapshot(tmp_path / "models") == before
    finally:
        again.close()


@pytest.mark.parametrize(
    "fault", [gateway_error(), challenge(), rate_limited(3), truncated_json()], ids=["524", "html", "429", "half"]
)
@pytest.mark.parametrize("where", [HASHES, MODELS], ids=["hashes", "models"])
def test_an_outage_is_waited_out_and_costs_nothing(
    library: Library, demo: DemoCivitai, where: Match, fault: object
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    demo.faults.add(match=where, fault=fault, times=2)  # type: ignore[arg-type]
    job = library.sync()
    assert (job.state, job.matched, job.waiting) == (SyncState.DONE, 1, None)
    assert sidecar(path)["civitai"]["version_id"] == library.row(path).version_id  # type: ignore[index]


def test_a_sync_that_waits_says_why_and_can_be_cancelled(library: Library, demo: DemoCivitai, clock: FakeClock) -> None:
    path = library.put_demo(safe_models(demo)[0])
    demo.faults.add(match=HASHES, fault=overloaded(), times=None)
    clock.hold()
    library.service.start()
    job = library.service.submit(SyncRequest())
    pause = threading.Event()
    for _ in range(1000):
        seen = library.service.progress()
        assert seen is not None
        if seen.waiting is not None:
            break
        clock.advance(1)
        pause.wait(0.005)
    assert seen.waiting is not None
    assert seen.waiting.reason == "civitai_down"
    assert library.service.cancel(job.id).state is SyncState.CANCELLED
    library.service.stop()
    assert library.row(path).state is LocalState.PENDING
    assert not path.with_suffix(".json").exists()


def test_an_empty_answer_or_another_models_hash_erases_nothing(
    library: Library, demo: DemoCivitai, clock: FakeClock, tmp_path: Path
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    before = snapshot(tmp_path / "models")
    clock.advance(25 * 3600)
    demo.faults.add(match=HASHES, fault=edit_json(lambda _: []), times=None)
    demo.faults.add(match=MODELS, fault=edit_json(lambda value: {**value, "items": []}), times=None)
    demo.faults.add(
        match=Match(where="api", path="/api/v1/model-versions/"),
        fault=edit_json(lambda _: {"error": "Model not found"}),
        times=None,
    )
    library.sync(SyncRequest(force=True))
    assert snapshot(tmp_path / "models") == before
    assert library.row(path).state is LocalState.IDENTIFIED
    other = library.put_demo(safe_models(demo)[1])
    demo.faults.clear()
    ids = Match(where="api", path="/api/v1/model-versions/by-hash/ids")
    demo.faults.add(
        match=ids, fault=edit_json(lambda value: [{**line, "hash": "A" * 64} for line in value]), times=None
    )
    demo.faults.add(match=HASHES, fault=not_found(), times=None)
    assert library.sync().unmatched == 1
    assert library.row(other).state is LocalState.UNKNOWN


def test_a_model_missing_from_the_bulk_answer_is_asked_for_alone(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    demo.faults.add(match=MODELS, fault=edit_json(lambda value: {**value, "items": []}), times=None)
    assert library.sync().matched == 1
    assert sidecar(path)["civitai"]["version_id"] == library.row(path).version_id  # type: ignore[index]


def test_several_versions_with_one_content_follow_the_sidecar(library: Library, demo: DemoCivitai) -> None:
    hidden = {model.id for model in demo.catalogue.models if model.mode or model.minor or model.poi}
    owners = next(
        found
        for found in demo.catalogue.hash_index(("SHA256",)).values()
        if len({version.id for version, _ in found}) > 1
        and all(version.status == "Published" and version.model_id not in hidden for version, _ in found)
        and found[0][1].name.endswith(".safetensors")
    )
    newest, file = max(owners, key=lambda owned: owned[0].id)
    path = library.put("LORA", "shared.safetensors", file.content.read())
    hint = {"id": newest.id, "modelId": newest.model_id}
    path.with_suffix(".civitai.info").write_text(json.dumps(hint), encoding="utf-8")
    library.sync()
    assert library.row(path).version_id == newest.id


def test_pause_holds_and_resume_goes_on(library: Library, demo: DemoCivitai) -> None:
    for model in safe_models(demo)[:3]:
        library.put_demo(model)
    gate = Gate()
    demo.faults.add(match=MODELS, fault=stall(gate), times=1)
    library.service.start()
    job = library.service.submit(SyncRequest())
    demo.wait_asked(1, where="api", path="/api/v1/models")
    assert library.service.pause(job.id).state is SyncState.PAUSED
    with pytest.raises(WrongState):
        library.service.pause(job.id)
    gate.release()
    demo.wait_idle()
    seen = library.service.progress()
    assert seen is not None
    assert (seen.state, seen.matched) == (SyncState.PAUSED, 0)
    library.service.resume(job.id)
    assert library.ended(job.id).matched == 3
    with pytest.raises(WrongState):
        library.service.cancel(job.id)
    with pytest.raises(NotFound):
        library.service.pause("another")


def test_a_second_submit_widens_the_first(library: Library, demo: DemoCivitai) -> None:
    lora = library.put_demo(safe_models(demo)[0])
    checkpoint = library.put_demo(safe_models(demo, "Checkpoint")[0])
    gate = Gate()
    demo.faults.add(match=HASHES, fault=stall(gate), times=1)
    library.service.start()
    first = library.service.submit(SyncRequest(types=("LORA",)))
    demo.wait_asked(1, where="api", path="/api/v1/model-versions/by-hash")
    second = library.service.submit(SyncRequest(paths=(checkpoint.as_posix(),)))
    assert second.id == first.id
    gate.release()
    job = library.ended(first.id)
    assert (job.files_total, job.matched) == (2, 2)
    assert library.row(lora).state is library.row(checkpoint).state is LocalState.IDENTIFIED


@pytest.mark.parametrize(
    "ask",
    [
        lambda path: path.parent.as_posix(),
        lambda path: path.as_posix(),
        lambda path: "sub",
        lambda path: "sub/a.safetensors",
    ],
)
def test_paths_choose_files(library: Library, demo: DemoCivitai, ask: Callable[[Path], str]) -> None:
    model = safe_models(demo)[0]
    wanted = library.put_demo(model, name="sub/a.safetensors")
    library.put_demo(safe_models(demo)[1], name="subs/a.safetensors")
    assert library.service.plan(SyncRequest(paths=(ask(wanted),))).files == 1
    assert library.service.plan(SyncRequest(types=("DoRA",))).files == 2
    assert library.service.plan(SyncRequest(types=("Checkpoint",))).files == 0


@pytest.mark.parametrize("path", ["/etc", "../outside", "sub/../../outside", "a\0b"])
def test_paths_outside_the_model_folders_are_refused(library: Library, path: str) -> None:
    with pytest.raises(InvalidRequest):
        library.service.submit(SyncRequest(paths=(path,)))
    with pytest.raises(InvalidRequest):
        library.service.plan(SyncRequest(paths=(path,)))
    assert library.service.progress() is None


def test_a_newer_version_is_told_and_early_access_is_none(library: Library, demo: DemoCivitai) -> None:
    model = next(
        model
        for model in safe_models(demo)
        if len(model.published) > 1
        and model.versions[0].base_model == model.versions[1].base_model
        and not model.versions[0].early
        and model.versions[1].files
        and model.versions[1].files[0].name.endswith(".safetensors")
        and model.versions[0].published_at > model.versions[1].published_at
    )
    old = library.put_demo(model, model.versions[1])
    new = library.put_demo(model, model.versions[0])
    library.sync()
    update = library.row(old).update
    assert update is not None
    assert update.version_id == model.versions[0].id
    assert library.row(new).update is None


def test_a_sidecar_that_cannot_be_written_fails_that_file_only(library: Library, demo: DemoCivitai) -> None:
    first, second = (library.put_demo(model) for model in safe_models(demo)[:2])
    first.with_suffix(".json").mkdir()
    job = library.sync()
    assert (job.state, job.matched, job.failed) == (SyncState.DONE, 1, 1)
    assert {error["path"] for error in job.errors} == {first.as_posix()}
    assert second.with_suffix(".json").is_file()


def test_files_that_share_a_stem_share_its_preview_without_a_word(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    for suffix in (".ckpt", ".pt", ".bin"):
        path.with_suffix(suffix).write_bytes(path.read_bytes())
    job = library.sync()
    assert (job.matched, job.errors) == (4, ())
    assert len(list(path.parent.glob("*.preview.*"))) == 1


def test_the_host_is_not_asked_for_its_folders_for_every_file(
    library: Library, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at the disk for the answer: for ten thousands of files that took longer than reading them."""
    for number in range(30):
        library.put("LORA", f"{number}.pt", b"\x80\x02%d" % number)
    asked: list[int] = []
    real = library.host.roots
    monkeypatch.setattr(library.host, "roots", lambda: (asked.append(1), real())[1])
    library.sync()
    assert len(asked) < 10


def test_a_described_library_is_described_anew_without_listing_its_folders(
    library: Library, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of ten thousand models a listing for each of them would take minutes."""
    for model in safe_models(demo)[:3]:
        library.put_demo(model)
    library.sync()
    listed: list[object] = []
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: (listed.append(path), real(path))[1])
    assert library.sync(SyncRequest(force=True)).matched == 3
    assert len(listed) == 1  # for leftovers of a crash


def test_a_busy_picture_host_slows_down_and_fails_nothing(
    library: Library, demo: DemoCivitai, clock: FakeClock
) -> None:
    paths = [library.put_demo(model) for model in safe_models(demo)[:3]]
    demo.faults.add(match=Match(where="image"), fault=rate_limited(7), times=2)
    job = library.sync()
    assert (job.state, job.matched, job.failed) == (SyncState.DONE, 3, 0)
    assert job.errors == ()
    assert 7 in clock.waits
    assert all(path.with_name(f"{path.stem}.preview.jpg").exists() for path in paths)


def test_work_rests_while_the_host_generates(library: Library, demo: DemoCivitai, clock: FakeClock) -> None:
    library.put_demo(safe_models(demo)[0])
    library.host.busy = True
    clock.hold()
    library.service.start()
    job = library.service.submit(SyncRequest())
    clock.await_waiters()
    seen = library.service.progress()
    assert seen is not None
    assert seen.waiting is not None
    assert seen.waiting.reason == "generating"
    assert demo.requests == []
    library.host.busy = False
    clock.advance(1)
    clock_free(clock)
    assert library.ended(job.id).matched == 1


def clock_free(clock: FakeClock) -> None:
    """Let waits pass by themselves again."""
    clock._held = False
    clock.advance(0)
