"""From a wish to a model that a card can show: the real queue with the real arrivals."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from civitdock.adapters.files.archives import ZipArchives
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.pickles import PicklescanScanner
from civitdock.adapters.sqlite.state import SqliteDownloadStore, open_state
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import FINISHED, Download, State, Wish
from civitdock.domain.library import LocalState
from civitdock.domain.sync import SyncPlan, SyncRequest
from civitdock.services.downloads.service import DownloadService
from tests.library.bench import AGENT, Library, NoKey, safe_models, sidecar
from tests.support.archives import TENSORS, zipped
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def library(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    with closing(Library(demo, tmp_path, clock)) as made:
        yield made


@pytest.fixture
def downloads(library: Library, tmp_path: Path, clock: FakeClock) -> Iterator[DownloadService]:
    database = open_state(tmp_path / "data")
    service = DownloadService(
        catalogue=library.tools.catalogue,
        transfers=HttpTransfers(library.settings, NoKey(), clock, AGENT),
        store=SqliteDownloadStore(database),
        models=library.store,
        disk=LocalDisk(),
        arrivals=library.tools.arrivals,
        scanner=PicklescanScanner(),
        host=library.host,
        settings=library.settings,
        clock=clock,
        archives=ZipArchives(),
    )
    service.start()
    yield service
    service.stop()
    database.close()


def finished(downloads: DownloadService, wish: Wish) -> Download:
    """The job of a wish once it has ended."""
    job, pause = downloads.submit(wish), threading.Event()
    for _ in range(1000):
        job = next(seen for seen in downloads.progress(0).jobs if seen.id == job.id)
        if job.state in FINISHED:
            break
        pause.wait(0.02)
    return job


def test_what_comes_out_of_an_archive_is_described_like_a_download(
    library: Library, downloads: DownloadService, demo: DemoCivitai
) -> None:
    content = zipped(("a.safetensors", TENSORS), ("more/b.safetensors", TENSORS), ("read.txt", b"x"))
    model = demo.catalogue.add("A pack", content, file_name="pack.zip")
    job = finished(downloads, Wish(model.versions[0].id, unpack=True))
    assert (job.state, job.error, job.warnings) == (State.DONE, None, ())
    assert job.unpacked is not None
    folder = Path(job.unpacked.folder)
    for path in (folder / "a.safetensors", folder / "more" / "b.safetensors"):
        found = sidecar(path)
        assert found["civitai"]["version_id"] == model.versions[0].id  # type: ignore[index]
        row = library.row(path)
        assert (row.state, row.model_id, row.version_id) == (LocalState.IDENTIFIED, model.id, model.versions[0].id)
        assert row.type == "LORA"
        assert row.hashes.sha256 == hashlib.sha256(TENSORS).hexdigest()
    assert not (folder / "read.json").exists()
    assert len([paths for paths, _ in library.host.refreshed if folder / "a.safetensors" in paths]) == 1
    assert library.service.plan(SyncRequest()) == SyncPlan(0, 0, 0)


def test_a_download_ends_with_everything_that_a_card_shows(
    library: Library, downloads: DownloadService, demo: DemoCivitai
) -> None:
    model = next(
        model
        for model in safe_models(demo)
        if model.versions[0].trained_words
        and not model.versions[0].early
        and model.versions[0].images
        and all(image.level == 1 and not image.gone for image in model.versions[0].images)
    )
    job = finished(downloads, Wish(model.versions[0].id))
    assert (job.state, job.error, job.warnings) == (State.DONE, None, ())
    assert job.target_path is not None
    path = Path(job.target_path)
    found = sidecar(path)
    assert found["civitai"]["version_id"] == model.versions[0].id  # type: ignore[index]
    assert found["local"]["sha256"] == job.sha256  # type: ignore[index]
    assert found["activation text"]
    with Image.open(path.with_name(f"{path.stem}.preview.jpg")) as preview:
        assert preview.width <= 450
    assert library.row(path).state is LocalState.IDENTIFIED
    assert any(path in paths for paths, _ in library.host.refreshed)
    assert sorted(each.name for each in path.parent.iterdir()) == sorted(
        [path.name, f"{path.stem}.json", f"{path.stem}.preview.jpg"]
    )
    assert library.service.plan(SyncRequest()) == SyncPlan(0, 0, 0)
