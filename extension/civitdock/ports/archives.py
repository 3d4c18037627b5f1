"""The protocol through which services unpack zip archives."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from civitdock.domain.archives import Entry, Limits, Member
from civitdock.ports import Stop


@dataclass(frozen=True)
class Watch:
    """The eyes of an unpacking: `stop` is asked between chunks, `wrote` told how many bytes came."""

    stop: Stop
    wrote: Callable[[int], None]


class OpenArchive(Protocol):
    """A zip archive whose list of members was read."""

    @property
    def members(self) -> tuple[Member, ...]:
        """The list, as the archive has it."""

    def extract(self, entry: Entry, folder: Path, budget: int, watch: Watch) -> str:
        """Write one member below `folder`, flushed to disk; answers its SHA256 in lower case.

        Raises `UnsafeArchive` at the first byte above `budget`, whatever the archive's list says, `BrokenArchive` for
        a broken member, `TransferStopped`, `DiskFull`, `NotWritable`.
        """


class Archives(Protocol):
    """Zip archives and the folders they become."""

    def open(self, path: Path, limits: Limits) -> AbstractContextManager[OpenArchive]:
        """Read the list of members; raises `BrokenArchive`, `UnsafeArchive`, `NotWritable`."""

    def gather(self, parent: Path) -> AbstractContextManager[Path]:
        """A new hidden folder on the volume of `parent`, removed at the end with everything that is left in it."""

    def publish(self, gathered: Path, final: Path) -> None:
        """Give a gathered folder its name in one step that cannot overwrite; folders in it that are empty stay away.

        Raises `NameConflict`, `NotWritable`.
        """

    def has(self, folder: Path, files: tuple[str, ...]) -> bool:
        """Whether all these files stand below the folder."""
