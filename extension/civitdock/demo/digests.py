"""The six file hashes as CivitAI stores them (`civitai-api.md` section 2)."""

from __future__ import annotations

import hashlib
import importlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_AUTOV1_START = 0x100000
_AUTOV1_LENGTH = 0x10000
_AUTOV1_MIN_SIZE = 2 * 1024 * 1024
_HEADER_CAP = 16 * 1024 * 1024


@dataclass(frozen=True)
class Digests:
    """Upper-case hex digests of one content; `autov1` and `blake3` may be unknown."""

    sha256: str
    autov1: str | None
    autov3_full: str
    crc32: str
    blake3: str | None

    @property
    def autov2(self) -> str:
        """First ten hex digits of the SHA256."""
        return self.sha256[:10]

    @property
    def autov3(self) -> str:
        """The 12 digits that a database trigger keeps."""
        return self.autov3_full[:12]


class _AutoV3:
    """SHA256 of what follows the safetensors header, fed in pieces."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._head = b""
        self._skip: int | None = None

    def update(self, piece: bytes) -> None:
        if self._skip is None:
            self._head += piece
            if len(self._head) < 8:
                return
            length = int(struct.unpack("<Q", self._head[:8])[0])
            self._skip = 8 + (length if length < _HEADER_CAP else 0)
            piece, self._head = self._head, b""
        dropped = min(self._skip, len(piece))
        self._skip -= dropped
        self._sha.update(piece[dropped:])

    def hexdigest(self) -> str:
        return self._sha.hexdigest().upper()


def _blake3_hasher() -> Any:
    """A hasher of the optional package, or None when it is not installed."""
    try:
        return importlib.import_module("blake3").blake3()
    except ImportError:
        return None


def digest(pieces: Iterable[bytes], size: int) -> Digests:
    """Hash one pass over `pieces`, `size` bytes in all.

    AutoV1 is left out below 2 MiB, as CivitAI does in practice; CRC32 is printed little-endian.
    """
    sha, v1, v3, crc, blake = hashlib.sha256(), hashlib.sha256(), _AutoV3(), 0, _blake3_hasher()
    at = 0
    for piece in pieces:
        sha.update(piece)
        v3.update(piece)
        crc = zlib.crc32(piece, crc)
        if blake is not None:
            blake.update(piece)
        begin, end = max(_AUTOV1_START - at, 0), min(_AUTOV1_START + _AUTOV1_LENGTH - at, len(piece))
        if begin < end:
            v1.update(piece[begin:end])
        at += len(piece)
    return Digests(
        sha256=sha.hexdigest().upper(),
        autov1=v1.hexdigest()[:8].upper() if size >= _AUTOV1_MIN_SIZE else None,
        autov3_full=v3.hexdigest(),
        crc32=struct.pack("<I", crc & 0xFFFFFFFF).hex().upper(),
        blake3=None if blake is None else str(blake.hexdigest()).upper(),
    )
