"""Pictures kept on disk up to a size, those used last. The folder itself is the index.

Each file begins with the CRC32 of the rest, so that what a crash or a full disk left behind is noticed without
flushing every small file; its time of change says when it was used last.
"""

from __future__ import annotations

import logging
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from civitdock.adapters.files.atomic import is_temporary, temporary_name

log = logging.getLogger(__name__)

_CRC_BYTES = 4
#: How full it is left when something had to go, so that not every new picture makes work.
_LEFT = 0.9


@dataclass(frozen=True)
class _Kept:
    used_at: float
    size: int
    path: Path


class PictureCache:
    """Implements `ports.pictures.PictureShelf` in a folder of its own. Safe for many threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._used: int | None = None  # bytes; None until the folder was looked through

    def get(self, tag: str) -> bytes | None:
        """See the port."""
        path = self._path(tag)
        try:
            kept = path.read_bytes()
            if _is_whole(kept):
                os.utime(path)
                return kept[_CRC_BYTES:]
            path.unlink()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.info("A kept picture cannot be used: %s", error)
        return None

    def put(self, tag: str, content: bytes, room: int) -> None:
        """See the port. The picture is there in one step or not at all."""
        size = len(content) + _CRC_BYTES
        with self._lock:
            try:
                if self._used is None:
                    self._used = sum(each.size for each in self._look_through())
                if size <= room:
                    _write(self._path(tag), zlib.crc32(content).to_bytes(_CRC_BYTES, "big") + content)
                    self._used += size
                if self._used > room:
                    self._used = self._thin_out(room)
            except OSError as error:
                log.info("A picture cannot be kept: %s", error)
                self._used = None

    def _path(self, tag: str) -> Path:
        return self._folder / tag[:2] / tag

    def _thin_out(self, room: int) -> int:
        """Delete what was used longest ago; answers the bytes that are left."""
        kept = sorted(self._look_through(), key=lambda each: each.used_at)
        left = sum(each.size for each in kept)
        for each in kept:
            if left <= room * _LEFT:
                break
            try:
                each.path.unlink(missing_ok=True)
            except OSError:  # Windows: somebody reads it just now
                continue
            left -= each.size
        return left

    def _look_through(self) -> Iterator[_Kept]:
        """Everything that is kept; what a crash left unfinished goes. Only the holder of the lock writes here."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            for path in folder.iterdir() if folder.is_dir() else ():
                try:
                    if is_temporary(path.name):
                        path.unlink(missing_ok=True)
                        continue
                    facts = path.stat()
                except OSError:
                    continue
                yield _Kept(facts.st_mtime, facts.st_size, path)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(temporary_name())
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _is_whole(kept: bytes) -> bool:
    return len(kept) > _CRC_BYTES and kept[:_CRC_BYTES] == zlib.crc32(kept[_CRC_BYTES:]).to_bytes(_CRC_BYTES, "big")
