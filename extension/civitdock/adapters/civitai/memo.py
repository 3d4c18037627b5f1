"""The answers used last, already taken apart: showing a page again costs no parsing (design section 11)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

#: Sum of the JSON texts behind the kept values; the values themselves take about three times as much memory.
MOST_BYTES = 8 * 1024 * 1024
#: Values hold what was true when they were made (early access over or not), so they do not live long.
SECONDS = 600.0


@dataclass(frozen=True)
class Kept:
    """A value, how many bytes of JSON it came from, when those were fetched (Unix) and when it was made (monotonic)."""

    value: object
    size: int
    fetched_at: float
    made_at: float


class Memo:
    """The least recently used values go first. Safe for many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._most_bytes = most_bytes

    def get(self, key: str, now: float) -> Kept | None:
        """What is kept under a key and not older than `SECONDS`; `now` is monotonic."""
        with self._lock:
            row = self._rows.get(key)
            if row is None:
                return None
            if now - row.made_at >= SECONDS:
                self._drop(key)
                return None
            self._rows.move_to_end(key)
            return row

    def put(self, key: str, row: Kept) -> None:
        """Keep a value unless it is larger than a quarter of all the room."""
        with self._lock:
            self._drop(key)
            if row.size * 4 > self._most_bytes:
                return
            self._rows[key] = row
            self._size += row.size
            while self._size > self._most_bytes:
                self._drop(next(iter(self._rows)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()
            self._size = 0

    def _drop(self, key: str) -> None:
        row = self._rows.pop(key, None)
        if row is not None:
            self._size -= row.size
