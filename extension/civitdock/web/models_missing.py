"""The shapes of answers about what pictures use; see `models` for the common rules."""

from __future__ import annotations

from typing import Any

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.domain.generation import Kind
from civitdock.domain.recipe import Source
from civitdock.domain.wanted import Match, WantedState
from civitdock.web.models_work import ErrorShape


class CandidateShape(SnakeModel):
    """A file on CivitAI that may be meant; `refusal` says why it cannot be downloaded."""

    model_id: int
    version_id: int
    file_id: int | None = Field(...)
    model_name: str
    version_name: str
    base_model: str | None = Field(...)
    filename: str | None = Field(...)
    size_bytes: int | None = Field(...)
    early_access_until: str | None = Field(...)
    page_url: str
    match: Match
    refusal: str | None = Field(...)


class WantedShape(SnakeModel):
    """A thing that a picture uses."""

    kind: Kind
    name: str
    weight: float | None = Field(...)
    base_model: str | None = Field(...)
    fits: bool | None = Field(...)
    state: WantedState
    path: str | None = Field(...)
    reason: str | None = Field(...)
    candidates: list[CandidateShape]


class WantedTotalsShape(SnakeModel):
    """How many are in each state; `size_bytes` is of what was found and can be downloaded."""

    here: int
    found: int
    ambiguous: int
    unknown: int
    size_bytes: int


class MissingShape(SnakeModel):
    """Everything that a picture uses; `infotext` or `generation` is what `POST send/plan` takes."""

    source: Source
    infotext: str | None = Field(...)
    generation: Any = Field(...)
    resources: list[WantedShape]
    totals: WantedTotalsShape
    failure: ErrorShape | None = Field(...)
