"""The shapes of answers about sending to the host; see `models` for the common rules."""

from __future__ import annotations

from typing import Any

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.domain.generation import Kind
from civitdock.domain.send import FieldName, Problem, ResourceState, Target


class PlannedFieldShape(SnakeModel):
    """A field: `wanted` by the picture, `value` what the host can take, null with a `problem`.

    `guessed_for` is the base model where the picture says nothing and this was chosen because that needs `wanted`.
    """

    name: FieldName
    wanted: Any = Field(...)
    value: Any = Field(...)
    problem: Problem | None = Field(...)
    guessed_for: str | None = Field(...)


class ResourceShape(SnakeModel):
    """A thing that a picture uses; `insert` goes into the prompt, `names` are those in the picture's own prompt."""

    kind: Kind
    name: str
    state: ResourceState
    weight: float | None = Field(...)
    tag: str | None = Field(...)
    insert: str | None = Field(...)
    path: str | None = Field(...)
    names: list[str]
    fits: bool | None = Field(...)
    model_id: int | None = Field(...)
    version_id: int | None = Field(...)
    file_id: int | None = Field(...)
    size_bytes: int | None = Field(...)
    base_model: str | None = Field(...)
    words: list[str]


class SendPlanShape(SnakeModel):
    """What sending would do."""

    target: Target
    has_fields: bool
    fields: list[PlannedFieldShape]
    resources: list[ResourceShape]
    words: list[str]
    infotext: str
    copy_text: str


class HeldShape(SnakeModel):
    """What the host has chosen; null where it has no such field."""

    checkpoint: str | None = Field(...)
    vae: str | None = Field(...)
    modules: list[str]
    preset: str | None = Field(...)
    clip_skip: int | None = Field(...)
    modules_element: str | None = Field(...)
