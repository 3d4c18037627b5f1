"""Domain values as the answers of the REST contract: pure functions to plain JSON values.

`models` and `models_work` describe the same shapes for the schema. Answers go out as they are built here, without a
second pass through pydantic, because a page of a hundred cards would cost more there than all the rest together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from civitdock.domain.catalogue import Enums, License, ModelFile, Picture, Version
from civitdock.domain.hashes import Hashes
from civitdock.services.gallery import GalleryPage
from civitdock.services.search import Found
from civitdock.services.views import ModelView, VersionView
from civitdock.web.description import Pictures, clean

Json = dict[str, object]


def search_page(found: Found) -> Json:
    """`POST search`."""
    return {
        "items": [card(view) for view in found.items],
        "next_cursor": found.next_cursor,
        "source": found.source.value,
    }


def card(view: ModelView) -> Json:
    """A model in a list; the newest version comes first, as CivitAI orders them."""
    model = view.model
    pictures = (picture for version in model.versions for picture in version.images)
    return {
        "id": model.id,
        "name": model.name,
        "type": model.type,
        "creator": model.creator,
        "base_models": list(dict.fromkeys(v.base_model for v in model.versions if v.base_model)),
        "nsfw_level": model.nsfw_level,
        "stats": {
            "downloads": model.stats.downloads,
            "likes": model.stats.likes,
            "comments": model.stats.comments,
        },
        "preview": _preview(next(pictures, None)),
        "latest": _latest(model.versions[0]) if model.versions else None,
        "installed": view.installed.value,
        "page_url": view.page_url,
        "hidden_images": view.hidden_images,
    }


def full_model(view: ModelView, pictures: Pictures) -> Json:
    """`GET model/{model_id}`."""
    model = view.model
    return {
        **card(view),
        "description_html": clean(model.description_html, pictures),
        "tags": list(model.tags),
        "license": _license(model.license),
        "versions": [full_version(part, pictures) for part in view.versions()],
    }


def full_version(view: VersionView, pictures: Pictures) -> Json:
    """`GET model-by-hash/{hash}`, and each version of a model."""
    version = view.version
    return {
        "id": version.id,
        "model_id": version.model_id,
        "model_name": version.model_name,
        "name": version.name,
        "type": version.type,
        "base_model": version.base_model,
        "published_at": version.published_at,
        "early_access_until": version.early_access_until,
        "trained_words": list(version.trained_words),
        "description_html": clean(version.description_html, pictures),
        "files": [_file(file, view.installed_paths) for file in version.files],
        "images": [_image(picture) for picture in version.images],
        "installed": view.installed,
        "hidden_images": view.hidden_images,
    }


def gallery_page(page: GalleryPage) -> Json:
    """`GET model-images`."""
    return {
        "items": [_image(picture) for picture in page.items],
        "next_cursor": page.next_cursor,
        "source": page.source.value,
        "hidden_images": page.hidden_images,
    }


def enums(lists: Enums) -> Json:
    """`GET enums`."""
    return {
        "model_types": list(lists.model_types),
        "base_models": list(lists.base_models),
        "sorts": list(lists.sorts),
        "periods": list(lists.periods),
    }


def primary(files: Iterable[ModelFile]) -> ModelFile | None:
    """The file that a download takes where none was named: CivitAI's primary one, else the first."""
    ordered = sorted(files, key=lambda file: not file.primary)
    return ordered[0] if ordered else None


def _latest(version: Version) -> Json:
    file = primary(version.files)
    return {
        "version_id": version.id,
        "name": version.name,
        "base_model": version.base_model,
        "published_at": version.published_at,
        "early_access_until": version.early_access_until,
        "file": file and {"id": file.id, "name": file.name, "size_bytes": file.size_bytes, "format": file.format},
    }


def _preview(picture: Picture | None) -> Json | None:
    if picture is None:
        return None
    shown = _image(picture)
    return {key: shown[key] for key in ("url", "kind", "width", "height", "blurhash", "nsfw_level")}


def _image(picture: Picture) -> Json:
    return {
        "id": picture.id,
        "url": picture.url,
        "kind": picture.kind.value,
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "nsfw_level": picture.nsfw_level,
        "meta": picture.meta,
    }


def _file(file: ModelFile, installed: Mapping[int, str]) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "size_bytes": file.size_bytes,
        "type": file.type,
        "format": file.format,
        "fp": file.fp,
        "size": file.size,
        "primary": file.primary,
        "hashes": _hashes(file.hashes),
        "pickle_scan": file.pickle_scan,
        "virus_scan": file.virus_scan,
        "installed_path": installed.get(file.id),
    }


def _hashes(hashes: Hashes) -> Json:
    return {
        "sha256": hashes.sha256,
        "autov1": hashes.autov1,
        "autov2": hashes.autov2,
        "autov3": hashes.autov3,
        "blake3": hashes.blake3,
        "crc32": hashes.crc32,
    }


def _license(terms: License) -> Json:
    return {
        "no_credit": terms.no_credit,
        "derivatives": terms.derivatives,
        "different_license": terms.different_license,
        "commercial_use": None if terms.commercial_use is None else list(terms.commercial_use),
    }
