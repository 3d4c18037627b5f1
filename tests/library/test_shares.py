"""Drives that go away, come back changed, or refuse: nothing known is lost and nothing is read twice."""

from __future__ import annotations

import builtins
import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.files import atomic
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import SyncRequest, SyncState
from tests.library.bench import Library, safe_models, sidecar
from tests.library.test_sync import snapshot
from tests.library.test_tree import padded

pytestmark = pytest.mark.timeout(60)


def failing(real: Callable[..., object], folder: Path, number: int) -> Callable[..., object]:
    """The same call, which fails for everything below a folder."""

    def call(path: object, *more: object, **named: object) -> object:
        where = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if where.startswith(str(folder)):
            raise OSError(number, os.strerror(number), where)
        return real(path, *more, **named)

    return call


def test_a_folder_that_cannot_be_read_now_keeps_its_models(
    library: Library, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inside = library.put_demo(safe_models(demo)[0], name="share/a.safetensors")
    library.put_demo(safe_models(demo)[1])
    library.sync()
    before = snapshot(tmp_path / "models")
    with monkeypatch.context() as broken:
        for name in ("scandir", "stat", "lstat"):
            broken.setattr(os, name, failing(getattr(os, name), inside.parent, errno.EIO))
        job = library.sync()
        assert (job.state, job.matched) == (SyncState.DONE, 1)
        assert [error["code"] for error in job.errors] == ["not_writable"]
        assert library.row(inside).state is LocalState.IDENTIFIED
        library.library.local_models(LocalFilter())
        assert library.row(inside).state is LocalState.IDENTIFIED
    demo.requests.clear()
    assert (library.sync().bytes_total, demo.requests) == (0, [])
    assert snapshot(tmp_path / "models") == before


@pytest.mark.parametrize("renumbered", [0, 77], ids=["no inodes", "other inodes"])
def test_a_drive_that_numbers_its_files_anew_is_not_read_again(
    library: Library, demo: DemoCivitai, renumbered: int
) -> None:
    """FAT, exFAT and many network drives give other inodes after each mount."""
    large = library.put("LORA", "large.pt", padded(demo, 1))
    small = library.put_demo(safe_models(demo)[0])
    library.sync()
    for path in (large, small):
        library.store.put(replace(library.row(path), inode=renumbered))
    job = library.sync()
    assert (job.files_done, job.bytes_total) == (2, 0)
    assert library.service.plan(SyncRequest()).files == 0


def test_other_content_of_the_same_size_and_time_is_read(library: Library, demo: DemoCivitai) -> None:
    path = library.put("LORA", "a.pt", padded(demo, 1))
    library.sync()
    before = path.stat()
    other = library.put("LORA", "b.tmp", padded(demo, 2))
    os.utime(other, ns=(before.st_mtime_ns, before.st_mtime_ns))
    old = library.row(path).hashes.sha256
    other.replace(path)
    job = library.sync()
    assert job.bytes_total == before.st_size
    assert library.row(path).hashes.sha256 != old


def test_a_folder_that_takes_no_file_fails_its_files_only(
    library: Library, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = library.put_demo(safe_models(demo)[0], name="locked/a.safetensors")
    locked.with_suffix(".json").write_text('{"notes": "mine"}', encoding="utf-8")
    free = library.put_demo(safe_models(demo)[1])
    before = snapshot(locked.parent)
    with monkeypatch.context() as read_only:
        real: Callable[..., object] = builtins.open

        def refuse(path: object, mode: str = "r", *more: object, **named: object) -> object:
            if "w" in mode and str(path).startswith(str(locked.parent)):
                raise PermissionError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real(path, mode, *more, **named)

        read_only.setattr(atomic, "open", refuse, raising=False)
        job = library.sync()
    assert (job.state, job.matched, job.failed) == (SyncState.DONE, 1, 1)
    assert library.row(locked).state is LocalState.IDENTIFIED
    assert snapshot(locked.parent) == before
    assert sidecar(free)["civitai"]
    assert library.sync(SyncRequest(force=True)).matched == 2
    assert sidecar(locked)["notes"] == "mine"


def test_many_alike_files_that_move_are_each_looked_at_once(library: Library, demo: DemoCivitai) -> None:
    paths = [library.put("LORA", f"old/{n}.pt", b"\x80\x02%03d" % n) for n in range(40)]
    for path in paths:
        os.utime(path, (1, 1))
    library.sync()
    paths[0].parent.rename(paths[0].parent.with_name("new"))
    looks: list[Path] = []
    real = library.files.hashes
    library.files.hashes = lambda each, *more: (looks.append(each), real(each, *more))[1]  # type: ignore[method-assign,assignment]
    assert library.sync().bytes_total == 0
    assert len(looks) == len(paths)
    for path in paths:
        assert library.row(path.parent.with_name("new") / path.name).state is LocalState.UNKNOWN
