"""Every route answers its contract: the right status, every key present, unknown is null (design section 8)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from civitdock.domain.downloads import State
from tests.support.memory_services import SHA256
from tests.support.stage import API, TAB, Stage

CARD = "id name type creator base_models nsfw_level stats preview latest installed page_url hidden_images".split()
VERSION = (
    "id model_id model_name name type base_model published_at early_access_until trained_words description_html "
    "files images installed hidden_images"
).split()
FILE = ("id name size_bytes type format fp size primary hashes pickle_scan virus_scan installed_path").split()
IMAGE = "id url kind width height blurhash nsfw_level meta".split()
DOWNLOAD = (
    "id state waiting model_id version_id file_id model_name version_name filename target_path bytes_done bytes_total "
    "speed_bps eta_s verified_by warnings error conflict priority rank folder on_conflict allow_unsafe "
    "unpack unpacked created_at updated_at"
).split()
SYNC = (
    "id state waiting phase files_total files_done bytes_total bytes_done matched unmatched invalid failed eta_s errors"
).split()
LOCAL = (
    "path root type name size_bytes sha256 autov2 state model_id version_id model_name version_name base_model "
    "trained_words preview_url preview_nsfw_level update synced_at kind belongs_to suggested_words"
).split()


@pytest.fixture(params=[API, TAB], ids=["programs", "tab"])
def base(request: pytest.FixtureRequest) -> str:
    """Both mounts answer alike."""
    return str(request.param)


EMPTY_QUEUE = {
    "active": 0, "queued": 0, "speed_bps": 0.0, "eta_s": None,
    "paused": 0, "failed": 0, "bytes_left": 0, "limit_bps": None,
}  # fmt: skip


def test_search_answers_cards_with_every_key(stage: Stage, base: str) -> None:
    answer = stage.post(base + "search", {"query": " cat ", "types": ["LORA"], "nsfw_level": "Soft", "limit": 3})
    assert answer.status_code == 200
    page = answer.json()
    assert list(page) == ["items", "next_cursor", "source"]
    assert (page["next_cursor"], page["source"]) == ("next", "network")
    (card,) = page["items"]
    assert list(card) == CARD
    assert card["base_models"] == ["SDXL 1.0"]
    assert list(card["preview"]) == "url kind width height blurhash nsfw_level".split()
    assert card["latest"]["file"] == {
        "id": 700, "name": "good.safetensors", "size_bytes": 1024, "format": "SafeTensor"
    }  # fmt: skip
    assert card["latest"]["early_access_until"] is None
    (asked,) = stage.search.asked
    assert (asked.query, asked.types, asked.nsfw_level, asked.limit) == ("cat", ("LORA",), "Soft", 3)


def test_search_needs_no_body_at_all(stage: Stage, base: str) -> None:
    headers = {"Content-Type": "application/json", "X-CivitDock": "1"}
    assert stage.ask("POST", base + "search", headers=headers).status_code == 200
    assert stage.search.asked[0].limit == 20


def test_the_gallery_answers_pictures_with_every_key(stage: Stage, base: str) -> None:
    page = stage.get(base + "model-images?model_version_id=70&model_id=7&limit=5&sort=Newest").json()
    assert list(page) == ["items", "next_cursor", "source", "hidden_images"]
    assert (page["next_cursor"], page["source"], page["hidden_images"]) == ("next", "network", 1)
    assert list(page["items"][0]) == IMAGE
    nothing = stage.get(base + "model-images?model_id=8").json()
    assert nothing == {"items": [], "next_cursor": None, "source": "network", "hidden_images": 0}
    for wrong in ("limit=0", "limit=101", "model_version_id=0", "model_version_id=x", "cursor=" + "a" * 8193):
        assert stage.error(stage.get(base + "model-images?" + wrong)) == (422, "invalid_request")


def test_a_model_has_cleaned_descriptions_and_versions(stage: Stage, base: str) -> None:
    model = stage.get(base + "model/7").json()
    assert list(model) == [*CARD, "description_html", "tags", "license", "versions"]
    assert model["description_html"] == "<p>Good <b>model</b></p>"
    assert model["license"] == {
        "no_credit": None, "derivatives": None, "different_license": None, "commercial_use": None
    }  # fmt: skip
    newest, oldest = model["versions"]
    assert list(newest) == list(oldest) == VERSION
    assert [list(file) for file in newest["files"]] == [FILE, FILE]
    assert list(newest["images"][0]) == IMAGE
    assert newest["files"][1]["hashes"] == {
        "sha256": SHA256, "autov1": None, "autov2": SHA256[:10], "autov3": None, "blake3": None, "crc32": None
    }  # fmt: skip
    assert (oldest["files"], oldest["base_model"], oldest["hidden_images"]) == ([], None, 1)


@pytest.mark.parametrize("value", [SHA256, SHA256.upper(), SHA256[:10]])
def test_a_version_is_found_by_hash_in_any_case(stage: Stage, base: str, value: str) -> None:
    version = stage.get(base + "model-by-hash/" + value).json()
    assert list(version) == VERSION
    assert version["installed"] is True
    assert version["files"][1]["installed_path"] == "/models/good.safetensors"


def test_enums_lists_civitais_words(stage: Stage, base: str) -> None:
    assert stage.get(base + "enums").json() == {
        "model_types": ["Checkpoint"], "base_models": ["SDXL 1.0"], "sorts": ["Newest"], "periods": ["AllTime"]
    }  # fmt: skip


def test_a_download_is_queued_steered_and_seen(stage: Stage, base: str) -> None:
    answer = stage.post(base + "download", {"version_id": 70, "folder": "sub", "on_conflict": "fail"})
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert list(job) == DOWNLOAD
    assert (job["state"], job["version_id"], job["error"]) == ("queued", 70, None)
    wish = stage.downloads.jobs[job["id"]].wish
    assert (wish.folder, wish.on_conflict.value, wish.unsafe.value) == ("sub", "fail", "refuse")
    for verb, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled"), ("retry", "queued")):
        moved = stage.post(f"{base}downloads/{job['id']}/{verb}")
        assert (moved.status_code, moved.json()["job"]["state"]) == (200, state)
    progress = stage.get(base + "download-progress?since=0").json()
    assert list(progress) == ["revision", "jobs", "totals", "removed"]
    assert progress["totals"] == {**EMPTY_QUEUE, "active": 1, "queued": 1}
    assert [each["id"] for each in progress["jobs"]] == [job["id"]]


def test_an_archive_is_unpacked_once_it_is_here(stage: Stage, base: str) -> None:
    job = stage.post(base + "download", {"version_id": 5, "unpack": True}).json()["job"]
    assert job["unpacked"] is None
    assert stage.downloads.jobs[job["id"]].wish.unpack
    path = f"{base}downloads/{job['id']}/unpack"
    assert stage.error(stage.post(path)) == (409, "wrong_state")
    stage.downloads.jobs[job["id"]] = replace(stage.downloads.jobs[job["id"]], state=State.DONE)
    assert stage.post(path).json()["job"]["unpacked"] == {
        "folder": "/models/good",
        "files": ["a.safetensors"],
        "skipped": [{"name": "b.pt", "reason": "it can run code."}],
    }
    assert stage.post(path, {"allow_unsafe": True}).json()["job"]["unpacked"]["skipped"] == []
    assert stage.error(stage.post(path, {"unsafe": True})) == (422, "invalid_request")
    assert stage.error(stage.post(base + "downloads/nobody/unpack")) == (404, "not_found")


def test_a_sync_is_planned_started_steered_and_seen(stage: Stage, base: str) -> None:
    assert stage.get(base + "sync-progress").json() == {"job": None}
    plan = stage.post(base + "sync-metadata", {"dry_run": True, "types": ["LORA"]})
    assert (plan.status_code, plan.json()) == (200, {"plan": {"files": 2, "bytes_to_hash": 2048, "requests": 1}})
    started = stage.post(base + "sync-metadata", {"paths": ["/models/a"], "force": True})
    assert (started.status_code, list(started.json()["job"])) == (202, SYNC)
    assert [(each.types, each.paths, each.force) for each in stage.sync.asked] == [
        (("LORA",), (), False),
        ((), ("/models/a",), True),
    ]
    for verb, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert stage.post(f"{base}sync/sync1/{verb}").json()["job"]["state"] == state
    assert stage.get(base + "sync-progress").json()["job"]["state"] == "cancelled"


def test_local_models_are_listed_with_relative_paths(stage: Stage, base: str) -> None:
    page = stage.get(base + "local-models?type=LORA&query=good&state=identified&limit=1000").json()
    assert (list(page), page["total"], page["next_cursor"]) == (["items", "next_cursor", "total"], 1, None)
    (local,) = page["items"]
    assert list(local) == LOCAL
    assert (local["path"], local["name"]) == ("sub/good.safetensors", "good")
    assert local["root"] == stage.library.root.as_posix()
    assert local["update"] == {"version_id": 71, "name": "v3"}
    (asked,) = stage.library.asked
    assert (asked.type, asked.text, asked.limit, asked.cursor) == ("LORA", "good", 1000, None)


def test_settings_are_shown_and_changed_and_the_key_stays_inside(stage: Stage, base: str) -> None:
    shown = stage.get(base + "settings").json()
    assert shown["civitai_api_key"] == {"set": False}
    assert shown["civitai_cache_hours"] == 24
    assert shown["descriptors"][0]["key"] == "civitai_api_key"
    changed = stage.post(base + "settings", {"civitai_cache_hours": 3, "civitai_api_key": "very-secret"})
    assert (changed.status_code, changed.json()["civitai_cache_hours"]) == (200, 3)
    assert changed.json()["civitai_api_key"] == {"set": True}
    assert "very-secret" not in changed.text + stage.get(base + "settings").text
    assert stage.post(base + "settings/test-key").json() == {"account": "somebody"}


def test_status_tells_who_we_are_and_how_things_stand(stage: Stage, base: str) -> None:
    status = stage.get(base + "status").json()
    assert status == {
        "version": "1.2.3",
        "host": {"name": "standalone", "version": ""},
        "roots": [
            {"type": root.type, "path": root.path.as_posix(), "free_bytes": each["free_bytes"]}
            for root, each in zip(stage.host.roots(), status["roots"], strict=True)
        ],
        "queue": EMPTY_QUEUE,
        "last_sync": None,
        "missing_packages": ["nh3"],
        "civitai": "unknown",
    }
    assert all(each["free_bytes"] > 0 for each in status["roots"])


def test_no_answer_is_kept_by_a_cache_or_guessed_at(stage: Stage, base: str) -> None:
    headers = stage.get(base + "status").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/json"


def test_the_cards_of_a_page_are_told_in_one_compact_answer(stage: Stage) -> None:
    answer = stage.get(TAB + "cards").json()
    assert answer["roots"] == [stage.library.root.as_posix()]
    assert answer["cards"] == [[0, "sub/good.safetensors", 7, None, None, 1, 0, 71, "v3"]]


def test_one_local_model_and_another_preview_of_it(stage: Stage) -> None:
    path = stage.library.model().path
    found = stage.get(TAB + "local-model?path=" + quote(str(path), safe="")).json()
    assert list(found) == ["model"]
    assert list(found["model"]) == LOCAL
    for wrong in ("nothing", "%00"):
        assert stage.error(stage.get(TAB + "local-model?path=" + wrong)) == (404, "not_found")
    done = stage.post(TAB + "local-preview", {"path": str(path), "picture_url": "https://x/y.png"})
    assert list(done.json()) == ["previews", "model", "previous_url"]
    wrong_picture = stage.post(TAB + "local-preview", {"path": str(path), "picture_url": "missing"})
    assert stage.error(wrong_picture) == (404, "not_found")
    assert stage.error(stage.post(TAB + "local-preview", {"path": str(path)})) == (422, "invalid_request")
