"""Unpacks a finished zip archive beside itself: gathered out of sight, checked like downloads, named in one step.

A failure never touches the archive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from civitdock.domain import archives as rules
from civitdock.domain import names
from civitdock.domain.archive_names import with_free_names
from civitdock.domain.archives import Limits, Plan, Skipped, Unpacked
from civitdock.domain.arrival import Arrival
from civitdock.domain.downloads import Download, OnConflict, State, Unsafe, Waiting
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.errors import (
    BrokenArchive,
    CivitDockError,
    InvalidFile,
    NameConflict,
    NotFound,
    UnsafeFile,
    WrongState,
)
from civitdock.ports import (
    Arrivals,
    Clock,
    Disk,
    Patience,
    Stop,
    TransferStopped,
)
from civitdock.ports.archives import Archives, OpenArchive, Watch
from civitdock.services.downloads.board import Board, Keep
from civitdock.services.downloads.destination import Destinations
from civitdock.services.downloads.resolve import Resolver, Target
from civitdock.services.downloads.safety import Inspector
from civitdock.services.downloads.space import Space

REASON = "unpacking"
NOT_DESCRIBED = "CivitAI did not answer, so the unpacked models have no metadata."
_PATIENCE, _SHOW_EVERY = 5.0, 0.25
#: Bytes that stay free on the drive.
_RESERVE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Means:
    """What an unpacking works with."""

    archives: Archives
    disk: Disk
    inspector: Inspector
    arrivals: Arrivals
    resolver: Resolver
    destinations: Destinations
    space: Space
    clock: Clock
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Parcel:
    """One archive of a job. `target` is None where CivitAI does not answer what it is."""

    job: Download
    archive: Path
    target: Target | None
    unsafe: Unsafe


@dataclass
class _Gathered:
    """What stands in the hidden folder: SHA256 by path below it, and what was left out."""

    files: dict[str, str]
    skipped: list[Skipped]
    unsafe: bool = False


class Unpacker:
    """Works for running jobs and for the user's later wish; each archive once at a time."""

    def __init__(self, board: Board, means: Means) -> None:
        self._board = board
        self._means = means
        self._lock = threading.Lock()
        self._cancels: dict[str, threading.Event] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End what is under way; nothing of it stays."""
        self._stopping.set()

    def busy(self) -> frozenset[str]:
        """The jobs whose archives are being unpacked."""
        with self._lock:
            return frozenset(self._cancels)

    def cancel(self, job_id: str) -> bool:
        """End the unpacking of one job; answers whether there was one."""
        with self._lock:
            cancelled = self._cancels.get(job_id)
        if cancelled is not None:
            cancelled.set()
        return cancelled is not None

    def finished(self, job: Download, unsafe: Unsafe) -> Download:
        """Unpack the archive of a job that is done; answers the job with `unpacked`.

        What was unpacked completely is not unpacked again. Raises `WrongState`, `NotFound`, `BrokenArchive`,
        `EncryptedArchive`, `UnsafeArchive`, `UnsafeFile` where nothing of it may be had, `DiskFull`, `NotWritable`.
        """
        archive = Path(job.target_path or "")
        if job.state is not State.DONE or not is_archive(archive):
            raise WrongState("Only a finished download of a .zip archive can be unpacked.")
        if self._means.disk.size(archive) is None:
            raise NotFound(f"{archive.name} is no longer there.", hint="Download it again.")
        before = job.unpacked
        if before is not None and not (before.skipped and unsafe is Unsafe.ALLOW) and self._stands(before):
            return job
        parcel = Parcel(replace(job, unpacked=None), archive, self._target(job), unsafe)
        try:
            warnings = self.unpack(parcel, lambda: None)
        except TransferStopped:
            raise WrongState("CivitDock was stopped while it unpacked the archive.") from None
        known = self._board.get(job.id).warnings
        return self._board.change(job.id, waiting=None, warnings=tuple(dict.fromkeys((*known, *warnings))))

    def unpack(self, parcel: Parcel, stop: Stop) -> tuple[str, ...]:
        """Unpack, write `unpacked` on the job, and describe what came; answers warnings in plain words.

        A job that knows what was unpacked (a crash came after it) only has that described. Raises what `finished`
        raises, and `TransferStopped` where `stop` answered.
        """
        job_id = parcel.job.id
        with self._alone(job_id) as cancelled:

            def halted() -> str | None:
                if cancelled.is_set():
                    return "cancelled"
                return "stopped" if self._stopping.is_set() else stop()

            earlier = self._board.get(job_id).unpacked
            known = parcel.job.unpacked
            if known is not None and self._stands(known):
                return self._arrive(parcel, known, {})
            try:
                unpacked, hashes = self._unpack(parcel, halted)
            except BaseException as error:
                stands = earlier is not None and self._stands(earlier)
                self._board.change(job_id, waiting=None, unpacked=earlier if stands else None)
                if isinstance(error, TransferStopped) and cancelled.is_set():
                    hint = "The archive itself is here; unpack it whenever you like."
                    raise WrongState("The unpacking was cancelled.", hint=hint) from None
                raise
            self._board.change(job_id, waiting=None)
            return self._arrive(parcel, unpacked, hashes)

    # --- steps -----------------------------------------------------------------------------------

    def _unpack(self, parcel: Parcel, halted: Stop) -> tuple[Unpacked, Mapping[str, str]]:
        means, archive = self._means, parcel.archive
        size = means.disk.size(archive) or 0
        with means.archives.open(archive, means.limits) as opened:
            planned = self._renamed(parcel, rules.plan(opened.members, size, means.limits))
            means.space.require(parcel.job.id, archive.parent, planned.total_bytes, _RESERVE)
            with means.archives.gather(archive.parent) as folder:
                watch = Watch(halted, self._progress(parcel.job.id, planned))
                found = self._gather(parcel, opened, planned, (folder, means.limits.budget(size)), watch)
                if not found.files:
                    kind = UnsafeFile if found.unsafe else BrokenArchive
                    raise kind(f"Nothing in the archive can be used. {rules.summary(found.skipped)}")
                return self._publish(parcel, folder, found), found.files

    def _renamed(self, parcel: Parcel, planned: Plan) -> Plan:
        """Models get free names by the rule of downloads, where the WebUI knows them by their base name alone."""
        job, target = parcel.job, parcel.target
        if target is None or not target.known_by_base_name:
            return planned
        renames = job.wish.on_conflict is OnConflict.RENAME
        tags = [str(job.version_id), f"{job.version_id}-{job.file_id}"] if renames else []
        return with_free_names(planned, lambda stem: self._means.destinations.has_base_name(stem, target), tags)

    def _gather(
        self, parcel: Parcel, opened: OpenArchive, planned: Plan, where: tuple[Path, int], watch: Watch
    ) -> _Gathered:
        folder, budget = where
        found = _Gathered({}, list(planned.skipped))
        file = parcel.target.file if parcel.target is not None else None
        for entry in planned.entries:
            digest = opened.extract(entry, folder, budget, watch)
            path = folder.joinpath(*entry.parts)
            budget -= self._means.disk.size(path) or 0
            try:
                self._means.inspector.check_member(path, entry.parts[-1], file, parcel.unsafe)
            except (InvalidFile, UnsafeFile) as error:
                self._means.disk.remove(path)
                found.skipped.append(Skipped(entry.name, error.message))
                found.unsafe = found.unsafe or isinstance(error, UnsafeFile)
            else:
                found.files[entry.path] = digest
        return found

    def _publish(self, parcel: Parcel, folder: Path, found: _Gathered) -> Unpacked:
        """Name the folder; the job knows the name before, so that a crash in between leads to no second copy."""
        job, parent = parcel.job, parcel.archive.parent
        taken = {names.fold(name) for name in self._means.disk.names(parent)}
        for name in rules.folder_names(parcel.archive.name, job.version_id, job.file_id):
            if names.fold(name) in taken:
                continue
            unpacked = Unpacked(str(parent / name), tuple(found.files), tuple(found.skipped))
            self._board.change(job.id, unpacked=unpacked)
            try:
                self._means.archives.publish(folder, parent / name)
            except NameConflict:
                continue
            return unpacked
        raise NameConflict(f"Every name for the folder of {parcel.archive.name} is taken.")

    def _arrive(self, parcel: Parcel, unpacked: Unpacked, hashes: Mapping[str, str]) -> tuple[str, ...]:
        """Describe the models among the files; they know the version that they came with."""
        skipped = (f"Not unpacked: {rules.summary(unpacked.skipped)}",) if unpacked.skipped else ()
        models = [file for file in unpacked.files if names.split(file.lower())[1] in MODEL_SUFFIXES]
        if not models:
            return skipped
        if parcel.target is None:
            return (*skipped, NOT_DESCRIBED)
        arrivals = [self._arrival(parcel.target, Path(unpacked.folder), file, hashes.get(file)) for file in models]
        return (*skipped, *self._means.arrivals.arrived_together(arrivals))

    def _arrival(self, target: Target, folder: Path, file: str, digest: str | None) -> Arrival:
        path = folder.joinpath(*file.split("/"))
        hashes = Hashes(sha256=digest or self._means.disk.sha256(path))
        size = self._means.disk.size(path) or 0
        return Arrival(path, target.root_of(path), size, hashes, target.version, None, target.model)

    # --- around it -------------------------------------------------------------------------------

    def _stands(self, unpacked: Unpacked) -> bool:
        return self._means.archives.has(Path(unpacked.folder), unpacked.files)

    def _target(self, job: Download) -> Target | None:
        wish = replace(job.wish, version_id=job.version_id, file_id=job.file_id or job.wish.file_id, folder=None)
        try:
            return self._means.resolver.target(wish, Patience(_PATIENCE))
        except CivitDockError:
            return None

    def _progress(self, job_id: str, planned: Plan) -> Callable[[int], None]:
        written, shown = 0, float("-inf")

        def wrote(count: int) -> None:
            nonlocal written, shown
            written += count
            now = self._means.clock.monotonic()
            if now - shown < _SHOW_EVERY:
                return
            shown = now
            percent = min(100, written * 100 // max(1, planned.total_bytes))
            waiting = Waiting(REASON, f"Unpacks {len(planned.entries)} files, {percent} % are written.")
            self._board.change(job_id, keep=Keep.SHOWN, waiting=waiting)

        return wrote

    @contextmanager
    def _alone(self, job_id: str) -> Iterator[threading.Event]:
        cancelled = threading.Event()
        with self._lock:
            if job_id in self._cancels:
                raise WrongState("This archive is being unpacked already.")
            self._cancels[job_id] = cancelled
        try:
            yield cancelled
        finally:
            with self._lock:
                del self._cancels[job_id]


def is_archive(path: Path) -> bool:
    """Whether a file can be unpacked, by its name."""
    return path.suffix.lower() == ".zip"
