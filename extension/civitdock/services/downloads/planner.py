"""What a wish, or many at once, would do: which files, where to, how large, against the free space of each drive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.downloads import Download, Failure, OnConflict, Priority, State, Wish
from civitdock.domain.library import ModelRoot
from civitdock.domain.versions import find_file, model_files, primary_file
from civitdock.errors import CivitDockError, InvalidRequest, NotFound
from civitdock.ports import Catalogue, Clock, Disk, Patience, Transfers
from civitdock.services.downloads.board import Board
from civitdock.services.downloads.destination import Destinations, Place
from civitdock.services.downloads.resolve import Resolver, Target
from civitdock.services.downloads.safety import refuse_known_danger

_AT_ONCE = 100
_PATIENCE = 10.0
MOST_FOLDERS = 500


class Outlook(str, Enum):
    """What would become of a file. `TAKEN`: its name is, so it would get another or fail."""

    NEW = "new"
    QUEUED = "queued"
    INSTALLED = "installed"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class Item:
    """One line of a batch: a wish, or all files of its version."""

    wish: Wish
    all_files: bool = False
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True)
class Row:
    """One file of a plan. `known` is None where CivitAI did not answer; `path` where it would lie.

    `here` are the bytes that an earlier try left.
    """

    item: Item
    outlook: Outlook
    known: tuple[Version, ModelFile] | None = None
    path: Path | None = None
    installed: Path | None = None
    here: int = 0
    error: Failure | None = None

    @property
    def size_bytes(self) -> int | None:
        """CivitAI's word for the size."""
        return None if self.known is None else self.known[1].size_bytes

    @property
    def needed_bytes(self) -> int:
        """What is still to be fetched, as far as it is known; nothing of what is installed or refused."""
        wanted = self.outlook in (Outlook.NEW, Outlook.TAKEN, Outlook.QUEUED)
        return max(0, (self.size_bytes or 0) - self.here) if wanted else 0

    def as_dict(self) -> dict[str, object]:
        """The row as the routes and the command line answer it."""
        version, file = self.known or (None, None)
        error = self.error
        return {
            "version_id": self.item.wish.version_id,
            "file_id": file.id if file else self.item.wish.file_id,
            "model_name": version.model_name if version else None,
            "version_name": version.name if version else None,
            "filename": self.path.name if self.path else file.name if file else None,
            "target_path": str(self.path) if self.path else None,
            "size_bytes": self.size_bytes,
            "state": self.outlook.value,
            "installed_path": str(self.installed) if self.installed else None,
            "error": error and {"code": error.code, "message": error.message, "hint": error.hint},
        }


@dataclass(frozen=True)
class Volume:
    """A drive, its free bytes and those that the new files of the plan need on it."""

    path: Path
    free_bytes: int
    needed_bytes: int

    @property
    def enough(self) -> bool:
        """Whether all of it fits."""
        return self.needed_bytes <= self.free_bytes

    def as_dict(self) -> dict[str, object]:
        """The drive as the routes and the command line answer it."""
        return {
            "path": str(self.path),
            "free_bytes": self.free_bytes,
            "needed_bytes": self.needed_bytes,
            "enough": self.enough,
        }


@dataclass(frozen=True)
class Plan:
    """All rows in the order of the items, and the drives that what is still to be fetched goes to."""

    rows: tuple[Row, ...]
    volumes: tuple[Volume, ...]

    @property
    def unknown_sizes(self) -> int:
        """How many files to be fetched have no size at CivitAI."""
        fetched = (row for row in self.rows if row.outlook not in (Outlook.INSTALLED, Outlook.REFUSED))
        return sum(row.size_bytes is None for row in fetched)

    def as_dict(self) -> dict[str, object]:
        """The plan as the routes and the command line answer it."""
        return {
            "files": [row.as_dict() for row in self.rows],
            "bytes_needed": sum(row.needed_bytes for row in self.rows),
            "unknown_sizes": self.unknown_sizes,
            "volumes": [volume.as_dict() for volume in self.volumes],
        }


@dataclass(frozen=True)
class Preview:
    """Where one file would go, and which folders there are to choose from."""

    row: Row
    type: str
    root: Path
    folder: Path
    suggestion: str | None
    free_bytes: int
    roots: tuple[ModelRoot, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """What the planner looks at."""

    resolver: Resolver
    destinations: Destinations
    disk: Disk
    transfers: Transfers
    board: Board


class Planner:
    """Looks ahead; nothing is queued and nothing on disk changes."""

    def __init__(self, catalogue: Catalogue, sight: Sight) -> None:
        self._catalogue = catalogue
        self._resolver = sight.resolver
        self._destinations = sight.destinations
        self._disk = sight.disk
        self._transfers = sight.transfers
        self._board = sight.board

    def plan(self, items: Sequence[Item], clock: Clock) -> Plan:
        """Look at every item; one that cannot be had is a row that says why. Waits at most ten seconds for CivitAI."""
        end = clock.monotonic() + _PATIENCE
        known = self._versions({item.wish.version_id for item in items}, lambda: end - clock.monotonic())
        rows: list[Row] = []
        seen: set[tuple[int, int]] = set()
        reserved = self._reserved()
        for item in items:
            for row in self._rows(item, known.get(item.wish.version_id), reserved):
                key = (row.item.wish.version_id, row.known[1].id) if row.known else None
                if key is not None and key in seen:
                    continue
                seen |= {key} if key is not None else set()
                reserved |= {row.path} if row.path is not None else set()
                rows.append(row)
        return Plan(tuple(rows), self._volumes(rows))

    def preview(self, wish: Wish) -> Preview:
        """Where the file of a wish would go; raises what the resolver raises."""
        target = self._resolver.target(wish, Patience(_PATIENCE))
        row = self._row(Item(wish), target, self._reserved())
        root = target.root_of(target.folder)
        return Preview(
            row=row,
            type=target.roots[0].type,
            root=root.path,
            folder=target.folder,
            suggestion=self._suggestion(target, wish),
            free_bytes=self._disk.free_bytes(target.folder),
            roots=target.roots,
            folders=self._disk.folders(target.roots[0].path, MOST_FOLDERS),
        )

    # --- CivitAI ---------------------------------------------------------------------------------

    def _versions(self, ids: Iterable[int], left: Callable[[], float]) -> Mapping[int, _Answer]:
        """What CivitAI says of each version: a bulk answer first, the few that it leaves out one by one."""
        found: dict[int, _Answer] = {}
        wanted = sorted(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            try:
                models = self._catalogue.models_by_versions(
                    wanted[start : start + _AT_ONCE], Patience(max(left(), 0.1))
                )
            except CivitDockError:
                break
            for model in models:
                found |= {version.id: _Answer(version, model) for version in model.versions}
        for version_id in (each for each in wanted if each not in found):
            if left() <= 0:
                break
            try:
                found[version_id] = _Answer(self._catalogue.version(version_id, Patience(max(left(), 0.1))), None)
            except NotFound as error:
                found[version_id] = _Answer(None, None, error)
            except CivitDockError:
                break
        return found

    # --- rows ------------------------------------------------------------------------------------

    def _rows(self, item: Item, answer: _Answer | None, reserved: Collection[Path]) -> list[Row]:
        if answer is None:
            return [Row(item, Outlook.NEW)]
        if answer.version is None:
            return [_refused(item, answer.error or NotFound())]
        version = answer.version
        try:
            files = _files(item, version)
        except CivitDockError as error:
            return [_refused(item, error)]
        rows = []
        for file in files:
            own = replace(item, wish=replace(item.wish, file_id=file.id), all_files=False)
            try:
                refuse_known_danger(file, own.wish.unsafe)
                target = self._resolver.place(own.wish, version, file, answer.model)
                rows.append(self._row(own, target, reserved))
            except CivitDockError as error:
                rows.append(replace(_refused(own, error), known=(version, file)))
        return rows

    def _row(self, item: Item, target: Target, reserved: Collection[Path]) -> Row:
        known, path = (target.version, target.file), target.folder / target.name(item.wish)
        row = Row(item, Outlook.NEW, known, path)
        installed = self._resolver.installed(*known)
        if installed is not None:
            return replace(row, outlook=Outlook.INSTALLED, path=installed.path, installed=installed.path)
        job = self._job_of(target)
        if job is not None:
            where = Path(job.target_path) if job.target_path else path
            return replace(row, outlook=Outlook.QUEUED, path=where, here=self._here(where))
        free = self._destinations.first_free(target, item.wish, reserved)
        if free == path:
            return replace(row, here=self._here(path))
        if free is None or item.wish.on_conflict is OnConflict.FAIL:
            return replace(row, outlook=Outlook.TAKEN)
        return replace(row, outlook=Outlook.TAKEN, path=free)

    def _here(self, path: Path) -> int:
        kept = self._transfers.kept(Place(path).part)
        return 0 if kept is None else kept.done

    def _job_of(self, target: Target) -> Download | None:
        unfinished = (job for job in self._board.jobs() if job.state not in (State.DONE, State.CANCELLED, State.FAILED))
        same = (job for job in unfinished if job.version_id == target.version.id and job.file_id == target.file.id)
        return next(same, None)

    def _reserved(self) -> set[Path]:
        free = (State.DONE, State.CANCELLED)
        return {Path(job.target_path) for job in self._board.jobs() if job.target_path and job.state not in free}

    def _suggestion(self, target: Target, wish: Wish) -> str | None:
        free = self._destinations.first_free(target, wish, self._reserved())
        return None if free is None or free.name == target.name(wish) else free.name

    def _volumes(self, rows: Sequence[Row]) -> tuple[Volume, ...]:
        needed: dict[Path, int] = {}
        folders: dict[Path, Path] = {}
        for row in rows:
            if row.outlook not in (Outlook.INSTALLED, Outlook.REFUSED) and row.path is not None:
                drive = self._disk.volume(row.path.parent)
                folders.setdefault(drive, row.path.parent)
                needed[drive] = needed.get(drive, 0) + row.needed_bytes
        return tuple(Volume(drive, self._disk.free_bytes(folders[drive]), needed[drive]) for drive in needed)


@dataclass(frozen=True)
class _Answer:
    """What CivitAI said of a version id."""

    version: Version | None
    model: Model | None
    error: CivitDockError | None = None


def _files(item: Item, version: Version) -> Sequence[ModelFile]:
    """The files that an item means; raises `InvalidRequest`, `NotFound`."""
    if item.all_files:
        files = model_files(version)
    elif item.wish.file_id is not None:
        found = find_file(version, item.wish.file_id)
        if found is None:
            raise InvalidRequest(f"file_id: version {version.id} has no file {item.wish.file_id}.")
        files = (found,)
    else:
        primary = primary_file(version)
        files = () if primary is None else (primary,)
    if not files:
        raise NotFound("This version has no file that could be downloaded.", hint="Look at its page on CivitAI.")
    return files


def _refused(item: Item, error: CivitDockError) -> Row:
    return Row(item, Outlook.REFUSED, error=Failure(error.code, error.message, error.hint))
