"""Giving a file its name without ever overwriting, and a first look at its content."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from civitdock.adapters.files import disk as module
from civitdock.adapters.files.atomic import disk_error, write_atomic
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.pickles import PicklescanScanner
from civitdock.demo.contents import other_blob
from civitdock.errors import DiskFull, InvalidFile, NameConflict, NotWritable


@pytest.fixture(params=["links", "no links"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LocalDisk:
    """The disk on a drive with hard links, and on one that refuses them as exFAT does."""
    if request.param == "no links":

        def refuse(source: object, target: object) -> None:
            if os.path.lexists(str(target)):
                raise FileExistsError(errno.EEXIST, "exists")
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(module.os, "link", refuse)
    return LocalDisk()


def test_a_part_gets_its_name(disk: LocalDisk, tmp_path: Path) -> None:
    part, final = tmp_path / "a.civitdock-part", tmp_path / "a"
    part.write_bytes(b"new")
    disk.place(part, final)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert final.read_bytes() == b"new"


def test_a_name_that_is_taken_is_never_overwritten(disk: LocalDisk, tmp_path: Path) -> None:
    part, final = tmp_path / "a.civitdock-part", tmp_path / "a"
    part.write_bytes(b"new")
    final.write_bytes(b"old")
    with pytest.raises(NameConflict):
        disk.place(part, final)
    assert final.read_bytes() == b"old"
    assert part.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_dangling_link_under_the_name_counts_as_taken(disk: LocalDisk, tmp_path: Path) -> None:
    part, final = tmp_path / "a.civitdock-part", tmp_path / "a"
    part.write_bytes(b"new")
    final.symlink_to(tmp_path / "nowhere")
    with pytest.raises(NameConflict):
        disk.place(part, final)
    assert final.is_symlink()


def test_of_many_that_want_one_name_exactly_one_gets_it(disk: LocalDisk, tmp_path: Path) -> None:
    final, winners = tmp_path / "a", []

    def race(number: int) -> None:
        part = tmp_path / f"{number}.civitdock-part"
        part.write_bytes(str(number).encode())
        try:
            disk.place(part, final)
        except NameConflict:
            return
        winners.append(number)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(winners) == 1
    assert final.read_bytes() == str(winners[0]).encode()
    assert len([path for path in tmp_path.iterdir() if path.suffix == ".civitdock-part"]) == 7


def test_placing_into_a_folder_that_has_gone(tmp_path: Path) -> None:
    part = tmp_path / "a.civitdock-part"
    part.write_bytes(b"new")
    with pytest.raises(NotWritable):
        LocalDisk().place(part, tmp_path / "gone" / "a")
    assert part.read_bytes() == b"new"


def test_a_folder_is_made_tried_and_left_clean(tmp_path: Path) -> None:
    LocalDisk().prepare_folder(tmp_path / "a" / "b")
    old, young = tmp_path / "a" / "b" / ".civitdock-1.tmp", tmp_path / "a" / "b" / ".civitdock-2.tmp"
    old.touch()
    young.touch()
    os.utime(old, (1, 1))
    LocalDisk().prepare_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == [young]
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable):
        LocalDisk().prepare_folder(tmp_path / "file" / "b")


def test_free_space_of_a_folder_to_be(tmp_path: Path) -> None:
    assert LocalDisk().free_bytes(tmp_path / "a" / "b" / "c") > 0


def test_writing_replaces_in_one_step_and_keeps_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(NotWritable):
        write_atomic(tmp_path / "gone" / "a", b"")


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.ENOSPC, DiskFull), (errno.EFBIG, DiskFull), (errno.EACCES, NotWritable), (errno.EROFS, NotWritable)],
)
def test_system_errors_in_our_words(number: int, error: type[Exception]) -> None:
    assert isinstance(disk_error(OSError(number, os.strerror(number)), Path("models/a")), error)


HEADER = b'{"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}   '


@pytest.mark.parametrize(
    ("suffix", "content", "sound"),
    [
        (".safetensors", len(HEADER).to_bytes(8, "little") + HEADER + b"1234", True),
        (".safetensors", len(HEADER).to_bytes(8, "little") + HEADER + b"123", False),
        (".safetensors", len(HEADER).to_bytes(8, "little") + HEADER + b"12345", False),
        (".sft", b"\x02\0\0\0\0\0\0\0{}", True),
        (".SAFETENSORS", b"\x02\0\0\0\0\0\0\0[]", False),
        (".safetensors", b"", False),
        (".gguf", b"GGUF rest", True),
        (".gguf", b"GGML rest", False),
        (".zip", b"PK\x03\x04", True),
        (".zip", b"7z", False),
        (".ckpt", b"<html>", False),
        (".ckpt", b"\x80\x02.", True),
        (".yaml", b"model: x", True),
    ],
)
def test_a_first_look_at_the_content(tmp_path: Path, suffix: str, content: bytes, sound: bool) -> None:
    path = tmp_path / "a.civitdock-part"
    path.write_bytes(content)
    if sound:
        LocalDisk().check_model(path, suffix)
    else:
        with pytest.raises(InvalidFile):
            LocalDisk().check_model(path, suffix)


@pytest.mark.parametrize(("kind", "clean"), [("pickle", True), ("hostile-pickle", False)])
def test_pickles_are_examined_and_never_run(tmp_path: Path, kind: str, clean: bool) -> None:
    path = tmp_path / "a.civitdock-part"
    path.write_bytes(other_blob("scan", kind).read())
    verdict = PicklescanScanner().scan(path, ".pt")
    assert verdict.clean is clean
    assert bool(verdict.findings) is not clean


@pytest.mark.parametrize(
    "content",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x02cbuiltins\neval\nq\x00X\x01\x00\x00\x001\x85R.",
        b"\x80\x02csome_unknown_module\nThing\nq\x00)R.",
        b"cos\nsystem\n(S'true'\ntRbroken after that",
    ],
)
def test_pickles_with_strange_imports_are_not_clean(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.civitdock-part"
    path.write_bytes(content)
    assert not PicklescanScanner().scan(path, ".ckpt").clean
