"""Which picture becomes a model's preview, under which address it is asked for, and which names count as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import urlsplit, urlunsplit

from civitdock.domain import nsfw
from civitdock.domain.catalogue import MediaKind, Picture
from civitdock.domain.links import is_loopback

#: What hosts take as a preview: design section 6, and what a host writes when its samples format says so.
EXTENSIONS = ("png", "jpg", "jpeg", "webp", "gif", "avif", "jxl")
#: The CDN snaps other widths up to one of these (`civitai-api.md 6`).
WIDTHS = (96, 320, 450, 512, 800, 1200, 1600, 2200)
HOSTS = frozenset({"image.civitai.com", "image-b2.civitai.com", "imagecache.civitai.com"})
#: So many pictures are tried for one model before it stays without a preview.
MAX_CANDIDATES = 5

#: What follows the stem in the names of previews.
PREVIEW_SUFFIXES = tuple(f"{middle}.{extension}" for middle in (".preview", "") for extension in EXTENSIONS)
_WRITTEN = (".json", ".civitai.info", *(suffix for suffix in PREVIEW_SUFFIXES if suffix.startswith(".preview.")))
#: Pictures that hosts show too and that we do not write.
FOREIGN_KINDS = ("gif", "avif", "jxl", "heif", "jp2", "tiff", "mp4", "webm")
#: How a kind of file is written; hosts tell them apart by these endings.
WRITTEN_KINDS = {"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"}
_UUID = re.compile(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/", re.IGNORECASE)
_PARAMS = re.compile(r"(?:[a-z]+=[^,/]*)(?:,[a-z]+=[^,/]*)*\Z")


@dataclass(frozen=True)
class Preview:
    """The preview beside a model; `digest` is the SHA256 of its bytes where we have just written it, `was_ours` whether
    it took the place of another picture of ours."""

    path: Path
    digest: str | None = None
    was_ours: bool = False


def candidates(pictures: Iterable[Picture], word: str) -> tuple[Picture, ...]:
    """The pictures that the NSFW word admits, in CivitAI's order, as many as are worth trying."""
    admitted = [picture for picture in pictures if picture.url and nsfw.admits(word, picture.nsfw_level)]
    return tuple(admitted[:MAX_CANDIDATES])


def snapped(width: int) -> int:
    """The smallest width of the CDN that is not below `width`."""
    return next((known for known in WIDTHS if known >= width), WIDTHS[-1])


def address(picture: Picture, width: int) -> str:
    """The address of a picture at about this width; of a video the address of a still.

    The parameters stand in the segment before the name and are replaced, never appended (`civitai-api.md 6`).
    An address of another form is left as it is.
    """
    parts = urlsplit(picture.url)
    segments = parts.path.split("/")
    if len(segments) < 3 or not _PARAMS.match(segments[-2]):
        return picture.url
    size = f"width={snapped(width)}"
    if picture.kind is MediaKind.VIDEO:
        segments[-2] = f"anim=false,transcode=true,{size}"
        segments[-1] = segments[-1].rpartition(".")[0] or segments[-1]
        segments[-1] += ".jpeg"
    else:
        segments[-2] = size
    return urlunsplit(parts._replace(path="/".join(segments)))


def is_same(one: str, other: str) -> bool:
    """Whether two addresses lead to one picture, in whatever size; its UUID is its name (`civitai-api.md 6`)."""
    found, wanted = _UUID.search(one), _UUID.search(other)
    return one == other or (found is not None and wanted is not None and found[1].lower() == wanted[1].lower())


def unwritable(stem: str, listing: Sequence[str]) -> tuple[str, ...]:
    """The names of a folder listing that hosts show as the preview of `stem` and that we cannot write."""
    wanted = {f"{stem}{middle}.{kind}".casefold() for middle in (".preview", "") for kind in FOREIGN_KINDS}
    return tuple(name for name in listing if name.casefold() in wanted)


def allowed(url: str, loopback: bool) -> bool:
    """Whether a picture may be fetched from here: CivitAI's image hosts by https, or loopback where that is in use."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.username or parts.password:
        return False
    if loopback and is_loopback(host):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and host in HOSTS and port in (None, 443)


def names(stem: str, listing: Sequence[str]) -> tuple[str, ...]:
    """The names of a folder listing that are previews of the model `stem`, letters of any case."""
    wanted = {f"{stem}{suffix}".casefold() for suffix in PREVIEW_SUFFIXES}
    return tuple(sorted(name for name in listing if name.casefold() in wanted))


#: Of several model files with one stem, the one that the host prefers comes first (design section 6).
_PREFERENCE = (".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pth", ".bin", ".zip")


def written_beside(model: Path) -> tuple[Path, ...]:
    """Every file beside a model that we may have written: metadata, `.civitai.info`, a preview of any kind."""
    return tuple(model.with_suffix(suffix) for suffix in _WRITTEN)


def rival_names(name: str) -> tuple[str, ...]:
    """The names of other model files with this stem, suffixes in small or in capital letters: asking for these few is
    cheaper than listing a large folder."""
    stem = PurePath(name).stem
    found = (f"{stem}{written}" for suffix in _PREFERENCE for written in (suffix, suffix.upper()))
    # Where letters' case does not count the file would be its own rival.
    return tuple(each for each in found if each.casefold() != name.casefold())


def stem_owner(name: str, listing: Iterable[str]) -> str:
    """Of the model files of a folder that share the stem of `name`, the one that sidecar and preview belong to."""
    stem = PurePath(name).stem
    begin = f"{stem}."
    rivals = [name, *(other for other in listing if other.startswith(begin) and PurePath(other).stem == stem)]
    ranked = [rival for rival in rivals if PurePath(rival).suffix.lower() in _PREFERENCE]
    return min(ranked, key=lambda rival: (_PREFERENCE.index(PurePath(rival).suffix.lower()), rival), default=name)
