"""The shapes of our answers, as the host's `/docs` shows them. Every key is always there; unknown is null.

Sizes are bytes, times ISO 8601 UTC, hashes lower case, `nsfw_level` CivitAI's bit mask (design section 8). The
answers themselves are built by `answers`; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from civitdock.compat.pydantic import Field, SnakeModel
from civitdock.domain.catalogue import MediaKind, Source
from civitdock.domain.library import Installed


class StatsShape(SnakeModel):
    """Counts; null where the creator hides them."""

    downloads: int | None = Field(...)
    likes: int | None = Field(...)
    comments: int | None = Field(...)


class PreviewShape(SnakeModel):
    """The picture of a card."""

    url: str
    kind: MediaKind
    width: int | None = Field(...)
    height: int | None = Field(...)
    blurhash: str | None = Field(...)
    nsfw_level: int


class ImageShape(SnakeModel):
    """A sample picture of a version; `meta` is its generation data."""

    id: int | None = Field(...)
    url: str
    kind: MediaKind
    width: int | None = Field(...)
    height: int | None = Field(...)
    blurhash: str | None = Field(...)
    nsfw_level: int
    meta: dict[str, Any] | None = Field(...)


class ShortFileShape(SnakeModel):
    """The file that Download on a card takes."""

    id: int
    name: str
    size_bytes: int | None = Field(...)
    format: str | None = Field(...)


class LatestShape(SnakeModel):
    """The newest version of a card."""

    version_id: int
    name: str
    base_model: str | None = Field(...)
    published_at: str | None = Field(...)
    early_access_until: str | None = Field(...)
    file: ShortFileShape | None = Field(...)


class CardShape(SnakeModel):
    """A model in a list."""

    id: int
    name: str
    type: str
    creator: str | None = Field(...)
    base_models: list[str]
    nsfw_level: int
    stats: StatsShape
    preview: PreviewShape | None = Field(...)
    latest: LatestShape | None = Field(...)
    installed: Installed
    page_url: str
    hidden_images: int


class HashesShape(SnakeModel):
    """The six hash types of CivitAI."""

    sha256: str | None = Field(...)
    autov1: str | None = Field(...)
    autov2: str | None = Field(...)
    autov3: str | None = Field(...)
    blake3: str | None = Field(...)
    crc32: str | None = Field(...)


class FileShape(SnakeModel):
    """A file of a version; `installed_path` is where it lies here."""

    id: int
    name: str
    size_bytes: int | None = Field(...)
    type: str
    format: str | None = Field(...)
    fp: str | None = Field(...)
    size: str | None = Field(...)
    primary: bool
    hashes: HashesShape
    pickle_scan: str | None = Field(...)
    virus_scan: str | None = Field(...)
    installed_path: str | None = Field(...)


class VersionShape(SnakeModel):
    """A version of a model; `description_html` is cleaned."""

    id: int
    model_id: int
    model_name: str
    name: str
    type: str
    base_model: str | None = Field(...)
    published_at: str | None = Field(...)
    early_access_until: str | None = Field(...)
    trained_words: list[str]
    description_html: str
    files: list[FileShape]
    images: list[ImageShape]
    installed: bool
    hidden_images: int


class LicenseShape(SnakeModel):
    """What the creator allows; `commercial_use` holds CivitAI's words."""

    no_credit: bool | None = Field(...)
    derivatives: bool | None = Field(...)
    different_license: bool | None = Field(...)
    commercial_use: list[str] | None = Field(...)


class ModelShape(CardShape):
    """A model with everything; `description_html` is cleaned."""

    description_html: str
    tags: list[str]
    license: LicenseShape
    versions: list[VersionShape]


class SearchShape(SnakeModel):
    """One page of a search."""

    items: list[CardShape]
    next_cursor: str | None = Field(...)
    source: Source


class GalleryShape(SnakeModel):
    """One page of the pictures that were posted with a model."""

    items: list[ImageShape]
    next_cursor: str | None = Field(...)
    source: Source
    hidden_images: int


class EnumsShape(SnakeModel):
    """CivitAI's own words for filters; they grow."""

    model_types: list[str]
    base_models: list[str]
    sorts: list[str]
    periods: list[str]
