"""Sync jobs: what is asked for, the record that the routes show, and which files need what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain.catalogue import Model, Version
from civitdock.domain.downloads import Waiting
from civitdock.domain.library import LocalModel, LocalState, ModelRoot, Update
from civitdock.domain.times import parse_iso
from civitdock.domain.versions import in_early_access
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
    that have not changed are never read again.
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

    def is_as_in(self, row: LocalModel) -> bool:
        """Whether the file is what the index saw; some network drives have no inodes (0)."""
        same_place = row.inode == self.inode or 0 in (row.inode, self.inode)
        return same_place and (row.size_bytes, row.mtime_ns) == (self.size_bytes, self.mtime_ns)


class Need(str, Enum):
    """What a file needs: to be read, to be looked up by its hash, its model's data anew, or nothing."""

    HASH = "hash"
    LOOKUP = "lookup"
    DETAILS = "details"
    NOTHING = "nothing"


def need(found: FoundFile, row: LocalModel | None, stale_before: float, force: bool) -> Need:
    """What one file needs; identified files are asked about again when last synced before `stale_before`."""
    if row is None or not found.is_as_in(row):
        return Need.HASH
    if row.state is LocalState.INVALID:
        return Need.HASH if force else Need.NOTHING
    if row.hashes.sha256 is None:
        return Need.HASH
    if row.state is not LocalState.IDENTIFIED or None in (row.model_id, row.version_id):
        return Need.LOOKUP
    synced = parse_iso(row.synced_at)
    fresh = synced is not None and synced >= stale_before
    return Need.NOTHING if fresh and not force else Need.DETAILS


def plan(needs: Iterable[tuple[FoundFile, LocalModel | None, Need]]) -> SyncPlan:
    """Count what has to be done; unknown files count as one model each, so the requests are an upper bound."""
    files = bytes_to_hash = lookups = 0
    models: set[int] = set()
    for found, row, what in needs:
        if what is Need.NOTHING:
            continue
        files += 1
        bytes_to_hash += found.size_bytes if what is Need.HASH else 0
        if what is Need.DETAILS and row is not None and row.model_id is not None:
            models.add(row.model_id)
        else:
            lookups += 1
    details = math.ceil((lookups + len(models)) / MODELS_PER_REQUEST)
    return SyncPlan(files, bytes_to_hash, math.ceil(lookups / HASHES_PER_REQUEST) + details)


class Scope:
    """The files that one or more requests ask for."""

    def __init__(self, requests: Iterable[SyncRequest], roots: Iterable[ModelRoot]) -> None:
        folders = tuple(dict.fromkeys(root.path for root in roots))
        self._parts = [(request, _absolute(request.paths, folders)) for request in requests]

    def asks(self, found: FoundFile, types: frozenset[str]) -> bool:
        """Whether a file is asked for; `types` are all types whose folder it lies in."""
        return any(_covers(request, paths, found, types) for request, paths in self._parts)

    def forces(self, found: FoundFile, types: frozenset[str]) -> bool:
        """Whether a request with `force` asks for it."""
        return any(request.force and _covers(request, paths, found, types) for request, paths in self._parts)


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


def update_for(model: Model, installed: Version, now: float) -> Update | None:
    """The newest version with the same base model that was published after the installed one and is free to download.

    `now` is in Unix seconds (design section 8, `Local.update`).
    """
    since = parse_iso(installed.published_at)
    newer = [
        (published, version)
        for version in model.versions
        if version.id != installed.id
        and version.base_model == installed.base_model
        and version.files
        and not in_early_access(version, now)
        and (published := parse_iso(version.published_at)) is not None
        and since is not None
        and since < published <= now
    ]
    if not newer:
        return None
    best = max(newer, key=lambda pair: (pair[0], pair[1].id))[1]
    return Update(best.id, best.name)
