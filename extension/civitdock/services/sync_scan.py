"""What a sync works with, and its first step: the files below the host's folders beside what the index says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from civitdock.domain import sync
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, ModelRoot
from civitdock.domain.sync import FoundFile, Need, SyncRequest
from civitdock.ports import Catalogue, Clock, Disk, Host, ModelStore, SettingsSource, Sidecars
from civitdock.services.arrivals import ArrivalService

_HOUR = 3600.0


class ModelFiles(Protocol):
    """Model files on disk, as a sync reads them."""

    def walk(self, roots: Sequence[ModelRoot], problem: Callable[[OSError], None]) -> Iterator[FoundFile]:
        """Every model file below the roots once; folders that cannot be listed are told to `problem`."""

    def look(self, found: FoundFile) -> FoundFile | None:
        """The file as it is now, or None where it is gone; raises `OSError`."""

    def is_gone(self, path: Path, root: Path) -> bool:
        """Whether a file is surely gone: its root is there and the file is not."""

    def hashes(self, path: Path, extra: frozenset[str], report: Callable[[int], None]) -> Hashes:
        """SHA256, AutoV2, AutoV1 and of `extra` (`blake3`, `crc32`) what is possible; raises `OSError`."""


@dataclass(frozen=True)
class SyncTools:
    """What a sync works with."""

    catalogue: Catalogue
    files: ModelFiles
    disk: Disk
    store: ModelStore
    sidecars: Sidecars
    arrivals: ArrivalService


class Scan:
    """One look at the files below the host's folders beside what the index says."""

    def __init__(self, tools: SyncTools, host: Host, settings: SettingsSource, clock: Clock) -> None:
        self._tools = tools
        self._host = host
        self._settings = settings
        self._clock = clock
        self._unseen: dict[Path, LocalModel] = {}

    def needs(
        self, requests: Sequence[SyncRequest], problem: Callable[[OSError], None]
    ) -> Iterator[tuple[FoundFile, LocalModel | None, Need]]:
        """Every file that is asked for, its row, and what it needs; raises `InvalidRequest`."""
        roots = self._host.roots()
        scope = sync.Scope(requests, roots)
        types: dict[Path, set[str]] = defaultdict(set)
        for root in roots:
            types[root.path].add(root.type)
        stale = self._clock.now() - self._settings.current().number("civitai_cache_hours") * _HOUR
        self._unseen = {row.path: row for row in self._tools.store.all()}
        for found in self._tools.files.walk(roots, problem):
            row = self._unseen.pop(found.path, None)
            own = frozenset(types[found.root.path])
            if scope.asks(found, own):
                yield found, row, sync.need(found, row, stale, scope.forces(found, own))

    def forget_gone(self) -> None:
        """Drop the rows of files that the finished look did not meet and that are surely gone."""
        for row in self._unseen.values():
            if self._tools.files.is_gone(row.path, row.root):
                self._tools.store.remove(row.path)
        self._unseen = {}
