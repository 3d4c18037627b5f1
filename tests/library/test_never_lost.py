"""Restore after everything that people do to their files in between: whatever a user wrote is still on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from civitdock.demo.faults import Match, edit_json
from civitdock.demo.server import DemoCivitai
from civitdock.domain.sync import SyncRequest
from civitdock.services.restore import RestoreService
from tests.library.bench import Library, safe_models, sidecar

pytestmark = pytest.mark.timeout(60)
DAY = 25 * 3600


@pytest.fixture
def restore(library: Library) -> RestoreService:
    return RestoreService(library.sidecars, library.originals, library.host)


def edit(path: Path, **changes: object) -> None:
    """What a user does in the WebUI's editor."""
    path.with_suffix(".json").write_text(json.dumps({**sidecar(path), **changes}), encoding="utf-8")


def texts(folder: Path) -> str:
    """Everything that stands in small files."""
    return "\n".join(path.read_text("utf-8", "replace") for path in folder.rglob("*.json*") if path.is_file())


def describe_anew(demo: DemoCivitai, words: str) -> None:
    """CivitAI's descriptions are others from now on, so that sidecars are written again."""
    change = edit_json(
        lambda value: {**value, "items": [{**item, "description": f"<p>{words}</p>"} for item in value["items"]]}
    )
    demo.faults.add(match=Match(where="api", path="/api/v1/models"), fault=change, times=None)


def test_words_written_between_two_syncs_outlive_a_restore(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".json").write_text('{"notes": "first"}', encoding="utf-8")
    library.sync()
    edit(path, notes="second")
    for words in ("another text", "and another"):
        demo.faults.clear()
        describe_anew(demo, words)
        library.clock.advance(DAY)
        library.sync()
        assert (sidecar(path)["notes"], sidecar(path)["description"]) == ("second", words)
    restore.restore([str(path)])
    assert sidecar(path) == {"notes": "first"}
    assert '"second"' in texts(path.parent)


def test_another_models_sidecar_in_the_same_place_is_what_it_was(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    first, second = safe_models(demo)[:2]
    path = library.put_demo(first, name="style.safetensors")
    path.with_suffix(".json").write_text('{"notes": "of the first"}', encoding="utf-8")
    library.sync()
    for each in path.parent.iterdir():
        each.unlink()
    library.put_demo(second, name="style.safetensors")
    path.with_suffix(".json").write_text('{"notes": "of the second"}', encoding="utf-8")
    library.sync()
    assert sidecar(path)["civitai"]
    restore.restore([str(path)])
    assert sidecar(path) == {"notes": "of the second"}


def test_restore_sync_and_restore_again(library: Library, demo: DemoCivitai, restore: RestoreService) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".json").write_text('{"notes": "first"}', encoding="utf-8")
    library.sync()
    restore.restore([str(path)])
    assert restore.restore([str(path)]).files == 0
    library.sync()
    assert sidecar(path) == {"notes": "first"}
    edit(path, notes="after the restore")
    library.sync(SyncRequest(paths=(str(path),), force=True))
    assert sidecar(path)["notes"] == "after the restore"
    assert list(path.parent.glob("*.preview.*"))
    restore.restore([str(path)])
    assert sidecar(path) == {"notes": "after the restore"}
    assert not list(path.parent.glob("*.preview.*"))


def test_a_picture_that_the_user_put_in_place_of_ours_stays(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    (preview,) = path.parent.glob("*.preview.*")
    preview.write_bytes(b"my own picture")
    assert restore.restore([str(path)]).errors == ()
    assert preview.read_bytes() == b"my own picture"
    assert not path.with_suffix(".json").exists()


def test_a_moved_model_can_be_restored_with_all_that_moved_along(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    library.settings.values["civitai_foreign_sidecars"] = "civitai.info"
    path = library.put_demo(safe_models(demo)[0], name="old/style.safetensors")
    path.with_suffix(".json").write_text('{"notes": "first"}', encoding="utf-8")
    library.sync()
    folder = path.parent.rename(path.parent.with_name("new"))
    library.sync()
    assert restore.restore([str(folder)]).files == 3
    assert sorted(each.name for each in folder.iterdir()) == ["style.json", "style.safetensors"]
    assert sidecar(folder / "style.safetensors") == {"notes": "first"}


def test_asking_anew_for_everything_leaves_restored_files_alone(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    restore.restore([str(path)])
    demo.requests.clear()
    assert library.sync(SyncRequest(force=True)).matched == 1
    assert demo.asked(where="api", path="/api/v1/models")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
