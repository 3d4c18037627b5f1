"""Looking into the history of finished downloads."""

from __future__ import annotations

from dataclasses import dataclass

from civitdock.domain.downloads import Download, State
from civitdock.domain.names import fold


@dataclass(frozen=True)
class HistoryFilter:
    """Finished jobs whose names hold `text`, in one of `states` (all where empty), older than revision `before`."""

    text: str = ""
    states: tuple[State, ...] = ()
    limit: int = 100
    before: int | None = None


@dataclass(frozen=True)
class HistoryPage:
    """Jobs, newest first; `before` asks for the next page, None where this is the last; `total` counts all pages."""

    items: tuple[Download, ...]
    before: int | None
    total: int


@dataclass(frozen=True)
class Cleared:
    """How many jobs were forgotten, and how many bytes of failed ones were deleted with them."""

    jobs: int
    part_bytes: int


def concerns(job: Download, text: str) -> bool:
    """Whether model, version, file name or error code hold a text, ignoring case."""
    wanted = fold(text.strip())
    said = (job.model_name, job.version_name, job.filename, job.error.code if job.error else None)
    return not wanted or any(wanted in fold(each) for each in said if each)
