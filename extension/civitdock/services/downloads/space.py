"""Free space on the drives, against what files still need there: one rule for plans, runs and unpacking.

A file needs its size less what is kept of it; whatever the running transfers still need on a drive is taken.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.downloads import Download, State
from civitdock.domain.sizes import size_text
from civitdock.domain.transfers import NOTHING, PART_SUFFIX, Progress, still_needed
from civitdock.errors import CivitDockError, DiskFull
from civitdock.ports import Disk, Transfers
from civitdock.services.downloads.board import Board


@dataclass(frozen=True)
class Need:
    """A file that is to be fetched: its drive, its folder (which need not exist yet) and its bytes."""

    drive: Path
    folder: Path
    size_bytes: int


@dataclass(frozen=True)
class Volume:
    """A drive, its free bytes, those that the plan's files need on it, and those that other jobs need.

    Jobs that have no place yet count where there is one drive only.
    """

    path: Path
    free_bytes: int
    needed_bytes: int
    queued_bytes: int

    @property
    def enough(self) -> bool:
        """Whether everything fits."""
        return self.needed_bytes + self.queued_bytes <= self.free_bytes

    def as_dict(self) -> dict[str, object]:
        """The drive as the routes and the command line answer it."""
        return {
            "path": str(self.path),
            "free_bytes": self.free_bytes,
            "needed_bytes": self.needed_bytes,
            "queued_bytes": self.queued_bytes,
            "enough": self.enough,
        }


class Space:
    """What there is and who needs it. All methods are safe from any thread."""

    def __init__(self, disk: Disk, transfers: Transfers, board: Board) -> None:
        self._disk = disk
        self._transfers = transfers
        self._board = board
        self._lock = threading.Lock()

    def kept(self, path: Path) -> Progress:
        """How much of the file with this final path lies in its part, and of how much (None: unknown)."""
        return self._transfers.kept(path.with_name(path.name + PART_SUFFIX)) or NOTHING

    def left(self, job: Download) -> int:
        """The bytes that a job still needs, as far as its size is known."""
        kept = None
        if job.target_path is not None:
            kept = self.kept(Path(job.target_path))
        elif job.carried_from is not None:
            kept = self._transfers.kept(Path(job.carried_from))
        return still_needed(kept or NOTHING, job.bytes_total)

    def taken(self, folder: Path, job_id: str) -> int:
        """The bytes on the folder's drive that running transfers of other jobs than this one still need."""
        jobs = [job for job in self._board.jobs() if job.state is State.DOWNLOADING and job.id != job_id]
        placed = [(job, Path(job.target_path).parent) for job in jobs if job.target_path is not None]
        drive = _drive(folder, self._disk) if placed else folder
        return sum(self.left(job) for job, other in placed if _drive(other, self._disk) == drive)

    @contextmanager
    def room(self, job_id: str, path: Path, size: int | None) -> Iterator[None]:
        """While it is open nobody else is judged: the job says on the board that it takes the room.

        `size` is CivitAI's word for the whole file. Raises `DiskFull` where the rest of it does not fit.
        """
        with self._lock:
            self.require(job_id, path.parent, still_needed(self.kept(path), size))
            yield

    def require(self, job_id: str, folder: Path, needed: int, reserve: int = 0) -> None:
        """Raise `DiskFull` unless so many bytes fit beside what runs; `reserve` bytes are to stay free.

        Nothing fits always: a whole part needs no more room, and of an unknown size there is nothing to judge.
        """
        if not needed:
            return
        free = self._disk.free_bytes(folder)
        taken = self.taken(folder, job_id)
        if needed + taken + reserve <= free:
            return
        others = f", of which running downloads need {size_text(taken)}" if taken else ""
        raise DiskFull(f"{size_text(needed)} are needed in {folder}, and {size_text(free)} are free{others}.")

    def volumes(self, new: Sequence[Need], others: Sequence[Download]) -> tuple[Volume, ...]:
        """The drives that files go to, with what the other jobs of the queue still need there; `NotWritable`."""
        needed: dict[Path, int] = {}
        for each in new:
            needed[each.drive] = needed.get(each.drive, 0) + each.size_bytes
        folders = {drive: next(each.folder for each in new if each.drive == drive) for drive in needed}
        queued = dict.fromkeys(needed, 0)
        drives: dict[Path, Path] = {}
        for job in others:
            if job.target_path is None:
                if len(needed) == 1:
                    queued[next(iter(needed))] += self.left(job)
                continue
            folder = Path(job.target_path).parent
            if folder not in drives:
                drives[folder] = _drive(folder, self._disk)
            if drives[folder] in queued:
                queued[drives[folder]] += self.left(job)
        free = {drive: self._disk.free_bytes(folders[drive]) for drive in needed}
        return tuple(Volume(drive, free[drive], needed[drive], queued[drive]) for drive in needed)


def _drive(folder: Path, disk: Disk) -> Path:
    try:
        return disk.volume(folder)
    except CivitDockError:
        return folder  # it has gone, and needs nothing on the drives that are here
