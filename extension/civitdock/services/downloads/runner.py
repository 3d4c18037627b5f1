"""Takes one job from its turn to its end.

A step begins only while the job is still in the state that the step before left it in: pausing or cancelling changes
the state at once, and the run notices at its next step or chunk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civitdock.domain import endings
from civitdock.domain.arrival import Arrival
from civitdock.domain.downloads import RUNNING, Conflict, Download, Failure, State
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import Fetched, Progress, TransferOrder
from civitdock.errors import (
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    DiskFull,
    HashMismatch,
    InvalidFile,
    NameConflict,
    Offline,
    RateLimited,
)
from civitdock.ports import (
    Arrivals,
    CallCancelled,
    Clock,
    Disk,
    Patience,
    Transfers,
    TransferStopped,
)
from civitdock.services.downloads.board import Board, Keep, failed, stopped, waiting
from civitdock.services.downloads.destination import Destinations, Place
from civitdock.services.downloads.progress import Meter, eta
from civitdock.services.downloads.resolve import Resolver, Target, key_of
from civitdock.services.downloads.safety import Inspector, Proof, prove, refuse_known_danger
from civitdock.services.downloads.unpack import Parcel, Unpacker, is_archive

_LOG = logging.getLogger(__name__)
_SHOW_EVERY, _SAVE_EVERY = 0.25, 5.0
_PATIENCE = 30.0
#: Seconds to wait for CivitAI: doubled with every failure in a row up to the last.
_FIRST_WAIT, _LONGEST_WAIT = 15.0, 300.0
_TWIN_WAIT = 5.0
NO_ARCHIVE = "This file is no .zip archive, so there was nothing to unpack."
#: What passes by itself: a job waits for it and goes on.
PASSING = (Offline, CivitaiDown, ChallengePage, RateLimited)


@dataclass(frozen=True)
class Tools:
    """What a run works with."""

    transfers: Transfers
    disk: Disk
    arrivals: Arrivals
    clock: Clock
    resolver: Resolver
    destinations: Destinations
    inspector: Inspector
    unpacker: Unpacker


class Halted(Exception):
    """The job left the state in which this run had put it (paused, cancelled), or the service stops."""


class Run:
    """One run of one job. `halt` answers a reason where running jobs should wait (the host generates, a stop)."""

    def __init__(self, job: Download, board: Board, tools: Tools, halt: Callable[[], str | None], lock: threading.Lock):
        self.job_id = job.id
        self.meter = Meter()
        self.not_before: float | None = None
        self.cancelled = threading.Event()
        self._board = board
        self._tools = tools
        self._halt = halt
        self._names_lock = lock
        self._state = State.QUEUED
        self._shown = self._saved = float("-inf")

    @property
    def state(self) -> State:
        """The state in which it has put the job."""
        return self._state

    def run(self, failures: int) -> bool:
        """Until the job is done, failed, or must wait. `failures` in a row came before; answers whether this is one.

        Never raises: what nobody foresaw becomes the job's error and a line in the log.
        """
        try:
            self._go()
        except Halted:
            return False
        except CallCancelled:
            self._put_back("stopped")
        except TransferStopped as stop:
            self._put_back(stop.reason)
        except PASSING as error:
            self._wait(error, failures)
            return True
        except CivitDockError as error:
            self._fail(error)
        except Exception:  # noqa: BLE001  the edge of a thread: the job says that it failed, the log says why
            _LOG.exception("download %s ended unexpectedly", self.job_id)
            self._fail(CivitDockError())
        return False

    # --- steps -----------------------------------------------------------------------------------

    def _go(self) -> None:
        job = self._step(State.RESOLVING, waiting=None, error=None)
        # Asked anew each time: a creator may have replaced the file since the answer was cached.
        target = self._tools.resolver.target(job.wish, Patience(_PATIENCE, self.cancelled, max_age=0))
        job = self._note_target(target)
        if self._twin(job) is not None:
            self.not_before = self._tools.clock.monotonic() + _TWIN_WAIT
            self._change(**waiting("duplicate", "Another download already fetches this file.", None))
            raise Halted
        place = self._settle(target)
        if place.present:
            self._adopt(target, place)
            return
        refuse_known_danger(target.file, job.wish.unsafe)
        fetched, proof = self._fetch_proved(target, place)
        self._inspect(target, place)
        target, place = self._settle_by_content(target, place, fetched.hashes)
        notes = (*proof.warnings, *target.notes, *(() if endings.is_usual(place.path.name) else (endings.UNUSUAL,)))
        self._step(State.MOVING, sha256=fetched.hashes.sha256, verified_by=proof.verified_by, warnings=notes)
        if place.present:
            self._adopt(target, place)
            return
        path = self._name_it(target, place, fetched.hashes)
        self._finish(self._arrive(target, path, fetched.hashes))

    def _note_target(self, target: Target) -> Download:
        version, file = target.version, target.file
        return self._change(
            model_id=version.model_id,
            version_id=version.id,
            file_id=file.id,
            model_name=version.model_name or (target.model.name if target.model is not None else None),
            version_name=version.name,
            sha256=file.hashes.sha256 or self._board.get(self.job_id).sha256,
        )

    def _twin(self, job: Download) -> Download | None:
        for other in self._board.jobs():
            if other.id == job.id:
                return None
            if key_of(other) == key_of(job) and other.state in RUNNING | {State.QUEUED}:
                return other
        return None

    def _settle(self, target: Target) -> Place:
        """The place that an earlier run chose, else a new one; no two jobs get the same."""
        with self._names_lock:
            job = self._board.get(self.job_id)
            earlier = None if job.target_path is None else Path(job.target_path)
            if earlier is not None and self._tools.destinations.holds(earlier, job.sha256, target.file.size_bytes):
                return Place(earlier, present=True)
            row = self._tools.resolver.installed(target.version, target.file)
            if row is not None:
                if earlier is not None:
                    self._tools.transfers.discard(Place(earlier).part)
                return Place(row.path, present=True)
            if earlier is not None and self._tools.disk.size(earlier) is None:
                return Place(earlier)
            self._tools.disk.prepare_folder(target.folder)
            place = self._tools.destinations.choose(target, job.wish, job.sha256, self._reserved())
            if job.carried_from is not None:
                self._carry(Path(job.carried_from), place)
            self._change(
                filename=place.path.name,
                target_path=str(place.path),
                bytes_total=target.file.size_bytes,
                carried_from=None,
            )
            return place

    def _carry(self, old: Path, place: Place) -> None:
        """The user has changed folder or name: what is here already comes along."""
        if old == place.part:
            return
        if not place.present and self._tools.disk.size(old):
            self._tools.transfers.relocate(old, place.part, self._stop)
        self._tools.transfers.discard(old)

    def _reserved(self) -> set[Path]:
        free = (State.DONE, State.CANCELLED)
        others = (job for job in self._board.jobs() if job.id != self.job_id and job.state not in free)
        return {Path(other.target_path) for other in others if other.target_path}

    def _fetch_proved(self, target: Target, place: Place) -> tuple[Fetched, Proof]:
        resumed = bool(self._tools.disk.size(place.part))
        fetched = self._fetch(target, place)
        self._step(State.VERIFYING, bytes_done=fetched.size_bytes, bytes_total=fetched.size_bytes)
        try:
            return fetched, prove(fetched, target.file.hashes)
        except HashMismatch:
            self._tools.transfers.discard(place.part)
            if not resumed:
                raise
            _LOG.warning("a resumed part did not become its file; it is fetched anew")
            self._put_back("again")
            raise Halted from None

    def _fetch(self, target: Target, place: Place) -> Fetched:
        folder, hint = place.path.parent, target.file.size_bytes
        self._tools.disk.prepare_folder(folder)
        have = self._tools.disk.size(place.part) or 0
        free = self._tools.disk.free_bytes(folder)
        if hint is not None and hint - have > free:
            raise DiskFull(f"{hint - have:,} bytes are needed in {folder}, and {free:,} are free.")
        url = self._tools.resolver.url(target.version, target.file)
        self._step(State.DOWNLOADING, bytes_done=have)
        order = TransferOrder(url, place.part, target.file.hashes, hint)
        return self._tools.transfers.fetch(order, self._report, self._stop)

    def _inspect(self, target: Target, place: Place) -> None:
        unsafe = self._board.get(self.job_id).wish.unsafe
        try:
            self._tools.inspector.check(place.part, place.path.name, target.file, unsafe)
        except InvalidFile:
            self._tools.transfers.discard(place.part)
            raise

    def _by_content(self, target: Target, path: Path) -> Target:
        """The target as the file decides it, where CivitAI's words leave folder or ending open."""
        if not self._tools.resolver.asks_content(target):
            return target
        header = self._tools.disk.header(path)
        wish = self._board.get(self.job_id).wish
        return target if header is None else self._tools.resolver.by_content(wish, target, header)

    def _settle_by_content(self, target: Target, place: Place, hashes: Hashes) -> tuple[Target, Place]:
        """Take the part to where its content belongs; it stands at both places until the job knows the new one."""
        wish = self._board.get(self.job_id).wish
        better = self._by_content(target, place.part)
        if place.fits(better.folder, better.name(wish)):
            return better, place
        with self._names_lock:
            other = self._tools.destinations.choose(better, wish, hashes.sha256, self._reserved())
            if not other.present:
                self._tools.disk.prepare_folder(better.folder)
                self._tools.transfers.relocate(place.part, other.part, self._stop)
            self._change(filename=other.path.name, target_path=str(other.path))
        self._tools.transfers.discard(place.part)
        return better, other

    def _name_it(self, target: Target, place: Place, hashes: Hashes) -> Path:
        """Place the part; a name taken meanwhile by other content leads to the next free one."""
        try:
            self._tools.disk.place(place.part, place.path)
        except NameConflict:
            place = self._placed_elsewhere(target, place, hashes)
        self._tools.transfers.discard(place.part)
        return place.path

    def _placed_elsewhere(self, target: Target, place: Place, hashes: Hashes) -> Place:
        with self._names_lock:
            job = self._board.get(self.job_id)
            other = self._tools.destinations.choose(target, job.wish, hashes.sha256, self._reserved())
            if not other.present:
                self._tools.disk.place(place.part, other.path)
            self._change(filename=other.path.name, target_path=str(other.path))
        self._tools.transfers.discard(place.part)
        return other

    def _adopt(self, target: Target, place: Place) -> None:
        """The content is there already: finish what a crash cut off, or simply say so."""
        target = self._by_content(target, place.path)
        size = self._tools.disk.size(place.path) or 0
        job = self._change(filename=place.path.name, target_path=str(place.path), bytes_done=size, bytes_total=size)
        self._tools.transfers.discard(place.part)
        verified = "sha256" if target.file.hashes.sha256 else job.verified_by
        hashes = Hashes(sha256=job.sha256) if target.file.hashes.sha256 is None else target.file.hashes
        self._finish((*job.warnings, *self._arrive(target, place.path, hashes)), verified_by=verified)

    def _arrive(self, target: Target, path: Path, hashes: Hashes) -> tuple[str, ...]:
        size = self._tools.disk.size(path) or 0
        arrival = Arrival(path, target.root_of(path), size, hashes, target.version, target.file, target.model)
        return (*self._tools.arrivals.arrived(arrival), *self._unpack(target, path))

    def _unpack(self, target: Target, path: Path) -> tuple[str, ...]:
        """Unpack where the user wished so; what goes wrong there is a warning, since the file itself is here."""
        job = self._board.get(self.job_id)
        if not job.wish.unpack:
            return ()
        if not is_archive(path):
            return (NO_ARCHIVE,)
        try:
            return self._tools.unpacker.unpack(Parcel(job, path, target, job.wish.unsafe), self._stop)
        except CivitDockError as error:
            return (f"The archive was not unpacked: {error.message}",)

    # --- the job on the board --------------------------------------------------------------------

    def _step(self, state: State, **fields: Any) -> Download:
        job = self._change(state=state, **fields)
        self._state = state
        return job

    def _change(self, **fields: Any) -> Download:
        changed = self._board.change_if(self.job_id, lambda job: job.state is self._state, **fields)
        if changed is None:
            raise Halted
        return changed

    def _finish(self, warnings: tuple[str, ...], **fields: Any) -> None:
        known = self._board.get(self.job_id).warnings
        self._change(**stopped(State.DONE), warnings=tuple(dict.fromkeys((*known, *warnings))), **fields)

    def _fail(self, error: CivitDockError) -> None:
        failure = Failure(error.code, error.message, error.hint)
        fields = failed(failure)
        if isinstance(error, NameConflict) and error.taken is not None:
            fields["conflict"] = Conflict(str(error.taken), error.suggestion)
        try:
            self._board.change_if(self.job_id, lambda job: job.state is self._state, **fields)
        except CivitDockError:
            _LOG.exception("the failure of download %s cannot be saved", self.job_id)
            self._board.change_if(self.job_id, lambda job: job.state is self._state, keep=Keep.SHOWN, **fields)

    def _put_back(self, reason: str) -> None:
        if reason == "generating":
            fields = waiting(reason, "Waits until the WebUI has finished generating.", None)
        else:
            fields = stopped(State.QUEUED)
        self._board.change_if(self.job_id, lambda job: job.state is self._state, **fields)

    def _wait(self, error: CivitDockError, failures: int) -> None:
        seconds = error.retry_after
        if seconds is None:
            seconds = min(_FIRST_WAIT * 2**failures, _LONGEST_WAIT)
        self.not_before = self._tools.clock.monotonic() + seconds
        fields = waiting(error.code, error.message, self._tools.clock.now() + seconds)
        self._board.change_if(self.job_id, lambda job: job.state is self._state, **fields)

    # --- the eyes of the transfer ----------------------------------------------------------------

    def _stop(self) -> str | None:
        if not self._board.holds(self.job_id, self._state):
            return "changed"
        return self._halt()

    def _report(self, progress: Progress) -> None:
        now = self._tools.clock.monotonic()
        self.meter.note(now, progress.done)
        if now - self._shown < _SHOW_EVERY and progress.done != progress.total:
            return
        self._shown = now
        keep = Keep.SAVED if now - self._saved >= _SAVE_EVERY else Keep.SHOWN
        self._saved = now if keep is Keep.SAVED else self._saved
        speed = self.meter.speed(now)
        self._board.change_if(
            self.job_id,
            lambda job: job.state is self._state,
            keep=keep,
            bytes_done=progress.done,
            bytes_total=progress.total,
            speed_bps=speed,
            eta_s=eta(progress.done, progress.total, speed),
        )
