"""Jobs, local models and the state of this machine as answers; see `answers` for the common rules."""

from __future__ import annotations

from pathlib import PurePath

from civitdock.domain.archives import Unpacked
from civitdock.domain.downloads import Download, Failure, Unsafe, Waiting
from civitdock.domain.library import LocalModel, LocalPage
from civitdock.domain.sync import Sync, SyncPlan
from civitdock.domain.template_examples import Example
from civitdock.services.downloads.progress import ProgressView, Totals
from civitdock.services.status import StatusView
from civitdock.services.template_examples import ExamplesView
from civitdock.web.answers import Json


def download(job: Download) -> Json:
    """One download job."""
    return {
        "id": job.id,
        "state": job.state.value,
        "waiting": _waiting(job.waiting),
        "model_id": job.model_id,
        "version_id": job.version_id or job.wish.version_id,
        "file_id": job.file_id,
        "model_name": job.model_name,
        "version_name": job.version_name,
        "filename": job.filename,
        "target_path": job.target_path,
        "bytes_done": job.bytes_done,
        "bytes_total": job.bytes_total,
        "speed_bps": job.speed_bps,
        "eta_s": job.eta_s,
        "verified_by": job.verified_by,
        "warnings": list(job.warnings),
        "error": failure(job.error),
        "conflict": job.conflict and {"path": job.conflict.path, "suggestion": job.conflict.suggestion},
        "priority": job.priority.value,
        "rank": job.rank,
        "folder": job.wish.folder,
        "on_conflict": job.wish.on_conflict.value,
        "allow_unsafe": job.wish.unsafe is Unsafe.ALLOW,
        "unpack": job.wish.unpack,
        "unpacked": _unpacked(job.unpacked),
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def progress(view: ProgressView) -> Json:
    """`GET download-progress`."""
    return {
        "revision": view.revision,
        "jobs": [download(job) for job in view.jobs],
        "totals": totals(view.totals),
        "removed": list(view.removed),
    }


def totals(sums: Totals) -> Json:
    """All downloads together."""
    return {
        "active": sums.active,
        "queued": sums.queued,
        "speed_bps": sums.speed_bps,
        "eta_s": sums.eta_s,
        "paused": sums.paused,
        "failed": sums.failed,
        "bytes_left": sums.bytes_left,
        "limit_bps": sums.limit_bps,
    }


def sync(job: Sync | None) -> Json | None:
    """A sync job."""
    if job is None:
        return None
    return {
        "id": job.id,
        "state": job.state.value,
        "waiting": _waiting(job.waiting),
        "phase": job.phase,
        "files_total": job.files_total,
        "files_done": job.files_done,
        "bytes_total": job.bytes_total,
        "bytes_done": job.bytes_done,
        "matched": job.matched,
        "unmatched": job.unmatched,
        "invalid": job.invalid,
        "failed": job.failed,
        "eta_s": job.eta_s,
        "errors": [dict(error) for error in job.errors],
    }


def plan(wanted: SyncPlan) -> Json:
    """`POST sync-metadata` with `dry_run`."""
    return {"files": wanted.files, "bytes_to_hash": wanted.bytes_to_hash, "requests": wanted.requests}


def local_page(page: LocalPage) -> Json:
    """`GET local-models`."""
    return {"items": [local(model) for model in page.items], "next_cursor": page.next_cursor, "total": page.total}


def local(model: LocalModel) -> Json:
    """A model file here; `path` is relative to `root`, both with forward slashes on every system."""
    return {
        "path": _relative(model.path, model.root),
        "root": model.root.as_posix(),
        "type": model.type,
        "name": model.path.stem,
        "size_bytes": model.size_bytes,
        "sha256": model.hashes.sha256,
        "autov2": model.hashes.autov2,
        "state": model.state.value,
        "model_id": model.model_id,
        "version_id": model.version_id,
        "model_name": model.model_name,
        "version_name": model.version_name,
        "base_model": model.base_model,
        "trained_words": list(model.trained_words),
        "preview_url": model.preview_url,
        "preview_nsfw_level": model.preview_level or None,
        "update": model.update and {"version_id": model.update.version_id, "name": model.update.name},
        "synced_at": model.synced_at,
        "kind": model.kind,
        "belongs_to": model.belongs,
        "suggested_words": list(model.suggested_words),
    }


def status(view: StatusView) -> Json:
    """`GET status`."""
    return {
        "version": view.version,
        "host": {"name": view.host_name, "version": view.host_version},
        "roots": [
            {"type": each.root.type, "path": each.root.path.as_posix(), "free_bytes": each.free_bytes}
            for each in view.roots
        ],
        "queue": totals(view.queue),
        "last_sync": sync(view.last_sync),
        "missing_packages": list(view.missing_packages),
        "civitai": view.civitai.value,
    }


def template_example(found: Example | None, trouble: str | None) -> Json:
    """`GET template-example` for one template."""
    return {
        "example": found and found.path,
        "folder": found and found.folder.as_posix(),
        "error": trouble,
        "examples": [],
        "errors": [],
    }


def template_lines(found: ExamplesView) -> Json:
    """`GET template-example` for the whole setting."""
    return {
        **template_example(None, None),
        "examples": [
            {"type": line.type, "template": line.template, "example": line.example.path} for line in found.lines
        ],
        "errors": [{"line": line.number, "reason": line.reason} for line in found.bad],
    }


def _relative(path: PurePath, root: PurePath) -> str:
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def _waiting(waiting: Waiting | None) -> Json | None:
    if waiting is None:
        return None
    return {"reason": waiting.reason, "message": waiting.message, "until": waiting.until}


def failure(found: Failure | None) -> Json | None:
    """The error object of a failure."""
    if found is None:
        return None
    return {"code": found.code, "message": found.message, "hint": found.hint}


def _unpacked(unpacked: Unpacked | None) -> Json | None:
    if unpacked is None:
        return None
    return {
        "folder": PurePath(unpacked.folder).as_posix(),
        "files": list(unpacked.files),
        "skipped": [{"name": each.name, "reason": each.reason} for each in unpacked.skipped],
    }
