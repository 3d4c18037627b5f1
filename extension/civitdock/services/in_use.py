"""Which files somebody works on at this moment, so that nobody moves one while its metadata is being written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civitdock.errors import WrongState


class InUse:
    """Files by path; whoever comes second is refused and does not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: set[Path] = set()

    @contextmanager
    def held(self, *paths: Path) -> Iterator[None]:
        """Have these files alone for the block; raises `WrongState` where somebody works on one of them."""
        wanted = set(paths)
        with self._lock:
            taken = sorted(self._paths & wanted)
            if taken:
                raise WrongState(
                    f"{taken[0].name} is being worked on at the moment.", hint="Try again when that has ended."
                )
            self._paths |= wanted
        try:
            yield
        finally:
            with self._lock:
                self._paths -= wanted
