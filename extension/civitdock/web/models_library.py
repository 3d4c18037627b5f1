"""The shapes of answers about updates and about what was restored; see `models` for the common rules."""

from __future__ import annotations

from typing import Literal

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.web.models_work import FileErrorShape, LocalShape


class NewerVersionShape(SnakeModel):
    """A version that is newer than a local one."""

    version_id: int
    name: str
    base_model: str | None = Field(...)
    published_at: str | None = Field(...)
    early_access_until: str | None = Field(...)


class NewerShape(SnakeModel):
    """What is newer than a local file: `update` can replace it, `early_access` must be bought or waited for, and
    `other_base` are for other base models."""

    local: LocalShape
    update: NewerVersionShape | None = Field(...)
    early_access: list[NewerVersionShape]
    other_base: list[NewerVersionShape]
    ignored: Literal["none", "version", "model"]
    checked_at: str


class UpdatesShape(SnakeModel):
    """One page of models with something newer."""

    items: list[NewerShape]
    next_cursor: str | None = Field(...)
    total: int


class IgnoreRuleShape(SnakeModel):
    """An ignored version, or with null the whole model."""

    model_id: int
    version_id: int | None = Field(...)


class IgnoredShape(SnakeModel):
    """Everything that is ignored."""

    ignored: list[IgnoreRuleShape]


class RestoredShape(SnakeModel):
    """How many files are what they were before, and which could not be put back."""

    files: int
    errors: list[FileErrorShape]


class TakenShape(SnakeModel):
    """What one file of another tool gave."""

    source: str
    fields: list[str]


class MigratedShape(SnakeModel):
    """A metadata file into which something of other tools' files was taken; `path` absolute, with forward slashes."""

    path: str
    taken: list[TakenShape]


class MigrationShape(SnakeModel):
    """The migration report."""

    items: list[MigratedShape]
