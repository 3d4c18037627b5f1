"""Who we are, where models lie, and how things stand: what `GET status` and the tab's diagnostics show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from civitdock.domain.library import ModelRoot
from civitdock.domain.sync import Sync
from civitdock.errors import NotWritable
from civitdock.ports import Catalogue
from civitdock.ports.host import Host
from civitdock.services.downloads.progress import ProgressView, Totals


class Reach(str, Enum):
    """Whether the last contact with CivitAI worked."""

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class StatusView:
    """The state of this installation. `last_sync` is the sync of this run that started last."""

    version: str
    host_name: str
    host_version: str
    roots: tuple[RootView, ...]
    queue: Totals
    last_sync: Sync | None
    missing_packages: tuple[str, ...]
    civitai: Reach


@dataclass(frozen=True)
class RootView:
    """A model folder and the free space of its drive in bytes, None where that cannot be told."""

    root: ModelRoot
    free_bytes: int | None


class Drives(Protocol):
    """The part of the disk that is needed here."""

    def free_bytes(self, folder: Path) -> int:
        """Free space where the folder is or will be; raises `NotWritable`."""


class Queue(Protocol):
    """The part of the download service that is needed here."""

    def progress(self, since: int) -> ProgressView:
        """Jobs changed since a revision, and totals."""


class SyncRuns(Protocol):
    """The part of the sync service that is needed here."""

    def progress(self) -> Sync | None:
        """The current or last sync of this run."""


@dataclass(frozen=True)
class About:
    """What does not change while the program runs: our version, and a look for packages that are not installed."""

    version: str
    missing_packages: Callable[[], Sequence[str]]


class StatusService:
    """Collects the state; nothing here asks CivitAI anything."""

    def __init__(
        self, about: About, host: Host, catalogue: Catalogue, queue: Queue, syncs: SyncRuns, drives: Drives
    ) -> None:
        self._about = about
        self._drives = drives
        self._host = host
        self._catalogue = catalogue
        self._queue = queue
        self._syncs = syncs

    def status(self) -> StatusView:
        """The state at this moment."""
        return StatusView(
            version=self._about.version,
            host_name=self._host.name,
            host_version=self._host.version,
            roots=tuple(RootView(root, self._free(root.path)) for root in self._host.roots()),
            queue=self._queue.progress(0).totals,
            last_sync=self._syncs.progress(),
            missing_packages=tuple(self._about.missing_packages()),
            civitai=_REACH[self._catalogue.reachable()],
        )

    def _free(self, folder: Path) -> int | None:
        try:
            return self._drives.free_bytes(folder)
        except NotWritable:
            return None


_REACH = {True: Reach.REACHABLE, False: Reach.UNREACHABLE, None: Reach.UNKNOWN}
