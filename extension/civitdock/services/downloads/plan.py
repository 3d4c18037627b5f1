"""What wishes would fetch, where it would go, and whether there is room; nothing is queued or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.downloads import FINISHED, Download, Failure, Wish
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import CivitDockError
from civitdock.ports import Disk, Patience, Transfers
from civitdock.services.downloads.destination import Destinations
from civitdock.services.downloads.resolve import Resolver
from civitdock.services.downloads.safety import refuse_known_danger

_PATIENCE = 30.0


UnderWay = dict[tuple[int, "int | None"], Download]


@dataclass(frozen=True)
class PlannedFile:
    """One file. `state` is `new`, `queued`, `installed` or `refused`; `size_bytes` None where CivitAI does not say."""

    version_id: int
    file_id: int | None = None
    model_name: str | None = None
    version_name: str | None = None
    filename: str | None = None
    target_path: Path | None = None
    size_bytes: int | None = None
    state: str = "refused"
    installed_path: Path | None = None
    error: Failure | None = None


@dataclass(frozen=True)
class Volume:
    """A disk that files would go to, named by the first folder on it; `enough` where all of it fits."""

    path: Path
    free_bytes: int
    needed_bytes: int
    enough: bool


@dataclass(frozen=True)
class Plan:
    """All files and the space they need beside what is here of them; `unknown_sizes` counts those without a size."""

    files: tuple[PlannedFile, ...]
    bytes_needed: int
    unknown_sizes: int
    volumes: tuple[Volume, ...]


class Planner:
    """Plans wishes against jobs that exist, files that are here and other planned files."""

    def __init__(self, resolver: Resolver, destinations: Destinations, disk: Disk, transfers: Transfers) -> None:
        self._resolver = resolver
        self._destinations = destinations
        self._disk = disk
        self._transfers = transfers

    def plan(self, wishes: Sequence[Wish], jobs: Sequence[Download]) -> Plan:
        """What would become of the wishes, in their order; a bad one is `refused` with its error."""
        under_way: UnderWay = {(job.version_id, job.file_id): job for job in jobs if job.state not in FINISHED}
        taken = {Path(job.target_path) for job in under_way.values() if job.target_path}
        files: list[PlannedFile] = []
        for wish in wishes:
            try:
                files.append(self._file(wish, under_way, taken))
            except CivitDockError as error:
                failure = Failure(error.code, error.message, error.hint)
                files.append(PlannedFile(wish.version_id, wish.file_id, error=failure))
        # Two wishes for one file are one transfer.
        wanted = {(file.version_id, file.file_id): file for file in files if file.state in ("new", "queued")}.values()
        rest = [(file.target_path, self._rest(file)) for file in wanted if file.target_path is not None]
        unknown = sum(file.size_bytes is None for file in wanted)
        return Plan(tuple(files), sum(size for _, size in rest), unknown, self._volumes(rest))

    def _file(self, wish: Wish, under_way: UnderWay, taken: set[Path]) -> PlannedFile:
        target = self._resolver.target(wish, Patience(_PATIENCE))
        version, file = target.version, target.file
        job, row = under_way.get((version.id, file.id)), self._resolver.installed(version, file)
        here = None if row is None else row.path
        path = here if job is None or job.target_path is None else Path(job.target_path)
        if path is None:
            refuse_known_danger(file, wish.unsafe)
            place = self._destinations.choose(target, wish, file.hashes.sha256, taken)
            path, here = place.path, place.path if place.present else None
        planned = PlannedFile(
            version.id,
            file.id,
            version.model_name or None,
            version.name,
            path.name,
            path,
            file.size_bytes,
            "installed" if here is not None else "new" if job is None else "queued",
            here,
        )
        if planned.state == "new":
            taken.add(path)
            under_way[version.id, file.id] = Download("", wish, target_path=str(path), version_id=version.id)
        return planned

    def _rest(self, file: PlannedFile) -> int:
        assert file.target_path is not None
        here = self._transfers.kept(file.target_path.with_name(file.target_path.name + PART_SUFFIX))
        return max(0, (file.size_bytes or 0) - (here.done if here is not None else 0))

    def _volumes(self, rest: Sequence[tuple[Path, int]]) -> tuple[Volume, ...]:
        disks: dict[int, tuple[Path, int]] = {}
        for path, size in rest:
            number = self._disk.volume_of(path.parent)
            folder, sum_before = disks.get(number, (path.parent, 0))
            disks[number] = folder, sum_before + size
        free = {folder: self._disk.free_bytes(folder) for folder, _ in disks.values()}
        return tuple(Volume(folder, free[folder], size, size <= free[folder]) for folder, size in disks.values())
