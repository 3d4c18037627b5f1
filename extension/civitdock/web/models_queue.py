"""The shapes of answers about the download queue as a whole; see `models` for the common rules."""

from __future__ import annotations

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.services.downloads.planner import Outlook
from civitdock.web.models_work import DownloadShape, ErrorShape, RootShape


class ManyJobsShape(SnakeModel):
    """The downloads that an action changed."""

    changed: int
    jobs: list[DownloadShape]


class PlanFileShape(SnakeModel):
    """One file of a batch. `size_bytes` is CivitAI's word; without its answer only `version_id` is known."""

    version_id: int
    file_id: int | None = Field(...)
    model_name: str | None = Field(...)
    version_name: str | None = Field(...)
    filename: str | None = Field(...)
    target_path: str | None = Field(...)
    size_bytes: int | None = Field(...)
    state: Outlook
    installed_path: str | None = Field(...)
    error: ErrorShape | None = Field(...)


class VolumeShape(SnakeModel):
    """A drive that files of the batch go to; `queued_bytes` are still needed by downloads of the queue."""

    path: str
    free_bytes: int
    needed_bytes: int
    queued_bytes: int
    enough: bool


class BatchPlanShape(SnakeModel):
    """What a batch does."""

    files: list[PlanFileShape]
    bytes_needed: int
    unknown_sizes: int
    volumes: list[VolumeShape]


class BatchPlanOnlyShape(SnakeModel):
    """The answer to `dry_run`."""

    plan: BatchPlanShape


class BatchShape(SnakeModel):
    """A queued batch: its downloads, and the plan with what was refused."""

    jobs: list[DownloadShape]
    plan: BatchPlanShape


class HistoryShape(SnakeModel):
    """One page of finished downloads, newest first."""

    items: list[DownloadShape]
    next_cursor: str | None = Field(...)
    total: int


class ClearedShape(SnakeModel):
    """How many downloads were forgotten, and the bytes of failed ones that were deleted with them."""

    cleared: int
    part_bytes: int


class TargetShape(SnakeModel):
    """Where one file would go. `suggestion` is the free name where its own is taken; `folders` lie in `roots[0]`."""

    version_id: int
    file_id: int | None = Field(...)
    type: str
    root: str
    folder: str
    filename: str
    target_path: str
    state: Outlook
    installed_path: str | None = Field(...)
    suggestion: str | None = Field(...)
    size_bytes: int | None = Field(...)
    free_bytes: int
    roots: list[RootShape]
    folders: list[str]
