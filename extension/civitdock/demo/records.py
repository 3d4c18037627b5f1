"""What the demo knows of a model. Mutable on purpose: a test may change the world between two requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from civitdock.demo.blobs import Blob


class HashStyle(Enum):
    """Which form of the true hashes the API shows."""

    FULL = "full"
    UNSCANNED = "unscanned"
    LONG_AUTOV3 = "long-autov3"
    LOWER_CASE = "lower-case"
    NO_AUTOV3 = "no-autov3"
    SHA256_ONLY = "sha256-only"


class CommercialForm(Enum):
    """The three historical forms of `allowCommercialUse`."""

    ARRAY = "array"
    LITERAL = "literal"
    STRING = "string"


@dataclass
class DemoFile:
    """One file of a version. `served` replaces the bytes that are sent, the hashes stay those of `blob`;
    `hash_overrides` puts wrong values over the true ones."""

    id: int
    name: str
    blob: Blob
    type: str = "Model"
    format: str | None = "SafeTensor"
    size: str | None = None
    fp: str | None = None
    quant: str | None = None
    primary: bool = False
    public: bool = True
    superseded: bool = False
    override_name: str | None = None
    pickle_scan: str = "Success"
    pickle_message: str | None = "No Pickle imports"
    virus_scan: str = "Success"
    scanned_at: str | None = "2026-01-01T00:05:00.000Z"
    hash_style: HashStyle = HashStyle.FULL
    hash_overrides: dict[str, str] = field(default_factory=dict)
    size_kb: float | None = None
    download_query: str | None = None
    disposition: str | None = None
    served: Blob | None = None
    lost: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> Blob:
        """The bytes the storage sends."""
        return self.blob if self.served is None else self.served

    @property
    def shown_size_kb(self) -> float:
        """`sizeKB` as the API gives it: bytes / 1024 unless set otherwise."""
        return self.blob.size / 1024 if self.size_kb is None else self.size_kb


@dataclass
class DemoImage:
    """One picture or video. `format` is that of the original bytes; the URL always says `.jpeg` or `.mp4`."""

    id: int
    uuid: str
    width: int
    height: int
    level: int = 1
    kind: str = "image"
    format: str = "JPEG"
    meta: dict[str, Any] | None = None
    has_meta: bool | None = None
    created_at: str = "2026-01-01T00:00:00.000Z"
    post_id: int | None = None
    reactions: int = 0
    gone: bool = False
    hashed: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class DemoVersion:
    """One version. Times are ISO 8601 with `Z`; `early_access_until` is one too, `paid_permanently` has no end."""

    id: int
    model_id: int
    name: str
    base_model: str
    published_at: str
    files: list[DemoFile] = field(default_factory=list)
    images: list[DemoImage] = field(default_factory=list)
    base_model_type: str | None = "Standard"
    description: str | None = None
    trained_words: list[str] = field(default_factory=list)
    downloads: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    status: str = "Published"
    usage_control: str = "Download"
    require_auth: bool = False
    early_access_until: str | None = None
    paid_permanently: bool = False
    linked_file_ids: list[int] = field(default_factory=list)
    level: int | None = None
    zoneless: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def nsfw_level(self) -> int:
        """Union of the pictures' bits, 1 without pictures, or what was set."""
        if self.level is not None:
            return self.level
        union = 0
        for image in self.images:
            union |= image.level
        return union or 1

    @property
    def early(self) -> bool:
        """Whether it ever was for sale."""
        return self.early_access_until is not None or self.paid_permanently


@dataclass
class DemoModel:
    """One model with its versions, newest first."""

    id: int
    name: str
    type: str
    versions: list[DemoVersion] = field(default_factory=list)
    description: str | None = None
    creator: str | None = "Quillmaker"
    creator_image: str | None = None
    user_id: int = 1
    anonymous: bool = False
    tags: list[str] = field(default_factory=list)
    nsfw: bool = False
    poi: bool = False
    minor: bool = False
    mode: str | None = None
    level: int | None = None
    availability: str = "Public"
    checkpoint_type: str | None = None
    commercial: list[str] = field(default_factory=lambda: ["Image", "RentCivit"])
    commercial_form: CommercialForm = CommercialForm.ARRAY
    allow_no_credit: bool = True
    allow_derivatives: bool = True
    allow_different_license: bool = True
    supports_generation: bool = True
    comments: int = 0
    tips: int = 0
    hides_stats: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def nsfw_level(self) -> int:
        """Union over the versions, or what was set; 0 means not rated yet."""
        if self.level is not None:
            return self.level
        union = 0
        for version in self.versions:
            union |= version.nsfw_level
        return union or 1

    @property
    def published(self) -> list[DemoVersion]:
        """The versions the API lists, by their index."""
        return [version for version in self.versions if version.status == "Published"]

    @property
    def last_version_at(self) -> str:
        """Publication time of the newest version."""
        return max((version.published_at for version in self.published), default="2022-11-01T00:00:00.000Z")

    @property
    def downloads(self) -> int:
        """Sum over the versions."""
        return sum(version.downloads for version in self.versions)

    @property
    def thumbs_up(self) -> int:
        """Sum over the versions."""
        return sum(version.thumbs_up for version in self.versions)

    @property
    def thumbs_down(self) -> int:
        """Sum over the versions."""
        return sum(version.thumbs_down for version in self.versions)
