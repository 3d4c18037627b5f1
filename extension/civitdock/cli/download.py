"""`python -m civitdock download`: fetch what links, AIR names, ids and hashes mean.

Exit codes: 0 all of it is here, 1 nothing could be fetched, 2 wrong arguments, 3 some of it failed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civitdock.cli.bars import Display, display, name_of
from civitdock.cli.output import FAILED, INTERRUPTED, OK, PARTLY, show
from civitdock.cli.queue import job_row
from civitdock.domain.downloads import FINISHED, Download, Failure, OnConflict, Priority, State, Unsafe, Wish
from civitdock.domain.sizes import size_text
from civitdock.errors import CivitDockError, WrongState
from civitdock.services.downloads.planner import Item, Plan
from civitdock.services.downloads.service import DownloadService
from civitdock.services.links import LinkService

_LOOK_SECONDS = 0.2
_STAYS = "Interrupted; what is here stays, and the same command goes on from there."
_GOES_ON = "Interrupted; the CivitDock that runs this queue goes on with the downloads. Pause them there."
_STDIN = "-"


@dataclass
class Row:
    """One asked item and what became of it: a job, or an error from before there was one."""

    asked: str
    job_id: str | None = None
    here: bool = False
    error: Failure | None = None


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser = commands.add_parser(
        "download",
        parents=[common],
        help="fetch files by link, AIR, id or hash",
        description="Fetch files from CivitAI into the model folders, several at once. What was interrupted goes on "
        "where it was. The API key comes from the settings or the variable CIVITAI_API_KEY.",
    )
    parser.add_argument(
        "items", nargs="*", metavar="ITEM",
        help="a link to a model, version or download, an AIR, civitai:MODEL@VERSION, a version id (or a model id), "
        "or a hash; - reads one per line from the input",
    )  # fmt: skip
    parser.add_argument("--from-file", metavar="FILE", help="read more items, one per line; # begins a remark")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--file-id", type=int, help="this file of the version instead of its primary one")
    files.add_argument("--all-files", action="store_true", help="every file of each version but its training data")
    parser.add_argument("--folder", help="a folder below the type's own, or an absolute one inside the model folders")
    parser.add_argument("--filename", help="another name for the only file, without suffix")
    parser.add_argument("--allow-unsafe", action="store_true", help="also files that can run code when loaded")
    parser.add_argument(
        "--on-conflict", choices=[each.value for each in OnConflict], default=OnConflict.RENAME.value,
        help="where another file has the name: take a free one (default), or fail",
    )  # fmt: skip
    parser.add_argument("--unpack", action="store_true", help="unpack zip archives beside themselves")
    parser.add_argument("--dry-run", action="store_true", help="only say what, where, how large, and if there is room")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Read the lists into `given.items`; ends the program where the arguments do not fit together."""
    try:
        sources = [text for item in given.items for text in (_lines(item) if item == _STDIN else [item])]
        sources += _lines(given.from_file) if given.from_file else []
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"{given.from_file or 'the input'} cannot be read ({error})")
    given.items = list(dict.fromkeys(sources))
    if not given.items:
        parser.error("nothing is named to download")
    if len(given.items) > 1 and (given.filename is not None or given.file_id is not None):
        parser.error("--filename and --file-id fit one item only")
    if given.all_files and given.filename is not None:
        parser.error("--filename fits one file only")


def _lines(source: str) -> list[str]:
    text = sys.stdin.read() if source == _STDIN else Path(source).read_text(encoding="utf-8-sig")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def run(service: DownloadService, links: LinkService, given: argparse.Namespace) -> int:
    """Fetch everything, or say what that would mean; answers the exit code."""
    if given.dry_run:
        return _foresee(service, links, given)
    fetch = _Fetch(service, display(visible=not (given.json or given.quiet)), given)

    def ask() -> None:
        service.start()
        for text in given.items:
            fetch.ask(links, text)

    return _followed(fetch, ask, given)


def try_now(service: DownloadService, given: argparse.Namespace) -> int:
    """Let all downloads that wait for another try begin at once, and follow them; answers the exit code.

    Raises `WrongState` where another CivitDock runs the queue.
    """
    fetch = _Fetch(service, display(visible=not given.json), given)

    def ask() -> None:
        waiting = [job for job in service.progress(0).jobs if job.state is State.QUEUED and job.waiting is not None]
        service.start()
        service.try_all_now()
        for job in waiting:
            fetch.take(Row(name_of(job)), job)

    return _followed(fetch, ask, given)


def _followed(fetch: _Fetch, ask: Callable[[], None], given: argparse.Namespace) -> int:
    """Ask for downloads and follow them to their ends, or until Ctrl+C; answers the exit code."""
    try:
        ask()
        fetch.follow()
    except KeyboardInterrupt:
        fetch.pause()
    finally:
        fetch.close()
    return _code(fetch, given)


def _code(fetch: _Fetch, given: argparse.Namespace) -> int:
    """Print what is left to say; answers the exit code."""
    rows = [fetch.result(row) for row in fetch.rows]
    if given.json:
        show({"items": rows}, (), as_json=True)
    if fetch.interrupted:
        print(_GOES_ON if fetch.goes_on() else _STAYS, file=sys.stderr)
        return INTERRUPTED
    failed = sum(row["error"] is not None for row in rows)
    if len(rows) > 1 and not given.json and not given.quiet:
        print(f"{len(rows) - failed} of {len(rows)} files are here.")
    return OK if not failed else FAILED if failed == len(rows) else PARTLY


def _foresee(service: DownloadService, links: LinkService, given: argparse.Namespace) -> int:
    shown = display(visible=not (given.json or given.quiet))
    items: list[Item] = []
    bad: list[Row] = []
    for text in given.items:
        try:
            with shown.asking(text):
                meant = links.files(text, all_files=given.all_files)
            items += [Item(_wish(given, file.version_id, given.file_id or file.file_id)) for file in meant]
        except CivitDockError as error:
            bad.append(Row(text, error=_failure(error)))
    with shown.asking("the plan"):
        plan = service.plan(items)
    refused = [(row.asked, row.error) for row in bad if row.error is not None]
    refused += [(f"version {file.item.wish.version_id}", file.error) for file in plan.rows if file.error is not None]
    if given.json:
        rows = [{"asked": row.asked, "error": row.error} for row in bad]
        show({"plan": plan.as_dict(), "not_understood": rows}, (), as_json=True)
    elif not given.quiet:
        show(None, [*_planned_lines(plan)], as_json=False)
    for name, failure in refused if not given.json else ():
        _tell_failure(Display(), name, failure)
    good = [file for file in plan.rows if file.error is None]
    if refused:
        return PARTLY if good else FAILED
    return OK if all(volume.enough for volume in plan.volumes) else FAILED


def _planned_lines(plan: Plan) -> Iterator[str]:
    for file in plan.rows:
        if file.error is None:
            where = file.installed or file.path or f"version {file.item.wish.version_id}"
            yield f"{file.outlook.value}: {where} ({size_text(file.size_bytes)})"
    if plan.unknown_sizes:
        yield f"CivitAI gives no size for {plan.unknown_sizes} of them."
    for volume in plan.volumes:
        room = "enough" if volume.enough else "NOT enough"
        needed, free = size_text(volume.needed_bytes), size_text(volume.free_bytes)
        yield f"{needed} needed, {free} free, {room} on the disk of {volume.path}"


def _tell_failure(shown: Display, name: str, error: Failure) -> None:
    shown.say(f"failed: {name}", sys.stderr)
    shown.say(f"  {error.code}: {error.message}", sys.stderr)
    shown.say(f"  {error.hint}", sys.stderr)


def _wish(given: argparse.Namespace, version_id: int, file_id: int | None) -> Wish:
    return Wish(
        version_id,
        file_id,
        given.folder,
        given.filename,
        Unsafe.ALLOW if given.allow_unsafe else Unsafe.REFUSE,
        OnConflict(given.on_conflict),
        given.unpack,
    )


class _Fetch:
    """The jobs of one command, from the wish to the line that says how each ended."""

    def __init__(self, service: DownloadService, shown: Display, given: argparse.Namespace) -> None:
        self.rows: list[Row] = []
        self.interrupted = False
        self._service = service
        self._display = shown
        self._given = given
        self._jobs: dict[str, Download] = {}
        self._revision = 0
        self._told: set[int] = set()

    def ask(self, links: LinkService, text: str) -> None:
        """Queue what a text means; a text that means nothing becomes a failed row."""
        try:
            with self._display.asking(text):
                meant = links.files(text, all_files=self._given.all_files)
        except CivitDockError as error:
            self.rows.append(Row(text, error=_failure(error)))
            meant = ()
        for file in meant:
            row = Row(text)
            try:
                wish = _wish(self._given, file.version_id, self._given.file_id or file.file_id)
                with self._display.asking(text):
                    job = self._service.submit(wish, Priority.HIGH)  # before what an earlier run left
                self.take(row, job)
            except CivitDockError as error:
                row.error = _failure(error)
                self.rows.append(row)
        self.look()

    def take(self, row: Row, job: Download) -> None:
        """Watch over a job."""
        row.job_id, row.here = job.id, job.state is State.DONE
        self._jobs[job.id] = job
        self.rows.append(row)

    def follow(self) -> None:
        """Wait until every job has ended."""
        pause = threading.Event()
        while not self.look():
            pause.wait(_LOOK_SECONDS)

    def look(self) -> bool:
        """See and show how things stand; answers whether everything has ended."""
        view = self._service.progress(self._revision)
        self._revision = view.revision
        self._jobs |= {job.id: job for job in view.jobs if job.id in self._jobs}
        self._display.show(list(self._jobs.values()))
        open_rows = 0
        for number, row in enumerate(self.rows):
            if self._ended(row):
                self._tell(number, row)
            else:
                open_rows += 1
        return open_rows == 0

    def pause(self) -> None:
        """Halt what this process runs; parts stay. What another CivitDock runs goes on there."""
        self.interrupted = True
        for job in self._jobs.values():
            if job.state not in FINISHED:
                with suppress(WrongState):  # it ends at this moment, or it is not ours
                    self._service.pause(job.id)
        self.look()

    def goes_on(self) -> bool:
        """Whether another CivitDock runs on with what was interrupted here."""
        return any(job.state not in FINISHED and job.state is not State.PAUSED for job in self._jobs.values())

    def close(self) -> None:
        """End the display."""
        self._display.close()

    def result(self, row: Row) -> dict[str, object]:
        """A row for programs."""
        job = self._jobs.get(row.job_id or "") or Download("", Wish(0), State.FAILED)
        found = job_row(job) | {"asked": row.asked, "was_here": row.here, "error": self._error(row)}
        return found | ({"version_id": None} if row.job_id is None else {})

    def _ended(self, row: Row) -> bool:
        job = self._jobs.get(row.job_id or "")
        return job is None or job.state in FINISHED or job.state is State.PAUSED

    def _error(self, row: Row) -> Failure | None:
        job = self._jobs.get(row.job_id or "")
        if job is None or job.state is State.DONE:
            return row.error
        if job.error is not None:
            return job.error
        if job.state is State.CANCELLED or (job.state is State.PAUSED and not self.interrupted):
            # Only the CivitDock that runs the queue can do that, or let the job go on.
            message = f"The download is {job.state.value} in the CivitDock that runs this queue."
            return _failure(WrongState(message, hint="Let it go on there, or close that program first."))
        return None

    def _tell(self, number: int, row: Row) -> None:
        if number in self._told or self._given.json:
            return
        self._told.add(number)
        job, error = self._jobs.get(row.job_id or ""), self._error(row)
        if error is not None:
            name = row.asked if job is None else f"{row.asked} ({name_of(job)})"
            _tell_failure(self._display, name, error)
        elif job is not None and not self._given.quiet:
            word = "here already" if row.here else job.state.value
            place = job.target_path or name_of(job)
            self._display.say(f"{word}: {place} ({size_text(job.bytes_done)})", sys.stdout)
            for warning in job.warnings:
                self._display.say(f"  {warning}", sys.stdout)


def _failure(error: CivitDockError) -> Failure:
    return Failure(error.code, error.message, error.hint)
