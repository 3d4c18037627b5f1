"""To another drive: copied, compared, and only then removed; interrupted, full, or changed on the way."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.adapters.files.places import LocalPlaces
from civitdock.domain.filing import State
from civitdock.domain.library import ModelRoot
from civitdock.errors import DiskFull, NotFound, NotWritable, WrongState
from civitdock.ports.filing import OtherVolume
from civitdock.services.filing.organise import OrganiseRequest
from tests.filing.conftest import Room
from tests.library.bench import safe_models


@pytest.fixture
def far(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second root of LoRAs on another drive; where there is only one drive, renames to it fail as between two."""
    shared = Path("/dev/shm")
    two = shared.is_dir() and os.access(shared, os.W_OK) and shared.stat().st_dev != tmp_path.stat().st_dev
    folder = Path(tempfile.mkdtemp(dir=shared if two else tmp_path))
    own = room.host.roots()
    monkeypatch.setattr(room.host, "roots", lambda: (*own, ModelRoot("LORA", folder)))
    if not two:
        real = room.places.rename

        def refuse(source: Path, target: Path) -> None:
            if (folder in source.parents) != (folder in target.parents):
                raise OtherVolume
            real(source, target)

        monkeypatch.setattr(room.places, "rename", refuse)
    yield folder
    shutil.rmtree(folder)


def known(room: Room) -> Path:
    path = room.put_demo(safe_models(room.demo)[0], name="style.safetensors")
    room.sync()
    return path


def parts(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if "civitdock-part" in path.name]


def test_there_and_back(room: Room, far: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = known(room)
    before, look = room.tree(), path.stat()
    (move,) = room.desk.organise.plan(OrganiseRequest((str(path),), folder=str(far / "new"))).moves
    assert move.target == far / "new" / path.name
    done = room.move((path, move.target))
    assert (done.state, done.errors, room.tree()) == (State.DONE, (), {})
    assert move.target.stat().st_mtime_ns == look.st_mtime_ns
    assert room.row(move.target).root == far
    read: list[Path] = []
    monkeypatch.setattr(room.files, "hashes", lambda path, *_more: read.append(path))
    assert (room.sync().failed, read) == (0, [])
    undone = room.undo(done)
    assert (undone.state, room.tree(), parts(far)) == (State.UNDONE, before, [])


def test_a_full_drive_is_told_before_anything_is_copied(room: Room, far: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = known(room)
    before = room.tree()
    monkeypatch.setattr(room.disk, "free_bytes", lambda folder: 10 if folder == far else 10**9)
    done = room.move((path, far / path.name))
    assert (done.state, done.errors[0][1].code) == (State.PARTIAL, DiskFull.code)
    assert (room.tree(), list(far.iterdir())) == (before, [])


def test_a_drive_that_keeps_something_else_loses_nothing(
    room: Room, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = known(room)
    before = room.tree()
    real: Callable[..., str] = room.places.copy

    def damaged(source: Path, part: Path, check: Callable[[], None]) -> str:
        def spoil() -> None:
            if part.exists() and part.stat().st_size == source.stat().st_size:
                with open(part, "r+b") as file:
                    file.write(b"\0\0\0\0damage")
            check()

        return real(source, part, spoil)

    monkeypatch.setattr(room.places, "copy", damaged)
    done = room.move((path, far / path.name))
    assert (done.state, done.errors[0][1].code) == (State.PARTIAL, NotWritable.code)
    assert (room.tree(), list(far.iterdir())) == (before, [])


def test_a_stop_in_the_middle_leaves_the_file_and_no_half_copy(
    room: Room, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = known(room)
    before = room.tree()
    real: Callable[..., str] = room.places.copy

    def stopping(source: Path, part: Path, check: Callable[[], None]) -> str:
        room.desk.operations._ending.set()
        return real(source, part, check)

    monkeypatch.setattr(room.places, "copy", stopping)
    begun = room.desk.operations.move([(str(path), str(far / path.name))])
    room.desk.operations.stop()
    assert (room.tree(), parts(far)) == (before, [])
    monkeypatch.setattr(room.places, "copy", real)
    room.begin()
    settled = room.ended_operation(room.desk.operations.operation(begun.id))
    assert (settled.state, [error.code for _path, error in settled.errors]) == (State.PARTIAL, ["interrupted"])
    assert room.move((path, far / path.name)).state is State.DONE


def test_a_source_that_changes_while_it_is_copied_stays(tmp_path: Path) -> None:
    source, part = tmp_path / "a", tmp_path / "b" / "a.civitdock-part"
    source.write_bytes(b"x" * 10)

    def meddle() -> None:
        os.utime(source, (1, 1))

    with pytest.raises(WrongState):
        LocalPlaces().copy(source, part, meddle)
    assert not part.exists()
    with pytest.raises(NotFound):
        LocalPlaces().copy(tmp_path / "gone", part, lambda: None)
