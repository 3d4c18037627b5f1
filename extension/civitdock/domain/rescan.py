"""What a rescan compares: a file as the walk met it beside the few values that the index keeps ready for it.

These are plain tuples because a rescan of a large library handles one of each per file and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from civitdock.domain.library import LocalState, ModelRoot
from civitdock.domain.sync import Need
from civitdock.domain.times import iso

_DAY = 86_400.0
#: How a file that needs nothing is counted.
COUNTERS = {"identified": "matched", "unknown": "unmatched", "invalid": "invalid", "pending": "unmatched"}
#: After the n-th time that CivitAI did not know a file it is asked again so many seconds later; the last one repeats.
#: Hashes appear minutes to hours after a publication (`civitai-api.md 2`).
ASK_AGAIN = (6 * 3600.0, _DAY, 3 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY)


class Seen(NamedTuple):
    """A model file as a walk met it; `path` as the file system's bytes, times and inode as `os.stat` gives them."""

    path: bytes
    size_bytes: int
    mtime_ns: int
    inode: int


class Mark(NamedTuple):
    """What the index keeps of a file for the rescan; `gone` for a file that was missing at the last look."""

    path: bytes
    size_bytes: int
    mtime_ns: int
    inode: int
    state: str
    synced_at: str | None
    ask_after: str | None
    gone: int


#: The same without names: making thousands of named ones costs more than comparing them.
SeenRow = tuple[bytes, int, int, int]
#: Path, size, time, inode and the place of a counter in `SETTLED`: 0 where the file needs a closer look.
MarkRow = tuple[bytes, int, int, int, int]
#: How files that need nothing as long as they are unchanged are counted.
SETTLED = ("", "matched", "unmatched", "invalid")
#: SQLite's numbers are signed; an inode is compared by these bits.
INODE_BITS = 0x7FFF_FFFF_FFFF_FFFF


class Identity(NamedTuple):
    """What a file is, in short; paths as the file system's bytes."""

    path: bytes
    root: bytes
    sha256: str | None
    model_id: int | None
    version_id: int | None


@dataclass(frozen=True)
class SeenFolder:
    """The model files of one folder, each as the values of `Seen`, and its `.json` files in lower case."""

    root: ModelRoot
    files: Sequence[SeenRow]
    sidecars: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Moment:
    """Now, and the time before which what is known counts as old; both ISO 8601 UTC."""

    now: str
    stale_before: str
    latest_ask: str

    @classmethod
    def at(cls, now: float, max_age: float) -> Moment:
        """`now` in Unix seconds, `max_age` in seconds."""
        return cls(iso(now), iso(now - max_age), iso(now + ASK_AGAIN[-1]))


def is_same(seen: Seen, mark: Mark) -> bool:
    """Whether the file is what the index saw; some network drives have no inodes (0)."""
    if seen.mtime_ns != mark.mtime_ns or seen.size_bytes != mark.size_bytes:
        return False
    return mark.inode == seen.inode & INODE_BITS or 0 in (seen.inode, mark.inode)


def is_alike(seen: Seen, mark: Mark) -> bool:
    """Whether only the inode is another: many drives number their files anew after each mount."""
    return seen.mtime_ns == mark.mtime_ns and seen.size_bytes == mark.size_bytes


def need_of(mark: Mark, moment: Moment) -> Need:
    """What an unchanged file needs. A time in the future, left by a clock that was wrong, counts as long ago."""
    if mark.state == LocalState.INVALID.value:
        return Need.NOTHING
    if mark.state == LocalState.IDENTIFIED.value:
        fresh = mark.synced_at is not None and moment.stale_before <= mark.synced_at <= moment.now
        return Need.NOTHING if fresh or _waits(mark, moment) else Need.DETAILS
    return Need.NOTHING if _waits(mark, moment) and mark.state == LocalState.UNKNOWN.value else Need.LOOKUP


def bare(mark: Mark, moment: Moment) -> Need:
    """What an unchanged file needs whose sidecar somebody took away."""
    describable = mark.state == LocalState.IDENTIFIED.value and not _waits(mark, moment)
    return Need.DETAILS if describable else Need.NOTHING


def sidecar_of(path: bytes) -> bytes:
    """The name of a model's sidecar as `SeenFolder.sidecars` holds it."""
    return path[: path.rindex(b".")].lower() + b".json"


def _waits(mark: Mark, moment: Moment) -> bool:
    """Whether CivitAI said a short while ago that it does not know the file; also of a model that was taken away."""
    return mark.ask_after is not None and moment.now < mark.ask_after <= moment.latest_ask


def forced(mark: Mark) -> Need:
    """What an unchanged file needs when everything is asked for anew; its bytes are never read again for that."""
    if mark.state == LocalState.INVALID.value:
        return Need.HASH
    return Need.DETAILS if mark.state == LocalState.IDENTIFIED.value else Need.LOOKUP


def next_ask(asks: int, now: float) -> str:
    """When to ask again for a file that CivitAI did not know `asks` times; ISO 8601 UTC."""
    return iso(now + ASK_AGAIN[min(max(asks, 1), len(ASK_AGAIN)) - 1])
