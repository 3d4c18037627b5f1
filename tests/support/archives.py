"""Zip archives for tests, honest and hostile."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence

TENSORS = b"\x10\0\0\0\0\0\0\0{}              "
PICKLE = b"\x80\x02}q\x00."
HOSTILE_PICKLE = b"cos\nsystem\n(S'true'\ntR."
Made = tuple[str | zipfile.ZipInfo, bytes]


def zipped(*members: Made, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with exactly these members, in order; names are taken as they are, twice the same too."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members:
            info = name if isinstance(name, zipfile.ZipInfo) else named(name)
            info.compress_type = method
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                archive.writestr(info, content)
    return made.getvalue()


def named(name: str, mode: int = 0o100644, dos_attributes: int = 0, flags: int = 0) -> zipfile.ZipInfo:
    """A member whose name no constructor has tidied up."""
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16 | dos_attributes
    info.flag_bits = flags
    return info


def encrypted(*names: str) -> bytes:
    """An archive that says of these members that they are encrypted."""
    plain = bytearray(zipped(*((name, TENSORS) for name in names)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = plain.find(signature)
        while at >= 0:
            plain[at + offset] |= 1
            at = plain.find(signature, at + 4)
    return bytes(plain)


def lying(content: bytes, claimed: int) -> bytes:
    """An archive with one deflated member whose sizes in both headers claim something else."""
    made = bytearray(zipped(("a.safetensors", content)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = made.find(signature) + offset
        made[at : at + 4] = claimed.to_bytes(4, "little")
    return bytes(made)


def pairs(names: Sequence[str], content: bytes = TENSORS) -> list[Made]:
    """Members of one content."""
    return [(name, content) for name in names]
