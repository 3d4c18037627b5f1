"""The download queue over real parts: the demo CivitAI, its client, transfers, databases and a disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.adapters.files.archives import ZipArchives
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.pickles import PicklescanScanner
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.adapters.sqlite.state import SqliteDownloadStore, open_state
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.demo.server import DemoCivitai
from civitdock.domain.arrival import Arrival
from civitdock.domain.downloads import Download, State, Wish
from civitdock.domain.library import MODEL_TYPES, LocalModel, LocalState, ModelRoot
from civitdock.errors import CivitDockError
from civitdock.services.downloads import DownloadService
from tests.adapters.transfer.conftest import Knobs, Vault
from tests.support.clock import FakeClock
from tests.support.memory_host import MemoryHost

AGENT = "civitdock-tests/1 (+https://example.org)"


@dataclass
class FolderHost(MemoryHost):
    """A host with one folder per type and a switch for `is_generating`."""

    generating: bool = False
    types: Sequence[str] = tuple(MODEL_TYPES)

    def roots(self) -> tuple[ModelRoot, ...]:
        return tuple(ModelRoot(name, self.folder / "models" / name) for name in self.types)

    def is_generating(self) -> bool:
        return self.generating


class Greeter:
    """Implements `ports.Arrivals`: puts what arrived into the index and remembers it."""

    def __init__(self, store: SqliteModelStore) -> None:
        self._store = store
        self.seen: list[Arrival] = []
        self.trouble: CivitDockError | None = None
        self.warnings: tuple[str, ...] = ()

    def arrived(self, arrival: Arrival) -> tuple[str, ...]:
        self.seen.append(arrival)
        if self.trouble is not None:
            raise self.trouble
        self._store.put(
            LocalModel(
                arrival.path,
                arrival.root.path,
                arrival.root.type,
                arrival.size_bytes,
                state=LocalState.IDENTIFIED,
                hashes=arrival.hashes,
                model_id=arrival.version.model_id,
                version_id=arrival.version.id,
                file_id=arrival.file.id if arrival.file is not None else None,
            )
        )
        return self.warnings

    def arrived_together(self, arrivals: Sequence[Arrival]) -> tuple[str, ...]:
        return tuple(warning for arrival in arrivals for warning in self.arrived(arrival))


@dataclass
class Stage:
    """One program run on a data folder; `again` is the next run after this one was stopped."""

    demo: DemoCivitai
    folder: Path
    clock: FakeClock
    knobs: Knobs
    vault: Vault = field(default_factory=Vault)
    disk: LocalDisk = field(default_factory=LocalDisk)
    data: str = "data"

    def __post_init__(self) -> None:
        data = self.folder / self.data
        self.host = FolderHost(self.folder)
        self.state, self.index = open_state(data), open_index(data)
        self.models = SqliteModelStore(self.index)
        self.greeter = Greeter(self.models)
        self.transfers = HttpTransfers(self.knobs, self.vault, self.clock, AGENT)
        self.service = DownloadService(
            catalogue=CivitaiClient(self.knobs, self.vault, self.clock, data / "cache", AGENT),
            transfers=self.transfers,
            store=SqliteDownloadStore(self.state),
            models=self.models,
            disk=self.disk,
            arrivals=self.greeter,
            scanner=PicklescanScanner(),
            host=self.host,
            settings=self.knobs,
            clock=self.clock,
            archives=ZipArchives(),
        )

    def close(self) -> None:
        self.service.stop()
        self.state.close()
        self.index.close()

    def again(self) -> Stage:
        self.close()
        return Stage(self.demo, self.folder, self.clock, self.knobs, self.vault, self.disk, self.data)

    def root(self, kind: str = "LORA") -> Path:
        return self.folder / "models" / kind

    def files(self) -> dict[str, bytes]:
        """Everything below the model folders, by path relative to them."""
        base = self.folder / "models"
        return {str(path.relative_to(base).as_posix()): path.read_bytes() for path in base.rglob("*") if path.is_file()}

    def job(self, job_id: str) -> Download:
        return next(job for job in self.service.progress(0).jobs if job.id == job_id)

    def wait(self, job: Download, *states: State, timeout: float = 60.0) -> Download:
        """The job once it is in one of these states (default: done)."""
        wanted = states or (State.DONE,)
        return self.wait_for(job, lambda seen: seen.state in wanted, timeout)

    def wait_for(self, job: Download, holds: Callable[[Download], bool], timeout: float = 60.0) -> Download:
        pause, end = threading.Event(), time.monotonic() + timeout
        while not holds(seen := self.job(job.id)):
            if seen.state is State.FAILED:
                raise AssertionError(f"the job failed: {seen.error}")
            if time.monotonic() > end:
                raise TimeoutError(f"{seen.state} {seen.error} {seen.waiting}")
            pause.wait(0.01)
        return seen

    def wait_idle(self, timeout: float = 60.0) -> None:
        """Until no run is under way."""
        end = time.monotonic() + timeout
        for thread in threading.enumerate():
            if thread.name.startswith("civitdock-download-"):
                thread.join(max(0.0, end - time.monotonic()))

    def fetch(self, wish: Wish) -> Download:
        """Submit and wait for done."""
        return self.wait(self.service.submit(wish))

    def refuse(self, wish: Wish) -> Download:
        """Submit and wait for the failure."""
        job = self.service.submit(wish)
        return self.wait(job, State.FAILED)


def wait_until(holds: Callable[[], bool], timeout: float = 60.0) -> None:
    """Look until something is so; raises `TimeoutError`."""
    pause, end = threading.Event(), time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it never came to that")
        pause.wait(0.01)


def wish_for(demo: DemoCivitai, trap: str, number: int | None = None, **fields: object) -> Wish:
    """A wish for a trap's first version; `number` picks one of its files."""
    version = demo.catalogue.trap(trap).versions[0]
    file_id = None if number is None else version.files[number].id
    return Wish(version.id, file_id, **fields)  # type: ignore[arg-type]
