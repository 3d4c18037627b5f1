"""What moving and deleting files needs: names on disk, and the journal of operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Protocol

from civitdock.domain.filing import Entry, Look, Operation, State, Trash
from civitdock.domain.library import ModelRoot


class OtherVolume(Exception):
    """A file cannot simply be renamed: its new folder lies on another drive."""


class Places(Protocol):
    """Names of files on disk. Nothing here ever overwrites."""

    def look(self, path: Path) -> Look | None:
        """A file, or a link itself, as it is now; None where there is none. Raises `NotWritable`."""

    def is_other_volume(self, source: Path, folder: Path) -> bool:
        """Whether a folder, there or to be, lies on another drive than a file."""

    def trash_place(self, folder: Path, root: Path) -> tuple[Path, PurePath]:
        """Where the trash of a folder's files lies, on their own drive, and the path of the folder below that.

        Raises `NotWritable` where somebody made a link of the trash.
        """

    def is_plain(self, folder: Path, root: Path) -> bool:
        """Whether a folder lies below another without a link or a hidden folder between them."""

    def keep(self, folders: Iterable[Path]) -> None:
        """Make what happened in these folders durable, so that the journal may say so."""

    def rename(self, source: Path, target: Path) -> None:
        """Rename in one step, durable after `keep`; raises `NameConflict`, `NotFound`, `NotWritable`, `OtherVolume`."""

    def copy(self, source: Path, part: Path, check: Callable[[], None]) -> str:
        """Copy content, time and mode, read it back, answer its SHA256; `check` is called between chunks.

        Raises `DiskFull`, `NotWritable`, `NotFound`, `WrongState` where the source changed meanwhile.
        """

    def digest(self, path: Path) -> str:
        """SHA256 of a file; raises `NotWritable`."""

    def is_half_renamed(self, source: Path, target: Path) -> bool:
        """Whether a rename was ended between its two steps, so that one file has both names."""

    def remove(self, path: Path) -> None:
        """Remove a file for good; none is fine. Raises `NotWritable`."""

    def is_away(self, path: Path) -> bool:
        """Whether the folder that holds the trash of a file is gone or empty, as when its drive is not connected."""

    def remove_empty(self, folders: Sequence[Path]) -> None:
        """Remove those of these folders that are empty, in this order."""

    def small(self, path: Path) -> bytes | None:
        """The content of a small file, None where it is large, a link, or cannot be read."""

    def folders(self, roots: Sequence[ModelRoot]) -> Iterator[tuple[Path, Sequence[str], Sequence[str]]]:
        """Each folder below the roots once with its names: of what is no folder, and of folders; links not followed."""


class OperationStore(Protocol):
    """The part of the `state` database that holds operations. Every write is durable when it returns."""

    def claim(self) -> bool:
        """Become the one process that moves files for this data folder; False while another one does."""

    def release(self) -> None:
        """Let another process move files."""

    def begin(self, operation: Operation, entries: Sequence[Entry]) -> None:
        """Keep a new operation with its whole list."""

    def save(self, operation_id: str, entries: Iterable[Entry], state: State | None = None) -> None:
        """Replace or add entries, and where a state is given change it, in one step."""

    def get(self, operation_id: str) -> Operation | None:
        """One operation."""

    def entries(self, operation_id: str) -> list[Entry]:
        """The whole list of an operation, in order."""

    def newest(self, limit: int) -> tuple[Operation, ...]:
        """The last operations, newest first."""

    def open(self) -> tuple[str, ...]:
        """The ids of operations that run or are being undone, oldest first."""

    def with_trash(self) -> tuple[str, ...]:
        """The ids of deletions whose files lie in the trash, oldest first."""

    def trash(self) -> Trash:
        """What lies in the trash."""
