"""A whole library over real files, the demo CivitAI and the real client."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.places import LocalPlaces
from civitdock.adapters.files.previews import LocalPreviews
from civitdock.adapters.files.sidecars import FileSidecars
from civitdock.adapters.files.walk import ModelFolders
from civitdock.adapters.images import PictureSource
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.adapters.sqlite.memory import SqliteIgnores, SqliteOriginals, SqliteSyncMemory
from civitdock.adapters.sqlite.operations import SqliteOperationStore
from civitdock.adapters.sqlite.state import open_state
from civitdock.demo.records import DemoModel, DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalModel
from civitdock.domain.sync import FINISHED, Sync, SyncRequest
from civitdock.services.arrivals import ArrivalService, Beside, Records
from civitdock.services.filing.desk import FilingTools, open_desk
from civitdock.services.in_use import InUse
from civitdock.services.library import LibraryService
from civitdock.services.previews import PreviewService
from civitdock.services.sync import SyncService
from civitdock.services.sync_scan import SyncTools
from tests.library.support import FixedSettings, RecordingHost, settings_for
from tests.support.clock import FakeClock

AGENT = "CivitDock-tests"


class NoKey:
    """A `KeyVault` without a key."""

    def key(self) -> str | None:
        return None

    def seal(self, typed: str) -> str:
        return typed

    def hint(self) -> str | None:
        return None


class Library:
    """Everything a sync needs, below one folder."""

    def __init__(self, demo: DemoCivitai, home: Path, clock: FakeClock) -> None:
        self.demo = demo
        self.clock = clock
        self.settings: FixedSettings = settings_for(demo, civitai_auto_sync=False)
        self.host = RecordingHost(home)
        self.database = open_index(home / "data")
        self.store = SqliteModelStore(self.database)
        self.state = open_state(home / "data")
        self.memory = SqliteSyncMemory(self.database)
        self.originals, self.ignores = SqliteOriginals(self.state), SqliteIgnores(self.state)
        self.sidecars = FileSidecars(self.originals)
        self.files = ModelFolders()
        client = CivitaiClient(self.settings, NoKey(), clock, home / "cache", AGENT)
        previews = LocalPreviews(PictureSource(self.settings, AGENT), self.settings, self.originals)
        records = Records(self.store, self.ignores)
        in_use = InUse()
        arrivals = ArrivalService(Beside(self.sidecars, previews), records, self.host, self.settings, clock, in_use)
        self.tools = SyncTools(client, self.files, self.store, self.sidecars, self.originals, self.memory, arrivals)
        self.service = SyncService(self.tools, self.host, self.settings, clock)
        self.library = LibraryService(self.store, self.settings)
        self.previews = PreviewService(client, self.store, previews, self.host, self.settings)
        self.places, self.disk, self.journal = LocalPlaces(), LocalDisk(), SqliteOperationStore(self.state)
        self.wanted: dict[Path, str] = {}
        self.in_use = in_use
        self.desk = open_desk(
            FilingTools(
                self.store, self.sidecars, self.originals, self.disk, self.places, self.journal, self.host,
                self.settings, clock, in_use, self.wanted.get,
            )
        )  # fmt: skip

    def close(self) -> None:
        self.service.stop()
        self.desk.operations.stop()
        self.database.close()
        self.state.close()

    def put(self, model_type: str, name: str, content: bytes) -> Path:
        """A file below the first root of a type."""
        path = self.host.root(model_type).path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def put_demo(self, model: DemoModel, version: DemoVersion | None = None, name: str = "") -> Path:
        """The primary file of a demo version, in its type's folder."""
        shown = version or model.versions[0]
        file = shown.files[0]
        return self.put(model.type, name or f"demo-{shown.id}.safetensors", file.content.read())

    def sync(self, request: SyncRequest | None = None) -> Sync:
        """Run one sync to its end."""
        self.service.start()
        job = self.service.submit(request or SyncRequest())
        return self.ended(job.id)

    def ended(self, job_id: str) -> Sync:
        """Wait for the end of a sync; fails after real seconds."""
        return self.until(job_id, lambda job: job.state in FINISHED)

    def until(self, job_id: str, holds: object) -> Sync:
        """Poll the record until it is as wanted."""
        pause = threading.Event()
        for _ in range(2000):
            job = self.service.progress()
            assert job is not None
            assert job.id == job_id
            if holds(job):  # type: ignore[operator]
                return job
            pause.wait(0.01)
        raise AssertionError(f"the sync stays at {job}")

    def row(self, path: Path) -> LocalModel:
        found = self.store.get(path)
        assert found is not None
        return found


def sidecar(path: Path) -> dict[str, object]:
    found = json.loads(path.with_suffix(".json").read_bytes())
    assert isinstance(found, dict)
    return found


def safe_models(demo: DemoCivitai, model_type: str = "LORA") -> list[DemoModel]:
    """Ordinary published models with safetensors and safe pictures."""
    traps = {model.id for model in demo.catalogue.traps.values()}
    return [
        model
        for model in demo.catalogue.models
        if model.type == model_type
        and model.id not in traps
        and not model.minor
        and model.published
        and model.versions[0] in model.published
        and model.versions[0].files
        and model.versions[0].files[0].name.endswith(".safetensors")
    ]
