"""Puts what CivitAI says about a file into the form in which it goes into the sidecar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from civitdock.domain import nsfw
from civitdock.domain.catalogue import Model, ModelFile, Stats, Version
from civitdock.domain.hashes import Hashes, autov2
from civitdock.domain.plaintext import LONG, plain
from civitdock.domain.sidecar import WEIGHT, SidecarFacts

#: A sidecar lists at most so many pictures; versions can have hundreds.
MAX_IMAGES = 20


@dataclass(frozen=True)
class Identified:
    """A local file and what CivitAI says about it; `model` is None where only the version is known."""

    version: Version
    model: Model | None
    file: ModelFile | None
    hashes: Hashes
    size_bytes: int


@dataclass(frozen=True)
class Surroundings:
    """What the host and the settings add: the host's word for a base model, addresses, NSFW word, time."""

    sd_version: Callable[[str], str | None]
    page_url: str
    api_url: str
    nsfw_word: str
    now: str


def sidecar_facts(known: Identified, around: Surroundings) -> SidecarFacts:
    """Everything that a sidecar says about an identified file."""
    version, model = known.version, known.model
    html = _description(known)
    words = activation_text(version.trained_words)
    host: dict[str, str | int | float | None] = {
        "description": plain(html) if html or model is not None else None,
        "sd version": around.sd_version(version.base_model) if version.base_model else None,
        "activation text": words or None,
        WEIGHT: 0,
        "notes": "",
    }
    return SidecarFacts(host, _civitai(known, around), _local(known), around.now)


def civitai_info(known: Identified) -> dict[str, object]:
    """The version object that Civitai Helper and its relatives keep as `.civitai.info` (`peers.md 2`)."""
    version, model = known.version, known.model
    return {
        "id": version.id,
        "modelId": version.model_id,
        "name": version.name,
        "baseModel": version.base_model,
        "publishedAt": version.published_at,
        "trainedWords": list(version.trained_words),
        "description": version.description_html,
        "model": {
            "name": model.name if model is not None else version.model_name,
            "type": model.type if model is not None else version.type,
            "nsfw": model.nsfw if model is not None else False,
            "description": model.description_html if model is not None else "",
            "tags": list(model.tags) if model is not None else [],
        },
        "creator": {"username": model.creator if model is not None else None},
        "files": [_info_file(file) for file in version.files],
    }


def _info_file(file: ModelFile) -> dict[str, object]:
    known = {"SHA256": file.hashes.sha256, "BLAKE3": file.hashes.blake3, "CRC32": file.hashes.crc32}
    return {
        "id": file.id,
        "name": file.name,
        "type": file.type,
        "sizeKB": None if file.size_bytes is None else file.size_bytes / 1024,
        "primary": file.primary,
        "metadata": {"format": file.format, "fp": file.fp, "size": file.size},
        "hashes": {name: value.upper() for name, value in known.items() if value},
    }


def activation_text(trained_words: tuple[str, ...]) -> str:
    """Trigger words as one prompt text; commas at the ends of CivitAI's entries are dropped, doubles too."""
    words = (" ".join(word.split()).strip(" ,") for word in trained_words)
    return ", ".join(dict.fromkeys(word for word in words if word))


def page_address(base: str, model_id: int, version_id: int) -> str:
    """The page of a version on CivitAI."""
    return f"{base.rstrip('/')}/models/{model_id}?modelVersionId={version_id}"


def _download_address(api_url: str, version: Version, file: ModelFile | None) -> str:
    """The exact file's address, without any token (`civitai-api.md 3`)."""
    if file is not None and file.download_url:
        return file.download_url
    base = api_url.rstrip("/")
    base = base[: -len("/v1")] if base.endswith("/v1") else base
    address = f"{base}/download/models/{version.id}"
    return f"{address}?fileId={file.id}" if file is not None else address


def _description(known: Identified) -> str:
    """The model's own words, or where it has none those of the version."""
    return (known.model.description_html if known.model is not None else "") or known.version.description_html


def _civitai(known: Identified, around: Surroundings) -> dict[str, object]:
    version, model = known.version, known.model
    return {
        "model_id": version.model_id,
        "version_id": version.id,
        "model_name": model.name if model is not None else version.model_name,
        "version_name": version.name,
        "creator": (model.creator or "") if model is not None else "",
        "description": plain(_description(known), LONG),
        "base_model": version.base_model or "",
        "type": model.type if model is not None else version.type,
        "nsfw": model.nsfw if model is not None else None,
        "nsfw_level": version.nsfw_level or (model.nsfw_level if model is not None else 0) or None,
        "tags": list(model.tags) if model is not None else [],
        "trained_words": list(version.trained_words),
        "download_url": _download_address(around.api_url, version, known.file),
        "page_url": page_address(around.page_url, version.model_id, version.id),
        "images": _images(version, around.nsfw_word),
        "stats": _stats(model.stats if model is not None else Stats(), version),
    }


def _images(version: Version, word: str) -> list[dict[str, object]] | tuple[()]:
    """The admitted pictures; the empty tuple says that there are some, but none that may be listed."""
    admitted = [picture for picture in version.images if nsfw.admits(word, picture.nsfw_level)]
    if version.images and not admitted:
        return ()
    return [
        {"url": picture.url, "nsfw": nsfw.word(picture.nsfw_level), "nsfw_level": picture.nsfw_level}
        for picture in admitted[:MAX_IMAGES]
    ]


def _stats(stats: Stats, version: Version) -> dict[str, object]:
    downloads = stats.downloads if stats.downloads is not None else version.download_count
    favorites = stats.favorites if stats.favorites is not None else stats.likes
    return {"downloads": downloads, "rating": stats.rating, "favorites": favorites}


def _local(known: Identified) -> dict[str, object]:
    found = known.hashes
    return {
        "sha256": found.sha256 or "",
        "autov2": found.autov2 or (autov2(found.sha256) if found.sha256 else ""),
        "blake3": found.blake3 or "",
        "crc32": found.crc32 or "",
        "file_size": known.size_bytes,
    }
