"""The shapes of answers about moved and deleted files; see `models` for the common rules."""

from __future__ import annotations

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.domain.filing import Kind, State
from civitdock.domain.placement import Action


class MoveShape(SnakeModel):
    """What organising would do with one model; paths absolute, with forward slashes."""

    path: str
    target: str | None = Field(...)
    action: Action
    reason: str | None = Field(...)
    type: str
    name: str
    size_bytes: int
    files: int
    other_volume: bool


class OrganisePlanShape(SnakeModel):
    """What organising would do; the sums are of what moves."""

    moves: list[MoveShape]
    files_total: int
    bytes_total: int
    free_bytes: int | None = Field(...)


class MovedShape(SnakeModel):
    """A model or orphan of an operation."""

    path: str
    target: str


class FileFailureShape(SnakeModel):
    """Why one file stayed where it was; `path` absolute, with forward slashes."""

    path: str
    code: str
    message: str
    hint: str


class OperationShape(SnakeModel):
    """Files that were moved or deleted; at most 100 `items` and `errors` are listed."""

    id: str
    kind: Kind
    state: State
    files_total: int
    files_done: int
    bytes_total: int
    items: list[MovedShape]
    items_total: int
    errors: list[FileFailureShape]
    created_at: str
    can_undo: bool


class OperationJobShape(SnakeModel):
    """One operation."""

    operation: OperationShape


class TrashShape(SnakeModel):
    """What lies in the trash, or was removed from it."""

    files: int
    size_bytes: int


class OperationsShape(SnakeModel):
    """The last 50 operations, newest first, and the trash."""

    operations: list[OperationShape]
    trash: TrashShape


class OrphanShape(SnakeModel):
    """A metadata file or preview whose model is gone; paths absolute, with forward slashes."""

    path: str
    root: str
    type: str
    size_bytes: int
    stem: str


class OrphansShape(SnakeModel):
    """Up to 1000 orphans; `truncated` where there are more."""

    items: list[OrphanShape]
    truncated: bool
