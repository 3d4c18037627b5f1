"""Restore what it was before: for every file that we changed or added, and nothing of others is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.sync import SyncRequest
from civitdock.errors import InvalidRequest
from civitdock.services.restore import RestoreService
from tests.library.bench import Library, safe_models, sidecar

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def restore(library: Library) -> RestoreService:
    return RestoreService(library.sidecars, library.originals, library.host)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_library_becomes_what_it_was(library: Library, demo: DemoCivitai, restore: RestoreService) -> None:
    library.settings.values["civitai_foreign_sidecars"] = "civitai.info"
    paths = [library.put_demo(model) for model in safe_models(demo)[:4]]
    paths[0].with_suffix(".json").write_bytes(b'\xef\xbb\xbf{"notes":"mine","x":1}')
    paths[1].with_suffix(".json").write_bytes(b"[1, 2")
    paths[2].with_suffix(".png").write_bytes(b"my picture")
    folder = paths[0].parent
    before = snapshot(folder)
    library.sync()
    assert snapshot(folder) != before
    done = restore.restore([str(folder)])
    assert done.errors == ()
    after = snapshot(folder)
    aside = {name for name in after if "civitdock-aside" in name}
    assert len(aside) == 1  # the broken sidecar that the sync set aside
    assert {name: content for name, content in after.items() if name not in aside} == before
    assert library.host.refreshed[-1][1] == "LORA"


def test_a_restored_file_is_left_alone_until_it_is_synced_by_force(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    restore.restore([str(path)])
    before = snapshot(path.parent)
    assert list(before) == [path.name]
    library.clock.advance(25 * 3600)
    assert library.sync().matched == 1
    assert snapshot(path.parent) == before
    library.sync(SyncRequest(paths=(str(path),), force=True))
    assert sidecar(path)["civitai"]


def test_what_others_wrote_since_is_set_aside(library: Library, demo: DemoCivitai, restore: RestoreService) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".json").write_text('{"notes": "first"}', encoding="utf-8")
    library.sync()
    edited = {**sidecar(path), "notes": "second"}
    path.with_suffix(".json").write_text(json.dumps(edited), encoding="utf-8")
    assert restore.restore([str(path)]).files == 2
    assert sidecar(path) == {"notes": "first"}
    (aside,) = path.parent.glob("*.civitdock-aside")
    assert json.loads(aside.read_bytes()) == edited


def test_only_the_named_model_is_restored(library: Library, demo: DemoCivitai, restore: RestoreService) -> None:
    first = library.put_demo(safe_models(demo)[0], name="style.safetensors")
    second = library.put_demo(safe_models(demo)[1], name="style_2.safetensors")
    library.sync()
    restore.restore([str(first)])
    assert not first.with_suffix(".json").exists()
    assert sidecar(second)["civitai"]


@pytest.mark.parametrize("place", ["/etc", "sub", "../x"])
def test_places_outside_are_refused(restore: RestoreService, place: str) -> None:
    with pytest.raises(InvalidRequest):
        restore.restore([place])


def test_a_sidecar_that_was_taken_away_comes_back_unless_it_was_put_back(
    library: Library, demo: DemoCivitai, restore: RestoreService
) -> None:
    taken, restored = (library.put_demo(model) for model in safe_models(demo)[:2])
    library.sync()
    restore.restore([str(restored)])
    taken.with_suffix(".json").unlink()
    assert not restored.with_suffix(".json").exists()
    library.sync()
    assert json.loads(taken.with_suffix(".json").read_text("utf-8"))["description"]
    assert not restored.with_suffix(".json").exists()
    asked = len(demo.requests)
    job = library.sync()
    assert (job.matched, len(demo.requests)) == (2, asked)
