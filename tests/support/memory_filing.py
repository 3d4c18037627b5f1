"""Moving and deleting files in memory, for tests of what lies in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civitdock.domain.downloads import Failure
from civitdock.domain.filing import Kind, Operation, State, Trash
from civitdock.domain.library import ModelRoot
from civitdock.domain.placement import Action
from civitdock.errors import InvalidRequest, NotFound
from civitdock.services.filing.desk import FilingDesk
from civitdock.services.filing.organise import Move, OrganisePlan, OrganiseRequest
from civitdock.services.filing.orphans import Orphan, Orphans
from civitdock.services.filing.service import Overview

NOW = "2026-11-20T12:00:00Z"
HERE, THERE = Path("/models/Lora/good.safetensors"), Path("/models/Lora/styles/good.safetensors")
SAMPLE = Operation(
    id="sample",
    kind=Kind.DELETE,
    state=State.PARTIAL,
    created_at=NOW,
    files_total=2,
    files_done=1,
    bytes_total=5,
    items=((HERE, THERE),),
    items_total=1,
    errors=((HERE, Failure("not_writable", "No.", "Look.")),),
    can_undo=True,
)


@dataclass
class MemoryOperations:
    """Operations that end at once and touch nothing; `asked` is what came through."""

    asked: list[object] = field(default_factory=list)

    def delete(self, paths: Sequence[str]) -> Operation:
        return self._begun(tuple(paths))

    def move(self, moves: Sequence[tuple[str, str]]) -> Operation:
        return self._begun(tuple(moves))

    def undo(self, operation_id: str) -> Operation:
        if operation_id != SAMPLE.id:
            raise NotFound("There is no such operation.")
        return self._begun((operation_id,))

    def overview(self) -> Overview:
        return Overview((SAMPLE,), Trash(1, 5))

    def empty(self, ids: Sequence[str]) -> Trash:
        self.asked.append(tuple(ids))
        return Trash(1, 5)

    def _begun(self, asked: tuple[object, ...]) -> Operation:
        if not asked:
            raise InvalidRequest("paths: 1 to 10000 are needed.")
        self.asked.append(asked)
        return SAMPLE


class MemoryOrganise:
    """One model that would move and one of which nothing is known."""

    def plan(self, request: OrganiseRequest) -> OrganisePlan:
        del request
        known = Move(HERE, THERE, Action.MOVE, None, "LORA", "Good", 5, 2, other_volume=True)
        unknown = Move(HERE, None, Action.UNKNOWN, "Nobody knows.", "LORA", "good", 5, 1, other_volume=False)
        return OrganisePlan((known, unknown), 2, 5, 10**9)


class MemoryOrphans:
    """One orphan."""

    def find(self) -> Orphans:
        root = ModelRoot("LORA", HERE.parent)
        return Orphans((Orphan(HERE.with_suffix(".civitai.info"), root, 5, "good"),), truncated=False)


def memory_desk() -> FilingDesk:
    """A desk over these."""
    return FilingDesk(MemoryOperations(), MemoryOrganise(), MemoryOrphans())
