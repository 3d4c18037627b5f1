"""Deleting into the trash, moving, and the way back: over real files, the real index and the demo CivitAI."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from civitdock.domain.filing import Kind, Operation, State
from civitdock.domain.library import LocalFilter
from civitdock.errors import NotFound, WrongState
from tests.filing.conftest import Room
from tests.library.bench import safe_models


def synced(room: Room, name: str = "style.safetensors", folder: str = "") -> Path:
    """A model that CivitAI knows, described by a sync."""
    path = room.put_demo(safe_models(room.demo)[0], name=f"{folder}{name}")
    room.sync()
    return path


def stranger(room: Room, name: str) -> Path:
    """A model file that nobody knows, in the index as it lies."""
    header = json.dumps({"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    content = len(header).to_bytes(8, "little") + header + name.encode()[:4].ljust(4, b".")
    return room.put("LORA", name, content)


def names(room: Room) -> list[str]:
    return [row.path.name for row in room.library.local_models(LocalFilter()).items]


def test_a_deleted_model_lies_in_the_trash_with_all_that_belongs_to_it_and_comes_back(room: Room) -> None:
    path = synced(room)
    (path.parent / "style.civitai.info").write_text("{}")
    (path.parent / "style_v2.json").write_text("{}")
    before = room.tree()
    done = room.delete(path)
    assert (done.state, done.kind, done.items_total, done.errors) == (State.DONE, Kind.DELETE, 1, ())
    assert room.shown() == {"Lora/style_v2.json"}
    assert names(room) == []
    assert room.sync().files_total == 0, "nobody finds the trash"
    assert room.disk.folders(path.parent, 100) == ()
    trashed = done.items[0][1]
    assert trashed.parent == path.parent / ".civitdock-trash" / done.id
    assert trashed.name == "style.safetensors.civitdock-trash"
    assert room.desk.operations.overview().trash.files == len(before) - 1
    assert room.undo(done).state is State.UNDONE
    assert room.tree() == before
    assert names(room) == ["style.safetensors"]
    assert not (path.parent / ".civitdock-trash").exists()
    assert room.desk.operations.overview().trash.files == 0


def test_after_an_operation_a_sync_reads_no_file_and_the_host_has_been_told_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = synced(room)
    target = path.parent / "styles" / "deep" / path.name
    room.host.refreshed.clear()
    done = room.move((path, target))
    assert done.state is State.DONE
    types = [model_type for _paths, model_type in room.host.refreshed]
    assert len(types) == len(set(types))
    assert "LORA" in types
    row = room.row(target)
    assert (row.path, row.root, row.version_id is not None) == (target, path.parent, True)
    assert room.store.get(path) is None
    read: list[Path] = []
    monkeypatch.setattr(room.files, "hashes", lambda path, *_more: read.append(path))
    monkeypatch.setattr(room.files, "autov1", read.append)
    job = room.sync()
    assert (job.failed, job.matched, read) == (0, 1, [])
    room.undo(done)
    room.sync()
    room.undo(room.ended_operation(room.desk.operations.operation(room.delete(path).id)))
    job = room.sync()
    assert (job.failed, job.matched, read) == (0, 1, [])


def test_what_is_remembered_of_a_sidecar_goes_along(room: Room) -> None:
    path = synced(room)
    sidecar = path.with_suffix(".json")
    assert room.originals.get(sidecar) is not None
    target = path.parent / "new" / "other-name.safetensors"
    done = room.move((path, target))
    assert room.originals.get(sidecar) is None
    assert room.originals.get(target.with_suffix(".json")) is not None
    assert target.with_suffix(".json").exists()
    room.undo(done)
    assert room.originals.get(sidecar) is not None


def test_folders_that_became_empty_go_and_come_back(room: Room) -> None:
    path = synced(room, folder="a/b/")
    done = room.move((path, path.parents[2] / path.name))
    assert not (path.parents[2] / "a").exists()
    assert path.parents[2].exists()
    room.undo(done)
    assert path.exists()


def test_another_models_files_stay(room: Room) -> None:
    path = synced(room, "foo.safetensors")
    others = ["foo.bar.json", "foo_v2.json", "foo_v2.safetensors", "foo_2.png", "foo_2.safetensors", "food.json"]
    for name in others:
        if name.endswith("safetensors"):
            stranger(room, name)
        else:
            (path.parent / name).write_text("{}")
    room.delete(path)
    assert room.shown() == {f"Lora/{name}" for name in others}


@pytest.mark.parametrize("kind", [Kind.DELETE, Kind.MOVE])
def test_of_two_models_with_one_stem_the_other_keeps_the_notes(room: Room, kind: Kind) -> None:
    owner = synced(room, "twin.safetensors")
    other = owner.with_suffix(".ckpt")
    other.write_bytes(b"\x80\x02.")
    room.sync()
    sidecar = owner.with_suffix(".json")
    text = sidecar.read_bytes()
    before = room.tree()

    def act(path: Path) -> Operation:
        target = path.parent / "new" / path.name
        return room.delete(path) if kind is Kind.DELETE else room.move((path, target))

    done = act(other)
    assert (done.state, done.files_total) == (State.DONE, 1)
    assert sidecar.read_bytes() == text
    room.undo(done)
    done = act(owner)
    assert done.files_total > 1
    assert sidecar.read_bytes() == text, "the other model still has it"
    copies = [content for name, content in room.tree().items() if "twin.json" in name]
    assert copies == [text, text]
    room.undo(done)
    assert room.tree() == before


def test_a_copy_that_was_edited_meanwhile_is_not_thrown_away(room: Room) -> None:
    owner = synced(room, "twin.safetensors")
    owner.with_suffix(".ckpt").write_bytes(b"\x80\x02.")
    room.sync()
    done = room.move((owner, owner.parent / "new" / owner.name))
    copy = owner.parent / "new" / "twin.json"
    copy.write_text('{"notes": "mine"}')
    undone = room.undo(done)
    assert undone.state is State.PARTIAL
    assert undone.errors[0][1].code == "name_conflict"
    assert copy.read_text() == '{"notes": "mine"}'
    assert copy.with_suffix(".safetensors").exists(), "an item goes whole or not at all"


def test_a_pair_moves_as_a_pair(room: Room) -> None:
    owner = synced(room, "twin.safetensors")
    other = owner.with_suffix(".ckpt")
    other.write_bytes(b"\x80\x02.")
    room.sync()
    new = owner.parent / "new"
    done = room.move((other, new / other.name), (owner, new / owner.name))
    assert (done.state, done.errors) == (State.DONE, ())
    assert {name for name in room.shown() if "/new/" not in name} == set()


def test_a_name_that_is_taken_stays_and_the_others_go_on(room: Room) -> None:
    one, two = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    room.sync()
    new = one.parent / "new"
    new.mkdir()
    (new / "one.safetensors").write_bytes(b"mine")
    done = room.move((one, new / one.name), (two, new / two.name))
    assert done.state is State.PARTIAL
    assert [(path, error.code) for path, error in done.errors] == [(one, "name_conflict")]
    assert (new / "one.safetensors").read_bytes() == b"mine"
    assert one.exists()
    assert (new / "two.safetensors").exists()


def test_an_item_goes_whole_or_not_at_all(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = synced(room)
    before = room.tree()
    real = room.places.rename

    def refuse(source: Path, target: Path) -> None:
        if source.suffix == ".json":
            raise WrongState("held open")
        real(source, target)

    monkeypatch.setattr(room.places, "rename", refuse)
    done = room.delete(path)
    assert (done.state, done.files_done, done.can_undo) == (State.PARTIAL, 0, False)
    assert room.tree() == before
    assert names(room) == [path.name]


def test_undo_leaves_what_has_come_into_the_old_place(room: Room) -> None:
    path = synced(room)
    done = room.delete(path)
    path.write_bytes(b"another file")
    undone = room.undo(done)
    assert (undone.state, undone.errors[0][1].code, undone.can_undo) == (State.PARTIAL, "name_conflict", True)
    assert path.read_bytes() == b"another file"
    path.unlink()
    assert room.undo(done).state is State.UNDONE


def test_undo_takes_along_what_came_meanwhile(room: Room) -> None:
    path = synced(room)
    target = path.parent / "new" / path.name
    done = room.move((path, target))
    (target.parent / "style.txt").write_text("words")
    assert room.undo(done).state is State.UNDONE
    assert (path.parent / "style.txt").read_text() == "words"
    assert not target.parent.exists()


def test_a_file_that_changed_or_went_since_the_look_is_left(room: Room) -> None:
    path, gone = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    room.sync()
    path.write_bytes(path.read_bytes() + b"more")
    gone.unlink()
    with pytest.raises(WrongState):
        room.move((path, path.parent / "new" / path.name))
    with pytest.raises(NotFound):
        room.delete(gone)


def test_a_file_in_use_is_left_and_told(room: Room) -> None:
    path, other = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    room.sync()
    with room.in_use.described(path), room.in_use.described(path):
        done = room.delete(path, other)
    assert [(at, error.code) for at, error in done.errors] == [(path, "wrong_state")]
    assert path.exists()
    assert not other.exists()
    with room.in_use.moved(path), pytest.raises(WrongState), room.in_use.described(path):
        pass
    room.wanted[path] = "A download works on it."
    done = room.move((path, path.parent / "new" / path.name))
    assert (done.state, done.errors[0][1].message) == (State.PARTIAL, "A download works on it.")


def test_emptying_removes_what_was_deleted_and_nothing_else(room: Room) -> None:
    path, other = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    room.sync()
    first, second = room.delete(path), room.delete(other)
    stray = path.parent / ".civitdock-trash" / "mine.txt"
    stray.write_text("mine")
    with pytest.raises(NotFound):
        room.desk.operations.empty(["unknown"])
    assert room.desk.operations.empty([first.id]).files == 1
    assert not first.items[0][1].exists()
    assert second.items[0][1].exists()
    assert room.desk.operations.operation(first.id).state is State.EMPTIED
    with pytest.raises(WrongState):
        room.desk.operations.undo(first.id)
    assert room.desk.operations.empty([]).files == 1
    assert stray.read_text() == "mine"
    moved = room.desk.operations.overview()
    assert moved.trash.files == 0


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_the_trash_lies_on_the_files_own_drive_and_beside_a_file_behind_a_link(room: Room, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / "deep"
    outside.mkdir(parents=True)
    root = room.host.root("LORA").path
    (root / "linked").symlink_to(outside)
    path = stranger(room, "linked/one.safetensors")
    room.sync()
    done = room.delete(path)
    assert done.state is State.DONE
    assert done.items[0][1] == outside / ".civitdock-trash" / done.id / "one.safetensors.civitdock-trash"
    room.undo(done)
    assert (outside / "one.safetensors").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_goes_into_the_trash_itself_and_is_not_moved(room: Room, tmp_path: Path) -> None:
    real = tmp_path / "real.safetensors"
    real.write_bytes(stranger(room, "two.safetensors").read_bytes())
    link = room.host.root("LORA").path / "link.safetensors"
    link.symlink_to(real)
    room.sync()
    with pytest.raises(WrongState):
        room.move((link, link.parent / "new" / link.name))
    done = room.delete(link)
    assert real.exists()
    assert not link.is_symlink()
    room.desk.operations.empty([])
    assert real.exists(), "only the link is removed"
    assert done.state is State.DONE
