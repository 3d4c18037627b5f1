"""Download jobs: their states, the moves allowed between them, and the record that the queue keeps."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import Enum

from civitdock.domain.archives import Unpacked
from civitdock.errors import InvalidRequest, WrongState

#: CivitAI's ids have 32 bits (`civitai-api.md 1.3`).
MAX_ID = 2**31 - 1


class State(str, Enum):
    """The states of design section 7."""

    QUEUED = "queued"
    RESOLVING = "resolving"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    MOVING = "moving"
    DONE = "done"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUNNING = frozenset({State.RESOLVING, State.DOWNLOADING, State.VERIFYING, State.MOVING})
FINISHED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
#: States that have a place in the queue.
WAITING = frozenset({State.QUEUED, State.PAUSED})

_STOPS = {State.PAUSED, State.FAILED, State.CANCELLED}
#: From any running state a restart leads back to QUEUED; MOVING cannot be stopped by the user, only fail.
MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RESOLVING, State.DONE, *_STOPS}),
    State.RESOLVING: frozenset({State.DOWNLOADING, State.DONE, State.QUEUED, *_STOPS}),
    State.DOWNLOADING: frozenset({State.VERIFYING, State.RESOLVING, State.QUEUED, *_STOPS}),
    State.VERIFYING: frozenset({State.MOVING, State.QUEUED, *_STOPS}),
    State.MOVING: frozenset({State.DONE, State.QUEUED, State.FAILED}),
    State.PAUSED: frozenset({State.QUEUED, State.CANCELLED}),
    State.FAILED: frozenset({State.QUEUED, State.CANCELLED}),
    State.CANCELLED: frozenset({State.QUEUED}),
    State.DONE: frozenset(),
}


#: What the user can pause.
PAUSABLE = frozenset(state for state, moves in MOVES.items() if State.PAUSED in moves)


def check_move(old: State, new: State) -> None:
    """Raise `WrongState` unless a job may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise WrongState(f"A download that is {old.value} cannot become {new.value}.")


class OnConflict(str, Enum):
    """What to do where the file name is taken by other content."""

    RENAME = "rename"
    FAIL = "fail"


class Unsafe(str, Enum):
    """Whether the user has agreed to a file that can run code."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Priority(str, Enum):
    """Which waiting downloads begin first."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True)
class Wish:
    """What a user asked to download. `folder` is relative to the type's first root or absolute inside any root.

    `unpack`: a zip archive is unpacked beside itself once it is here.
    """

    version_id: int
    file_id: int | None = None
    folder: str | None = None
    filename: str | None = None
    unsafe: Unsafe = Unsafe.REFUSE
    on_conflict: OnConflict = OnConflict.RENAME
    unpack: bool = False

    def check(self) -> None:
        """Raise `InvalidRequest` for a wish that makes no sense."""
        for name, value in (("version_id", self.version_id), ("file_id", self.file_id)):
            if value is not None and not 0 < value <= MAX_ID:
                raise InvalidRequest(f"{name}: CivitAI's ids lie between 1 and {MAX_ID}.")
        if self.filename is not None and (not self.filename.strip() or set(self.filename) & set('/\\:*?"<>|\0')):
            raise InvalidRequest("filename: must be a plain name without separators.")


@dataclass(frozen=True)
class Choice:
    """What a user says anew about a download that ended; None leaves it as it was."""

    folder: str | None = None
    filename: str | None = None
    unsafe: Unsafe | None = None
    on_conflict: OnConflict | None = None
    unpack: bool | None = None

    def applied(self, wish: Wish) -> Wish:
        """The wish with what is new."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(wish, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True)
class Waiting:
    """Why a job does not move at the moment. `until` is ISO 8601 UTC or None where nobody knows."""

    reason: str
    message: str
    until: str | None = None


@dataclass(frozen=True)
class Failure:
    """The error object of a failed job, as `CivitDockError.as_dict` gives it."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Conflict:
    """A name that is taken: the path, and the free name in the same folder that could be used instead."""

    path: str
    suggestion: str | None


@dataclass(frozen=True)
class Download:
    """One job as the REST contract shows it (design section 8). Times are ISO 8601 UTC, sizes bytes, speed bytes/s.

    `revision` grows with every change of any job; `sha256` is part of the file key (version, file, SHA256). `rank`
    orders the jobs of a priority (`ordering`). `carried_from` is a part file at an earlier target that the user has
    changed since: its bytes are taken along.
    """

    id: str
    wish: Wish
    state: State = State.QUEUED
    revision: int = 0
    waiting: Waiting | None = None
    model_id: int | None = None
    version_id: int = 0
    file_id: int | None = None
    model_name: str | None = None
    version_name: str | None = None
    filename: str | None = None
    target_path: str | None = None
    sha256: str | None = None
    bytes_done: int = 0
    bytes_total: int | None = None
    speed_bps: float | None = None
    eta_s: float | None = None
    verified_by: str | None = None
    warnings: tuple[str, ...] = field(default=())
    error: Failure | None = None
    conflict: Conflict | None = None
    priority: Priority = Priority.NORMAL
    rank: float = 0.0
    carried_from: str | None = None
    unpacked: Unpacked | None = None
    created_at: str = ""
    updated_at: str = ""
