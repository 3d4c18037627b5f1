"""The way back where somebody else was there meanwhile, and a trash that cannot be emptied."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.domain.filing import Kind, State
from civitdock.errors import NotFound, NotWritable
from tests.filing.conftest import Room
from tests.filing.test_operations import names, stranger, synced


def test_a_sidecar_that_was_edited_meanwhile_keeps_no_model_in_the_trash(room: Room) -> None:
    owner = synced(room, "twin.safetensors")
    owner.with_suffix(".ckpt").write_bytes(b"\x80\x02.")
    room.sync()
    sidecar, before = owner.with_suffix(".json"), owner.with_suffix(".json").read_bytes()
    done = room.delete(owner)
    sidecar.write_text('{"notes": "of the other one"}')
    undone = room.undo(done)
    assert (undone.state, undone.can_undo) == (State.PARTIAL, True)
    assert [(path, error.code) for path, error in undone.errors] == [(sidecar, "name_conflict")]
    assert owner.exists()
    assert sorted(names(room)) == ["twin.ckpt", "twin.safetensors"]
    assert sidecar.read_text() == '{"notes": "of the other one"}'
    assert before in [content for name, content in room.tree().items() if ".civitdock-trash" in name]
    sidecar.unlink()
    assert room.undo(done).state is State.UNDONE
    assert sidecar.read_bytes() == before


def test_what_another_tool_wrote_beside_a_deleted_model_keeps_it_not_in_the_trash(room: Room) -> None:
    path = synced(room)
    sidecar, preview = path.with_suffix(".json"), path.with_name("style.preview.png")
    before = sidecar.read_bytes()
    preview.write_bytes(b"as before")
    done = room.delete(path)
    sidecar.write_text('{"notes": "new"}')
    preview.write_bytes(b"as before")
    undone = room.undo(done)
    assert [path for path, _error in undone.errors] == [sidecar]
    assert path.exists()
    assert sidecar.read_text() == '{"notes": "new"}'
    left = [content for name, content in room.tree().items() if ".civitdock-trash" in name]
    assert left == [before], "what says the same is not kept twice"


@pytest.mark.parametrize("kind", list(Kind))
def test_two_models_with_one_stem_come_back_in_any_order(room: Room, kind: Kind) -> None:
    owner = synced(room, "twin.safetensors")
    other = owner.with_suffix(".ckpt")
    other.write_bytes(b"\x80\x02.")
    room.sync()
    before = room.tree()
    if kind is Kind.DELETE:
        first, second = room.delete(owner), room.delete(other)
    else:
        first = room.move((owner, owner.parent / "new" / owner.name))
        second = room.move((other, other.parent / "newer" / other.name))
    assert room.undo(first).state is State.UNDONE
    assert room.undo(second).state is State.UNDONE
    assert room.tree() == before


def test_a_trash_whose_drive_is_away_is_not_told_to_be_empty(room: Room, tmp_path: Path) -> None:
    path, other = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    room.sync()
    before, done = room.tree(), [room.delete(path), room.delete(other)]
    root, away = path.parent, tmp_path / "away"
    root.rename(away)
    for is_mount_point_left in (False, True):
        if is_mount_point_left:
            root.mkdir()
        with pytest.raises(NotFound):
            room.desk.operations.empty([])
        assert room.desk.operations.overview().trash.files == 2
    root.rmdir()
    away.rename(root)
    assert [room.undo(each).state for each in done] == [State.UNDONE, State.UNDONE]
    assert room.tree() == before


def test_what_was_taken_out_of_the_trash_by_hand_is_not_counted(room: Room) -> None:
    path, other = stranger(room, "one.safetensors"), stranger(room, "two.safetensors")
    stranger(room, "three.safetensors")
    room.sync()
    done = room.delete(path, other)
    done.items[0][1].unlink()
    gone = room.desk.operations.empty([])
    assert (gone.files, gone.size_bytes) == (1, done.bytes_total // 2)
    assert room.desk.operations.operation(done.id).state is State.EMPTIED


def test_emptying_that_removes_nothing_says_why(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stranger(room, "one.safetensors")
    room.sync()
    done = room.delete(path)

    def refuse(_path: Path) -> None:
        raise NotWritable("held open")

    with monkeypatch.context() as held:
        held.setattr(room.places, "remove", refuse)
        with pytest.raises(NotWritable):
            room.desk.operations.empty([])
    assert room.desk.operations.overview().trash.files == 1
    assert room.undo(done).state is State.UNDONE


def test_what_stayed_at_first_is_no_error_of_the_undo(room: Room) -> None:
    one, two = stranger(room, "one.safetensors"), stranger(room, "deep/one.safetensors")
    room.sync()
    target = one.parent / "new" / one.name
    done = room.move((one, target), (two, target))
    assert [path for path, _error in done.errors] == [two]
    undone = room.undo(done)
    assert (undone.state, undone.errors) == (State.UNDONE, ())
