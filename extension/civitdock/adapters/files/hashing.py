"""The hashes of a file from one sequential read (`civitai-api.md 2`)."""

from __future__ import annotations

import hashlib
import importlib
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from civitdock.domain.hashes import Hashes, autov2, crc32_text

#: Larger ones fall out of the processor's cache between reading and hashing; smaller ones cost more calls.
CHUNK = 1024 * 1024
_AUTOV1_START, _AUTOV1_END = 0x100000, 0x110000
#: Below this size CivitAI gives no AutoV1.
_AUTOV1_MIN_SIZE = 2 * 1024 * 1024
#: From this header length on CivitAI skips only the length field itself.
_AUTOV3_HEADER_CAP = 16 * 1024 * 1024

Report = Callable[[int], None]


class _Hasher(Protocol):
    def update(self, data: memoryview, /) -> object:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The digest so far."""


def hash_file(path: Path, extra: frozenset[str], report: Report) -> Hashes:
    """SHA256, AutoV2 and AutoV1, and of `extra` (`blake3`, `crc32`) what is wanted and possible.

    `report` gets the number of bytes after each chunk and may raise to end the reading. Raises `OSError`.
    """
    sha, old = hashlib.sha256(), hashlib.sha256()
    blake = _blake3() if "blake3" in extra else None
    crc, at = 0, 0
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        buffer = memoryview(bytearray(CHUNK))
        while count := file.readinto(buffer):
            part = buffer[:count]
            sha.update(part)
            if blake is not None:
                blake.update(part)
            if "crc32" in extra:
                crc = zlib.crc32(part, crc)
            begin, end = max(_AUTOV1_START - at, 0), min(_AUTOV1_END - at, count)
            if begin < end:
                old.update(part[begin:end])
            at += count
            report(count)
    digest = sha.hexdigest()
    return Hashes(
        sha256=digest,
        autov1=old.hexdigest()[:8] if size >= _AUTOV1_MIN_SIZE else None,
        autov2=autov2(digest),
        blake3=None if blake is None else blake.hexdigest(),
        crc32=crc32_text(crc) if "crc32" in extra else None,
    )


def autov1(path: Path) -> str | None:
    """The hash of 64 KiB at the end of the first MiB, as `hash_file` finds it; None for small files.

    A cheap look whether a file is the one it seems to be; raises `OSError`.
    """
    with open(path, "rb", buffering=0) as file:
        if os.fstat(file.fileno()).st_size < _AUTOV1_MIN_SIZE:
            return None
        file.seek(_AUTOV1_START)
        return hashlib.sha256(file.read(_AUTOV1_END - _AUTOV1_START)).hexdigest()[:8]


def autov3(path: Path, report: Report) -> str:
    """The SHA256 of what follows the safetensors header, its first 12 digits; raises `OSError`."""
    sha = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        head = file.read(8)
        length = int(struct.unpack("<Q", head)[0]) if len(head) == 8 else 0
        file.seek(8 + (length if length < _AUTOV3_HEADER_CAP else 0))
        buffer = memoryview(bytearray(CHUNK))
        while count := file.readinto(buffer):
            sha.update(buffer[:count])
            report(count)
    return sha.hexdigest()[:12]


def _blake3() -> _Hasher | None:
    """A hasher of the optional package; None where it is not installed. Files, not parts of one, share the cores."""
    try:
        package = importlib.import_module("blake3")
    except ImportError:
        return None
    hasher: _Hasher = package.blake3()
    return hasher
