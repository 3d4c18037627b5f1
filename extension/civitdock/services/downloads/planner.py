"""What a wish, or many at once, would do: which files, where to, how large, against the free space of each drive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.downloads import Download, Failure, OnConflict, Priority, State, Wish
from civitdock.domain.library import ModelRoot
from civitdock.domain.transfers import NOTHING, Progress, still_needed
from civitdock.domain.versions import find_file, model_files, primary_file
from civitdock.errors import CivitaiDown, CivitDockError, InvalidRequest, NotFound
from civitdock.ports import Catalogue, Clock, Disk, Patience
from civitdock.services.downloads.board import Board
from civitdock.services.downloads.destination import Destinations
from civitdock.services.downloads.resolve import Resolver, Target, key_of
from civitdock.services.downloads.safety import refuse_known_danger
from civitdock.services.downloads.space import Need, Space, Volume

_AT_ONCE = 100
_PATIENCE = 10.0
MOST_FOLDERS = 500
_Key = tuple[int, int | None]


class Outlook(str, Enum):
    """What would become of a file. `TAKEN` in a preview: its name is, so it would get another or fail."""

    NEW = "new"
    QUEUED = "queued"
    INSTALLED = "installed"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class Item:
    """One line of a batch: a wish, or all files of its version. Without a priority a job keeps the one it has."""

    wish: Wish
    all_files: bool = False
    priority: Priority | None = None


@dataclass(frozen=True)
class Row:
    """One file of a plan. `known` is None where CivitAI did not answer; `path` where it would lie.

    `free` is the first path that nobody has, `drive` what `path` lies on, `kept` what an earlier try left.
    """

    item: Item
    outlook: Outlook
    known: tuple[Version, ModelFile] | None = None
    path: Path | None = None
    free: Path | None = None
    drive: Path | None = None
    installed: Path | None = None
    kept: Progress = NOTHING
    error: Failure | None = None

    @property
    def size_bytes(self) -> int | None:
        """CivitAI's word for the size."""
        return None if self.known is None else self.known[1].size_bytes

    @property
    def needed_bytes(self) -> int:
        """What is still to be fetched, as far as it is known; nothing of what is installed or refused."""
        return still_needed(self.kept, self.size_bytes) if self.is_fetched else 0

    @property
    def is_fetched(self) -> bool:
        """Whether its bytes are still to come."""
        return self.outlook not in (Outlook.INSTALLED, Outlook.REFUSED)

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
class Plan:
    """All rows in the order of the items, and the drives that what is still to be fetched goes to."""

    rows: tuple[Row, ...]
    volumes: tuple[Volume, ...]

    @property
    def unknown_sizes(self) -> int:
        """How many files to be fetched have no size at CivitAI."""
        return sum(row.is_fetched and row.size_bytes is None for row in self.rows)

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
    board: Board
    space: Space


class Planner:
    """Looks ahead; nothing is queued and nothing on disk changes."""

    def __init__(self, catalogue: Catalogue, sight: Sight) -> None:
        self._catalogue = catalogue
        self._resolver = sight.resolver
        self._destinations = sight.destinations
        self._disk = sight.disk
        self._board = sight.board
        self._space = sight.space

    def plan(self, items: Sequence[Item], clock: Clock) -> Plan:
        """Look at every item; one that cannot be had is a row that says why. Waits at most ten seconds for CivitAI."""
        end = clock.monotonic() + _PATIENCE
        wanted = {item.wish.version_id for item in items if _trouble(item) is None}
        answers = self._answers(wanted, lambda: end - clock.monotonic())
        rows: list[Row] = []
        seen: set[_Key] = set()
        taken = self._places()
        for item in items:
            for row in self._rows(item, answers, taken):
                key = (row.item.wish.version_id, row.item.wish.file_id)
                if row.outlook is not Outlook.REFUSED:
                    if key in seen:
                        continue
                    seen.add(key)
                    if row.path is not None:
                        taken[row.path] = key
                rows.append(row)
        return Plan(tuple(rows), self._volumes(rows, seen))

    def _volumes(self, rows: Sequence[Row], planned: Collection[_Key]) -> tuple[Volume, ...]:
        needs = [
            Need(row.drive, row.path.parent, row.needed_bytes)
            for row in rows
            if row.is_fetched and row.path is not None and row.drive is not None
        ]
        others = [job for job in self._board.unfinished() if key_of(job) not in planned]
        return self._space.volumes(needs, others)

    def preview(self, wish: Wish) -> Preview:
        """Where the file of a wish would go; raises what the resolver raises."""
        target = self._resolver.target(wish, Patience(_PATIENCE))
        row = self._row(Item(wish), target, self._places())
        root = target.root_of(target.folder)
        free = row.free if row.outlook is Outlook.TAKEN else None
        return Preview(
            row=row,
            type=target.roots[0].type,
            root=root.path,
            folder=target.folder,
            suggestion=None if free is None else free.name,
            free_bytes=self._disk.free_bytes(target.folder),
            roots=target.roots,
            folders=self._disk.folders(target.roots[0].path, MOST_FOLDERS),
        )

    # --- CivitAI ---------------------------------------------------------------------------------

    def _answers(self, ids: Iterable[int], left: Callable[[], float]) -> Mapping[int, _Answer]:
        """What CivitAI says of each version: a bulk answer first, the few that it leaves out one by one.

        A version that it did not answer about in time has the failure instead, and may still be had.
        """
        found: dict[int, _Answer] = {}
        silence: CivitDockError = CivitaiDown("CivitAI did not answer in time.")
        wanted = sorted(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            try:
                models = self._catalogue.models_by_versions(some, Patience(max(left(), 0.1)))
            except CivitDockError as error:
                silence = error
                break
            for model in models:
                found |= {version.id: _Answer(version, model) for version in model.versions if version.id in some}
        for version_id in (each for each in wanted if each not in found):
            if left() <= 0:
                break
            try:
                found[version_id] = _Answer(self._catalogue.version(version_id, Patience(max(left(), 0.1))))
            except NotFound as error:
                found[version_id] = _Answer(error=error)
            except CivitDockError as error:
                silence = error
                break
        return {version_id: found.get(version_id, _Answer(silence=silence)) for version_id in wanted}

    # --- rows ------------------------------------------------------------------------------------

    def _rows(self, item: Item, answers: Mapping[int, _Answer], taken: Mapping[Path, _Key]) -> list[Row]:
        trouble = _trouble(item)
        if trouble is not None:
            return [refused(item, trouble)]
        answer = answers[item.wish.version_id]
        if answer.version is None:
            # Which files a version has must be known to want them all; one file can be found out later.
            trouble = answer.error or (answer.silence if item.all_files else None)
            return [Row(item, Outlook.NEW) if trouble is None else refused(item, trouble)]
        version = answer.version
        try:
            files = _files(item, version)
        except CivitDockError as error:
            return [refused(item, error)]
        rows: list[Row] = []
        for file in files:
            own = replace(item, wish=replace(item.wish, file_id=file.id), all_files=False)
            try:
                refuse_known_danger(file, own.wish.unsafe)
                target = self._resolver.place(own.wish, version, file, answer.model)
                others = {row.path: (version.id, row.item.wish.file_id) for row in rows if row.path is not None}
                row = self._row(own, target, {**taken, **others})
                row = replace(row, drive=self._disk.volume(target.folder))
            except CivitDockError as error:
                rows.append(refused(own, error, (version, file)))
                continue
            if row.outlook is Outlook.TAKEN:
                renamed = own.wish.on_conflict is OnConflict.RENAME and row.free is not None
                row = replace(row, outlook=Outlook.NEW, path=row.free if renamed else row.path)
            rows.append(row)
        return rows

    def _row(self, item: Item, target: Target, taken: Mapping[Path, _Key]) -> Row:
        known, path = (target.version, target.file), target.folder / target.name(item.wish)
        row = Row(item, Outlook.NEW, known, path)
        installed = self._resolver.installed(*known)
        if installed is not None:
            return replace(row, outlook=Outlook.INSTALLED, path=installed.path, installed=installed.path)
        job = self._job_of(target)
        if job is not None:
            where = Path(job.target_path) if job.target_path else path
            return replace(row, outlook=Outlook.QUEUED, path=where, kept=self._space.kept(where))
        own = (target.version.id, target.file.id)
        others = [place for place, key in taken.items() if key != own]
        free = self._destinations.first_free(target, item.wish, others)
        if free == path:
            return replace(row, free=free, kept=self._space.kept(path))
        return replace(row, outlook=Outlook.TAKEN, free=free)

    def _job_of(self, target: Target) -> Download | None:
        same = (
            job
            for job in self._board.unfinished()
            if job.version_id == target.version.id and job.file_id == target.file.id
        )
        return next(same, None)

    def _places(self) -> dict[Path, _Key]:
        """Which file each path of the queue is for; a failed job keeps its place for another try."""
        free = (State.DONE, State.CANCELLED)
        jobs = (job for job in self._board.jobs() if job.state not in free)
        return {Path(job.target_path): key_of(job) for job in jobs if job.target_path}


@dataclass(frozen=True)
class _Answer:
    """What CivitAI said of a version id: the version, that there is none (`error`), or nothing (`silence`: why)."""

    version: Version | None = None
    model: Model | None = None
    error: CivitDockError | None = None
    silence: CivitDockError | None = None


def _trouble(item: Item) -> CivitDockError | None:
    """What is wrong with an item itself."""
    try:
        item.wish.check()
    except InvalidRequest as error:
        return error
    return None


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


def refused(item: Item, error: CivitDockError, known: tuple[Version, ModelFile] | None = None) -> Row:
    """The row of something that cannot be had, and why."""
    return Row(item, Outlook.REFUSED, known, error=Failure(error.code, error.message, error.hint))
