"""A progress bar for a sync on a terminal."""

from __future__ import annotations

import importlib
import sys
import threading
from typing import Any

from civitdock.domain.sync import FINISHED, Phase, Sync
from civitdock.services.sync import SyncService

_LOOK_SECONDS = 0.2


def follow(service: SyncService, job: Sync, *, visible: bool) -> Sync:
    """Wait for the end of a sync and show how far it is; answers the record at its end.

    Without a bar only what it waits for is said, each reason once, so that a log shows why nothing happens.
    """
    pause = threading.Event()
    bar = _Bar() if visible and sys.stderr.isatty() else None
    said = ""
    try:
        while (seen := service.progress() or job).state not in FINISHED:
            if bar is not None:
                bar.show(seen)
            elif seen.waiting is not None and seen.waiting.message != said:
                said = seen.waiting.message
                print(f"Waiting: {said}", file=sys.stderr, flush=True)
            pause.wait(_LOOK_SECONDS)
        return seen
    finally:
        if bar is not None:
            bar.close()


class _Bar:
    """One bar per phase: bytes while files are read, files else. Nothing is drawn where `tqdm` is missing."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._phase = ""

    def show(self, job: Sync) -> None:
        """Draw the present state."""
        if job.phase != self._phase:
            self.close()
            self._phase = job.phase
            self._bar = _made(job)
        if self._bar is None:
            return
        by_bytes = job.phase == Phase.HASHING.value
        self._bar.total = job.bytes_total if by_bytes else job.files_total
        self._bar.set_postfix_str(job.waiting.message if job.waiting is not None else "", refresh=False)
        self._bar.update((job.bytes_done if by_bytes else job.files_done) - self._bar.n)

    def close(self) -> None:
        """Leave the line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _made(job: Sync) -> Any:
    try:
        tqdm = importlib.import_module("tqdm").tqdm
    except ImportError:
        return None
    by_bytes = job.phase == Phase.HASHING.value
    name = job.phase.replace("_", " ")
    return tqdm(desc=name, unit="B" if by_bytes else " files", unit_scale=by_bytes, file=sys.stderr, leave=False)
