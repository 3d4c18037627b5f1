"""The download queue as a whole in answers; see `answers` for the common rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from civitdock.domain.downloads import Download
from civitdock.domain.history import Cleared, HistoryPage
from civitdock.services.downloads.planner import Preview
from civitdock.web.answers import Json
from civitdock.web.answers_work import download


def many(jobs: Sequence[Download]) -> Json:
    """The jobs that an action changed."""
    return {"changed": len(jobs), "jobs": [download(job) for job in jobs]}


def history(page: HistoryPage) -> Json:
    """`GET download-history`."""
    return {
        "items": [download(job) for job in page.items],
        "next_cursor": None if page.before is None else str(page.before),
        "total": page.total,
    }


def cleared(gone: Cleared) -> Json:
    """`POST download-history/clear`."""
    return {"cleared": gone.jobs, "part_bytes": gone.part_bytes}


def target(seen: Preview) -> Json:
    """`GET download-target`."""
    row = seen.row
    path = row.path or seen.folder
    return {
        "version_id": row.item.wish.version_id,
        "file_id": row.known[1].id if row.known else None,
        "type": seen.type,
        "root": str(seen.root),
        "folder": str(seen.folder),
        "filename": path.name,
        "target_path": str(path),
        "state": row.outlook.value,
        "installed_path": _text(row.installed),
        "suggestion": seen.suggestion,
        "size_bytes": row.size_bytes,
        "free_bytes": seen.free_bytes,
        "roots": [{"type": root.type, "path": root.path.as_posix()} for root in seen.roots],
        "folders": list(seen.folders),
    }


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
