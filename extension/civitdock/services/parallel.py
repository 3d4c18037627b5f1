"""Work on many things at once on threads of their own, with an end that leaves none behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def each(items: Iterable[Item], work: Callable[[Item], None], workers: int) -> None:
    """Do the work for every item, `workers` at a time; the first exception ends it and is raised here.

    Items are taken when a worker is free, so that an endless source costs no memory.
    """
    crew = _Crew(iter(items), work)
    threads = [threading.Thread(target=crew.run, name=f"civitdock-work-{n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if crew.failure is not None:
        raise crew.failure


class _Crew:
    """What the workers share."""

    def __init__(self, items: Iterable[Item], work: Callable[[Item], None]) -> None:
        self._items = iter(items)
        self._work = work
        self._lock = threading.Lock()
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Take and do one item after the other."""
        while True:
            with self._lock:
                if self.failure is not None:
                    return
                try:
                    item = next(self._items)
                except StopIteration:
                    return
            try:
                self._work(item)
            except BaseException as error:  # noqa: BLE001 - it is raised again on the thread that waits for us
                with self._lock:
                    if self.failure is None:
                        self.failure = error
                return
