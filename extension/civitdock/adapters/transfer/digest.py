"""Hashing while bytes arrive."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

from civitdock.domain.hashes import Hashes, autov2, crc32_text

try:
    import blake3 as _blake3
except ImportError:  # one of our optional packages: without it BLAKE3 is neither computed nor checked
    _blake3 = None  # type: ignore[assignment]


class Digest:
    """SHA256 always; BLAKE3 (where its package is installed) and CRC32 when asked for."""

    def __init__(self, *, blake3: bool, crc32: bool) -> None:
        self._wants_blake3 = blake3 and _blake3 is not None
        self._wants_crc32 = crc32
        self.restart()

    def restart(self) -> None:
        """Forget every byte."""
        self._sha256 = hashlib.sha256()
        self._blake3: Any = _blake3.blake3() if self._wants_blake3 else None
        self._crc32 = 0

    def update(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._sha256.update(chunk)
        if self._blake3 is not None:
            self._blake3.update(chunk)
        if self._wants_crc32:
            self._crc32 = zlib.crc32(chunk, self._crc32)

    def hashes(self) -> Hashes:
        """The hashes of all bytes so far."""
        sha256 = self._sha256.hexdigest()
        return Hashes(
            sha256=sha256,
            autov2=autov2(sha256),
            blake3=str(self._blake3.hexdigest()) if self._blake3 is not None else None,
            crc32=crc32_text(self._crc32) if self._wants_crc32 else None,
        )
