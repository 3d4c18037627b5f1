"""What a user asks the catalogue for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelQuery:
    """A listing of models in CivitAI's own words (`civitai-api.md 1.1`). `nsfw_level` is one of the four words."""

    text: str = ""
    types: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    tag: str | None = None
    creator: str | None = None
    sort: str | None = None
    period: str | None = None
    nsfw_level: str = "None"
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True)
class ImageQuery:
    """A listing of pictures (`civitai-api.md 1.9`); prefer a version id: by model CivitAI can be too slow."""

    model_version_id: int | None = None
    model_id: int | None = None
    post_id: int | None = None
    creator: str | None = None
    sort: str | None = None
    period: str | None = None
    nsfw_level: str = "None"
    limit: int = 50
    cursor: str | None = None
