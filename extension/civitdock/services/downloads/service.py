"""The download queue as the edges see it, and the threads that work it off."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.downloads import (
    FINISHED,
    PAUSABLE,
    RUNNING,
    Choice,
    Download,
    Priority,
    State,
    Unsafe,
    Wish,
)
from civitdock.domain.history import Cleared, HistoryFilter, HistoryPage
from civitdock.domain.ordering import Move, order_of
from civitdock.domain.second_try import is_worthwhile
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import CivitDockError, InvalidRequest, NotFound, WrongState
from civitdock.ports import (
    Arrivals,
    Catalogue,
    Clock,
    Disk,
    DownloadStore,
    Patience,
    PickleScanner,
    Transfers,
)
from civitdock.ports.archives import Archives
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore
from civitdock.services.downloads.board import Board, stopped
from civitdock.services.downloads.crew import Crew
from civitdock.services.downloads.destination import Destinations
from civitdock.services.downloads.planner import Item, Outlook, Plan, Planner, Preview, Row, Sight, refused
from civitdock.services.downloads.progress import ProgressView
from civitdock.services.downloads.resolve import Resolver
from civitdock.services.downloads.runner import Tools
from civitdock.services.downloads.safety import Inspector
from civitdock.services.downloads.space import Space
from civitdock.services.downloads.unpack import Means, Unpacker, is_archive

_LOG = logging.getLogger(__name__)
_SUBMIT_PATIENCE = 5.0


class DownloadService:
    """Takes wishes, answers about them, and steers them. Every method may block; none may run on an event loop."""

    def __init__(  # noqa: PLR0913  the composition root hands over each port once, by name
        self,
        catalogue: Catalogue,
        transfers: Transfers,
        store: DownloadStore,
        models: ModelStore,
        disk: Disk,
        arrivals: Arrivals,
        scanner: PickleScanner,
        host: Host,
        settings: SettingsSource,
        clock: Clock,
        archives: Archives,
    ) -> None:
        self._disk = disk
        self._resolver = Resolver(catalogue, models, disk, host, settings)
        self._board = Board(store, clock)
        destinations = Destinations(disk, models, transfers)
        inspector = Inspector(disk, scanner)
        space = Space(disk, transfers, self._board)
        means = Means(archives, disk, inspector, arrivals, self._resolver, destinations, space, clock)
        self._unpacker = Unpacker(self._board, means)
        tools = Tools(transfers, disk, space, arrivals, clock, self._resolver, destinations, inspector, self._unpacker)
        self._crew = Crew(self._board, store, tools, host, settings)
        self._planner = Planner(catalogue, Sight(self._resolver, destinations, disk, self._board, space))
        self._store = store
        self._clock = clock
        self._submitting = threading.Lock()

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take the queue up where it was left and begin to work; a second call does nothing."""
        self._board.load()
        self._crew.start()

    def stop(self) -> None:
        """Put running jobs back and end the threads; a second call does nothing. Parts stay."""
        self._unpacker.stop()
        self._crew.stop()

    # --- wishes ----------------------------------------------------------------------------------

    def submit(self, wish: Wish, priority: Priority | None = None) -> Download:
        """The job for a wish: a new one, the one that is under way, or one that is done because the file is here.

        Without a priority a new job gets the normal one, another keeps its own. Asks CivitAI for at most five
        seconds. Raises `InvalidRequest` and `NotFound`; without an answer the job is queued, and every later
        failure stands on it.
        """
        wish.check()
        self._board.load()
        known: tuple[Version, ModelFile] | None = None
        try:
            known = self._resolver.file_of(wish, Patience(_SUBMIT_PATIENCE))
            self._resolver.place(wish, *known, model=None)
        except (NotFound, InvalidRequest):
            raise
        except CivitDockError as error:
            _LOG.info("queued without an answer about it (%s)", error.code)
        return self._enqueue(wish, known, priority)

    def _enqueue(self, wish: Wish, known: tuple[Version, ModelFile] | None, priority: Priority | None) -> Download:
        with self._submitting:
            self._board.refresh()
            job = self._known_job(wish, known)
            if job is None:
                job = self._new_job(wish, known, priority or Priority.NORMAL)
            elif priority is not None and job.state not in FINISHED and self._crew.owns_queue():
                job = self._board.prioritize(job.id, priority)
        self._crew.wake()
        return self._board.shown(job)

    def plan(self, items: Sequence[Item]) -> Plan:
        """What a batch would do; an item that makes no sense is a row that says so."""
        self._board.load()
        self._board.refresh()
        return self._planner.plan(items, self._clock)

    def submit_all(self, items: Sequence[Item]) -> tuple[Plan, tuple[Download, ...]]:
        """Queue a batch; what is refused stands in the plan and spoils nothing else."""
        plan = self.plan(items)
        rows: list[Row] = []
        jobs: dict[str, Download] = {}
        for row in plan.rows:
            try:
                if row.outlook is not Outlook.REFUSED:
                    job = self._enqueue(row.item.wish, row.known, row.item.priority)
                    jobs[job.id] = job
                rows.append(row)
            except (WrongState, NotFound) as error:  # its job went on to another state, or was cleared, meanwhile
                rows.append(refused(row.item, error, row.known))
        return replace(plan, rows=tuple(rows)), tuple(jobs.values())

    def preview(self, wish: Wish) -> Preview:
        """Where the file of a wish would go; raises `InvalidRequest`, `NotFound` and what the catalogue raises."""
        wish.check()
        self._board.load()
        return self._planner.preview(wish)

    def _known_job(self, wish: Wish, known: tuple[Version, ModelFile] | None) -> Download | None:
        file_id = wish.file_id if known is None else known[1].id
        for job in reversed(self._board.jobs()):
            ids = {job.file_id, job.wish.file_id} if known is None else {job.file_id}
            if wish.version_id not in (job.version_id, job.wish.version_id) or file_id not in ids:
                continue
            if job.state is State.DONE:
                if self._still_there(job) and not _wants_unpacking(wish, job):
                    return job
                continue
            return self._ask_again(job, wish)
        return None

    def _still_there(self, job: Download) -> bool:
        return job.target_path is not None and self._disk.size(Path(job.target_path)) == job.bytes_done

    def _ask_again(self, job: Download, wish: Wish) -> Download:
        """The job that exists; one that stands still goes on, with what the user now says."""
        if job.state in RUNNING or job.state is State.QUEUED or not self._crew.owns_queue():
            more = replace(
                job.wish,
                unsafe=Unsafe.ALLOW if wish.unsafe is Unsafe.ALLOW else job.wish.unsafe,
                unpack=wish.unpack or job.wish.unpack,
            )
            return self._board.change(job.id, wish=more) if more != job.wish and self._crew.owns_queue() else job
        self._change_wish(job, wish)
        return self._requeue(job.id)

    def _change_wish(self, job: Download, wish: Wish) -> None:
        """What the user now says; with another folder or name the bytes that are here are taken along."""
        new = replace(wish, file_id=wish.file_id or job.wish.file_id)
        place: dict[str, Any] = {}
        if (new.folder, new.filename, new.on_conflict) != (job.wish.folder, job.wish.filename, job.wish.on_conflict):
            part = None if job.target_path is None else job.target_path + PART_SUFFIX
            place = {"target_path": None, "filename": None, "carried_from": part or job.carried_from}
        self._board.change(job.id, wish=new, **place)

    def _new_job(self, wish: Wish, known: tuple[Version, ModelFile] | None, priority: Priority) -> Download:
        job = Download(
            id=uuid.uuid4().hex, wish=wish, version_id=wish.version_id, file_id=wish.file_id, priority=priority
        )
        if known is None:
            return self._board.add(job)
        version, file = known
        job = replace(
            job,
            model_id=version.model_id,
            file_id=file.id,
            model_name=version.model_name or None,
            version_name=version.name,
            filename=file.name,
            sha256=file.hashes.sha256,
            bytes_total=file.size_bytes,
        )
        row = self._resolver.installed(version, file)
        if row is None or (wish.unpack and is_archive(row.path)):
            return self._board.add(job)
        return self._board.add(
            replace(
                job,
                state=State.DONE,
                filename=row.path.name,
                target_path=str(row.path),
                bytes_done=row.size_bytes,
                bytes_total=row.size_bytes,
                verified_by="sha256" if file.hashes.sha256 else None,
            )
        )

    # --- steering --------------------------------------------------------------------------------

    def pause(self, job_id: str) -> Download:
        """Halt a job and keep its part; raises `NotFound`, `WrongState`."""
        if self._steerable(job_id).state is State.PAUSED:
            raise WrongState("The download is paused already.")
        job = self._board.change(job_id, **stopped(State.PAUSED), waiting=None)
        self._crew.halt(job_id)
        return job

    def resume(self, job_id: str) -> Download:
        """Let a paused job go on; raises `NotFound`, `WrongState`."""
        job = self._steerable(job_id)
        if job.state is not State.PAUSED:
            raise WrongState(f"A download that is {job.state.value} cannot be resumed.")
        return self._requeue(job_id)

    def cancel(self, job_id: str) -> Download:
        """End a job and delete its part; one that unpacks ends only that. Raises `NotFound`, `WrongState`."""
        if self._unpacker.cancel(job_id):
            return self._board.get(job_id)
        if self._steerable(job_id).state is State.CANCELLED:
            raise WrongState("The download is cancelled already.")
        return self._crew.cancel(job_id)

    def retry(self, job_id: str, choice: Choice | None = None) -> Download:
        """Let a failed or cancelled job begin again from its part, as the user now says; `NotFound`, `WrongState`."""
        job = self._steerable(job_id)
        if job.state not in (State.FAILED, State.CANCELLED):
            raise WrongState(f"A download that is {job.state.value} cannot be retried.")
        if choice is not None:
            wish = choice.applied(job.wish)
            wish.check()
            self._change_wish(job, wish)
        return self._requeue(job_id)

    def try_now(self, job_id: str) -> Download:
        """Let a job that waits for something to pass try at once; raises `NotFound`, `WrongState`."""
        job = self._steerable(job_id)
        if job.state is not State.QUEUED:
            raise WrongState(f"A download that is {job.state.value} does not wait for another try.")
        if job.waiting is None:
            raise WrongState("The download waits for nothing but its turn.", hint="Move it to the top of the queue.")
        job = self._board.change(job_id, waiting=None)
        self._crew.hurry(job_id)
        return job

    def try_all_now(self) -> tuple[Download, ...]:
        """The same for all that wait so; raises `WrongState` where another program runs the queue."""
        return self._for_all(frozenset({State.QUEUED}), self.try_now, lambda job: job.waiting is not None)

    def again(self, job_id: str) -> Download:
        """The job that fetches a finished job's file anew: itself where the file is still here; `NotFound`."""
        self._board.load()
        job = self._board.get(job_id)
        if job.state not in FINISHED:
            return job
        return self.submit(replace(job.wish, version_id=job.version_id, file_id=job.file_id), job.priority)

    def pause_all(self) -> tuple[Download, ...]:
        """Pause whatever can be paused; raises `WrongState` where another program runs the queue."""
        return self._for_all(PAUSABLE, self.pause)

    def resume_all(self) -> tuple[Download, ...]:
        """Let every paused job go on; raises `WrongState` where another program runs the queue."""
        return self._for_all(frozenset({State.PAUSED}), self.resume)

    def retry_failed(self) -> tuple[Download, ...]:
        """Let every failed job begin again whose failure can pass or was mended; raises `WrongState` as above."""

        def worthwhile(job: Download) -> bool:
            return is_worthwhile(job, lambda path: self._disk.size(path) is not None)

        return self._for_all(frozenset({State.FAILED}), self.retry, worthwhile)

    def _for_all(
        self,
        states: Collection[State],
        act: Callable[[str], Download],
        wanted: Callable[[Download], bool] = lambda job: True,
    ) -> tuple[Download, ...]:
        """Do something to all jobs in these states, those that run last: else the next would begin in their place."""
        self._owned()
        changed = []
        jobs = [job for job in self._board.jobs() if job.state in states and wanted(job)]
        for job in sorted(jobs, key=lambda job: (job.state in RUNNING, order_of(job))):
            try:
                changed.append(act(job.id))
            except (WrongState, NotFound):
                continue  # it went on to another state meanwhile
        return tuple(changed)

    def move(self, job_id: str, move: Move) -> Download:
        """Give a waiting job another place in the queue; raises `NotFound`, `WrongState`, `InvalidRequest`."""
        self._steerable(job_id)
        return self._reordered(self._board.move(job_id, move))

    def prioritize(self, job_id: str, priority: Priority) -> Download:
        """Give an unfinished job another priority; raises `NotFound`, `WrongState`."""
        job = self._steerable(job_id)
        if job.state in FINISHED:
            raise WrongState(f"A download that is {job.state.value} has no priority.")
        return self._reordered(self._board.prioritize(job_id, priority))

    def _reordered(self, job: Download) -> Download:
        self._crew.wake()
        return job

    # --- history ---------------------------------------------------------------------------------

    def history(self, wanted: HistoryFilter) -> HistoryPage:
        """A page of all finished jobs, newest first."""
        self._board.load()
        return self._store.history(wanted)

    def clear_history(self, ids: Sequence[str], states: Sequence[State]) -> Cleared:
        """Forget finished jobs (all where both are empty), but none that works.

        No finished file is touched. What was kept of failed downloads is deleted, since nothing could go on with it.
        Raises `WrongState` where another program runs the queue.
        """
        self._owned()
        with self._submitting:
            gone = self._board.forget(ids, states, self._unpacker.busy())
            return Cleared(len(gone), self._crew.clear_up([job for job in gone if job.state is State.FAILED]))

    def unpack(self, job_id: str, unsafe: Unsafe = Unsafe.REFUSE) -> Download:
        """Unpack the archive of a finished job beside it; raises `NotFound` and what `Unpacker.finished` raises."""
        return self._unpacker.finished(self._steerable(job_id), unsafe)

    def progress(self, since: int) -> ProgressView:
        """Jobs changed after a revision, and totals (design section 8)."""
        self._board.load()
        return self._crew.view(since)

    def works_on(self, path: Path) -> str | None:
        """Why a file, or a name that is still free, must be left alone; None where no unfinished download wants it."""
        self._board.load()
        wanted = str(path)
        if any(job.target_path == wanted and job.state not in FINISHED for job in self._board.jobs()):
            return f"A download works on {path.name} at the moment."
        return None

    def _requeue(self, job_id: str) -> Download:
        job = self._board.requeue(job_id)
        self._crew.wake()
        return job

    def _steerable(self, job_id: str) -> Download:
        self._board.load()
        job = self._board.get(job_id)
        if job.state is not State.DONE:
            self._owned()
        return job

    def _owned(self) -> None:
        self._board.load()
        if not self._crew.owns_queue():
            raise WrongState(
                "Another CivitDock that uses the same data folder runs this queue.",
                hint="Steer the download there, or close the other program.",
            )


def _wants_unpacking(wish: Wish, job: Download) -> bool:
    return wish.unpack and job.unpacked is None and is_archive(Path(job.target_path or ""))
