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

from civitdock.domain import endings
from civitdock.domain.arrival import Arrival
from civitdock.domain.downloads import RUNNING, Download, State
from civitdock.domain.hashes import Hashes
from civitdock.domain.retry import Streak
from civitdock.domain.transfers import Fetched, TransferOrder
from civitdock.errors import (
    BusyElsewhere,
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    HashMismatch,
    InvalidFile,
    NameConflict,
    NotWritable,
    Offline,
    RateLimited,
    Truncated,
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
from civitdock.services.downloads.board import Board
from civitdock.services.downloads.destination import Destinations, Place
from civitdock.services.downloads.progress import Meter
from civitdock.services.downloads.resolve import Resolver, Target, key_of
from civitdock.services.downloads.safety import Inspector, Proof, prove, refuse_known_danger
from civitdock.services.downloads.space import Space
from civitdock.services.downloads.track import Halted, Track
from civitdock.services.downloads.unpack import Parcel, Unpacker, is_archive

_LOG = logging.getLogger(__name__)
_PATIENCE = 30.0
_OTHER_WAIT = 5.0
NO_ARCHIVE = "This file is no .zip archive, so there was nothing to unpack."
#: What passes by itself: a job waits for it and goes on.
PASSING = (Offline, CivitaiDown, ChallengePage, RateLimited)


@dataclass(frozen=True)
class Tools:
    """What a run works with."""

    transfers: Transfers
    disk: Disk
    space: Space
    arrivals: Arrivals
    clock: Clock
    resolver: Resolver
    destinations: Destinations
    inspector: Inspector
    unpacker: Unpacker


class Run:
    """One run of one job. `halt` answers a reason where running jobs should wait (the host generates, a stop)."""

    def __init__(self, job: Download, board: Board, tools: Tools, halt: Callable[[], str | None], lock: threading.Lock):
        self.job_id = job.id
        self.cancelled = threading.Event()
        self._track = Track(job.id, board, tools.space, tools.clock)
        self._board = board
        self._tools = tools
        self._halt = halt
        self._names_lock = lock
        self._follows = job.waiting is not None and job.waiting.reason == BusyElsewhere.code

    @property
    def state(self) -> State:
        """The state in which it has put the job."""
        return self._track.state

    @property
    def meter(self) -> Meter:
        """How fast its bytes come."""
        return self._track.meter

    @property
    def not_before(self) -> float | None:
        """When a job that waits may begin again, in monotonic seconds; None where it need not wait."""
        return self._track.not_before

    def run(self, streak: Streak) -> Streak:
        """Until the job is done, failed, or must wait. Takes how its last runs fared, answers the same with this one.

        Never raises: what nobody foresaw becomes the job's error and a line in the log.
        """
        try:
            self._go()
        except Halted:
            return Streak()
        except CallCancelled:
            self._track.put_back("stopped")
        except TransferStopped as stop:
            self._track.put_back(stop.reason)
        except PASSING as error:
            return self._track.wait(error, streak.waited())
        except BusyElsewhere as error:
            self._track.wait_for_other(error.code, error.message, _OTHER_WAIT)
        except NotWritable as error:
            if not self._follows:
                self._track.fail(error)
            else:  # the other program gives the file its name at this moment: the next run finds it
                self._track.wait_for_other("duplicate", error.message, _OTHER_WAIT)
        except Truncated as error:
            broken = streak.broken()
            if broken is not None:
                return self._track.wait(error, broken)
            self._track.fail(error)
        except CivitDockError as error:
            self._track.fail(error)
        except Exception:  # noqa: BLE001  the edge of a thread: the job says that it failed, the log says why
            _LOG.exception("download %s ended unexpectedly", self.job_id)
            self._track.fail(CivitDockError())
        return Streak()

    # --- steps -----------------------------------------------------------------------------------

    def _go(self) -> None:
        job = self._track.step(State.RESOLVING, waiting=None, error=None)
        # Asked anew each time: a creator may have replaced the file since the answer was cached.
        target = self._tools.resolver.target(job.wish, Patience(_PATIENCE, self.cancelled, max_age=0))
        job = self._note_target(target)
        if self._twin(job) is not None:
            self._track.wait_for_other("duplicate", "Another download already fetches this file.", _OTHER_WAIT)
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
        self._track.step(State.MOVING, sha256=fetched.hashes.sha256, verified_by=proof.verified_by, warnings=notes)
        if place.present:
            self._adopt(target, place)
            return
        path = self._name_it(target, place, fetched.hashes)
        self._track.finish(self._arrive(target, path, fetched.hashes))

    def _note_target(self, target: Target) -> Download:
        version, file = target.version, target.file
        return self._track.change(
            model_id=version.model_id,
            version_id=version.id,
            file_id=file.id,
            model_name=version.model_name or (target.model.name if target.model is not None else None),
            version_name=version.name,
            sha256=file.hashes.sha256 or self._track.job().sha256,
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
            job = self._track.job()
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
            self._track.change(
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
        resumed = self._tools.space.kept(place.path).done > 0
        fetched = self._fetch(target, place)
        self._track.step(State.VERIFYING, bytes_done=fetched.size_bytes, bytes_total=fetched.size_bytes)
        try:
            return fetched, prove(fetched, target.file.hashes)
        except HashMismatch:
            self._tools.transfers.discard(place.part)
            if not resumed and not self._was_replaced(target):
                raise
            _LOG.warning("a resumed part, or one that changed on the way, did not become its file: it is fetched anew")
            self._track.put_back("again")
            raise Halted from None

    def _was_replaced(self, target: Target) -> bool:
        """Whether CivitAI says by now that the file is another one."""
        now = self._tools.resolver.target(self._track.job().wish, Patience(_PATIENCE, self.cancelled, max_age=0))
        return now.file.hashes.strongest() != target.file.hashes.strongest()

    def _fetch(self, target: Target, place: Place) -> Fetched:
        self._tools.disk.prepare_folder(place.path.parent)
        self._track.begin(place.path, target.file.size_bytes)
        url = self._tools.resolver.url(target.version, target.file)
        order = TransferOrder(url, place.part, target.file.hashes, target.file.size_bytes)
        try:
            return self._tools.transfers.fetch(order, self._track.report, self._stop)
        except BusyElsewhere:
            self._track.change(target_path=None, bytes_done=0)  # the part is not this job's: nothing of it is deleted
            raise

    def _inspect(self, target: Target, place: Place) -> None:
        unsafe = self._track.job().wish.unsafe
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
        wish = self._track.job().wish
        return target if header is None else self._tools.resolver.by_content(wish, target, header)

    def _settle_by_content(self, target: Target, place: Place, hashes: Hashes) -> tuple[Target, Place]:
        """Take the part to where its content belongs; it stands at both places until the job knows the new one."""
        wish = self._track.job().wish
        better = self._by_content(target, place.part)
        if place.fits(better.folder, better.name(wish)):
            return better, place
        with self._names_lock:
            other = self._tools.destinations.choose(better, wish, hashes.sha256, self._reserved())
            if not other.present:
                self._tools.disk.prepare_folder(better.folder)
                self._tools.transfers.relocate(place.part, other.part, self._stop)
            self._track.change(filename=other.path.name, target_path=str(other.path))
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
            job = self._track.job()
            other = self._tools.destinations.choose(target, job.wish, hashes.sha256, self._reserved())
            if not other.present:
                self._tools.disk.place(place.part, other.path)
            self._track.change(filename=other.path.name, target_path=str(other.path))
        self._tools.transfers.discard(place.part)
        return other

    def _adopt(self, target: Target, place: Place) -> None:
        """The content is there already: finish what a crash cut off, or simply say so."""
        target = self._by_content(target, place.path)
        size = self._tools.disk.size(place.path) or 0
        name, path = place.path.name, str(place.path)
        job = self._track.change(filename=name, target_path=path, bytes_done=size, bytes_total=size)
        self._tools.transfers.discard(place.part)
        verified = "sha256" if target.file.hashes.sha256 else job.verified_by
        hashes = Hashes(sha256=job.sha256) if target.file.hashes.sha256 is None else target.file.hashes
        self._track.finish((*job.warnings, *self._arrive(target, place.path, hashes)), verified_by=verified)

    def _arrive(self, target: Target, path: Path, hashes: Hashes) -> tuple[str, ...]:
        size = self._tools.disk.size(path) or 0
        arrival = Arrival(path, target.root_of(path), size, hashes, target.version, target.file, target.model)
        return (*self._tools.arrivals.arrived(arrival), *self._unpack(target, path))

    def _unpack(self, target: Target, path: Path) -> tuple[str, ...]:
        """Unpack where the user wished so; what goes wrong there is a warning, since the file itself is here."""
        job = self._track.job()
        if not job.wish.unpack:
            return ()
        if not is_archive(path):
            return (NO_ARCHIVE,)
        try:
            return self._tools.unpacker.unpack(Parcel(job, path, target, job.wish.unsafe), self._stop)
        except CivitDockError as error:
            return (f"The archive was not unpacked: {error.message}",)

    def _stop(self) -> str | None:
        if not self._track.holds():
            return "changed"
        return self._halt()
