"""Handles on a part file that another thread may close for good."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from civitdock.ports import TransferStopped

_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


class NoFollow:
    """An opener for `open` that follows no link, so that a part is never written through one; `more` are flags."""

    def __init__(self, more: int = 0) -> None:
        self._flags = _FLAGS | more

    def __call__(self, path: str, _: int) -> int:
        return os.open(path, self._flags, 0o666)


class Handle:
    """An open file with a position of its own, for one thread. Raises what `open` raises."""

    def __init__(self, path: Path, opener: NoFollow) -> None:
        self._file = io.FileIO(str(path), "r+", opener=opener)
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def held(self) -> Iterator[io.FileIO]:
        """The file, which nobody closes meanwhile; raises `TransferStopped` once it was closed."""
        with self._lock:
            if self._file.closed:
                raise TransferStopped("abandoned")
            yield self._file

    def close(self) -> None:
        """Close it as soon as it is not held; a second call does nothing."""
        with self._lock:
            self._file.close()
