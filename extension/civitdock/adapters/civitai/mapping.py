"""From wire models to domain values."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from civitdock.adapters.civitai import coerce
from civitdock.adapters.civitai.wire import WireFile, WireImage, WireMatch, WireModel, WireVersion
from civitdock.domain import hashes, nsfw
from civitdock.domain.catalogue import License, MediaKind, Model, ModelFile, Picture, Stats, Version
from civitdock.domain.hashes import Hashes
from civitdock.domain.links import parse_air
from civitdock.domain.times import normal_iso, parse_iso
from civitdock.ports import HashMatch

#: Taking every picture's address apart with urllib would cost more than all the rest of a page.
_HTTP = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[^?#\s]*)(?:[?#]\S*)?\Z")
_IMAGE_ID = re.compile(r"/(\d{1,18})\.[A-Za-z0-9]{2,5}\Z")
_DOWNLOAD = re.compile(r"/api/download/models/(\d{1,18})/?\Z")
_VIDEO_SUFFIXES = (".mp4", ".webm", ".mov")
_LENGTHS = {"sha256": (64,), "autov1": (8,), "autov2": (10,), "autov3": (12, 64), "blake3": (64,), "crc32": (8,)}


@dataclass(frozen=True)
class _Parent:
    """What a version learns from its model."""

    id: int | None
    name: str
    type: str
    mode: str | None
    nsfw: object = None


def to_model(wire: WireModel, now: float) -> Model:
    """A model with its versions. `now` (Unix seconds) decides whether early access is over."""
    parent = _Parent(wire.id, wire.name.strip(), wire.type, wire.mode or None, wire.nsfw)
    versions = tuple(_version(version, parent, now) for version in wire.model_versions)
    return Model(
        id=wire.id,
        name=parent.name,
        type=wire.type,
        creator=coerce.as_text(wire.creator.get("username")) or None,
        nsfw=coerce.as_bool(wire.nsfw) is True,
        nsfw_level=_union(wire.nsfw_level, [version.nsfw_level for version in versions], wire.nsfw),
        mode=parent.mode,
        description_html=wire.description or "",
        tags=tuple(wire.tags),
        license=License(
            no_credit=wire.allow_no_credit,
            derivatives=wire.allow_derivatives,
            different_license=wire.allow_different_license,
            commercial_use=None if wire.allow_commercial_use is None else tuple(wire.allow_commercial_use),
        ),
        stats=_stats(wire.stats),
        versions=versions,
    )


def to_version(wire: WireVersion, now: float) -> Version | None:
    """A version that came alone, with what it says about its model; None where its model's id is nowhere in it."""
    air = parse_air(wire.air or "")
    model_id = wire.model_id or (air.model_id if air else None)
    if model_id is None:
        return None
    parent = _Parent(
        id=model_id,
        name=(coerce.as_text(wire.model.get("name")) or "").strip(),
        type=coerce.as_text(wire.model.get("type")) or "Other",
        mode=coerce.as_text(wire.model.get("mode")) or None,
        nsfw=wire.model.get("nsfw"),
    )
    return _version(wire, parent, now)


def to_match(wire: WireMatch) -> HashMatch | None:
    """One line of the bulk look-up; None where its hash is no SHA256."""
    value = hashes.clean(wire.hash)
    if value is None or len(value) != 64:
        return None
    return HashMatch(sha256=value, version_id=wire.model_version_id, model_id=wire.model_id)


def to_picture(wire: WireImage) -> Picture | None:
    """A picture or video; None for sound."""
    kind = (wire.type or "").lower()
    path = http_path(wire.url)
    if kind == "audio" or not path:
        return None
    is_video = kind == "video" or path.lower().endswith(_VIDEO_SUFFIXES)
    found = _IMAGE_ID.search(path)
    return Picture(
        url=wire.url,
        kind=MediaKind.VIDEO if is_video else MediaKind.IMAGE,
        id=wire.id or (coerce.as_id(found.group(1)) if found else None),
        width=wire.width,
        height=wire.height,
        blurhash=wire.hash or None,
        nsfw_level=_picture_level(wire),
        meta=wire.meta,
    )


def http_path(url: str) -> str:
    """The path of an http address, or an empty text where it is none."""
    found = _HTTP.match(url)
    return found.group(1) if found else ""


def _version(wire: WireVersion, parent: _Parent, now: float) -> Version:
    pictures = _pictures(wire.images)
    return Version(
        id=wire.id,
        model_id=parent.id or wire.model_id or 0,
        name=wire.name.strip(),
        model_name=parent.name,
        type=parent.type,
        base_model=wire.base_model or None,
        published_at=normal_iso(wire.published_at),
        early_access_until=_early_access(wire, now),
        paid_forever=coerce.as_bool(wire.paid_access.get("permanent")) is True,
        downloadable=wire.usage_control in (None, "", "Download"),
        archived=parent.mode == "Archived",
        trained_words=tuple(word.strip() for word in wire.trained_words),
        description_html=wire.description or "",
        files=_files(wire),
        images=pictures,
        download_count=coerce.as_count(wire.stats.get("downloadCount")),
        nsfw_level=_union(wire.nsfw_level, [picture.nsfw_level for picture in pictures], parent.nsfw),
    )


def _early_access(wire: WireVersion, now: float) -> str | None:
    """The end of early access in any of its three places (`civitai-api.md 1.1`, `1.3`); None where it is over."""
    for raw in (wire.early_access_deadline, wire.paid_access.get("endsAt"), wire.early_access_ends_at):
        end = parse_iso(coerce.as_text(raw))
        if end is not None and end > now:
            return normal_iso(coerce.as_text(raw))
    return None


def _pictures(wires: Iterable[WireImage]) -> tuple[Picture, ...]:
    return tuple(picture for picture in map(to_picture, wires) if picture is not None)


def _files(wire: WireVersion) -> tuple[ModelFile, ...]:
    urls = [file.download_url for file in wire.files]
    found: dict[int, ModelFile] = {}
    for file in wire.files:
        linked = _is_linked(file, wire.id, urls)
        identity = file.id or _id_from_url(file.download_url) or _made_up_id(file)
        if identity is not None and identity not in found:
            found[identity] = _file(file, identity, file.download_url if linked or identity < 0 else None)
    return tuple(found.values())


def _file(file: WireFile, identity: int, download_url: str | None) -> ModelFile:
    size = None if file.size_kb is None or file.size_kb <= 0 else round(file.size_kb * 1024)
    return ModelFile(
        id=identity,
        name=file.name,
        size_bytes=size,
        type=file.type,
        format=coerce.as_text(file.metadata.get("format")) or None,
        fp=coerce.as_text(file.metadata.get("fp")) or None,
        size=coerce.as_text(file.metadata.get("size")) or None,
        primary=file.primary,
        hashes=_hashes(file.hashes),
        pickle_scan=file.pickle_scan_result or None,
        virus_scan=file.virus_scan_result or None,
        download_url=download_url,
    )


def _is_linked(file: WireFile, version_id: int, urls: Sequence[str | None]) -> bool:
    """Whether a file of another version was spliced in: its own address must then be used (`civitai-api.md 3`).

    Such a file's address names another version, or nothing but a type, and no other file has the same one.
    """
    url = file.download_url
    if url is None or not http_path(url):
        return False
    parts = urlsplit(url)
    named = _DOWNLOAD.search(parts.path)
    if named is None or parts.hostname in (None, "undefined"):  # the batch by hash answers such hosts (1.5)
        return False
    if int(named.group(1)) != version_id:
        return True
    return set(parse_qs(parts.query)) == {"type"} and urls.count(url) == 1 and not file.primary


def _id_from_url(url: str | None) -> int | None:
    if url is None or not http_path(url):
        return None
    return coerce.as_id(parse_qs(urlsplit(url).query).get("fileId", [""])[0])


def _made_up_id(file: WireFile) -> int | None:
    """A stable negative number for a file that has an address but no id, so that it can be named and fetched."""
    if file.download_url is None or not http_path(file.download_url):
        return None
    return -1 - zlib.crc32(f"{file.download_url}\n{file.name}".encode())


def _hashes(raw: dict[str, object]) -> Hashes:
    values: dict[str, str] = {}
    for key, value in raw.items():
        name = str(key).lower()
        text = hashes.clean(value)
        if text is not None and len(text) in _LENGTHS.get(name, ()):
            values[name] = text
    if "sha256" in values:
        values.setdefault("autov2", hashes.autov2(values["sha256"]))
    return Hashes(**values)


def _picture_level(wire: WireImage) -> int:
    """One bit; the number wins over the words that older answers carry (`civitai-api.md 5`)."""
    if wire.browsing_level:
        return wire.browsing_level
    number = coerce.as_count(wire.nsfw_level)
    if number is not None:
        return number
    return nsfw.bits(wire.nsfw if wire.nsfw_level is None else wire.nsfw_level)


def _union(stated: int | None, parts: Sequence[int], flag: object) -> int:
    """The stated level, else the union of the parts, else what the creator's flag says."""
    if stated is not None:
        return stated
    level = 0
    for part in parts:
        level |= part
    return level or nsfw.bits(flag)


def _stats(raw: dict[str, object]) -> Stats:
    rated = coerce.as_count(raw.get("ratingCount"))
    return Stats(
        downloads=coerce.as_count(raw.get("downloadCount")),
        likes=coerce.as_count(raw.get("thumbsUpCount")),
        comments=coerce.as_count(raw.get("commentCount")),
        rating=coerce.as_float(raw.get("rating")) if rated else None,
        favorites=coerce.as_count(raw.get("favoriteCount")),
    )
