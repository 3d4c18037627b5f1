"""Moved and deleted files as answers; see `answers` for the common rules."""

from __future__ import annotations

from pathlib import PurePath

from civitdock.domain.filing import Operation, Trash
from civitdock.services.filing.organise import Move, OrganisePlan
from civitdock.services.filing.orphans import Orphan, Orphans
from civitdock.services.filing.service import Overview
from civitdock.web.answers import Json


def plan(found: OrganisePlan) -> Json:
    """`POST organise/plan`."""
    return {
        "moves": [_move(each) for each in found.moves],
        "files_total": found.files_total,
        "bytes_total": found.bytes_total,
        "free_bytes": found.free_bytes,
    }


def operation(found: Operation) -> Json:
    """One operation."""
    return {
        "id": found.id,
        "kind": found.kind.value,
        "state": found.state.value,
        "files_total": found.files_total,
        "files_done": found.files_done,
        "bytes_total": found.bytes_total,
        "items": [{"path": _shown(path), "target": _shown(target)} for path, target in found.items],
        "items_total": found.items_total,
        "errors": [
            {"path": _shown(path), "code": error.code, "message": _text(error.message), "hint": error.hint}
            for path, error in found.errors
        ],
        "created_at": found.created_at,
        "can_undo": found.can_undo,
    }


def overview(found: Overview) -> Json:
    """`GET file-operations`."""
    return {"operations": [operation(each) for each in found.operations], "trash": trash(found.trash)}


def trash(found: Trash) -> Json:
    """What lies in the trash, or was removed from it."""
    return {"files": found.files, "size_bytes": found.size_bytes}


def orphans(found: Orphans) -> Json:
    """`GET orphans`."""
    return {"items": [_orphan(each) for each in found.items], "truncated": found.truncated}


def _orphan(found: Orphan) -> Json:
    return {
        "path": _shown(found.path),
        "root": _shown(found.root.path),
        "type": found.root.type,
        "size_bytes": found.size_bytes,
        "stem": _text(found.stem),
    }


def _move(found: Move) -> Json:
    return {
        "path": _shown(found.path),
        "target": None if found.target is None else _shown(found.target),
        "action": found.action.value,
        "reason": None if found.reason is None else _text(found.reason),
        "type": found.type,
        "name": _text(found.name),
        "size_bytes": found.size_bytes,
        "files": found.files,
        "other_volume": found.other_volume,
    }


def _shown(path: PurePath) -> str:
    return _text(path.as_posix())


def _text(text: str) -> str:
    """Names that are no Unicode would make the answer's JSON fail."""
    return text.encode("utf-8", "replace").decode("utf-8")
