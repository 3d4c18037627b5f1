"""The protocols through which pictures are fetched, kept and read."""

from __future__ import annotations

from typing import Protocol


class PictureHost(Protocol):
    """CivitAI's picture hosts."""

    def fetch(self, url: str) -> bytes:
        """The bytes behind an address.

        Raises `NotFound`, `RateLimited`, `CivitaiDown`, `Offline`, `UnsafeRedirect`, `ChallengePage`, `BadAnswer`.
        """


class PictureShelf(Protocol):
    """Pictures on disk; whatever goes wrong there costs a fetch and nothing else."""

    def get(self, tag: str) -> bytes | None:
        """The picture under this tag, which then counts as used last; None where it is not here or damaged."""

    def put(self, tag: str, content: bytes, room: int) -> None:
        """Keep a picture, and throw away those used longest ago until all take at most `room` bytes."""


class PictureTexts(Protocol):
    """Reads the texts in pictures."""

    def texts(self, content: bytes) -> tuple[str, ...]:
        """The texts that programs wrote into a picture, the likeliest first; none where it has none.

        Raises `TooLarge`, and `UnreadablePicture` where the bytes are no picture of a known kind or are damaged.
        """
