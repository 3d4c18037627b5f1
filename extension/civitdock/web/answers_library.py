"""Updates, what was restored and what was taken over as answers; see `answers` for the common rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from civitdock.domain.told import Taken
from civitdock.domain.updates import IgnoreRule, LineVersion, Newer
from civitdock.services.restore import Restored
from civitdock.services.updates import UpdatePage
from civitdock.web.answers import Json
from civitdock.web.answers_work import local


def updates(page: UpdatePage) -> Json:
    """`GET updates`; the cursor is the place in the list."""
    cursor = None if page.next_place is None else str(page.next_place)
    return {"items": [newer(item) for item in page.items], "next_cursor": cursor, "total": page.total}


def newer(found: Newer) -> Json:
    """What is newer than one local file."""
    return {
        "local": local(found.local),
        "update": None if found.update is None else _version(found.update),
        "early_access": [_version(version) for version in found.early_access],
        "other_base": [_version(version) for version in found.other_base],
        "ignored": found.ignored.value,
        "checked_at": found.checked_at,
    }


def ignored(rules: Iterable[IgnoreRule]) -> Json:
    """Everything that is ignored, by model."""
    ordered = sorted(rules, key=lambda rule: (rule.model_id, rule.version_id or 0))
    return {"ignored": [{"model_id": rule.model_id, "version_id": rule.version_id} for rule in ordered]}


def restored(done: Restored) -> Json:
    """`POST restore`."""
    errors = [{"path": _shown(path), "code": error.code, "message": error.message} for path, error in done.errors]
    return {"files": done.files, "errors": errors}


def migration(report: Sequence[tuple[Path, Sequence[Taken]]]) -> Json:
    """`GET migration-report`."""
    items = [
        {"path": _shown(path), "taken": [{"source": each.source, "fields": list(each.fields)} for each in taken]}
        for path, taken in report
    ]
    return {"items": items}


def _version(version: LineVersion) -> Json:
    return {
        "version_id": version.id,
        "name": version.name,
        "base_model": version.base_model,
        "published_at": version.published_at,
        "early_access_until": version.early_access_until,
    }


def _shown(path: Path) -> str:
    """Names that are no Unicode would make the answer's JSON fail."""
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")
