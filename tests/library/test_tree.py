"""The folders and files of a library: links, loops, what goes and comes back, what moves."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import SyncRequest, SyncState
from tests.library.bench import Library, safe_models, sidecar

pytestmark = pytest.mark.timeout(60)


def test_links_are_followed_once_and_loops_end(library: Library, demo: DemoCivitai, tmp_path: Path) -> None:
    root = library.host.root("LORA").path
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    content = safe_models(demo)[0].versions[0].files[0].content.read()
    (elsewhere / "花 Ü.safetensors").write_bytes(content)
    try:
        (root / "linked").symlink_to(elsewhere, target_is_directory=True)
        (elsewhere / "loop").symlink_to(root, target_is_directory=True)
    except OSError:
        pytest.skip("this system does not allow links")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "b.safetensors").write_bytes(content)
    (root / "part.safetensors.civitdock-part").write_bytes(content)
    job = library.sync()
    assert (job.files_total, job.matched) == (1, 1)
    assert library.row(root / "linked" / "花 Ü.safetensors").state is LocalState.IDENTIFIED


def test_a_folder_counts_by_its_own_path_and_not_by_a_link_to_it(library: Library, demo: DemoCivitai) -> None:
    root = library.host.root("LORA").path
    (root / "sub" / "deep").mkdir(parents=True)
    path = library.put_demo(safe_models(demo)[0])
    moved = path.rename(root / "sub" / "deep" / path.name)
    (root / "a-link").symlink_to(root / "sub", target_is_directory=True)
    assert library.sync().files_total == 1
    assert [row.path for row in library.store.all()] == [moved]


def test_deleted_files_leave_the_library_but_not_with_their_drive(library: Library, demo: DemoCivitai) -> None:
    first, second = (library.put_demo(model) for model in safe_models(demo)[:2])
    library.sync()
    first.unlink()
    page = library.library.local_models(LocalFilter())
    assert [row.path for row in page.items] == [second]
    assert library.store.get(first) is not None, "looking at the list changes nothing"
    library.sync()
    assert library.library.local_models(LocalFilter()).total == 1
    root = library.host.root("LORA").path
    root.rename(root.with_name("away"))
    library.sync()
    assert library.library.local_models(LocalFilter()).items == ()
    assert library.store.get(second) is not None
    root.with_name("away").rename(root)
    assert [row.path for row in library.library.local_models(LocalFilter()).items] == [second]


def test_the_first_start_syncs_by_itself_and_only_once(library: Library, demo: DemoCivitai) -> None:
    library.put_demo(safe_models(demo)[0])
    library.settings.values["civitai_auto_sync"] = True
    library.service.start()
    library.service.start()
    pause = threading.Event()
    for _ in range(1000):
        if (job := library.service.progress()) is not None:
            break
        pause.wait(0.01)
    assert job is not None
    assert library.ended(job.id).matched == 1
    library.service.stop()
    library.service.stop()
    library.service.start()
    assert library.service.progress() == library.ended(job.id)
    again = library.service.submit(SyncRequest())
    assert library.ended(again.id).state is SyncState.DONE


def padded(demo: DemoCivitai, number: int, size: int = 3 * 1024 * 1024) -> bytes:
    """A file that is large enough for the cheap look at its content."""
    return b"\x80\x02" + bytes([number]) * size


def test_a_moved_and_renamed_file_keeps_its_identity_unread(library: Library, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Moved", padded(demo, 1), file_name="moved.pt").versions[0]
    path = library.put("LORA", "old name.pt", padded(demo, 1))
    library.sync()
    assert library.row(path).version_id == version.id
    first_seen = library.row(path).first_seen
    target = path.parent / "sub" / "new name.pt"
    target.parent.mkdir()
    os.replace(path, target)
    job = library.sync()
    assert (job.matched, job.bytes_total) == (1, 0)
    row = library.row(target)
    assert (row.version_id, row.first_seen) == (version.id, first_seen)
    assert sidecar(target)["civitai"]["version_id"] == version.id  # type: ignore[index]
    assert library.store.get(path) is None


def test_a_file_that_only_looks_like_the_missing_one_is_read(library: Library, demo: DemoCivitai) -> None:
    path = library.put("LORA", "a.pt", padded(demo, 1))
    library.sync()
    before = path.stat()
    path.unlink()
    other = library.put("LORA", "b.pt", padded(demo, 2))
    os.utime(other, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert other.stat().st_size == before.st_size
    job = library.sync()
    assert job.bytes_total == job.bytes_done == before.st_size
    assert library.row(other).hashes.sha256 is not None


def test_a_copy_is_no_move(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    copy = path.with_name("copy.safetensors")
    copy.write_bytes(path.read_bytes())
    state = path.stat()
    os.utime(copy, ns=(state.st_mtime_ns, state.st_mtime_ns))
    assert library.sync().bytes_total == state.st_size
    assert library.row(path).version_id == library.row(copy).version_id


def test_a_file_that_comes_back_unchanged_is_not_read(library: Library, demo: DemoCivitai, tmp_path: Path) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    path.rename(tmp_path / "away")
    library.sync()
    assert library.library.local_models(LocalFilter()).total == 0
    (tmp_path / "away").rename(path)
    job = library.sync()
    assert (job.matched, job.bytes_total) == (1, 0)
    assert library.library.local_models(LocalFilter()).total == 1


def test_one_file_under_two_names_is_read_once(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    twin = path.with_name("twin.safetensors")
    os.link(path, twin)
    opened: list[Path] = []
    real = library.files.hashes
    library.files.hashes = lambda each, *more: (opened.append(each), real(each, *more))[1]  # type: ignore[method-assign,assignment]
    assert library.sync().matched == 2
    assert len(opened) == 1
    assert library.row(path).hashes.sha256 == library.row(twin).hashes.sha256


def test_old_leftovers_of_a_crash_are_removed(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    old, new = (path.with_name(f".civitdock-{name}.tmp") for name in ("aa", "bb"))
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1, 1))
    library.sync()
    assert (old.exists(), new.exists()) == (False, True)
