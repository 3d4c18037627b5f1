"""`python -m civitdock queue`: what the download queue holds, what it held, and the switches for all of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from civitdock.cli.bars import name_of
from civitdock.cli.output import OK, show
from civitdock.domain.downloads import FINISHED, Download
from civitdock.domain.history import HistoryFilter
from civitdock.domain.ordering import order_of
from civitdock.domain.sizes import size_text
from civitdock.services.downloads.service import DownloadService

_PAGE = 1000


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser = commands.add_parser("queue", parents=[common], help="look at the download queue and its history")
    parser.set_defaults(quiet=False)
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--history", metavar="TEXT", help="finished downloads whose names hold the text; '' lists all")
    act.add_argument("--pause-all", action="store_true", help="let nothing begin until it is resumed")
    act.add_argument("--resume-all", action="store_true", help="let everything paused go on at the next start")
    act.add_argument("--try-now", action="store_true", help="try at once what waits for CivitAI, and follow it")
    act.add_argument(
        "--clear-history",
        action="store_true",
        help="forget finished downloads, and delete what was kept of failed ones",
    )


def run(service: DownloadService, given: argparse.Namespace) -> int:
    """Do what is asked; answers the exit code. Raises `WrongState` where another CivitDock runs the queue."""
    if given.history is not None:
        jobs = list(_history(service, given.history))
    elif given.clear_history:
        service.start()
        gone = service.clear_history((), ())
        lines = [f"{gone.jobs} finished downloads are forgotten."]
        if gone.part_bytes:
            lines.append(f"{size_text(gone.part_bytes)} that were kept of failed ones are deleted.")
        show({"cleared": gone.jobs, "part_bytes": gone.part_bytes}, lines, as_json=given.json)
        return OK
    elif given.pause_all or given.resume_all:
        service.start()
        jobs = list(service.pause_all() if given.pause_all else service.resume_all())
    else:
        jobs = sorted((job for job in service.progress(0).jobs if job.state not in FINISHED), key=order_of)
    show({"items": [job_row(job) for job in jobs]}, list(map(_line, jobs)), as_json=given.json)
    return OK


def job_row(job: Download) -> dict[str, object]:
    """A job for programs."""
    return {
        "state": job.state,
        "model_id": job.model_id,
        "version_id": job.version_id,
        "file_id": job.file_id,
        "model_name": job.model_name,
        "version_name": job.version_name,
        "filename": job.filename,
        "path": job.target_path,
        "bytes_done": job.bytes_done,
        "bytes_total": job.bytes_total,
        "verified_by": job.verified_by,
        "unpacked": job.unpacked,
        "warnings": job.warnings,
        "error": job.error,
    }


def _history(service: DownloadService, text: str) -> Iterator[Download]:
    wanted = HistoryFilter(text, limit=_PAGE)
    while True:
        page = service.history(wanted)
        yield from page.items
        if page.before is None:
            return
        wanted = replace(wanted, before=page.before)


def _line(job: Download) -> str:
    far = size_text(job.bytes_total if job.state in FINISHED else job.bytes_done)
    if job.state not in FINISHED and job.bytes_total is not None:
        far += f" of {size_text(job.bytes_total)}"
    why = f"  {job.error.code}: {job.error.message}" if job.error is not None else ""
    return f"{job.state.value}: {job.target_path or name_of(job)} ({far}){why}"
