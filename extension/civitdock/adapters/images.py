"""Fetches preview pictures from CivitAI's image hosts and makes them into what a host shows (`civitai-api.md 6`).

No key and no cookie ever goes there. What arrives is believed only after Pillow has decoded it: PNG and video bytes
come under `.jpeg` names, and error pages come with status 200.
"""

from __future__ import annotations

import io
import threading
from urllib.parse import urljoin, urlsplit

import requests
from PIL import Image, ImageOps

from civitdock.adapters.civitai.network import open_session, proxies_for
from civitdock.domain.catalogue import Picture
from civitdock.domain.links import is_loopback
from civitdock.domain.previews import address, allowed
from civitdock.errors import BadAnswer, ChallengePage, CivitaiDown, NotFound, Offline, RateLimited, UnsafeRedirect
from civitdock.ports import SettingsSource

#: Originals of 2200 pixels are some MB; more is no preview.
MAX_BYTES = 32 * 1024 * 1024
#: A decoded picture takes four bytes per pixel; this keeps one below 150 MB (design section 11).
MAX_PIXELS = 32_000_000
_MAX_HOPS = 5
_TIMEOUT = (10.0, 30.0)
_CHUNK = 64 * 1024
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_DECODERS = ("JPEG", "PNG", "WEBP", "GIF")


class PictureSource:
    """Fetches a picture and answers it as a file of the wanted kind and width."""

    def __init__(self, settings: SettingsSource, user_agent: str) -> None:
        self._settings = settings
        self._user_agent = user_agent
        self._lock = threading.Lock()
        self._sessions: dict[str, requests.Session] = {}

    def picture(self, picture: Picture, width: int, kind: str) -> bytes:
        """The picture as `kind` (jpg, png, webp), at most `width` pixels wide; of a video a still.

        Raises `NotFound`, `RateLimited`, `CivitaiDown`, `Offline`, `UnsafeRedirect`, `ChallengePage`, and `BadAnswer`
        where the bytes are no picture.
        """
        return render(self._fetch(address(picture, width)), width, kind)

    def _fetch(self, url: str) -> bytes:
        loopback = is_loopback(_host(self._settings.current().text("civitai_api_url")))
        for _ in range(_MAX_HOPS):
            if not allowed(url, loopback):
                raise UnsafeRedirect(f"A preview lies on {_host(url)}, which is none of CivitAI's image hosts.")
            try:
                with self._get(url) as answer:
                    target = answer.headers.get("Location")
                    if answer.is_redirect and target:
                        url = urljoin(url, target)
                        continue
                    return _body(answer)
            except requests.RequestException as error:
                raise Offline("The image host cannot be reached.") from error
        raise BadAnswer("The image host redirects in a circle.")

    def _get(self, url: str) -> requests.Response:
        settings = self._settings.current()
        return self._session(settings.text("civitai_ca_file")).get(
            url,
            headers={"Accept": "image/webp,image/jpeg,image/png,image/*;q=0.8"},
            timeout=_TIMEOUT,
            stream=True,
            allow_redirects=False,
            proxies=proxies_for(url, settings.text("civitai_proxy")),
        )

    def _session(self, ca_file: str) -> requests.Session:
        with self._lock:
            if ca_file not in self._sessions:
                self._sessions[ca_file] = open_session(ca_file, self._user_agent)
            return self._sessions[ca_file]


def render(data: bytes, width: int, kind: str) -> bytes:
    """Decode a picture and encode it anew, without metadata, at most `width` wide, the first frame of an animation.

    Raises `BadAnswer` where it is no picture or too large to be decoded safely.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_DECODERS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadAnswer("A preview picture is too large to be decoded.")
            opened.draft("RGB", (width, width))
            opened.load()
            picture = _fitted(ImageOps.exif_transpose(opened), width)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise BadAnswer("What the image host sent is no picture.") from error
    return _encoded(picture, kind)


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    if picture.mode in ("P", "LA", "PA") or (picture.mode != "RGBA" and "transparency" in picture.info):
        picture = picture.convert("RGBA")
    elif picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGB")
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return picture


def _encoded(picture: Image.Image, kind: str) -> bytes:
    if kind == "jpg" and picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, (255, 255, 255))
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    options: dict[str, object] = {} if kind == "png" else {"quality": 88}
    clean.save(target, _FORMATS[kind], **options)
    return target.getvalue()


def _body(answer: requests.Response) -> bytes:
    if answer.status_code in (404, 410):
        raise NotFound("The picture is gone from the image host.")
    if answer.status_code == 429:
        raise RateLimited("The image host asks for fewer requests.", retry_after=_seconds(answer))
    if answer.status_code != 200:
        raise CivitaiDown(f"The image host answers with status {answer.status_code}.")
    kind = answer.headers.get("Content-Type", "").lower()
    if kind.startswith("text/html"):
        raise ChallengePage("The image host answered with a web page instead of a picture.")
    if kind.startswith("video/"):
        raise BadAnswer("The image host sent a video instead of a picture.")
    data = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise BadAnswer("A preview picture is too large.")
    return bytes(data)


def _seconds(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
