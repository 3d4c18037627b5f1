"""Where models would go: by the rule of a download, by content, or into one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from civitdock.domain.downloads import Wish
from civitdock.domain.placement import Action
from civitdock.errors import InvalidRequest
from civitdock.ports import Patience
from civitdock.services.downloads.resolve import Resolver
from civitdock.services.filing.organise import Move, OrganiseRequest
from tests.filing.conftest import Room
from tests.library.bench import safe_models

EVERY_WORD = """
LORA = {base_model}/{creator|Nobody}/{model} {version}/{tag}/{nsfw|unrated}/{year}-{month}/{file_format}
Checkpoint = {type}/{model_id}/{version_id}
* = {creator}/{year}
"""


def planned(room: Room, *paths: Path, types: Sequence[str] = (), folder: str | None = None) -> list[Move]:
    request = OrganiseRequest(tuple(map(str, paths)), tuple(types), folder)
    return list(room.desk.organise.plan(request).moves)


def only(moves: Sequence[Move]) -> Move:
    (move,) = moves
    return move


def known(room: Room, folder: str = "", name: str = "style.safetensors", number: int = 0) -> Path:
    path = room.put_demo(safe_models(room.demo)[number], name=f"{folder}{name}")
    room.sync()
    return path


def test_what_was_downloaded_with_a_template_stays(room: Room) -> None:
    room.settings.values["civitai_folder_templates"] = EVERY_WORD
    resolver = Resolver(room.tools.catalogue, room.store, room.disk, room.host, room.settings)
    count = 0
    for model_type in ("LORA", "Checkpoint", "TextualInversion"):
        for model in safe_models(room.demo, model_type)[:12]:
            version = model.versions[0]
            target = resolver.target(Wish(version.id), Patience())
            folder = target.folder
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{version.id}.safetensors").write_bytes(version.files[0].content.read())
            count += 1
    room.sync()
    moves = planned(room)
    assert len(moves) == count > 20
    assert [move for move in moves if move.action is not Action.STAY] == []


def test_without_a_template_a_model_stays_anywhere_in_its_own_folder(room: Room) -> None:
    path = known(room, "mine/deep/")
    assert only(planned(room)).action is Action.STAY
    room.settings.values["civitai_folder_templates"] = "LORA ="
    move = only(planned(room))
    assert (move.action, move.target) == (Action.MOVE, room.host.root("LORA").path / path.name)


def test_a_misplaced_model_goes_where_its_content_belongs(room: Room) -> None:
    source = known(room)
    wrong = room.host.root("Checkpoint").path / "style.safetensors"
    for file in list(source.parent.glob("style.*")):
        shutil.move(file, wrong.parent / file.name)
    room.sync()
    move = only(planned(room))
    assert (move.action, move.target) == (Action.MOVE, source)
    assert move.files == 3
    room.move((wrong, source))
    assert room.row(source).belongs is None
    assert only(planned(room)).action is Action.STAY


def test_a_file_of_which_nobody_knows_the_words_is_told(room: Room) -> None:
    path = known(room)
    path.with_suffix(".json").unlink()
    for template in ("{creator|Nobody}/{base_model}", "{creator}"):
        room.settings.values["civitai_folder_templates"] = f"LORA = {template}"
        move = only(planned(room))
        assert (move.action, move.target) == (Action.UNKNOWN, None)
        assert "creator" in str(move.reason)


def test_a_stranger_takes_the_defaults_and_else_stays_where_it_is(room: Room) -> None:
    header = json.dumps({"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    path = room.put("LORA", "x.safetensors", len(header).to_bytes(8, "little") + header + b"1234")
    room.sync()
    assert planned(room) == [], "nobody asks for strangers"
    room.settings.values["civitai_folder_templates"] = "LORA = {creator|Unknown}"
    move = only(planned(room, path))
    assert (move.action, move.target) == (Action.MOVE, path.parent / "Unknown" / path.name)
    room.settings.values["civitai_folder_templates"] = "LORA = {creator|Unknown}/{tag}"
    assert only(planned(room, types=["LORA"])).action is Action.UNKNOWN


def test_into_a_folder_relative_or_absolute(room: Room) -> None:
    path = known(room)
    root = path.parent
    assert only(planned(room, path, folder="styles/new")).target == root / "styles" / "new" / path.name
    assert only(planned(room, path, folder=str(root / "abs"))).target == root / "abs" / path.name
    other = only(planned(room, path, folder=str(room.host.root("Checkpoint").path / "x")))
    assert (other.action, other.target) == (Action.UNKNOWN, None)
    for folder in ("..", "a/../../b", "a\0b", str(root.parent), "/etc", "CON"):
        with pytest.raises(InvalidRequest):
            planned(room, path, folder=folder)


def test_a_taken_name_gets_the_one_of_a_download_and_a_duplicate_none(room: Room) -> None:
    path = known(room)
    new = path.parent / "new"
    new.mkdir()
    (new / "style.safetensors").write_bytes(b"another")
    version = room.row(path).version_id
    move = only(planned(room, path, folder="new"))
    assert (move.action, move.target) == (Action.TAKEN, new / f"style-{version}.safetensors")
    assert room.move((path, new / f"style-{version}.safetensors")).errors == ()
    assert (new / f"style-{version}.json").exists()
    copy = room.host.root("LORA").path / f"style-{version}.safetensors"
    shutil.copy2(new / copy.name, copy)
    room.sync()
    move = only(planned(room, copy, folder="new"))
    assert (move.action, move.target) == (Action.TAKEN, None)
    assert "duplicate" in str(move.reason)


def test_two_that_want_one_name_do_not_get_the_same(room: Room) -> None:
    one, two = known(room, "a/"), known(room, "b/", number=1)
    moves = planned(room, one, two, folder="new")
    assert [move.action for move in moves] == [Action.MOVE, Action.TAKEN]
    targets = [move.target for move in moves]
    assert None not in targets
    assert len(set(targets)) == 2
    done = room.move(*[(move.path, move.target) for move in moves if move.target])
    assert done.errors == ()


def test_a_metadata_file_in_the_way_counts_as_taken(room: Room) -> None:
    path = known(room)
    (path.parent / "new").mkdir()
    (path.parent / "new" / "style.json").write_text("{}")
    assert only(planned(room, path, folder="new")).action is Action.TAKEN


def test_a_path_where_nothing_is_and_one_outside(room: Room) -> None:
    known(room)
    move = only(planned(room, room.host.root("LORA").path / "gone.safetensors"))
    assert (move.action, move.target, move.type) == (Action.UNKNOWN, None, "LORA")
    for path in ("/etc/passwd", "style.safetensors", str(room.host.root("LORA").path / ".." / "x")):
        with pytest.raises(InvalidRequest):
            room.desk.organise.plan(OrganiseRequest((path,)))


def test_a_plan_changes_nothing(room: Room) -> None:
    known(room)
    before = room.tree()
    room.settings.values["civitai_folder_templates"] = EVERY_WORD
    plan = room.desk.organise.plan(OrganiseRequest())
    assert (plan.files_total, plan.free_bytes) == (plan.moves[0].files, None)
    assert room.tree() == before
