"""The texts that programs write into pictures, read without decoding a pixel.

PNG has them in chunks of its own (`parameters` of WebUIs, `prompt` and `workflow` of ComfyUI), JPEG and WebP in EXIF:
WebUIs and CivitAI in `UserComment`, ComfyUI's WebP in `Make` and `Model` as `workflow:{…}` and `prompt:{…}`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import Image

from civitdock.errors import TooLarge, UnreadablePicture

#: Bytes of a picture.
MAX_PICTURE_BYTES = 32 * 1024 * 1024
#: Characters of one text; the largest workflows have some hundred thousand.
MAX_TEXT = 8 * 1024 * 1024
_FORMATS = ("PNG", "JPEG")
_USER_COMMENT, _EXIF_IFD = 0x9286, 0x8769
#: Whatever the file says of itself may be wrong; these are what Pillow then raises.
_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, KeyError, IndexError, TypeError, OverflowError,
    RecursionError, ZeroDivisionError, AttributeError, Image.DecompressionBombError,
)  # fmt: skip
#: What ComfyUI and others put before JSON in EXIF.
_PREFIXES = ("prompt:", "workflow:")
#: The texts of a PNG that are about how it was made, in the order in which they count.
_CHUNKS = ("parameters", "prompt", "workflow")


class PictureTexts:
    """Implements `ports.pictures.PictureTexts` with Pillow."""

    def texts(self, content: bytes) -> tuple[str, ...]:
        """See there."""
        if len(content) > MAX_PICTURE_BYTES:
            raise TooLarge("The picture is larger than 32 MB.", hint="Paste its infotext or workflow instead.")
        try:
            found = [text[:MAX_TEXT] for text in _texts(content) if text.strip()]
        except Image.DecompressionBombError as error:
            raise UnreadablePicture("The picture has too many pixels to be real.") from error
        except _DAMAGE as error:
            raise UnreadablePicture from error
        return tuple(dict.fromkeys(found))


def _texts(content: bytes) -> Iterator[str]:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        yield from _exif_texts(_webp_exif(content))
        return
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        info = {str(name).casefold(): value for name, value in picture.info.items()}
    yield from (info[name] for name in _CHUNKS if isinstance(info.get(name), str))
    exif = info.get("exif")
    if isinstance(exif, bytes):
        yield from _exif_texts(exif)
    comment = info.get("comment")
    if isinstance(comment, (bytes, str)):
        yield comment if isinstance(comment, str) else comment.decode("utf-8", "replace")


def _webp_exif(content: bytes) -> bytes:
    """The EXIF chunk of a WebP; Pillow would make room for its pixels only to open it."""
    place = 12
    while place + 8 <= len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        if content[place : place + 4] == b"EXIF":
            return content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    if place == 12:
        raise EOFError("a WebP without a chunk")
    return b""


def _exif_texts(raw: bytes) -> Iterator[str]:
    exif = Image.Exif()
    exif.load(raw)  # not `picture.getexif`, which decodes a PNG to look behind its pixels
    comment = exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT)
    if isinstance(comment, (bytes, str)):
        yield comment if isinstance(comment, str) else user_comment(comment)
    own = [value for value in exif.values() if isinstance(value, str)]
    for prefix in _PREFIXES:  # what was run before what was edited
        yield from (value[len(prefix) :] for value in own if value[: len(prefix)].casefold() == prefix)


def user_comment(raw: bytes) -> str:
    """The text of `UserComment`: eight bytes name its encoding, and are often missing or wrong.

    `UNICODE` is UTF-16 of either order: the standard leaves it open, so it is told by where the zeros of plain letters
    and JSON lie.
    """
    head, body = raw[:8], raw[8:]
    if head.startswith(b"UNICODE"):
        return body.decode(_utf16(body), "replace").lstrip("\ufeff")
    if not head.startswith((b"ASCII", b"JIS", b"\0\0\0\0\0\0\0\0")):
        body = raw
    encoding = _utf16(body) if body[:64].count(0) > len(body[:64]) // 4 else "utf-8"
    return body.decode(encoding, "replace").lstrip("\ufeff")


def _utf16(body: bytes) -> str:
    if body[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return "utf-16-be" if body[:2] == b"\xfe\xff" else "utf-16-le"
    sample = body[:256]
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if high == low == 0 and _is_utf8(body):
        return "utf-8"  # some programs name UTF-16 and write UTF-8
    return "utf-16-be" if high >= low else "utf-16-le"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
