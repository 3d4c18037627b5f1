"""Operations on places of files: what is moved, deleted into the trash, or put back (design sections 6 and 14).

An operation is a list of entries, one for each file, which is durable before the first file moves. Its undo is the same
list backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePath, PureWindowsPath

from civitdock.domain.downloads import Failure

#: The folder of the trash, hidden from hosts and from our own walk, and the ending of what lies in it: a host that
#: walks hidden folders must not list a deleted model.
TRASH = ".civitdock-trash"
#: Bytes of a name that file systems take, and characters of a path that every Windows does.
_NAME_LIMIT = 255
_PATH_LIMIT = 240
#: So many items and errors are told of an operation.
SHOWN = 100
MOST_ITEMS = 10_000


class Kind(str, Enum):
    """What an operation is for."""

    DELETE = "delete"
    MOVE = "move"


class State(str, Enum):
    """How an operation stands; `partial`: some of it is done and the errors say why not the rest."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    UNDOING = "undoing"
    UNDONE = "undone"
    EMPTIED = "emptied"


ENDED = frozenset({State.DONE, State.PARTIAL, State.UNDONE, State.EMPTIED})


class EntryState(str, Enum):
    """How one file stands; `removed` is for good, from the trash."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    BACK = "back"
    REMOVED = "removed"


class Role(str, Enum):
    """What a file is: the model or orphan that an item is about, or what goes along with it."""

    MODEL = "model"
    ORPHAN = "orphan"
    BESIDE = "beside"


class Way(str, Enum):
    """Whether a file goes, or a copy of it, because another model of that stem stays."""

    MOVE = "move"
    COPY = "copy"


@dataclass(frozen=True)
class Look:
    """A file as it was seen, links not followed: size in bytes, time in ns."""

    size_bytes: int
    mtime_ns: int
    is_link: bool = False


@dataclass(frozen=True)
class Entry:
    """One file of an operation. `item` counts the models and orphans; an item's first entry is the thing itself.

    `digest` is the SHA256 of a copy that is whole and may stand beside its source after a crash; `error` stands on the
    first entry of an item. A `target` of None is a file that was refused at once.
    """

    number: int
    item: int
    role: Role
    way: Way
    source: Path
    target: Path | None
    look: Look = Look(0, 0)
    state: EntryState = EntryState.WAITING
    digest: str | None = None
    error: Failure | None = None

    @property
    def is_head(self) -> bool:
        """Whether it is what the item is about."""
        return self.role is not Role.BESIDE


@dataclass(frozen=True)
class Operation:
    """An operation as it is told; `items` and `errors` are the first ones, `items_total` counts all."""

    id: str
    kind: Kind
    state: State
    created_at: str
    files_total: int = 0
    files_done: int = 0
    bytes_total: int = 0
    items: tuple[tuple[Path, Path], ...] = ()
    items_total: int = 0
    errors: tuple[tuple[Path, Failure], ...] = ()
    can_undo: bool = False


@dataclass(frozen=True)
class Trash:
    """What lies in the trash, or was removed from it."""

    files: int
    size_bytes: int


def ended(entries: Iterable[Entry]) -> State:
    """The state of an operation whose run has come to its end."""
    left = (EntryState.WAITING, EntryState.FAILED)
    return State.PARTIAL if any(entry.state in left for entry in entries) else State.DONE


def ended_undo(entries: Iterable[Entry]) -> State:
    """The state of an operation after its undo."""
    return State.PARTIAL if any(entry.state is EntryState.DONE for entry in entries) else State.UNDONE


def by_item(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries of each item together, in order."""
    items: dict[int, list[Entry]] = {}
    for entry in entries:
        items.setdefault(entry.item, []).append(entry)
    return list(items.values())


def trash_path(place: Path, operation: str, below: PurePath, number: int) -> Path:
    """Where a file lies in the trash: its path below `place` again, or just its number where that is too long."""
    base = place / TRASH / operation
    full = base / below.with_name(below.name + TRASH)
    name = below.name.encode("utf-8", "surrogateescape")
    is_long = isinstance(place, PureWindowsPath) and len(str(full)) > _PATH_LIMIT
    return base / f"{number}{TRASH}" if is_long or len(name) + len(TRASH) > _NAME_LIMIT else full


def is_trash(path: PurePath) -> bool:
    """Whether a path leads into a trash, or to something out of one."""
    return TRASH in path.parts or path.name.endswith(TRASH)


def folders_left(sources: Iterable[Path], keep: Sequence[Path]) -> list[Path]:
    """The folders that may be empty now, deepest first, each below one that is kept."""
    found: set[Path] = set()
    for source in sources:
        for folder in source.parents:
            if folder in keep or not any(root in folder.parents for root in keep):
                break
            found.add(folder)
    return sorted(found, key=lambda folder: len(folder.parts), reverse=True)
