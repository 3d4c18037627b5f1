"""No pictures: neither at CivitAI nor on disk."""

from __future__ import annotations

from civitdock.errors import NotFound


class NoPictures:
    """A picture host and a shelf in one."""

    def fetch(self, url: str) -> bytes:
        raise NotFound(f"There is nothing at {url}.")

    def get(self, tag: str) -> bytes | None:
        del tag
        return None

    def put(self, tag: str, content: bytes, room: int) -> None:
        del tag, content, room
