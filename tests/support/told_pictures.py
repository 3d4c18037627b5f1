"""Pictures with texts in them, as WebUIs, ComfyUI and CivitAI write them."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

_USER_COMMENT, _EXIF_IFD = 0x9286, 0x8769


def png(**texts: str) -> bytes:
    """A PNG with these chunks."""
    chunks = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        if text.isascii():
            chunks.add_text(name, text)
        else:
            chunks.add_itxt(name, text)
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG", pnginfo=chunks)
    return target.getvalue()


def with_comment(kind: str, comment: bytes) -> bytes:
    """A JPEG or WEBP with this `UserComment` in its EXIF."""
    exif = Image.Exif()
    exif[_EXIF_IFD] = {_USER_COMMENT: comment}
    return _saved(kind, exif)


def with_tags(kind: str, tags: dict[int, str]) -> bytes:
    """A JPEG or WEBP with these tags of its EXIF."""
    exif = Image.Exif()
    for number, text in tags.items():
        exif[number] = text
    return _saved(kind, exif)


def _saved(kind: str, exif: Image.Exif) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind, exif=exif.tobytes())
    return target.getvalue()
