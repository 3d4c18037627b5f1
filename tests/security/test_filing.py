"""Attacks on the routes that move and delete files: what a caller may name, over a real socket and real files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.places import LocalPlaces
from civitdock.adapters.files.sidecars import FileSidecars
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.adapters.sqlite.memory import SqliteOriginals
from civitdock.adapters.sqlite.operations import SqliteOperationStore
from civitdock.adapters.sqlite.state import open_state
from civitdock.domain.exposure import Exposure
from civitdock.domain.library import LocalModel
from civitdock.services.filing.desk import FilingTools, open_desk
from civitdock.services.in_use import InUse
from tests.support.memory_host import MemoryHost, MemorySettings
from tests.support.stage import API, TAB, Stage

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


@pytest.fixture(params=[API, TAB], ids=["programs", "tab"])
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A model folder with one indexed model, behind the real services; everything around it is a secret."""
    host = MemoryHost(tmp_path)
    root = host.roots()[1].path
    root.mkdir()
    (tmp_path / "secret.safetensors").write_bytes(b"secret")
    (tmp_path / "secret.civitai.info").write_bytes(b"{}")
    index, state = open_index(tmp_path), open_state(tmp_path)
    models, originals = SqliteModelStore(index), SqliteOriginals(state)
    desk = open_desk(
        FilingTools(
            models, FileSidecars(originals), originals, LocalDisk(), LocalPlaces(), SqliteOperationStore(state), host,
            MemorySettings(host), SystemClock(), InUse(), lambda _path: None,
        )
    )  # fmt: skip
    for path in (root / "known.safetensors", tmp_path / "secret.safetensors"):
        path.write_bytes(path.name.encode())
        found = path.stat()
        models.put(LocalModel(path, root, "LORA", found.st_size, found.st_mtime_ns, found.st_ino))
    for part in ("operations", "organise", "orphans"):
        real, shown = getattr(desk, part), getattr(stage.services.filing, part)
        for verb in ("delete", "move", "undo", "empty", "overview", "plan", "find"):
            if hasattr(real, verb):
                monkeypatch.setattr(shown, verb, getattr(real, verb), raising=False)
    desk.operations.start()
    yield root
    desk.operations.stop()
    index.close()
    state.close()


def tree(root: Path) -> dict[str, bytes]:
    """Every file around and in the model folder but our databases."""
    home = root.parent
    files = (path for path in home.rglob("*") if path.is_file() and "sqlite3" not in path.name)
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


OUTSIDE = [
    "{root}/../secret.safetensors",
    "{root}/sub/../../secret.safetensors",
    "{home}/secret.safetensors",
    "{home}/secret.civitai.info",
    "{root}",
    "{root}/",
    "{home}",
    "/etc/passwd",
    "secret.safetensors",
    "../secret.safetensors",
    "",
    ".",
    "{root}/known.safetensors\0",
    "\\\\server\\share\\x.safetensors",
    "{root}/.civitdock-trash/x/known.safetensors.civitdock-trash",
    "{root}/known.safetensors.civitdock-part",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_model_folders_can_be_named(stage: Stage, root: Path, base: str, path: str) -> None:
    shown, good = path.format(root=root, home=root.parent), str(root / "known.safetensors")
    before = tree(root)
    for paths in ([shown], [good, shown]):
        answer = stage.post(base + "local-models/delete", {"paths": paths})
        assert stage.error(answer) == (422, "invalid_request")
    moves = [{"path": shown, "target": str(root / "sub" / "x.safetensors")}]
    assert stage.error(stage.post(base + "organise", {"moves": moves})) == (422, "invalid_request")
    assert stage.error(stage.post(base + "organise/plan", {"paths": [shown]})) == (422, "invalid_request")
    assert tree(root) == before


TARGETS = [
    "{root}/../stolen.safetensors",
    "{home}/stolen.safetensors",
    "/etc/cron.d/x.safetensors",
    "stolen.safetensors",
    "{root}",
    "{root}/a/../../x.safetensors",
    "{root}/known.exe",
    "{root}/known.json",
    "{root}/known",
    "{root}/.hidden/known.safetensors",
    "{root}/.civitdock-trash/known.safetensors",
    "{root}/known.safetensors.civitdock-trash",
    "{root}/CON/known.safetensors",
    "{root}/CON.safetensors",
    "{root}/a:b/known.safetensors",
    "{root}/a:b.safetensors",
    "{root}/x\0.safetensors",
    "{root}/ lead/known.safetensors",
    "{root}/tail./known.safetensors",
    "{root}/bad\u202ename.safetensors",
]


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_can_be_moved_out_or_under_a_bad_name(stage: Stage, root: Path, base: str, target: str) -> None:
    before = tree(root)
    move = {"path": str(root / "known.safetensors"), "target": target.format(root=root, home=root.parent)}
    assert stage.error(stage.post(base + "organise", {"moves": [move]})) == (422, "invalid_request")
    assert tree(root) == before


@pytest.mark.parametrize("folder", ["..", "a/../..", "/etc", "{home}", "a\0b", "a/CON", "\\\\server\\share", "C:\\x"])
def test_no_plan_leads_out(stage: Stage, root: Path, base: str, folder: str) -> None:
    body = {"folder": folder.format(home=root.parent)}
    answer = stage.post(base + "organise/plan", body)
    assert stage.error(answer) == (422, "invalid_request")


@LINKS
def test_a_linked_folder_leads_nowhere_outside(stage: Stage, root: Path, base: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "out").symlink_to(outside)
    move = {"path": str(root / "known.safetensors"), "target": str(root / "out" / "known.safetensors")}
    assert stage.error(stage.post(base + "organise", {"moves": [move]})) == (422, "invalid_request")
    (planned,) = stage.post(base + "organise/plan", {"paths": [move["path"]], "folder": "out"}).json()["moves"]
    assert (planned["action"], planned["target"]) == ("unknown", None)
    assert list(outside.iterdir()) == []


@LINKS
def test_a_link_in_place_of_a_model_is_never_followed(stage: Stage, root: Path, base: str) -> None:
    known, secret = root / "known.safetensors", root.parent / "secret.safetensors"
    known.unlink()
    known.symlink_to(secret)
    move = {"path": str(known), "target": str(root / "sub" / "known.safetensors")}
    assert stage.error(stage.post(base + "organise", {"moves": [move]})) == (409, "wrong_state")
    done = stage.post(base + "local-models/delete", {"paths": [str(known)]}).json()["operation"]
    assert done["state"] == "done"
    stage.post(base + "trash/empty")
    assert secret.read_bytes() == b"secret.safetensors"


@LINKS
def test_a_trash_that_is_a_link_is_not_followed_out_of_the_model_folder(stage: Stage, root: Path, base: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / ".civitdock-trash").symlink_to(outside)
    body = {"paths": [str(root / "known.safetensors")]}
    stage.post(base + "local-models/delete", body)
    assert (root / "known.safetensors").exists()
    assert list(outside.iterdir()) == []


def test_a_file_that_is_no_model_of_the_library_cannot_be_deleted(stage: Stage, root: Path, base: str) -> None:
    for name in ("mine.txt", "mine.png", "mine.safetensors", "known.json", "config.yaml"):
        (root / name).write_bytes(b"{}")
    (root / "folder").mkdir()
    before = tree(root)
    for name in ("mine.txt", "mine.png", "mine.safetensors", "known.json", "config.yaml", "folder", "gone.safetensors"):
        answer = stage.post(base + "local-models/delete", {"paths": [str(root / name)]})
        assert stage.error(answer) == (404, "not_found"), name
    assert tree(root) == before


@pytest.mark.parametrize("name", ["", "..", "../x", "x" * 5000, "' OR 1=1 --", "%2e%2e"])
def test_other_ids_lead_nowhere(stage: Stage, root: Path, base: str, name: str) -> None:
    answer = stage.post(base + f"file-operations/{name}/undo")
    assert answer.status_code in (404, 405, 414, 400)
    assert stage.post(base + "trash/empty", {"ids": [name]}).status_code in (404, 422)
    assert (root / "known.safetensors").exists()


def test_an_operation_is_not_undone_twice_and_a_move_has_no_trash(stage: Stage, root: Path, base: str) -> None:
    path = root / "known.safetensors"
    move = {"path": str(path), "target": str(root / "sub" / path.name)}
    done = stage.post(base + "organise", {"moves": [move]}).json()["operation"]
    assert stage.error(stage.post(base + "trash/empty", {"ids": [done["id"]]})) == (409, "wrong_state")
    assert (root / "sub" / path.name).exists()
    assert stage.post(base + f"file-operations/{done['id']}/undo").status_code == 202
    assert stage.error(stage.post(base + f"file-operations/{done['id']}/undo")) == (409, "wrong_state")
    assert path.exists()


def test_a_locked_host_moves_and_deletes_nothing(stage: Stage, root: Path, base: str) -> None:
    path = str(root / "known.safetensors")
    done = stage.post(base + "local-models/delete", {"paths": [path]}).json()["operation"]
    before = tree(root)
    stage.host.open = Exposure(exposed=True, locked=True)
    asked = {
        "local-models/delete": {"paths": [path]},
        "organise": {"moves": [{"path": path, "target": path}]},
        f"file-operations/{done['id']}/undo": {},
        "trash/empty": {},
    }
    for route, body in asked.items():
        assert stage.error(stage.post(base + route, body)) == (403, "locked_by_host"), route
    assert tree(root) == before
    assert stage.post(base + "organise/plan").status_code == 200
    for exposure in (Exposure(exposed=True), Exposure(locked=True)):
        stage.host.open = exposure
        assert stage.get(base + "file-operations").status_code == 200
    assert stage.post(base + f"file-operations/{done['id']}/undo").status_code == 202


def test_get_changes_nothing(stage: Stage, root: Path, base: str) -> None:
    for route in ("local-models/delete", "organise", "trash/empty", "file-operations/x/undo", "organise/plan"):
        assert stage.get(base + route).status_code == 405
    assert (root / "known.safetensors").exists()


def test_too_many_and_wrong_values_are_refused(stage: Stage, root: Path, base: str) -> None:
    path = str(root / "known.safetensors")
    wrong: list[object] = [[], [path] * 10_001, path, [1], None]
    for body in ({}, {"paths": [path], "x": 1}, *({"paths": paths} for paths in wrong)):
        assert stage.error(stage.post(base + "local-models/delete", body)) == (422, "invalid_request")
    for moves in ([], [{"path": path}], [{"path": path, "target": path, "force": True}]):
        assert stage.error(stage.post(base + "organise", {"moves": moves})) == (422, "invalid_request")
    assert (root / "known.safetensors").exists()
