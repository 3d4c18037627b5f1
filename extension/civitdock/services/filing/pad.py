"""Notes what an operation has done, many items at once."""

from __future__ import annotations

from collections.abc import Iterable

from civitdock.domain.filing import Entry, Operation
from civitdock.ports import Clock
from civitdock.ports.filing import OperationStore
from civitdock.services.filing.carrier import Direction
from civitdock.services.filing.followup import Followup

#: What is done is made durable so often, in seconds and in items; in between the places of the files tell it.
_SAVE_SECONDS = 0.25
_SAVE_ITEMS = 200


class Pad:
    """The notes of one operation: writing each by itself would wait for the drive."""

    def __init__(
        self, store: OperationStore, operation: Operation, followup: Followup, way: Direction, clock: Clock
    ) -> None:
        self._store = store
        self._operation = operation
        self._followup = followup
        self._way = way
        self._clock = clock
        self._entries: list[Entry] = []
        self._items = 0
        self._saved_at = clock.monotonic()

    def add(self, item: Iterable[Entry]) -> None:
        """Note one item."""
        self._entries += item
        self._items += 1
        if self._items >= _SAVE_ITEMS or self._clock.monotonic() - self._saved_at >= _SAVE_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Make it durable, index and memory too."""
        entries, self._entries, self._items = self._entries, [], 0
        if entries:
            self._followup.keep(entries)
            self._store.save(self._operation.id, entries)
            self._followup.moved(self._operation.kind, entries, self._way)
        self._saved_at = self._clock.monotonic()
