"""What organising would do with each model, before anything moves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain import folders, templates
from civitdock.domain.library import LocalModel, LocalState, ModelRoot
from civitdock.domain.placement import Action, Facts, Home, home, inner_root, kind_of, wished
from civitdock.domain.updates import LineVersion
from civitdock.errors import CivitDockError, InvalidRequest
from civitdock.ports import Disk
from civitdock.ports.filing import Places
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore, Sidecars
from civitdock.services.filing.judge import Busy, Judge


@dataclass(frozen=True)
class OrganiseRequest:
    """Which models, and into which folder, None for where each belongs by itself."""

    paths: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    folder: str | None = None


@dataclass(frozen=True)
class Move:
    """What would be done with one model; `files` counts all that go along, itself too."""

    path: Path
    target: Path | None
    action: Action
    reason: str | None
    type: str
    name: str
    size_bytes: int
    files: int
    other_volume: bool


@dataclass(frozen=True)
class OrganisePlan:
    """What would be done; sums are of what moves, `free_bytes` of the drive that gets the most copies, if any does."""

    moves: tuple[Move, ...]
    files_total: int
    bytes_total: int
    free_bytes: int | None


class OrganiseService:
    """Plans from the index, the sidecars and the kept versions; asks nobody and changes nothing."""

    def __init__(  # noqa: PLR0913 - the composition root hands over each port once
        self,
        models: ModelStore,
        sidecars: Sidecars,
        disk: Disk,
        places: Places,
        host: Host,
        settings: SettingsSource,
        busy: Busy,
    ) -> None:
        self._models = models
        self._sidecars = sidecars
        self._disk = disk
        self._places = places
        self._host = host
        self._settings = settings
        self._busy = busy

    def plan(self, request: OrganiseRequest) -> OrganisePlan:
        """What would be done; raises `InvalidRequest` for a path or folder outside the model folders."""
        judge = Judge(self._disk, self._models, self._host.roots(), self._busy)
        if request.folder is not None:
            _check_folder(request.folder, judge.roots)
        rows, gone = self._rows(request, judge)
        homes = self._homes(rows, request.folder, judge.roots)
        moves = [*(_gone(path, judge.roots) for path in gone)]
        moves += [self._move(row, homes[row.path], judge) for row in sorted(rows, key=lambda row: row.path)]
        going = [move for move in moves if move.action is Action.MOVE]
        return OrganisePlan(
            tuple(moves),
            sum(move.files for move in going),
            sum(move.size_bytes for move in going),
            self._free(going),
        )

    def _rows(self, request: OrganiseRequest, judge: Judge) -> tuple[list[LocalModel], list[Path]]:
        """The models that are meant, and the paths at which there is none."""
        if request.paths:
            wanted = dict.fromkeys(map(Path, request.paths))
            for path in wanted:
                judge.check_source(path)
            known = {row.path: row for row in self._models.of_paths([os.fsencode(path) for path in wanted])}
            here = [row for path, row in known.items() if os.path.lexists(path)]
            rows = [row for row in here if not request.types or row.type in request.types]
            return rows, [path for path in wanted if path not in {row.path for row in here}]
        every = [row for row in self._models.all() if os.path.lexists(row.path)]
        if request.types:
            return [row for row in every if row.type in request.types], []
        return [row for row in every if row.state is LocalState.IDENTIFIED or row.belongs is not None], []

    def _homes(self, rows: Sequence[LocalModel], folder: str | None, roots: Sequence[ModelRoot]) -> Mapping[Path, Home]:
        if folder is not None:
            return {row.path: wished(row, folder, roots) for row in rows}
        wanted = templates.parse(self._settings.current().text("civitai_folder_templates"))
        needed = {word for _type, line in wanted.lines() for word, _default in templates.named(line)}
        versions = self._versions(rows) if needed & {"year", "month", "version"} else {}
        found: dict[Path, Home] = {}
        for row in rows:
            is_described = row.version_id is not None and wanted.has(kind_of(row)) and needed
            described = self._sidecars.described(row.path) if is_described else None
            found[row.path] = home(row, Facts(described, versions.get(row.version_id or 0)), wanted, roots)
        return found

    def _versions(self, rows: Iterable[LocalModel]) -> Mapping[int, LineVersion]:
        wanted = {row.version_id for row in rows}
        lines = self._models.lines()
        return {version.id: version for line in lines for version in line.versions if version.id in wanted}

    def _move(self, row: LocalModel, place: Home, judge: Judge) -> Move:
        beside = judge.shelf(row.path.parent).of(row.path.name)
        target = None if place.folder is None else place.folder / row.path.name
        action, reason = Action.MOVE, place.reason
        look = self._places.look(row.path)
        if target is None:
            action = Action.UNKNOWN
        elif target == row.path or self._disk.real(target) == self._disk.real(row.path):
            action, target = Action.STAY, row.path
        elif look is not None and look.is_link:
            action, target, reason = Action.UNKNOWN, None, "It is a link to a file elsewhere, which stays where it is."
        elif self._leads_out(target.parent, judge):
            action, target, reason = Action.UNKNOWN, None, "A link leads out of the model folder there."
        elif (obstacle := judge.obstacle(target.parent)) is not None:
            action, target, reason = Action.UNKNOWN, None, obstacle
        else:
            reason = judge.conflict(row.path, target, beside)
            if reason is not None and judge.is_duplicate(row, target):
                action, target, reason = Action.TAKEN, None, "The same file lies there already: it is a duplicate."
            elif reason is not None:
                action, target = Action.TAKEN, judge.free(row, target, beside)
            if target is not None:
                judge.grant(row.path, target, beside)
        return Move(
            path=row.path,
            target=target,
            action=action,
            reason=reason,
            type=row.type,
            name=row.model_name or row.path.stem,
            size_bytes=row.size_bytes,
            files=1 + len(beside),
            other_volume=target is not None
            and action is not Action.STAY
            and self._places.is_other_volume(row.path, target.parent),
        )

    def _leads_out(self, folder: Path, judge: Judge) -> bool:
        try:
            judge.check_folder(folder, inner_root(folder / "x", judge.roots) or folder)
        except InvalidRequest:
            return True
        return False

    def _free(self, moves: Sequence[Move]) -> int | None:
        """Free space of the drive that gets the most copies; None where nothing is copied, or nobody can tell."""
        copies: dict[Path, int] = {}
        try:
            for move in moves:
                if move.other_volume and move.target is not None:
                    volume = self._disk.volume(move.target.parent)
                    copies[volume] = copies.get(volume, 0) + move.size_bytes
            return self._disk.free_bytes(max(copies, key=lambda each: copies[each])) if copies else None
        except CivitDockError:
            return None


def _check_folder(folder: str, roots: Sequence[ModelRoot]) -> None:
    """Raise `InvalidRequest` for a folder that is none for any type."""
    if "\0" in folder or any(part == ".." for part in Path(folder).parts):
        raise InvalidRequest("folder: this folder is not inside a model folder of that type.")
    folders.choose(folder, (), [root.path for root in roots])


def _gone(path: Path, roots: Sequence[ModelRoot]) -> Move:
    kind = next(root.type for root in roots if root.path in path.parents)
    return Move(path, None, Action.UNKNOWN, "There is no such model here.", kind, path.stem, 0, 0, False)
