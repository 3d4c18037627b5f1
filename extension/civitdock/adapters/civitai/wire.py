"""CivitAI's answers as typed models that survive its drift (`civitai-api.md`, all of it).

Every field is coerced before pydantic sees it, so unknown keys, missing keys, nulls and wrong types cost at most the
field. A model, version or file without its identity is dropped from its list with a log line; nothing else is.
"""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from civitdock.adapters.civitai import coerce
from civitdock.compat.pydantic import CamelModel, Field, ValidationError, before

log = logging.getLogger(__name__)

_Item = TypeVar("_Item", bound=CamelModel)


def many(kind: type[_Item], value: object) -> list[_Item]:
    """The usable elements of a list; the others are dropped and logged."""
    found = []
    for raw in coerce.as_objects(value):
        item = one(kind, raw)
        if item is not None:
            found.append(item)
    return found


def one(kind: type[_Item], raw: object) -> _Item | None:
    """One element, or None (logged) where it lacks what it cannot do without."""
    if isinstance(raw, kind):
        return raw
    if isinstance(raw, dict):
        try:
            return kind.load(raw)
        except ValidationError as error:
            log.warning("CivitAI sent an unusable %s, which is left out: %s", kind.__name__, _brief(error))
            return None
    if raw is not None:  # a null in a list is a known form (civitai-api.md 1.5)
        log.warning("CivitAI sent an unusable %s, which is left out: %s", kind.__name__, type(raw).__name__)
    return None


def _brief(error: ValidationError) -> str:
    return ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors())


class WireImage(CamelModel):
    """A sample picture; `nsfwLevel` is a number, a word or absent, `nsfw` a boolean or a word (section 5)."""

    url: str
    id: int | None = None
    type: str | None = None
    width: int | None = None
    height: int | None = None
    hash: str | None = None
    nsfw_level: Any = None
    nsfw: Any = None
    browsing_level: int | None = None
    meta: dict[str, Any] | None = None

    _texts = before("url", "type", "hash")(lambda cls, value: coerce.as_text(value))
    _ids = before("id", "width", "height")(lambda cls, value: coerce.as_id(value))
    _level = before("browsing_level")(lambda cls, value: coerce.as_count(value))

    @before("meta")
    def _meta(cls, value: object) -> object:
        return unwrap_meta(value)


def unwrap_meta(value: object) -> dict[str, object] | None:
    """Generation data in flat form: `/images` wraps it on its slow path (`civitai-api.md 1.9`)."""
    if not isinstance(value, dict):
        return None
    inner = value.get("meta")
    if isinstance(inner, dict):
        value = inner
    elif "meta" in value and set(value) <= {"id", "meta"}:
        return None
    cleaned = plain_object(value)
    return cleaned or None


def plain_object(value: dict[str, object]) -> dict[str, object]:
    """A JSON object whose contents can be stored and sent again."""
    cleaned = coerce.plain(value)
    return cleaned if isinstance(cleaned, dict) else {}


class WireFile(CamelModel):
    """A file of a version (`civitai-api.md 1.1`, File)."""

    id: int | None = None
    name: str = ""
    size_kb: float | None = Field(default=None, alias="sizeKB")
    type: str = "Model"
    metadata: dict[str, Any] = {}
    primary: bool = False
    hashes: dict[str, Any] = {}
    pickle_scan_result: str | None = None
    virus_scan_result: str | None = None
    download_url: str | None = None

    _id = before("id")(lambda cls, value: coerce.as_id(value))
    _name = before("name")(lambda cls, value: coerce.as_text(value) or "")
    _type = before("type")(lambda cls, value: coerce.as_text(value) or "Model")
    _size = before("size_kb")(lambda cls, value: coerce.as_float(value))
    _objects = before("metadata", "hashes")(lambda cls, value: coerce.as_object(value))
    _primary = before("primary")(lambda cls, value: coerce.as_bool(value) is True)
    _texts = before("pickle_scan_result", "virus_scan_result", "download_url")(lambda cls, value: coerce.as_text(value))


class WireVersion(CamelModel):
    """A version, alone (`civitai-api.md 1.3`, `1.4`) or inside a model (`1.1`, `1.2`)."""

    id: int
    model_id: int | None = None
    name: str = ""
    base_model: str | None = None
    published_at: str | None = None
    early_access_deadline: str | None = None
    early_access_ends_at: str | None = None
    paid_access: dict[str, Any] = {}
    usage_control: str | None = None
    air: str | None = None
    trained_words: list[str] = []
    description: str | None = None
    nsfw_level: int | None = None
    stats: dict[str, Any] = {}
    model: dict[str, Any] = {}
    files: list[WireFile] = []
    images: list[WireImage] = []

    _ids = before("id", "model_id")(lambda cls, value: coerce.as_id(value))
    _name = before("name")(lambda cls, value: coerce.as_text(value) or "")
    _texts = before(
        "base_model",
        "published_at",
        "early_access_deadline",
        "early_access_ends_at",
        "usage_control",
        "air",
        "description",
    )(lambda cls, value: coerce.as_text(value))
    _words = before("trained_words")(lambda cls, value: coerce.as_texts(value))
    _level = before("nsfw_level")(lambda cls, value: coerce.as_count(value))
    _objects = before("paid_access", "stats", "model")(lambda cls, value: coerce.as_object(value))
    _files = before("files")(lambda cls, value: many(WireFile, value))
    _images = before("images")(lambda cls, value: many(WireImage, value))


class WireModel(CamelModel):
    """A model of a listing or of `/models/:id`."""

    id: int
    name: str = ""
    description: str | None = None
    type: str = "Other"
    nsfw: Any = None
    nsfw_level: int | None = None
    mode: str | None = None
    allow_no_credit: bool | None = None
    allow_derivatives: bool | None = None
    allow_different_license: bool | None = None
    allow_commercial_use: list[str] | None = None
    stats: dict[str, Any] = {}
    creator: dict[str, Any] = {}
    tags: list[str] = []
    model_versions: list[WireVersion] = []

    _id = before("id")(lambda cls, value: coerce.as_id(value))
    _name = before("name")(lambda cls, value: coerce.as_text(value) or "")
    _type = before("type")(lambda cls, value: coerce.as_text(value) or "Other")
    _texts = before("description", "mode")(lambda cls, value: coerce.as_text(value))
    _level = before("nsfw_level")(lambda cls, value: coerce.as_count(value))
    _flags = before("allow_no_credit", "allow_derivatives", "allow_different_license")(
        lambda cls, value: coerce.as_bool(value)
    )
    _use = before("allow_commercial_use")(lambda cls, value: commercial_use(value))
    _objects = before("stats", "creator")(lambda cls, value: coerce.as_object(value))
    _tags = before("tags")(lambda cls, value: tag_names(value))
    _versions = before("model_versions")(lambda cls, value: many(WireVersion, value))


class WireMatch(CamelModel):
    """One line of the bulk hash look-up (`civitai-api.md 1.6`)."""

    hash: str
    model_version_id: int
    model_id: int | None = None

    _hash = before("hash")(lambda cls, value: coerce.as_text(value))
    _ids = before("model_version_id", "model_id")(lambda cls, value: coerce.as_id(value))


class WireName(CamelModel):
    """A tag or a creator (`civitai-api.md 1.10`)."""

    name: str | None = None
    username: str | None = None

    _texts = before("name", "username")(lambda cls, value: coerce.as_text(value))


def commercial_use(value: object) -> list[str] | None:
    """The three historical forms: a list, one word, and Postgres' `{Image,RentCivit}` (`civitai-api.md 1.1`)."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip().removeprefix("{").removesuffix("}").split(",")
    words = [word.strip().strip('"') for word in coerce.as_texts(value)]
    return [word for word in words if word and word != "None"]


def tag_names(value: object) -> list[str]:
    """Tags as texts; objects with a name are taken as well."""
    flat = [item.get("name") if isinstance(item, dict) else item for item in coerce.as_objects(value)]
    return coerce.as_texts(flat)
