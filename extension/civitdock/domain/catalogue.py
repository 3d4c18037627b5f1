"""What CivitAI offers, as values: models, versions, files and pictures.

These are the clean form of CivitAI's drifting answers; the wire models in `adapters/civitai` make them. Unknown is
None, absent lists are empty, times are ISO 8601 UTC text ending in Z, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from civitdock.domain.hashes import Hashes


class MediaKind(str, Enum):
    """What a preview is."""

    IMAGE = "image"
    VIDEO = "video"


@dataclass(frozen=True)
class Picture:
    """A sample picture or video. `nsfw_level` is one bit of the mask; `meta` the flat generation data or None."""

    url: str
    kind: MediaKind = MediaKind.IMAGE
    id: int | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    nsfw_level: int = 0
    meta: dict[str, object] | None = None


@dataclass(frozen=True)
class ModelFile:
    """A file of a version. `name` is as CivitAI says it (hostile text); `size_bytes` a hint (`sizeKB * 1024`).

    `download_url` is set only where the file belongs to another version and must be fetched by that address
    (`civitai-api.md 3`); else the address is built from version and file id.
    """

    id: int
    name: str
    size_bytes: int | None = None
    type: str = "Model"
    format: str | None = None
    fp: str | None = None
    size: str | None = None
    primary: bool = False
    hashes: Hashes = field(default_factory=Hashes)
    pickle_scan: str | None = None
    virus_scan: str | None = None
    download_url: str | None = None


@dataclass(frozen=True)
class Version:
    """One version of a model. `downloadable` is False where the creator allows only generation on the site."""

    id: int
    model_id: int
    name: str
    model_name: str = ""
    type: str = "Other"
    base_model: str | None = None
    published_at: str | None = None
    early_access_until: str | None = None
    paid_forever: bool = False
    downloadable: bool = True
    archived: bool = False
    trained_words: tuple[str, ...] = ()
    description_html: str = ""
    files: tuple[ModelFile, ...] = ()
    images: tuple[Picture, ...] = ()
    download_count: int | None = None
    nsfw_level: int = 0


@dataclass(frozen=True)
class License:
    """What the creator allows. `commercial_use` holds CivitAI's words: Image, RentCivit, Rent, Sell; empty is none."""

    no_credit: bool | None = None
    derivatives: bool | None = None
    different_license: bool | None = None
    commercial_use: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Stats:
    """Counts as CivitAI shows them; None where the creator hides them."""

    downloads: int | None = None
    likes: int | None = None
    comments: int | None = None
    rating: float | None = None
    favorites: int | None = None


@dataclass(frozen=True)
class Model:
    """A model with its versions, newest first as CivitAI orders them. `mode` is Archived, TakenDown or None."""

    id: int
    name: str
    type: str = "Other"
    creator: str | None = None
    nsfw: bool = False
    nsfw_level: int = 0
    mode: str | None = None
    description_html: str = ""
    tags: tuple[str, ...] = ()
    license: License = field(default_factory=License)
    stats: Stats = field(default_factory=Stats)
    versions: tuple[Version, ...] = ()


class Source(str, Enum):
    """Where an answer came from (design section 8, `POST search`)."""

    NETWORK = "network"
    CACHE = "cache"
    STALE = "stale"

    def weakest(self, other: Source) -> Source:
        """The source of an answer that has two: stale before network before cache."""
        return max(self, other, key=(Source.CACHE, Source.NETWORK, Source.STALE).index)


@dataclass(frozen=True)
class ModelPage:
    """One page of a listing. `next_cursor` is opaque; None only at the end. A page may be empty and still go on."""

    items: tuple[Model, ...]
    next_cursor: str | None
    source: Source


@dataclass(frozen=True)
class PicturePage:
    """One page of pictures; `next_cursor` as in `ModelPage`."""

    items: tuple[Picture, ...]
    next_cursor: str | None
    source: Source


@dataclass(frozen=True)
class Enums:
    """CivitAI's own lists (`civitai-api.md 7`); open, they grow monthly."""

    model_types: tuple[str, ...]
    base_models: tuple[str, ...]
    sorts: tuple[str, ...]
    periods: tuple[str, ...]
