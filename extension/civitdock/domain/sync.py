"""Sync jobs: what is asked for, the record that the routes show, and which files need what."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain.downloads import Waiting
from civitdock.domain.library import ModelRoot
from civitdock.errors import InvalidRequest, WrongState

#: Sizes of CivitAI's bulk requests (`civitai-api.md 1.6`, design section 6).
HASHES_PER_REQUEST = 10_000
MODELS_PER_REQUEST = 100
#: So many errors of single files are told; the counters go on.
MAX_ERRORS = 200


class SyncState(str, Enum):
    """The states of design section 8."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = frozenset({SyncState.DONE, SyncState.FAILED, SyncState.CANCELLED})
_ACTIVE = {SyncState.QUEUED, SyncState.RUNNING, SyncState.PAUSED}
_MOVES: Mapping[SyncState, frozenset[SyncState]] = {
    SyncState.QUEUED: frozenset({SyncState.RUNNING, SyncState.PAUSED, SyncState.CANCELLED}),
    SyncState.RUNNING: frozenset({SyncState.PAUSED, *FINISHED}),
    SyncState.PAUSED: frozenset({SyncState.RUNNING, SyncState.CANCELLED}),
    **{state: frozenset[SyncState]() for state in FINISHED},
}


def check_move(old: SyncState, new: SyncState) -> None:
    """Raise `WrongState` unless a sync may go from `old` to `new`."""
    if new not in _MOVES[old]:
        raise WrongState(f"A sync that is {old.value} cannot become {new.value}.")


class Phase(str, Enum):
    """What a running sync does at the moment."""

    WAITING = "waiting"
    SCANNING = "scanning"
    HASHING = "hashing"
    LOOKING_UP = "looking_up"
    WRITING = "writing"
    DONE = "done"


@dataclass(frozen=True)
class SyncRequest:
    """Which files: of these types (none: all) and in or below these paths (none: all).

    `paths` are absolute, or relative to any model root. `force` asks CivitAI again for what is known already; files
    that have not changed are never read again. What was restored is written again only where `paths` names it too.
    """

    types: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    force: bool = False


@dataclass(frozen=True)
class SyncPlan:
    """What a sync would do: files to be hashed or looked up, bytes to be read, requests to CivitAI."""

    files: int
    bytes_to_hash: int
    requests: int


@dataclass(frozen=True)
class Sync:
    """One sync as the routes show it (design section 8). Bytes are those to be hashed; `eta_s` seconds or None.

    `failed` counts files that could not be processed, `invalid` files that are no models; each of `errors` has `path`,
    `code` and `message`.
    """

    id: str
    state: SyncState = SyncState.QUEUED
    waiting: Waiting | None = None
    phase: str = Phase.WAITING.value
    files_total: int = 0
    files_done: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    matched: int = 0
    unmatched: int = 0
    invalid: int = 0
    failed: int = 0
    eta_s: float | None = None
    errors: tuple[dict[str, str], ...] = ()

    def with_error(self, path: Path, code: str, message: str) -> Sync:
        """The record with one more error; beyond the limit only the counters tell."""
        if len(self.errors) >= MAX_ERRORS:
            return self
        # Names that are no Unicode would make the answer's JSON fail.
        shown = path.as_posix().encode("utf-8", "replace").decode("utf-8")
        return replace(self, errors=(*self.errors, {"path": shown, "code": code, "message": message}))


@dataclass(frozen=True)
class FoundFile:
    """A model file that a walk met; times and inode as `os.stat` gives them."""

    path: Path
    root: ModelRoot
    size_bytes: int
    mtime_ns: int
    inode: int


class Need(str, Enum):
    """What a file needs: to be read, to be looked up by its hash, its model's data anew, or nothing."""

    HASH = "hash"
    LOOKUP = "lookup"
    DETAILS = "details"
    NOTHING = "nothing"


def plan(to_hash: int, bytes_to_hash: int, lookups: int, models: Collection[int], details: int) -> SyncPlan:
    """Count what has to be done: files to read, to look up again, and whose model's data are asked for anew.

    An unknown file counts as one model, so the requests are an upper bound; files that nobody knows but a single
    question by another hash are not foreseen.
    """
    unknown = to_hash + lookups
    pages = math.ceil((unknown + len(models)) / MODELS_PER_REQUEST)
    return SyncPlan(unknown + details, bytes_to_hash, math.ceil(unknown / HASHES_PER_REQUEST) + pages)


class Scope:
    """The files that one or more requests ask for."""

    def __init__(self, requests: Iterable[SyncRequest], roots: Iterable[ModelRoot]) -> None:
        folders = tuple(dict.fromkeys(root.path for root in roots))
        self._parts = [(request, _absolute(request.paths, folders)) for request in requests]

    @property
    def takes_all(self) -> bool:
        """Whether every file is asked for and none is forced, so that nobody need look at each."""
        everything = any(not request.types and not request.paths for request, _ in self._parts)
        return everything and not any(request.force for request, _ in self._parts)

    def asks(self, found: FoundFile, types: frozenset[str]) -> bool:
        """Whether a file is asked for; `types` are all types whose folder it lies in."""
        return any(_covers(request, paths, found, types) for request, paths in self._parts)

    def forces(self, found: FoundFile, types: frozenset[str]) -> bool:
        """Whether a request with `force` asks for it."""
        return any(request.force and _covers(request, paths, found, types) for request, paths in self._parts)

    def names(self, found: FoundFile, types: frozenset[str]) -> bool:
        """Whether a request with `force` names its place, so that even what was restored is written again."""
        return any(request.force and paths and _covers(request, paths, found, types) for request, paths in self._parts)


def _covers(request: SyncRequest, paths: tuple[Path, ...], found: FoundFile, types: frozenset[str]) -> bool:
    if request.types and types.isdisjoint(request.types):
        return False
    return not paths or any(found.path == path or path in found.path.parents for path in paths)


def _absolute(paths: tuple[str, ...], folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The places that texts name; raises `InvalidRequest` where one lies outside every model folder."""
    places: list[Path] = []
    for text in paths:
        named = [folder / text for folder in folders]
        inside = [place for folder in folders for place in named if place == folder or folder in place.parents]
        if not inside or ".." in Path(text).parts or "\0" in text:
            raise InvalidRequest("paths: each must lie in one of the model folders.")
        places += inside
    return tuple(dict.fromkeys(places))
