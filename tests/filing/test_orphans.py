"""Left-over metadata in hostile trees: found where it is surely so, deleted with a way back, and nothing else ever."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from civitdock.domain.filing import State
from civitdock.errors import InvalidRequest, NotFound
from tests.filing.conftest import Room
from tests.library.bench import safe_models

OURS = json.dumps({"description": "x", "civitai": {"model_id": 1}, "local": {"sha256": ""}}).encode()


def put(room: Room, name: str, content: bytes = b"{}") -> Path:
    return room.put("LORA", name, content)


def found(room: Room) -> set[str]:
    root = room.host.root("LORA").path
    return {item.path.relative_to(root).as_posix() for item in room.desk.orphans.find().items}


def test_what_a_deleted_model_left_is_found_and_can_go_and_come_back(room: Room) -> None:
    path = room.put_demo(safe_models(room.demo)[0], name="sub/gone.safetensors")
    room.sync()
    left = {item.name for item in path.parent.iterdir()} - {path.name}
    assert found(room) == set()
    path.unlink()
    assert {f"sub/{name}" for name in left} == found(room)
    items = room.desk.orphans.find().items
    assert {(item.root.type, item.stem) for item in items} == {("LORA", "gone")}
    before = room.tree()
    done = room.delete(*[item.path for item in items])
    assert (done.state, room.shown(), found(room)) == (State.DONE, set(), set())
    room.undo(done)
    assert room.tree() == before


def test_a_hostile_tree(room: Room, tmp_path: Path) -> None:
    put(room, "real.safetensors", b"whatever it is")
    put(room, "real.json", OURS)
    put(room, "real.preview.png", b"p")
    put(room, "real.civitai.info")
    put(room, "UPPER.SafeTensors", b"x")
    put(room, "upper.json", OURS)
    put(room, "workflow.json", b'{"1": {"class_type": "KSampler"}}')
    put(room, "workflow.preview.png", b"p")
    put(room, "package.json", b'{"description": "d", "name": "n"}')
    put(room, "broken.json", b'{"civitai": {')
    put(room, "list.json", b"[1]")
    put(room, "deep.json", b"[" * 100_000)
    put(room, "huge.json", b'{"sd version": "' + b"x" * (5 * 1024 * 1024) + b'"}')
    put(room, "holiday.png", b"p")
    put(room, "notes.txt", b"t")
    put(room, "diffusers/model_index.json", b"{}")
    put(room, "diffusers.json", OURS)
    put(room, "loading.safetensors.civitdock-part", b"x")
    put(room, "loading.json", OURS)
    put(room, ".hidden/a.civitai.info")
    put(room, ".civitdock-trash/1/a.civitai.info.civitdock-trash")
    if os.name != "nt":
        root = room.host.root("LORA").path
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "b.civitai.info").write_text("{}")
        (root / "linked").symlink_to(outside)
        (root / "c.civitai.info").symlink_to(outside / "b.civitai.info")
        (root / "unmounted.safetensors").symlink_to(tmp_path / "nowhere")
        put(room, "unmounted.json", OURS)
    put(room, "orphan.json", OURS)
    before = room.tree()
    assert found(room) == {"orphan.json"}
    for name in sorted(room.tree()):
        path = room.host._home / "models" / name
        if path.suffix.lower() not in (".safetensors",) and "trash" not in name and name != "Lora/orphan.json":
            with pytest.raises((NotFound, InvalidRequest)):
                room.delete(path)
    assert room.tree() == before


def test_an_orphan_that_got_its_model_back_is_not_deleted(room: Room) -> None:
    path = put(room, "back.civitai.info")
    assert found(room) == {"back.civitai.info"}
    put(room, "back.safetensors", b"x")
    with pytest.raises(NotFound):
        room.delete(path)
    assert path.exists()


def test_many_are_cut(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        put(room, f"{number}/o.civitai.info")
    monkeypatch.setattr("civitdock.services.filing.orphans.MOST", 3)
    orphans = room.desk.orphans.find()
    assert (len(orphans.items), orphans.truncated) == (3, True)
