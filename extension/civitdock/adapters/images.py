"""Makes pictures of CivitAI's image hosts into what a host shows beside a model.

What arrives is believed only after Pillow has decoded it: PNG and video bytes come under `.jpeg` names, and error pages
come with status 200 (`civitai-api.md 6`).
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from civitdock.adapters.picture_host import CivitaiPictures
from civitdock.domain.catalogue import Picture
from civitdock.domain.previews import address
from civitdock.errors import BadAnswer
from civitdock.ports.host import SettingsSource

#: A decoded picture takes four bytes per pixel; this keeps one below 150 MB (design section 11).
MAX_PIXELS = 32_000_000
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_DECODERS = ("JPEG", "PNG", "WEBP", "GIF")


class PictureSource:
    """Fetches a picture and answers it as a file of the wanted kind and width."""

    def __init__(self, settings: SettingsSource, user_agent: str) -> None:
        self._host = CivitaiPictures(settings, user_agent)

    def picture(self, picture: Picture, width: int, kind: str) -> bytes:
        """The picture as `kind` (jpg, png, webp), at most `width` pixels wide; of a video a still.

        Raises `NotFound`, `RateLimited`, `CivitaiDown`, `Offline`, `UnsafeRedirect`, `ChallengePage`, and `BadAnswer`
        where the bytes are no picture.
        """
        return render(self._host.fetch(address(picture, width)), width, kind)


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
