"""Steers one sync: its record, pause and cancel, waiting for CivitAI, the time that is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from civitdock.domain.downloads import Waiting
from civitdock.domain.sync import FINISHED, Phase, Sync, SyncRequest, SyncState, check_move
from civitdock.domain.times import iso
from civitdock.errors import BadAnswer, CivitDockError
from civitdock.ports import CallCancelled, Clock, Outage, Patience
from civitdock.ports.host import Host

Answer = TypeVar("Answer")
_CALL_SECONDS = 30.0
#: Pauses between tries while CivitAI is away, in seconds; the last one repeats.
_DELAYS = (15.0, 30.0, 60.0, 120.0, 300.0)
_BAD_ANSWERS = 3
_BUSY_LOOK = 1.0
#: A gap between two reports that is longer was a pause, not work.
_LONGEST_STEP = 5.0


class SyncEnded(Exception):
    """The sync was cancelled, or the program ends."""


class SyncControl:
    """The record of one sync and the only way to change it; every method may be called from any thread."""

    def __init__(self, job: Sync, host: Host, clock: Clock) -> None:
        self._job = job
        self._host = host
        self._clock = clock
        self._changed = threading.Condition()
        self._interrupt = threading.Event()
        self._requests: list[SyncRequest] = []
        self._worked = 0.0
        self._last_report: float | None = None

    # --- asked from outside --------------------------------------------------------------------------

    @property
    def job(self) -> Sync:
        """The record as it is now."""
        with self._changed:
            return self._job

    def widen(self, request: SyncRequest) -> bool:
        """Add a request; False where the sync has ended and takes no more."""
        with self._changed:
            if self._job.state in FINISHED:
                return False
            if request not in self._requests:
                self._requests.append(request)
            return True

    def pause(self) -> Sync:
        """Let it rest; raises `WrongState`."""
        return self._steer(SyncState.PAUSED, self._interrupt.set)

    def resume(self) -> Sync:
        """Go on; raises `WrongState`."""
        return self._steer(SyncState.RUNNING, self._interrupt.clear)

    def cancel(self) -> Sync:
        """End it; raises `WrongState`."""
        return self._steer(SyncState.CANCELLED, self._interrupt.set)

    def abandon(self) -> None:
        """End it because the program ends."""
        with self._changed:
            if self._job.state not in FINISHED:
                self._steer(SyncState.CANCELLED, self._interrupt.set)

    # --- used by the run -----------------------------------------------------------------------------

    def begin(self) -> None:
        """From queued to running."""
        with self._changed:
            if self._job.state is SyncState.QUEUED:
                self._job = replace(self._job, state=SyncState.RUNNING)

    def requests(self) -> tuple[SyncRequest, ...]:
        """All requests so far."""
        with self._changed:
            return tuple(self._requests)

    def finish_unless_widened(self, done: tuple[SyncRequest, ...]) -> bool:
        """End as done, unless a request came that is not among `done`."""
        with self._changed:
            if tuple(self._requests) != done:
                return False
            if self._job.state is not SyncState.CANCELLED:
                self._job = replace(self._job, state=SyncState.DONE, phase=Phase.DONE.value, waiting=None, eta_s=None)
            return True

    def fail(self, error: CivitDockError) -> None:
        """End as failed."""
        with self._changed:
            if self._job.state not in FINISHED:
                told = self._job.with_error(Path(), error.code, error.message)
                self._job = replace(told, state=SyncState.FAILED, waiting=None, eta_s=None)

    def phase(self, phase: Phase) -> None:
        """Say what happens now."""
        with self._changed:
            self._job = replace(self._job, phase=phase.value, eta_s=None)
            self._last_report = None

    def expect(self, files: int, size_bytes: int) -> None:
        """Add files and bytes to be hashed to the totals."""
        with self._changed:
            self._job = replace(
                self._job,
                files_total=self._job.files_total + files,
                bytes_total=self._job.bytes_total + size_bytes,
            )

    def count(self, counter: str, files: int = 1) -> None:
        """So many more files are done: `matched`, `unmatched`, `invalid` or `failed`."""
        with self._changed:
            more = {counter: getattr(self._job, counter) + files, "files_done": self._job.files_done + files}
            self._job = replace(self._job, **more)

    def tell(self, path: Path, error: CivitDockError) -> None:
        """Note what went wrong with one file."""
        with self._changed:
            self._job = self._job.with_error(path, error.code, error.message)

    def read(self, size_bytes: int) -> None:
        """Note bytes that were hashed, and stop here where that is asked for."""
        with self._changed:
            now = self._clock.monotonic()
            if self._last_report is not None:
                self._worked += min(now - self._last_report, _LONGEST_STEP)
            self._last_report = now
            done = self._job.bytes_done + size_bytes
            left = max(0, self._job.bytes_total - done)
            eta = left * self._worked / done if done and self._worked else None
            self._job = replace(self._job, bytes_done=done, eta_s=eta)
        self.checkpoint()

    def checkpoint(self) -> None:
        """Block while paused or while the host generates; raises `SyncEnded` once it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._job.state is not SyncState.PAUSED)
            if self._job.state is SyncState.CANCELLED:
                raise SyncEnded
        while self._host.is_generating():
            self.wait(_BUSY_LOOK, "generating", "Waiting until the picture is finished.")

    def wait(self, seconds: float, reason: str, message: str) -> None:
        """Wait and say why; a pause or cancel ends the wait early. Raises `SyncEnded`."""
        with self._changed:
            until = iso(self._clock.now() + seconds)
            self._job = replace(self._job, waiting=Waiting(reason, message, until))
        self._clock.wait(self._interrupt, seconds)
        with self._changed:
            self._job = replace(self._job, waiting=None)
            self._changed.wait_for(lambda: self._job.state is not SyncState.PAUSED)
            if self._job.state is SyncState.CANCELLED:
                raise SyncEnded

    def ask(self, call: Callable[[Patience], Answer], max_age: float | None = None) -> Answer:
        """CivitAI's answer; waits as long as it is away, since no old answer may be written; `max_age`: see `Patience`.

        Raises `SyncEnded`, and what waiting cannot cure.
        """
        tries = bad = 0
        while True:
            self.checkpoint()
            try:
                return call(Patience(_CALL_SECONDS, self._interrupt, max_age, Outage.FAIL))
            except CallCancelled:
                continue
            except CivitDockError as error:
                bad += isinstance(error, BadAnswer)
                if not error.transient and not (isinstance(error, BadAnswer) and bad < _BAD_ANSWERS):
                    raise
                delay = max(error.retry_after or 0.0, _DELAYS[min(tries, len(_DELAYS) - 1)])
                tries += 1
                self.wait(delay, error.code, error.message)

    def _steer(self, state: SyncState, interrupt: Callable[[], None]) -> Sync:
        with self._changed:
            check_move(self._job.state, state)
            self._job = replace(self._job, state=state, waiting=None, eta_s=None)
            interrupt()
            self._changed.notify_all()
            return self._job
