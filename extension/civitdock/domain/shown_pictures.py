"""Pictures and short videos that the tab shows: where they may come from, and what their bytes are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from civitdock.domain.addresses import is_public, reached
from civitdock.domain.links import is_loopback
from civitdock.domain.previews import HOSTS, allowed

#: Bytes at the beginning that tell what content is.
HEAD_BYTES = 64
_VIDEO_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"})


@dataclass(frozen=True)
class ShownPicture:
    """A picture or video as a browser gets it; `tag` names the content under its address, which never changes."""

    content: bytes
    media_type: str
    tag: str


class PictureRule:
    """Which addresses may be asked for pictures, beside one API base: CivitAI's picture hosts by https, this machine
    only where the API base lies there too."""

    def __init__(self, api_url: str) -> None:
        self._local_base = is_loopback(_host(api_url))

    def allows(self, url: str) -> bool:
        """Whether this address may be asked, at first or by a redirect."""
        return url.isprintable() and "\\" not in url and allowed(url, self._local_base)

    def address_allowed(self, host: str, address: str) -> bool:
        """Whether a connection to `host` may use this IP address."""
        ip = reached(address)
        if ip is None:
            return False
        if self._local_base and is_loopback(host):
            return ip.is_loopback
        return host.lower() in HOSTS and is_public(ip)


def tag_of(url: str) -> str:
    """What a picture is called in the cache and to a browser: 64 hex digits."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def media_type(head: bytes) -> str | None:
    """The type of a picture or video by its first bytes; None for everything else, SVG too since it can run scripts.

    CivitAI's names and types lie both ways (`civitai-api.md 6`).
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:HEAD_BYTES]:
        return "video/webm"
    return _boxed(head[8:12]) if head[4:8] == b"ftyp" else None


def _boxed(brand: bytes) -> str | None:
    if brand in (b"avif", b"avis"):
        return "image/avif"
    return "video/mp4" if brand in _VIDEO_BRANDS else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
