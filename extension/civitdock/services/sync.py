"""Metadata sync: one job at a time on one thread of its own (design sections 6 and 8)."""

from __future__ import annotations

import logging
import threading
import uuid

from civitdock.domain.sync import FINISHED, Scope, Sync, SyncPlan, SyncRequest
from civitdock.errors import CivitDockError, NotFound
from civitdock.ports import Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.services.sync_control import SyncControl, SyncEnded
from civitdock.services.sync_run import SyncRun
from civitdock.services.sync_scan import Scan, SyncTools

log = logging.getLogger(__name__)
#: The first sync begins so many seconds after the start, when the UI is up.
AUTO_DELAY = 5.0
_JOIN_SECONDS = 5.0


class SyncService:
    """Runs syncs in the background; a second request widens the one that runs."""

    def __init__(self, tools: SyncTools, host: Host, settings: SettingsSource, clock: Clock) -> None:
        self._tools = tools
        self._memory = tools.memory
        self._host = host
        self._settings = settings
        self._clock = clock
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_first_start = True
        self._wanted: list[SyncRequest] = []
        self._hurry = threading.Event()
        self._current: SyncControl | None = None

    def start(self) -> None:
        """Start the worker, and at the first start a sync where `civitai_auto_sync` says so; again does nothing."""
        with self._changed:
            if self._thread is not None:
                return
            self._hurry.clear()
            self._thread = threading.Thread(target=self._work, name="civitdock-sync", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the worker and a sync that runs; what it found stays. Again does nothing."""
        with self._changed:
            thread, self._thread = self._thread, None
            if self._current is not None:
                self._current.abandon()
            self._hurry.set()
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_SECONDS)

    def submit(self, request: SyncRequest) -> Sync:
        """Sync these files, or widen the sync that runs; raises `InvalidRequest`."""
        Scope([request], self._host.roots())
        with self._changed:
            if self._current is None or not self._current.widen(request):
                self._current = SyncControl(Sync(uuid.uuid4().hex), self._host, self._clock)
                self._current.widen(request)
            for other in self._of_the_start():
                self._current.widen(other)
            self._wanted = []
            self._memory.remember(self._current.requests())
            self._hurry.set()
            self._changed.notify_all()
            return self._current.job

    def plan(self, request: SyncRequest) -> SyncPlan:
        """What a sync would do, from a walk and the index; reads no file and asks nobody. Raises `InvalidRequest`."""
        scan = Scan(self._tools, self._host, self._settings, self._clock)
        return scan.plan([request], lambda error: log.info("not listed: %s", error))

    def progress(self) -> Sync | None:
        """The sync that runs or ran last; None where there was none since the start."""
        with self._changed:
            return self._current.job if self._current is not None else None

    def pause(self, job_id: str) -> Sync:
        """Let a sync rest; raises `NotFound`, `WrongState`."""
        return self._find(job_id).pause()

    def resume(self, job_id: str) -> Sync:
        """Go on with a paused sync; raises `NotFound`, `WrongState`."""
        return self._find(job_id).resume()

    def cancel(self, job_id: str) -> Sync:
        """End a sync; what it found stays. Raises `NotFound`, `WrongState`."""
        job = self._find(job_id).cancel()
        self._memory.remember(())
        return job

    def _find(self, job_id: str) -> SyncControl:
        with self._changed:
            if self._current is None or self._current.job.id != job_id:
                raise NotFound("There is no such sync.", hint="GET sync-progress names the present one.")
            return self._current

    def _work(self) -> None:
        self._first()
        while (control := self._next()) is not None:
            self._carry_out(control)

    def _first(self) -> None:
        """The sync of the start, once in the life of the program, and what the last program left unfinished."""
        with self._changed:
            wanted = self._of_the_start()
        # Whoever asks for a sync meanwhile takes these along.
        if wanted and not self._clock.wait(self._hurry, AUTO_DELAY):
            self.submit(wanted[0])

    def _of_the_start(self) -> list[SyncRequest]:
        """What the start asks for and nobody has begun; the caller holds the lock."""
        if self._is_first_start:
            self._is_first_start = False
            self._wanted = [request for request in self._memory.unfinished() if self._is_possible(request)]
            if self._settings.current().flag("civitai_auto_sync"):
                self._wanted.append(SyncRequest())
        return list(self._wanted)

    def _is_possible(self, request: SyncRequest) -> bool:
        """Whether the folders of an unfinished sync are still model folders."""
        try:
            Scope([request], self._host.roots())
        except CivitDockError as error:
            log.warning("An unfinished sync is not taken up: %s", error.message)
            return False
        return True

    def _next(self) -> SyncControl | None:
        """The next sync to carry out; None once this worker is dismissed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_dismissed() or self._is_waiting())
            return None if self._is_dismissed() else self._current

    def _is_dismissed(self) -> bool:
        """Whether this thread is no longer the worker; another may be by now."""
        return self._thread is not threading.current_thread()

    def _is_waiting(self) -> bool:
        return self._current is not None and self._current.job.state not in FINISHED

    def _carry_out(self, control: SyncControl) -> None:
        control.begin()
        try:
            SyncRun(self._tools, control, self._host, self._settings, self._clock).run()
            self._forget(control)
        except SyncEnded:
            return
        except CivitDockError as error:
            control.fail(error)
        except Exception:
            log.exception("The sync failed")
            control.fail(CivitDockError())

    def _forget(self, control: SyncControl) -> None:
        """A sync that has reached its end need not be taken up again at the next start."""
        with self._changed:
            if self._current is control:
                self._memory.remember(())
