"""All jobs that matter now, in memory and in the state database.

Every change gets a revision; what must survive a crash is saved before it is shown. Revisions of one run lie above all
that an earlier run can have given, so a client that still has an old one is recognised.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

from civitdock.domain.downloads import (
    FINISHED,
    RUNNING,
    WAITING,
    Download,
    Failure,
    Priority,
    State,
    Waiting,
    check_move,
)
from civitdock.domain.ordering import Move, moved, next_rank, order_of
from civitdock.domain.times import iso
from civitdock.domain.transfers import Progress
from civitdock.errors import NotFound, WrongState
from civitdock.ports import Clock, DownloadStore

SHOWN_FINISHED = 100
#: More changes than one run can make without saving any of them.
_GAP = 1_000_000
#: Removed jobs that are remembered for those who poll.
_MOST_REMOVED = 10_000
OTHER_PROCESS = "other_process"
_OTHER_PROCESS = "Another CivitDock that uses the same data folder runs this download."


class Keep(str, Enum):
    """Whether a change must survive a crash."""

    SAVED = "saved"
    SHOWN = "shown"


class Role(str, Enum):
    """Whether this process runs the queue of the database, another one does, or nobody has asked yet."""

    UNDECIDED = "undecided"
    OWNER = "owner"
    GUEST = "guest"


class Board:
    """The jobs of this run. All methods are safe from any thread."""

    def __init__(self, store: DownloadStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.RLock()
        self._jobs: dict[str, Download] = {}
        self._revision = 0
        self._first = 0
        self._loaded = False
        self._role = Role.UNDECIDED
        self._ending: set[str] = set()
        self._removed: deque[tuple[int, str]] = deque(maxlen=_MOST_REMOVED)

    def load(self) -> None:
        """Take up what the database holds, once."""
        with self._lock:
            if self._loaded:
                return
            self._revision = self._first = self._store.revision() + _GAP
            for job in (*reversed(self._store.finished(SHOWN_FINISHED)), *self._store.active()):
                self._jobs[job.id] = job
            self._loaded = True

    def reload(self, role: Role) -> None:
        """See what another process has changed meanwhile, and show it as this one's new role wants."""
        with self._lock:
            self._role = role
            rows = [*reversed(self._store.finished(SHOWN_FINISHED)), *self._store.active()]
            seen = {job.id for job in rows}
            left = [job for job in self._jobs.values() if job.id not in seen]
            here = self._store.holds([job.id for job in left])
            self._drop([job.id for job in left if job.id not in here])
            ended = [job.id for job in left if job.id in here and job.state not in FINISHED]
            for row in (*rows, *filter(None, map(self._store.get, ended))):
                job, known = self.shown(row), self._jobs.get(row.id)
                if known is None or replace(known, revision=job.revision) != job:
                    self._jobs[job.id] = replace(job, revision=self._next_revision())

    def refresh(self) -> None:
        """Read anew what another process does, where one runs the queue."""
        with self._lock:
            if self._role is Role.GUEST:
                self.reload(Role.GUEST)

    def shown(self, job: Download) -> Download:
        """The job as a user should see it: one that another process runs says so."""
        if self._role is not Role.GUEST or job.state not in RUNNING | {State.QUEUED}:
            return job
        if job.waiting is None:
            return replace(job, waiting=Waiting(OTHER_PROCESS, _OTHER_PROCESS))
        message = f"{_OTHER_PROCESS} {job.waiting.message}"
        return replace(job, waiting=Waiting(OTHER_PROCESS, message, job.waiting.until))

    def take_new(self) -> None:
        """Take up jobs that another process has put into the database."""
        with self._lock:
            for job in self._store.active():
                if job.id not in self._jobs:
                    self._jobs[job.id] = replace(job, revision=self._next_revision())

    def requeue_interrupted(self, kept: Callable[[Path], Progress | None]) -> None:
        """What was running when an earlier process ended waits for its turn again.

        `kept` tells how much of a final path's file lies in its part; None where there is no part.
        """
        with self._lock:
            for job in list(self._jobs.values()):
                if job.state in FINISHED:
                    continue
                fields: dict[str, Any] = stopped(State.QUEUED) if job.state in RUNNING else {}
                here = None if job.target_path is None else kept(Path(job.target_path))
                if here is not None and here.done != job.bytes_done:
                    fields |= {"bytes_done": here.done, "bytes_total": here.total or job.bytes_total}
                if fields:
                    self.change(job.id, **fields)

    def get(self, job_id: str) -> Download:
        """One job; raises `NotFound`."""
        job = self.find(job_id)
        if job is None:
            raise NotFound("There is no download with this id.", hint="Look at the list of downloads.")
        return job

    def find(self, job_id: str) -> Download | None:
        """One job; None where there is none, or it was cleared."""
        with self._lock:
            return self._jobs.get(job_id) or self._store.get(job_id)

    def jobs(self) -> tuple[Download, ...]:
        """All jobs, oldest first."""
        with self._lock:
            return tuple(self._jobs.values())

    def queued(self) -> tuple[Download, ...]:
        """The jobs that wait for their turn, in order."""
        return tuple(sorted((job for job in self.jobs() if job.state is State.QUEUED), key=order_of))

    def unfinished(self) -> tuple[Download, ...]:
        """The jobs that have a rank."""
        return tuple(job for job in self.jobs() if job.state not in FINISHED)

    def add(self, job: Download) -> Download:
        """A new job."""
        with self._lock:
            now = iso(self._clock.now())
            rank = next_rank(self.unfinished())
            return self._put(replace(job, created_at=now, updated_at=now, rank=rank), Keep.SAVED)

    def requeue(self, job_id: str) -> Download:
        """A job waits for its turn again; one that had ended comes last. Raises `NotFound`, `WrongState`."""
        with self._lock:
            fields: dict[str, Any] = {"waiting": None, "error": None, "conflict": None, "warnings": ()}
            if self.get(job_id).state in FINISHED:
                fields["rank"] = next_rank(self.unfinished())
            return self.change(job_id, state=State.QUEUED, **fields)

    def prioritize(self, job_id: str, priority: Priority) -> Download:
        """Give a job another priority; it keeps its rank, or comes last where another one has that already."""
        with self._lock:
            job = self.get(job_id)
            if job.priority is priority:
                return job
            others = [job for job in self.unfinished() if job.id != job_id and job.priority is priority]
            taken = any(other.rank == job.rank for other in others)
            return self.change(job_id, priority=priority, rank=next_rank(self.unfinished()) if taken else job.rank)

    def move(self, job_id: str, move: Move) -> Download:
        """Give a waiting job another place; raises `NotFound`, `WrongState`, `InvalidRequest`."""
        with self._lock:
            job = self.get(job_id)
            if job.state not in WAITING:
                raise WrongState(f"A download that is {job.state.value} has no place in the queue.")
            for each, (priority, rank) in moved(self.unfinished(), job, move).items():
                self.change(each, priority=priority, rank=rank)
            return self.get(job_id)

    def forget(self, ids: Sequence[str], states: Sequence[State], spared: Collection[str]) -> tuple[Download, ...]:
        """Remove finished jobs from the history but for those spared, and answer them; whoever polls hears of it."""
        with self._lock:
            gone = self._store.forget(ids, states, spared)
            self._drop([job.id for job in gone])
            return gone

    def _drop(self, gone: Sequence[str]) -> None:
        revision = self._next_revision() if gone else self._revision
        for each in gone:
            self._jobs.pop(each, None)
            self._removed.append((revision, each))

    def removed(self, revision: int) -> tuple[str, ...]:
        """The jobs that left the history after a revision of this run."""
        with self._lock:
            known = self._first <= revision <= self._revision and revision > 0
            return tuple(name for at, name in self._removed if at > revision) if known else ()

    def change(self, job_id: str, keep: Keep = Keep.SAVED, **fields: Any) -> Download:
        """Set fields of a job; raises `NotFound`, and `WrongState` where it may not go to the new state."""
        with self._lock:
            old = self.get(job_id)
            state = fields.get("state", old.state)
            assert isinstance(state, State)
            if state is not old.state:
                check_move(old.state, state)
            new = replace(old, updated_at=iso(self._clock.now()), **fields)
            return self._put(new, keep)

    def change_if(self, job_id: str, allowed: Callable[[Download], bool], **fields: Any) -> Download | None:
        """`change`, but only where the job as it is now allows it and is not about to end; None where not.

        None too for a job that was cleared from the history while its run was still ending.
        """
        with self._lock:
            job = self.find(job_id)
            if job is None or job_id in self._ending or not allowed(job):
                return None
            return self.change(job_id, **fields)

    def holds(self, job_id: str, state: State) -> bool:
        """Whether a job is in this state and not about to end."""
        with self._lock:
            job = self.find(job_id)
            return job is not None and job_id not in self._ending and job.state is state

    def announce_end(self, job_id: str, state: State) -> Download:
        """Until `end` no run may change the job; raises `NotFound`, `WrongState` where it may not end so."""
        with self._lock:
            job = self.get(job_id)
            check_move(job.state, state)
            self._ending.add(job_id)
            return job

    def end(self, job_id: str, state: State, **fields: Any) -> Download:
        """Give a job the state that was announced; raises `WrongState` where something else came first."""
        with self._lock:
            self._ending.discard(job_id)
            return self.change(job_id, **{**stopped(state), "waiting": None, **fields})

    def since(self, revision: int) -> tuple[int, tuple[Download, ...]]:
        """The present revision and the jobs changed after `revision`, oldest change first.

        For 0 or a revision this run never gave: all active jobs and the last finished ones.
        """
        with self._lock:
            known = self._first <= revision <= self._revision and revision > 0
            if known:
                found = [job for job in self._jobs.values() if job.revision > revision]
            else:
                finished = [job for job in self._jobs.values() if job.state in FINISHED]
                recent = sorted(finished, key=lambda job: job.revision)[-SHOWN_FINISHED:]
                found = [*recent, *(job for job in self._jobs.values() if job.state not in FINISHED)]
            return self._revision, tuple(sorted(found, key=lambda job: job.revision))

    def _put(self, job: Download, keep: Keep) -> Download:
        job = replace(job, revision=self._next_revision())
        if keep is Keep.SAVED:
            self._store.save(job)
        self._jobs[job.id] = job
        self._forget_old()
        return job

    def _next_revision(self) -> int:
        self._revision += 1
        return self._revision

    def _forget_old(self) -> None:
        """Old finished jobs stay in the database; in memory twice the shown number is enough."""
        if len(self._jobs) <= 4 * SHOWN_FINISHED:
            return
        finished = sorted((job for job in self._jobs.values() if job.state in FINISHED), key=lambda job: job.revision)
        for job in finished[: -2 * SHOWN_FINISHED]:
            del self._jobs[job.id]


def stopped(state: State) -> dict[str, Any]:
    """The fields of a job that no longer runs."""
    return {"state": state, "speed_bps": None, "eta_s": None}


def waiting(reason: str, message: str, until: float | None) -> dict[str, Any]:
    """The fields of a job that waits for its turn; `until` in Unix seconds."""
    text = None if until is None else iso(until)
    return {**stopped(State.QUEUED), "waiting": Waiting(reason, message, text), "error": None}


def failed(failure: Failure) -> dict[str, Any]:
    """The fields of a failed job."""
    return {**stopped(State.FAILED), "waiting": None, "error": failure, "conflict": None}
