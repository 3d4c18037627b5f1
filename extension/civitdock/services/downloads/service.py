"""The download queue as the edges see it, and the threads that work it off."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.downloads import FINISHED, RUNNING, Download, State, Unsafe, Wish
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import CivitDockError, InvalidRequest, NotFound, WrongState
from civitdock.ports import (
    Arrivals,
    Catalogue,
    Clock,
    Disk,
    DownloadStore,
    Host,
    Patience,
    PickleScanner,
    SettingsSource,
    Transfers,
)
from civitdock.ports.library import ModelStore
from civitdock.services.downloads.board import Board, stopped
from civitdock.services.downloads.crew import Crew
from civitdock.services.downloads.destination import Destinations
from civitdock.services.downloads.plan import Plan, Planner
from civitdock.services.downloads.progress import ProgressView
from civitdock.services.downloads.resolve import Resolver
from civitdock.services.downloads.runner import Tools
from civitdock.services.downloads.safety import Inspector

_LOG = logging.getLogger(__name__)
_SUBMIT_PATIENCE = 5.0
_MAX_ID = 2**31 - 1


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
    ) -> None:
        self._transfers = transfers
        self._disk = disk
        self._resolver = Resolver(catalogue, models, disk, host, settings)
        self._board = Board(store, clock)
        destinations = Destinations(disk, models, transfers)
        self._planner = Planner(self._resolver, destinations, disk, transfers)
        inspector = Inspector(disk, scanner)
        tools = Tools(transfers, disk, arrivals, clock, self._resolver, destinations, inspector)
        self._crew = Crew(self._board, store, tools, host, settings)
        self._submitting = threading.Lock()

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take the queue up where it was left and begin to work; a second call does nothing."""
        self._board.load()
        self._crew.start()

    def stop(self) -> None:
        """Put running jobs back and end the threads; a second call does nothing. Parts stay."""
        self._crew.stop()

    # --- wishes ----------------------------------------------------------------------------------

    def submit(self, wish: Wish) -> Download:
        """The job for a wish: a new one, the one that is under way, or one that is done because the file is here.

        Asks CivitAI for at most five seconds. Raises `InvalidRequest` and `NotFound`; without an answer the job is
        queued, and every later failure stands on it.
        """
        _check(wish)
        self._board.load()
        known: tuple[Version, ModelFile] | None = None
        try:
            known = self._resolver.file_of(wish, Patience(_SUBMIT_PATIENCE))
            self._resolver.place(wish, *known, model=None)
        except (NotFound, InvalidRequest):
            raise
        except CivitDockError as error:
            _LOG.info("queued without an answer about it (%s)", error.code)
        with self._submitting:
            self._board.refresh()
            job = self._known_job(wish, known) or self._new_job(wish, known)
        self._crew.wake()
        return self._board.shown(job)

    def plan(self, wishes: Sequence[Wish]) -> Plan:
        """What the wishes would fetch and whether there is room; changes nothing."""
        self._board.load()
        self._board.refresh()
        return self._planner.plan(wishes, self._board.jobs())

    def _known_job(self, wish: Wish, known: tuple[Version, ModelFile] | None) -> Download | None:
        file_id = wish.file_id if known is None else known[1].id
        for job in reversed(self._board.jobs()):
            ids = {job.file_id, job.wish.file_id} if known is None else {job.file_id}
            if wish.version_id not in (job.version_id, job.wish.version_id) or file_id not in ids:
                continue
            if job.state is State.DONE:
                if self._still_there(job):
                    return job
                continue
            return self._ask_again(job, wish)
        return None

    def _still_there(self, job: Download) -> bool:
        return job.target_path is not None and self._disk.size(Path(job.target_path)) == job.bytes_done

    def _ask_again(self, job: Download, wish: Wish) -> Download:
        """The job that exists; one that stands still goes on, with what the user now says."""
        if job.state in RUNNING or job.state is State.QUEUED or not self._crew.owns_queue():
            if wish.unsafe is Unsafe.ALLOW and self._crew.owns_queue():
                return self._board.change(job.id, wish=replace(job.wish, unsafe=Unsafe.ALLOW))
            return job
        moved = (wish.folder, wish.filename) != (job.wish.folder, job.wish.filename)
        if moved:
            self._discard_part(job)
        place: dict[str, Any] = {"target_path": None, "filename": None, "bytes_done": 0} if moved else {}
        wish = replace(wish, file_id=wish.file_id or job.wish.file_id)
        self._board.change(job.id, wish=wish, **place)
        return self._requeue(job.id)

    def _new_job(self, wish: Wish, known: tuple[Version, ModelFile] | None) -> Download:
        job = Download(id=uuid.uuid4().hex, wish=wish, version_id=wish.version_id, file_id=wish.file_id)
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
        if row is None:
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
        """End a job and delete its part; raises `NotFound`, `WrongState`."""
        if self._steerable(job_id).state is State.CANCELLED:
            raise WrongState("The download is cancelled already.")
        return self._crew.cancel(job_id)

    def retry(self, job_id: str) -> Download:
        """Let a failed or cancelled job begin again from its part; raises `NotFound`, `WrongState`."""
        job = self._steerable(job_id)
        if job.state not in (State.FAILED, State.CANCELLED):
            raise WrongState(f"A download that is {job.state.value} cannot be retried.")
        return self._requeue(job_id)

    def progress(self, since: int) -> ProgressView:
        """Jobs changed after a revision, and totals (design section 8)."""
        self._board.load()
        return self._crew.view(since)

    def _requeue(self, job_id: str) -> Download:
        job = self._board.change(job_id, state=State.QUEUED, waiting=None, error=None, warnings=())
        self._crew.wake()
        return job

    def _steerable(self, job_id: str) -> Download:
        self._board.load()
        job = self._board.get(job_id)
        if job.state is not State.DONE and not self._crew.owns_queue():
            raise WrongState(
                "Another CivitDock that uses the same data folder runs this queue.",
                hint="Steer the download there, or close the other program.",
            )
        return job

    def _discard_part(self, job: Download) -> None:
        if job.target_path is not None and job.state in FINISHED | {State.PAUSED}:
            self._transfers.discard(Path(job.target_path + PART_SUFFIX))


def _check(wish: Wish) -> None:
    for name, value in (("version_id", wish.version_id), ("file_id", wish.file_id)):
        if value is not None and not 0 < value <= _MAX_ID:
            raise InvalidRequest(f"{name}: must be a positive number.")
    if wish.filename is not None and (not wish.filename.strip() or set(wish.filename) & set('/\\:*?"<>|\0')):
        raise InvalidRequest("filename: must be a plain name without separators.")
