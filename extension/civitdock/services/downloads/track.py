"""What one run writes on its job, and only while the job is in the state in which the run has put it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from civitdock.domain.downloads import Conflict, Download, Failure, State
from civitdock.domain.retry import Streak
from civitdock.domain.transfers import Progress
from civitdock.errors import CivitDockError, NameConflict
from civitdock.ports import Clock
from civitdock.services.downloads.board import Board, Keep, failed, stopped, waiting
from civitdock.services.downloads.progress import Meter, eta
from civitdock.services.downloads.space import Space

_LOG = logging.getLogger(__name__)
_SHOW_EVERY, _SAVE_EVERY = 0.25, 5.0


class Halted(Exception):
    """The job left the state in which this run had put it (paused, cancelled), or the service stops."""


class Track:
    """The job of one run. `not_before` (monotonic seconds) is when a waiting job may begin again."""

    def __init__(self, job_id: str, board: Board, space: Space, clock: Clock) -> None:
        self.job_id = job_id
        self.meter = Meter()
        self.not_before: float | None = None
        self.state = State.QUEUED
        self._board = board
        self._space = space
        self._clock = clock
        self._size: int | None = None
        self._shown = self._saved = float("-inf")

    def job(self) -> Download:
        """The job as it is now; raises `NotFound`."""
        return self._board.get(self.job_id)

    def holds(self) -> bool:
        """Whether the job is still where the run has put it."""
        return self._board.holds(self.job_id, self.state)

    def step(self, state: State, **fields: Any) -> Download:
        """Go on to a state; raises `Halted`."""
        job = self.change(state=state, **fields)
        self.state = state
        return job

    def change(self, **fields: Any) -> Download:
        """Set fields; raises `Halted`."""
        changed = self._change_if(**fields)
        if changed is None:
            raise Halted
        return changed

    def _change_if(self, keep: Keep = Keep.SAVED, **fields: Any) -> Download | None:
        return self._board.change_if(self.job_id, lambda job: job.state is self.state, keep=keep, **fields)

    # --- the end of a run ------------------------------------------------------------------------

    def finish(self, warnings: tuple[str, ...], **fields: Any) -> None:
        """The job is done."""
        known = self.job().warnings
        self.change(**stopped(State.DONE), warnings=tuple(dict.fromkeys((*known, *warnings))), **fields)

    def fail(self, error: CivitDockError) -> None:
        """The job has failed; an error that cannot be saved is at least shown."""
        fields = failed(Failure(error.code, error.message, error.hint)) | self._kept()
        if isinstance(error, NameConflict) and error.taken is not None:
            fields["conflict"] = Conflict(str(error.taken), error.suggestion)
        try:
            self._change_if(**fields)
        except CivitDockError:
            _LOG.exception("the failure of download %s cannot be saved", self.job_id)
            self._change_if(keep=Keep.SHOWN, **fields)

    def put_back(self, reason: str) -> None:
        """The job waits for its turn again; one that was paused meanwhile only hears how much is kept."""
        if reason == "generating":
            fields = waiting(reason, "Waits until the WebUI has finished generating.", None)
        else:
            fields = stopped(State.QUEUED)
        kept = self._kept()
        if self._change_if(**fields, **kept) is None:
            self._board.change_if(self.job_id, lambda job: job.state is State.PAUSED, **kept)

    def wait(self, error: CivitDockError, streak: Streak) -> Streak:
        """The job waits until what stopped it may have passed; answers the streak."""
        self._wait(error.code, error.message, streak.seconds(error.retry_after), until_known=True)
        return streak

    def wait_for_other(self, reason: str, message: str, seconds: float) -> None:
        """The job waits for somebody else; it looks again after so many seconds."""
        self._wait(reason, message, seconds, until_known=False)

    def _wait(self, reason: str, message: str, seconds: float, *, until_known: bool) -> None:
        self.not_before = self._clock.monotonic() + seconds
        until = self._clock.now() + seconds if until_known else None
        self._change_if(**waiting(reason, message, until), **self._kept())

    def _kept(self) -> dict[str, Any]:
        """How much is kept for the next try, and of how much; from `moving` on the file is all there."""
        job = self._board.find(self.job_id)
        if job is None or job.target_path is None or self.state is State.MOVING:
            return {}
        kept = self._space.kept(Path(job.target_path))
        return {"bytes_done": kept.done, "bytes_total": job.bytes_total if kept.total is None else kept.total}

    # --- the transfer ----------------------------------------------------------------------------

    def begin(self, path: Path, size: int | None) -> None:
        """Let the bytes come where there is room; `size` is CivitAI's word. Raises `DiskFull`, `Halted`."""
        kept = self._space.kept(path)
        self._size = size if kept.total is None else kept.total
        with self._space.room(self.job_id, path, size):
            self.step(State.DOWNLOADING, bytes_done=kept.done, bytes_total=self._size)

    def report(self, progress: Progress) -> None:
        """Show how far the transfer is. The server's size, where it is another one, must fit too: raises `DiskFull`."""
        now = self._clock.monotonic()
        self.meter.note(now, progress.done)
        if progress.total not in (None, self._size):
            self._size = progress.total
            with self._space.room(self.job_id, Path(self.job().target_path or ""), progress.total):
                self._show(progress.done, now)
        elif now - self._shown >= _SHOW_EVERY or progress.done == progress.total:
            self._show(progress.done, now)

    def _show(self, done: int, now: float) -> None:
        self._shown = now
        keep = Keep.SAVED if now - self._saved >= _SAVE_EVERY else Keep.SHOWN
        self._saved = now if keep is Keep.SAVED else self._saved
        speed = self.meter.speed(now)
        total = None if self._size is not None and done > self._size else self._size
        seconds = eta(done, total, speed)
        self._change_if(keep, bytes_done=done, bytes_total=total, speed_bps=speed, eta_s=seconds)
