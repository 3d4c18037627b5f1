"""A sync and the folders themselves: links, files that go away, and the first start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import SyncRequest, SyncState
from tests.library.bench import Library, safe_models
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def library(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    made = Library(demo, tmp_path, clock)
    yield made
    made.close()


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


def test_deleted_files_leave_the_library_but_not_with_their_drive(library: Library, demo: DemoCivitai) -> None:
    first, second = (library.put_demo(model) for model in safe_models(demo)[:2])
    library.sync()
    first.unlink()
    page = library.library.local_models(LocalFilter())
    assert [row.path for row in page.items] == [second]
    assert page.total == 1
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
