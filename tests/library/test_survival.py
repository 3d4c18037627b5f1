"""A sync outlives what happens to it: kill at any moment, a second program, drives and files that change under it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.sqlite.database import Database, Durability
from civitdock.adapters.sqlite.index import INDEX_FILE, MIGRATIONS, SqliteModelStore, open_index
from civitdock.demo.faults import Match, stall
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import SyncRequest, SyncState
from tests.library.bench import Library, safe_models, sidecar
from tests.library.test_index import PLAIN
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(120)
REPO = Path(__file__).resolve().parents[2]


def fill(library: Library, demo: DemoCivitai, count: int) -> list[Path]:
    return [library.put_demo(model) for model in safe_models(demo)[:count]]


def start(home: Path, demo: DemoCivitai) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(REPO / "extension"), str(REPO)))}
    command = [sys.executable, "-m", "tests.library.child", str(home), demo.api_base]
    return subprocess.Popen(command, cwd=REPO, env=environ, stdout=subprocess.PIPE, text=True)


def check_whole(folder: Path) -> None:
    """Every metadata file parses, and every preview is complete."""
    for path in folder.rglob("*.json"):
        assert isinstance(json.loads(path.read_bytes()), dict), path
    for path in folder.rglob("*.preview.jpg"):
        assert path.read_bytes().endswith(b"\xff\xd9"), path


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("asked", [1, 2, 3, 5, 8])
def test_kill_at_any_moment(demo: DemoCivitai, tmp_path: Path, clock: FakeClock, asked: int) -> None:
    library = Library(demo, tmp_path, clock)
    paths = fill(library, demo, 6)
    child = start(tmp_path, demo)
    try:
        demo.wait_asked(asked)
    finally:
        child.kill()
        child.communicate()
    check_whole(tmp_path / "models")
    try:
        assert library.memory.unfinished() in ((SyncRequest(force=True),), ())
        job = library.sync()
        assert (job.state, job.matched, job.failed) == (SyncState.DONE, 6, 0)
        check_whole(tmp_path / "models")
        assert all(sidecar(path)["civitai"] for path in paths)
    finally:
        library.close()


def test_two_programs_on_the_same_folders(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> None:
    library = Library(demo, tmp_path, clock)
    paths = fill(library, demo, 6)
    paths[0].with_suffix(".json").write_text('{"notes": "mine"}', encoding="utf-8")
    other = start(tmp_path, demo)
    try:
        assert library.sync(SyncRequest(force=True)).matched == 6
        said = other.communicate(timeout=60)[0].split("\n")
    finally:
        other.kill()
        library.close()
    assert said[:2] == ["begins", "done 6 0"]
    check_whole(tmp_path / "models")
    assert sidecar(paths[0])["notes"] == "mine"
    assert all(len(list(path.parent.glob(f"{path.stem}.preview.*"))) == 1 for path in paths)


def test_an_unfinished_sync_is_taken_up_at_the_next_start(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> None:
    first = Library(demo, tmp_path, clock)
    path = first.put_demo(safe_models(demo)[0])
    gate = Gate()
    demo.faults.add(match=Match(where="api", path="/api/v1/models"), fault=stall(gate), times=1)
    first.service.start()
    first.service.submit(SyncRequest(types=("LORA",)))
    demo.wait_asked(1, where="api", path="/api/v1/models")
    first.close()
    gate.release()
    second = Library(demo, tmp_path, clock)
    reads: list[Path] = []
    real = second.files.hashes
    second.files.hashes = lambda each, *more: (reads.append(each), real(each, *more))[1]  # type: ignore[method-assign,assignment]
    try:
        second.service.start()
        pause = threading.Event()
        for _ in range(1000):
            if (job := second.service.progress()) is not None:
                break
            pause.wait(0.01)
        assert job is not None
        assert second.ended(job.id).matched == 1
        assert sidecar(path)["civitai"]
        assert reads == []
        assert second.memory.unfinished() == ()
    finally:
        second.close()


def test_a_growing_file_is_not_believed(library: Library, demo: DemoCivitai) -> None:
    path = library.put("Checkpoint", "coming.ckpt", b"PK\x03\x04" + b"x" * 1000)
    real = library.files.hashes

    def grows(each: Path, *more: object) -> object:
        found = real(each, *more)  # type: ignore[arg-type]
        with open(each, "ab") as file:
            file.write(b"more")
        return found

    library.files.hashes = grows  # type: ignore[method-assign,assignment]
    job = library.sync()
    assert (job.state, job.failed) == (SyncState.DONE, 1)
    assert "changed" in job.errors[0]["message"]
    assert library.store.get(path) is None
    library.files.hashes = real  # type: ignore[method-assign]
    assert library.sync().unmatched == 1


def test_a_share_that_vanishes_keeps_its_models(library: Library, demo: DemoCivitai, tmp_path: Path) -> None:
    paths = fill(library, demo, 3)
    library.sync()
    root, away = paths[0].parent, tmp_path / "share"
    root.rename(away)
    root.mkdir()  # what is left of a share that is not mounted: an empty folder
    job = library.sync()
    assert (job.state, job.files_total) == (SyncState.DONE, 0)
    assert library.library.local_models(LocalFilter()).total == 0
    root.rmdir()
    away.rename(root)
    demo.requests.clear()
    job = library.sync()
    assert (job.matched, job.bytes_total) == (3, 0)
    assert demo.requests == []
    assert library.library.local_models(LocalFilter()).total == 3


def test_a_share_that_vanishes_while_it_is_read(library: Library, demo: DemoCivitai) -> None:
    fill(library, demo, 3)
    real = library.files.hashes

    def fails(each: Path, *more: object) -> object:
        raise OSError(5, "Input/output error", str(each))

    library.files.hashes = fails  # type: ignore[method-assign,assignment]
    job = library.sync()
    assert (job.state, job.failed) == (SyncState.DONE, 3)
    assert {error["code"] for error in job.errors} == {"not_writable"}
    library.files.hashes = real  # type: ignore[method-assign]
    assert library.sync().matched == 3


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_folder_fails_its_files_only(library: Library, demo: DemoCivitai) -> None:
    locked = library.put_demo(safe_models(demo)[0], name="locked/a.safetensors")
    open_ = library.put_demo(safe_models(demo)[1])
    locked.parent.chmod(0o555)
    try:
        job = library.sync()
    finally:
        locked.parent.chmod(0o755)
    assert (job.state, job.matched, job.failed) == (SyncState.DONE, 1, 1)
    assert library.row(locked).state is LocalState.IDENTIFIED
    assert sidecar(open_)["civitai"]


@pytest.mark.parametrize(
    ("content", "kept"),
    [(b"[1, 2]", True), (b'{"a": "\xff"}', True), (b'{"a": 1', True), (b'{"a": "' + b"x" * 50_000_000 + b'"}', False)],
    ids=["list", "utf-8", "cut", "50 MB"],
)
def test_strange_sidecars_are_never_destroyed(library: Library, demo: DemoCivitai, content: bytes, kept: bool) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".json").write_bytes(content)
    job = library.sync()
    assert job.state is SyncState.DONE
    aside = path.with_name(f"{path.stem}.json.civitdock-aside")
    assert (aside if kept else path.with_suffix(".json")).read_bytes() == content
    assert aside.exists() is kept
    assert (job.matched, job.failed) == ((1, 0) if kept else (0, 1))


def test_an_index_of_the_version_before_is_brought_up(tmp_path: Path) -> None:
    with closing(Database(tmp_path / INDEX_FILE, MIGRATIONS[:1], Durability.NORMAL)) as old, old.write() as connection:
        connection.execute(
            "INSERT INTO model (path, root, type, size_bytes, mtime_ns, inode, state, trained_words, preview_level, "
            "sort_name, search_text) VALUES (?, ?, 'LORA', 5, 6, '7', 'pending', '[]', 0, 'x', 'x')",
            (os.fsencode(PLAIN.path), os.fsencode(PLAIN.root)),
        )
    with closing(open_index(tmp_path)) as database:
        (row,) = SqliteModelStore(database).all()
        assert row == replace(PLAIN, type="LORA", size_bytes=5, mtime_ns=6, inode=7)
