"""The download queue as a whole in answers; see `answers` for the common rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from civitdock.domain.downloads import Download
from civitdock.domain.history import HistoryPage
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


def target(seen: Preview) -> Json:
    """`GET download-target`; root and folder with forward slashes, as `roots` and `folders`."""
    row = seen.row
    path = row.path or seen.folder
    below = seen.folder.relative_to(seen.root)
    return {
        "version_id": row.item.wish.version_id,
        "file_id": row.known[1].id if row.known else None,
        "type": seen.type,
        "root": seen.root.as_posix(),
        "folder": below.as_posix() if below.parts else "",
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
