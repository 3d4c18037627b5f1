"""The six hash types of CivitAI (`civitai-api.md 2`), always in lower case here."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEX = re.compile(r"[0-9a-f]+\Z")
#: SHA256 of nothing, which CivitAI's scanner stored as AutoV3 of some files (`civitai-api.md 2`).
EMPTY_AUTOV3 = "e3b0c44298fc"
#: Lengths that a hash in text may have: AutoV1 and CRC32 8, AutoV2 10, AutoV3 12, SHA256, BLAKE3 and old AutoV3 64.
LENGTHS = (8, 10, 12, 64)


@dataclass(frozen=True)
class Hashes:
    """Hashes of one file, lower-case hex; None where unknown."""

    sha256: str | None = None
    autov1: str | None = None
    autov2: str | None = None
    autov3: str | None = None
    blake3: str | None = None
    crc32: str | None = None

    def strongest(self) -> tuple[str, str] | None:
        """The best proof of the content: (`sha256`|`blake3`|`crc32`, value), or None (design section 7)."""
        for name in ("sha256", "blake3", "crc32"):
            value = getattr(self, name)
            if value:
                return name, value
        return None


def clean(text: object) -> str | None:
    """A hash as CivitAI or a file states it, in lower case without `0x`; None where it is no hash."""
    if not isinstance(text, str):
        return None
    value = text.strip().lower()
    value = value[2:] if value.startswith("0x") else value
    if len(value) not in LENGTHS or not _HEX.match(value) or value.startswith(EMPTY_AUTOV3):
        return None
    return value


def autov2(sha256: str) -> str:
    """AutoV2 is the first ten digits of the SHA256 (`civitai-api.md 2`)."""
    return sha256[:10]


def crc32_text(value: int) -> str:
    """CRC32 as CivitAI prints it: the four bytes in little-endian order (`civitai-api.md 2`)."""
    return (value & 0xFFFFFFFF).to_bytes(4, "little").hex()
