"""The threads of the queue: one that hands out jobs, and one per running job."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from civitdock.domain.downloads import Download, State
from civitdock.domain.retry import Streak
from civitdock.errors import CivitDockError
from civitdock.ports import DownloadStore
from civitdock.ports.host import Host, SettingsSource
from civitdock.services.downloads.board import Board, Keep, Role, waiting
from civitdock.services.downloads.destination import Place
from civitdock.services.downloads.progress import ProgressView, totals_of
from civitdock.services.downloads.runner import Run, Tools

_LOG = logging.getLogger(__name__)
#: Seconds between two looks: at a host that generates, at what another process on the same data does (real seconds).
_LOOK_AT_HOST, _LOOK_AT_OWNER = 1.0, 5.0
_STOP_SECONDS = 10.0
_WITHOUT_PART = frozenset({State.DONE, State.CANCELLED})


class Crew:
    """Runs queued jobs, as many at once as the setting says, while this process owns the queue."""

    def __init__(self, board: Board, store: DownloadStore, tools: Tools, host: Host, settings: SettingsSource) -> None:
        self._board = board
        self._store = store
        self._tools = tools
        self._host = host
        self._settings = settings
        self._lock = threading.Lock()
        self._names_lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._owning = threading.Event()
        self._first_look = threading.Event()
        self._leader: threading.Thread | None = None
        self._running: dict[str, tuple[Run, threading.Thread]] = {}
        self._streaks: dict[str, Streak] = {}
        self._not_before: dict[str, float] = {}
        self._generating_at = float("-inf")
        self._generates = False

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work; a second call does nothing. Returns when it is known whose queue this is."""
        with self._lock:
            if self._leader is not None:
                return
            self._stopping.clear()
            self._first_look.clear()
            self._leader = threading.Thread(target=self._lead, name="civitdock-downloads", daemon=True)
            self._leader.start()
        self._first_look.wait(_STOP_SECONDS)

    def stop(self) -> None:
        """End all threads; running jobs go back into the queue."""
        self._stopping.set()
        self._wake.set()
        with self._lock:
            leader, self._leader = self._leader, None
        if leader is not None:
            leader.join(_STOP_SECONDS)
        with self._lock:
            running = list(self._running.values())
        for run, _ in running:
            run.cancelled.set()
        for _, thread in running:
            thread.join(_STOP_SECONDS)

    def wake(self) -> None:
        """Something has changed: look at the queue."""
        self._wake.set()

    def owns_queue(self) -> bool:
        """Whether this process runs the queue."""
        return self._owning.is_set()

    def halt(self, job_id: str) -> None:
        """A job was paused: end its run."""
        self._tell_run(job_id)
        self._wake.set()

    def hurry(self, job_id: str) -> None:
        """A job shall not wait any longer; should it fail again, it waits as after the first time."""
        with self._lock:
            self._not_before.pop(job_id, None)
            self._streaks.pop(job_id, None)
        self._wake.set()

    def cancel(self, job_id: str) -> Download:
        """End a job: whoever sees it cancelled finds no part. Raises `NotFound`, `WrongState`."""
        job = self._board.announce_end(job_id, State.CANCELLED)
        try:
            run = self._tell_run(job_id)
            if run is not None and run[0].state is State.VERIFYING:
                run[1].join(_STOP_SECONDS)  # it may be copying the part
            self.clear_up([job])
        finally:
            job = self._board.end(job_id, State.CANCELLED, bytes_done=0, carried_from=None)
        self._wake.set()
        return job

    def _tell_run(self, job_id: str) -> tuple[Run, threading.Thread] | None:
        with self._lock:
            found = self._running.get(job_id)
            if found is not None:
                found[0].cancelled.set()
        return found

    def view(self, since: int) -> ProgressView:
        """Jobs and totals; the speed of a stalled transfer falls although nothing is reported."""
        self._board.refresh()
        now = self._tools.clock.monotonic()
        with self._lock:
            running = [run for run, _ in self._running.values()]
        for run in running:
            speed = run.meter.speed(now)
            self._board.change_if(
                run.job_id,
                lambda job, speed=speed: job.state is State.DOWNLOADING and job.speed_bps != speed,  # type: ignore[misc]
                keep=Keep.SHOWN,
                speed_bps=speed,
            )
        revision, jobs = self._board.since(since)
        limit = self._settings.current().number("civitai_bandwidth_limit")
        return ProgressView(revision, jobs, totals_of(self._board.jobs(), limit), self._board.removed(since))

    # --- the leader ------------------------------------------------------------------------------

    def _lead(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                if self._stopping.is_set():  # a stop between the two lines above would be slept through
                    return
                pause = self._safe_look()
                self._first_look.set()
                if pause is None:
                    self._wake.wait(_LOOK_AT_OWNER)
                else:
                    self._tools.clock.wait(self._wake, pause)
        finally:
            self._owning.clear()
            self._store.release()
            self._first_look.set()

    def _safe_look(self) -> float | None:
        try:
            return self._look()
        except Exception:  # noqa: BLE001  the edge of a thread: the queue must not end because one look failed
            _LOG.exception("the download queue cannot go on; it tries again")
            return None

    def _look(self) -> float | None:
        """Hand out what can run; seconds until something is due, None where nothing is."""
        if not self._owning.is_set():
            if not self._store.claim():
                self._board.reload(Role.GUEST)
                return None
            self._board.reload(Role.OWNER)
            self._board.requeue_interrupted(lambda path: self._tools.transfers.kept(Place(path).part))
            self._owning.set()
        self._board.take_new()
        if self._held() == "generating":
            self._mark_generating()
            return _LOOK_AT_HOST
        pauses: list[float] = [_LOOK_AT_HOST] if self._pauses_for_host() and self._running else []
        for job in self._board.queued():
            with self._lock:
                if len(self._running) >= self._settings.current().number("civitai_parallel_downloads"):
                    break
                wait = self._not_before.get(job.id, float("-inf")) - self._tools.clock.monotonic()
                if job.id in self._running:
                    continue
                if wait > 0 and job.waiting is not None:
                    pauses.append(wait)
                    continue
                self._begin(job)
        return min(pauses, default=None)

    def _begin(self, job: Download) -> None:
        self._not_before.pop(job.id, None)
        run = Run(job, self._board, self._tools, self._held, self._names_lock)
        thread = threading.Thread(target=self._work, args=(run,), name=f"civitdock-download-{job.id[:8]}", daemon=True)
        self._running[job.id] = (run, thread)
        thread.start()

    def _work(self, run: Run) -> None:
        try:
            streak = run.run(self._streaks.pop(run.job_id, Streak()))
            with self._lock:
                if streak != Streak():
                    self._streaks[run.job_id] = streak
                if run.not_before is not None:
                    self._not_before[run.job_id] = run.not_before
        finally:
            with self._lock:
                self._running.pop(run.job_id, None)
            self._wake.set()

    def clear_up(self, jobs: Sequence[Download]) -> int:
        """Delete the parts of jobs that are cancelled or gone, unless another job uses them; answers their bytes."""
        mine = {job.id for job in jobs}
        others = (job for job in self._board.jobs() if job.id not in mine and job.state not in _WITHOUT_PART)
        used = {part for job in others for part in _parts_of(job)}
        return sum(self._discard(part) for job in jobs for part in _parts_of(job) if part not in used)

    def _discard(self, part: Path) -> int:
        kept = self._tools.transfers.kept(part)
        try:
            self._tools.transfers.discard(part)
        except CivitDockError as error:
            _LOG.warning("the part of a download that was given up stays: %s", error.message)
            return 0
        return 0 if kept is None else kept.done

    # --- the host --------------------------------------------------------------------------------

    def _pauses_for_host(self) -> bool:
        return self._settings.current().flag("civitai_pause_while_generating")

    def _held(self) -> str | None:
        """Why running jobs should halt: the service stops, or the host generates and the setting wants us to wait."""
        if self._stopping.is_set():
            return "stopped"
        now = self._tools.clock.monotonic()
        if now - self._generating_at >= _LOOK_AT_HOST:
            self._generating_at = now
            self._generates = self._pauses_for_host() and self._host.is_generating()
        return "generating" if self._generates else None

    def _mark_generating(self) -> None:
        for job in self._board.queued():
            if job.waiting is None:
                fields = waiting("generating", "Waits until the WebUI has finished generating.", None)
                self._board.change_if(job.id, lambda now: now.state is State.QUEUED, **fields)


def _parts_of(job: Download) -> list[Path]:
    """Where bytes of a job may lie."""
    parts = [Path(job.carried_from)] if job.carried_from else []
    return parts + ([Place(Path(job.target_path)).part] if job.target_path else [])
