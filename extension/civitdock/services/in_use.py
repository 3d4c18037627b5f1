"""Which files somebody works on at this moment, so that nobody moves one while its metadata is being written."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civitdock.errors import WrongState


class InUse:
    """Files by path. Many may write beside one; who moves it has it alone. Nobody waits: who comes later is refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._described: Counter[Path] = Counter()
        self._moved: set[Path] = set()

    @contextmanager
    def described(self, path: Path) -> Iterator[None]:
        """Write beside a file for the block; raises `WrongState` where it is being moved."""
        with self._lock:
            if path in self._moved:
                raise _refused(path)
            self._described[path] += 1
        try:
            yield
        finally:
            with self._lock:
                self._described -= Counter((path,))

    @contextmanager
    def moved(self, *paths: Path) -> Iterator[None]:
        """Have these files alone for the block; raises `WrongState` where somebody works on one of them."""
        with self._lock:
            taken = next((path for path in paths if path in self._moved or path in self._described), None)
            if taken is not None:
                raise _refused(taken)
            self._moved.update(paths)
        try:
            yield
        finally:
            with self._lock:
                self._moved.difference_update(paths)


def _refused(path: Path) -> WrongState:
    return WrongState(f"{path.name} is being worked on at the moment.", hint="Try again when that has ended.")
