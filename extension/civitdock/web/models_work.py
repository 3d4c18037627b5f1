"""The shapes of answers about work in progress and about this machine; see `models` for the common rules."""

from __future__ import annotations

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.domain.downloads import OnConflict, Priority, State
from civitdock.domain.library import LocalState
from civitdock.domain.sync import SyncState
from civitdock.services.status import Reach


class ErrorShape(SnakeModel):
    """What went wrong and what helps; docs/errors.md lists the codes."""

    code: str
    message: str
    hint: str


class ProblemShape(SnakeModel):
    """The body of every answer that is no success."""

    error: ErrorShape


class WaitingShape(SnakeModel):
    """Why a job does not move at the moment."""

    reason: str
    message: str
    until: str | None = Field(...)


class ConflictShape(SnakeModel):
    """A name that is taken, and a free one in the same folder."""

    path: str
    suggestion: str | None = Field(...)


class SkippedShape(SnakeModel):
    """A member of an archive that was left out."""

    name: str
    reason: str


class UnpackedShape(SnakeModel):
    """What became of an archive; `files` are relative to `folder`, both with forward slashes."""

    folder: str
    files: list[str]
    skipped: list[SkippedShape]


class DownloadShape(SnakeModel):
    """A download; `warnings` are plain words. `folder`, `on_conflict` and `allow_unsafe` are the caller's."""

    id: str
    state: State
    waiting: WaitingShape | None = Field(...)
    model_id: int | None = Field(...)
    version_id: int
    file_id: int | None = Field(...)
    model_name: str | None = Field(...)
    version_name: str | None = Field(...)
    filename: str | None = Field(...)
    target_path: str | None = Field(...)
    bytes_done: int
    bytes_total: int | None = Field(...)
    speed_bps: float | None = Field(...)
    eta_s: float | None = Field(...)
    verified_by: str | None = Field(...)
    warnings: list[str]
    error: ErrorShape | None = Field(...)
    conflict: ConflictShape | None = Field(...)
    priority: Priority
    rank: float
    folder: str | None = Field(...)
    on_conflict: OnConflict
    allow_unsafe: bool
    unpack: bool
    unpacked: UnpackedShape | None = Field(...)
    created_at: str
    updated_at: str


class DownloadJobShape(SnakeModel):
    """One download."""

    job: DownloadShape


class TotalsShape(SnakeModel):
    """All downloads together."""

    active: int
    queued: int
    speed_bps: float
    eta_s: float | None = Field(...)
    paused: int
    failed: int
    bytes_left: int
    limit_bps: int | None = Field(...)


class ProgressShape(SnakeModel):
    """What changed since a revision; `removed` are jobs that left the history."""

    revision: int
    jobs: list[DownloadShape]
    totals: TotalsShape
    removed: list[str]


class FileErrorShape(SnakeModel):
    """What went wrong with one file; `path` is absolute, with forward slashes."""

    path: str
    code: str
    message: str


class SyncShape(SnakeModel):
    """A sync of local metadata. `failed` files could not be processed, `invalid` ones are no models."""

    id: str
    state: SyncState
    waiting: WaitingShape | None = Field(...)
    phase: str
    files_total: int
    files_done: int
    bytes_total: int
    bytes_done: int
    matched: int
    unmatched: int
    invalid: int
    failed: int
    eta_s: float | None = Field(...)
    errors: list[FileErrorShape]


class SyncJobShape(SnakeModel):
    """The sync, or null where there was none since the start."""

    job: SyncShape | None = Field(...)


class SyncFiguresShape(SnakeModel):
    """What a sync would do."""

    files: int
    bytes_to_hash: int
    requests: int


class SyncPlanShape(SnakeModel):
    """The answer to `dry_run`."""

    plan: SyncFiguresShape


class UpdateShape(SnakeModel):
    """A newer version of a local file."""

    version_id: int
    name: str


class LocalShape(SnakeModel):
    """A model file here; `path` is relative to the absolute `root`, both with forward slashes."""

    path: str
    root: str
    type: str
    name: str
    size_bytes: int
    sha256: str | None = Field(...)
    autov2: str | None = Field(...)
    state: LocalState
    model_id: int | None = Field(...)
    version_id: int | None = Field(...)
    model_name: str | None = Field(...)
    version_name: str | None = Field(...)
    base_model: str | None = Field(...)
    trained_words: list[str]
    preview_url: str | None = Field(...)
    preview_nsfw_level: int | None = Field(...)
    update: UpdateShape | None = Field(...)
    synced_at: str | None = Field(...)
    kind: str | None = Field(...)
    belongs_to: str | None = Field(...)
    suggested_words: list[str]


class LocalPageShape(SnakeModel):
    """One page of local models."""

    items: list[LocalShape]
    next_cursor: str | None = Field(...)
    total: int


class HostShape(SnakeModel):
    """The program around us."""

    name: str
    version: str


class RootShape(SnakeModel):
    """A model folder; of several per type the first is where downloads go."""

    type: str
    path: str


class FreeRootShape(RootShape):
    """A model folder with the free space of its drive, null where that cannot be told."""

    free_bytes: int | None = Field(...)


class StatusShape(SnakeModel):
    """Who we are, where models lie, and how things stand."""

    version: str
    host: HostShape
    roots: list[FreeRootShape]
    queue: TotalsShape
    last_sync: SyncShape | None = Field(...)
    missing_packages: list[str]
    civitai: Reach


class AccountShape(SnakeModel):
    """The name behind the API key."""

    account: str


class LineExampleShape(SnakeModel):
    """A usable line of the setting and where a sample model lands with it."""

    type: str
    template: str
    example: str


class BadLineShape(SnakeModel):
    """A line of the setting that cannot be used."""

    line: int
    reason: str


class TemplateExampleShape(SnakeModel):
    """Of one template `example`, `folder` or `error`; of the whole setting `examples` and `errors`."""

    example: str | None = Field(...)
    folder: str | None = Field(...)
    error: str | None = Field(...)
    examples: list[LineExampleShape]
    errors: list[BadLineShape]
