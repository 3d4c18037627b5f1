"""Free space on the drives, against what new downloads and those of the queue need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.downloads import Download
from civitdock.errors import CivitDockError
from civitdock.ports import Disk


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


def volumes(new: Sequence[Need], others: Sequence[Download], disk: Disk) -> tuple[Volume, ...]:
    """The drives that files go to, with what the other jobs of the queue still need there; `NotWritable`."""
    needed: dict[Path, int] = {}
    for each in new:
        needed[each.drive] = needed.get(each.drive, 0) + each.size_bytes
    folders = {drive: next(each.folder for each in new if each.drive == drive) for drive in needed}
    queued = dict.fromkeys(needed, 0)
    drives: dict[Path, Path] = {}
    for job in others:
        left = max(0, (job.bytes_total or 0) - job.bytes_done)
        if job.target_path is None:
            if len(needed) == 1:
                queued[next(iter(needed))] += left
            continue
        folder = Path(job.target_path).parent
        if folder not in drives:
            drives[folder] = _drive(folder, disk)
        if drives[folder] in queued:
            queued[drives[folder]] += left
    return tuple(Volume(drive, disk.free_bytes(folders[drive]), needed[drive], queued[drive]) for drive in needed)


def _drive(folder: Path, disk: Disk) -> Path:
    try:
        return disk.volume(folder)
    except CivitDockError:
        return folder  # it has gone, and needs nothing on the drives that are here
