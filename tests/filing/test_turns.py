"""One operation at a time, in one program at a time, and never beside a sync that writes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from civitdock.adapters.sqlite.operations import SqliteOperationStore
from civitdock.adapters.sqlite.state import open_state
from civitdock.domain.filing import State
from civitdock.errors import WrongState
from civitdock.services.filing.service import Stopped
from tests.filing.child import desk_of
from tests.filing.conftest import Room
from tests.library.bench import safe_models


def two(room: Room) -> tuple[Path, Path]:
    models = safe_models(room.demo)
    paths = room.put_demo(models[0], name="one.safetensors"), room.put_demo(models[1], name="two.safetensors")
    room.sync()
    return paths


def held_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Every rename says that it was come to and waits to go on."""
    entered, go_on = threading.Event(), threading.Event()
    real = room.places.rename

    def slow(source: Path, target: Path) -> None:
        entered.set()
        assert go_on.wait(20)
        real(source, target)

    monkeypatch.setattr(room.places, "rename", slow)
    monkeypatch.setattr("civitdock.services.filing.service.ANSWER_SECONDS", 0.01)
    return entered, go_on


def test_a_second_operation_waits_its_turn(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two(room)
    entered, go_on = held_up(room, monkeypatch)
    first = room.desk.operations.delete([str(one)])
    assert entered.wait(10)
    second = room.desk.operations.delete([str(other)])
    assert (first.state, second.state, second.files_done) == (State.RUNNING, State.RUNNING, 0)
    with pytest.raises(WrongState):
        room.desk.operations.undo(first.id)
    with pytest.raises(WrongState):
        room.desk.operations.empty([first.id])
    go_on.set()
    assert [room.ended_operation(each).state for each in (first, second)] == [State.DONE, State.DONE]
    assert [each.id for each in room.desk.operations.overview().operations] == [second.id, first.id]


def test_another_program_moves_nothing_meanwhile_and_settles_nothing_of_ours(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = two(room)
    entered, go_on = held_up(room, monkeypatch)
    begun = room.desk.operations.delete([str(one)])
    assert entered.wait(10)
    assert not SqliteOperationStore(open_state(tmp_path / "data")).claim()
    neighbour = desk_of(tmp_path, far=False)[0]
    with pytest.raises(WrongState):
        neighbour.operations.delete([str(one)])
    neighbour.operations.start()
    neighbour.operations.stop()
    assert room.desk.operations.operation(begun.id).state is State.RUNNING
    go_on.set()
    assert room.ended_operation(begun).state is State.DONE
    neighbour.operations.start()
    assert neighbour.operations.undo(begun.id).state in (State.UNDONE, State.UNDOING)
    neighbour.operations.stop()


def test_a_sync_writes_nothing_beside_a_file_that_is_on_its_way(room: Room) -> None:
    path = room.put_demo(safe_models(room.demo)[0], name="style.safetensors")
    with room.in_use.moved(path):
        job = room.sync()
    assert (job.failed, [error["code"] for error in job.errors]) == (1, ["wrong_state"])
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert room.sync().matched == 1
    assert path.with_suffix(".json").exists()


def test_after_a_crash_a_drive_that_is_away_costs_no_way_back(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = two(room)
    before = room.tree()
    real = room.places.keep

    def crash(folders: object) -> None:
        raise Stopped  # the thread ends as at a crash: the files have gone and nobody noted it

    monkeypatch.setattr(room.places, "keep", crash)
    monkeypatch.setattr("civitdock.services.filing.service.ANSWER_SECONDS", 1.0)
    begun = room.desk.operations.delete([str(path), str(other)])
    room.desk.operations.stop()
    monkeypatch.setattr(room.places, "keep", real)
    assert not path.exists()
    models = path.parents[1]
    away = models.with_name("away")
    models.rename(away)
    room.begin()
    settled = room.ended_operation(room.desk.operations.operation(begun.id))
    assert ({error.code for _path, error in settled.errors}, settled.can_undo) == ({"not_found"}, True)
    away.rename(models)
    assert room.undo(settled).state is State.UNDONE
    assert room.tree() == before
