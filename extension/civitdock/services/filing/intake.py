"""Makes the list of an operation of what a caller asks for; each file is judged anew."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from civitdock.domain.belongings import renamed
from civitdock.domain.downloads import Failure
from civitdock.domain.filing import MOST_ITEMS, Entry, EntryState, Look, Role, Way, trash_path
from civitdock.domain.library import LocalModel
from civitdock.errors import CivitDockError, InvalidRequest, NameConflict, NotFound, WrongState
from civitdock.ports import Disk
from civitdock.ports.filing import Places
from civitdock.ports.host import Host
from civitdock.ports.library import ModelStore
from civitdock.services.filing.judge import Busy, Judge
from civitdock.services.filing.orphans import Orphan, OrphanService


@dataclass(frozen=True)
class Intake:
    """What it takes to judge files."""

    models: ModelStore
    disk: Disk
    places: Places
    host: Host
    orphans: OrphanService
    busy: Busy

    def deletion(self, operation: str, paths: Sequence[str]) -> list[Entry]:
        """The list for moving models and orphans into the trash.

        Raises `InvalidRequest` for a path outside the model folders, and what is wrong with the first file where
        nothing could be deleted at all.
        """
        judge, wanted = self._judge(), list(dict.fromkeys(map(Path, _checked(paths, "paths"))))
        roots = {path: judge.check_source(path) for path in wanted}
        rows = self._rows(wanted)
        leaving = {path for path in wanted if path in rows}
        listing = _List()
        known: dict[Path, dict[Path, Orphan]] = {}
        trashes: dict[Path, tuple[Path, PurePath]] = {}
        for path in wanted:
            try:
                if path in rows:
                    files = self._with_beside(path, judge, leaving)
                    role = Role.MODEL
                elif path in known.setdefault(path.parent, self._orphans(path.parent, known)):
                    files, role = [(path, Way.MOVE)], Role.ORPHAN
                else:
                    raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
                looks = [(file, way, look) for file, way in files if (look := self.places.look(file)) is not None]
                if not looks or looks[0][0] != path:
                    raise NotFound(f"{path.name} is no longer there.", hint="Look at the folder, then try again.")
                if path.parent not in trashes:
                    trashes[path.parent] = self.places.trash_place(path.parent, roots[path])
                place, below = trashes[path.parent]
                for file, way, look in looks:
                    target = trash_path(place, operation, below / file.name, listing.number)
                    listing.add(role if file == path else Role.BESIDE, way, file, target, look)
                listing.close()
            except CivitDockError as error:
                listing.refuse(path, error)
        return listing.whole()

    def moves(self, wanted: Sequence[tuple[str, str]]) -> list[Entry]:
        """The list for moving models; raises as `deletion` does."""
        pairs = {Path(path): Path(target) for path, target in wanted}
        _checked([path for pair in wanted for path in pair], "moves", 2 * MOST_ITEMS)
        judge = self._judge()
        for path, target in pairs.items():
            judge.check_source(path)
            judge.check_target(target, path)
        rows = self._rows(list(pairs))
        listing = _List()
        for path, target in pairs.items():
            try:
                beside = self._with_beside(path, judge, pairs)
                look = self._movable(path, rows.get(path))
                reason = judge.conflict(path, target, [file.name for file, _way in beside[1:]])
                if reason is not None:
                    raise NameConflict(reason)
                judge.grant(path, target, [file.name for file, _way in beside[1:]])
                listing.add(Role.MODEL, Way.MOVE, path, target, look)
                for file, way in beside[1:]:
                    there = self.places.look(file)
                    if there is not None and not there.is_link:
                        name = renamed(file.name, path.stem, target.stem)
                        listing.add(Role.BESIDE, way, file, target.with_name(name), there)
                listing.close()
            except CivitDockError as error:
                listing.refuse(path, error)
        return listing.whole()

    def also(self, entries: Sequence[Entry]) -> list[Entry]:
        """What has come to lie beside moved models since, such as a preview: an undo takes it along."""
        judge, added = self._judge(), list[Entry]()
        number = max((entry.number for entry in entries), default=-1) + 1
        known = {entry.target for entry in entries}
        for head in entries:
            if head.role is not Role.MODEL or head.state is not EntryState.DONE or head.target is None:
                continue
            for name in judge.shelf(head.target.parent).of(head.target.name):
                there = head.target.with_name(name)
                look = None if there in known else self.places.look(there)
                back = head.source.with_name(renamed(name, head.target.stem, head.source.stem))
                if look is not None and not look.is_link and self.places.look(back) is None:
                    entry = Entry(number, head.item, Role.BESIDE, Way.MOVE, back, there, look, EntryState.DONE)
                    added.append(entry)
                    number += 1
        return added

    def _judge(self) -> Judge:
        return Judge(self.disk, self.models, self.host.roots(), self.busy)

    def _rows(self, paths: Sequence[Path]) -> dict[Path, LocalModel]:
        return {row.path: row for row in self.models.of_paths([os.fsencode(path) for path in paths])}

    def _orphans(self, folder: Path, known: dict[Path, dict[Path, Orphan]]) -> dict[Path, Orphan]:
        return known[folder] if folder in known else self.orphans.beside(folder)

    def _with_beside(self, path: Path, judge: Judge, leaving: Container[Path]) -> list[tuple[Path, Way]]:
        """A model and what goes along with it: itself, or as a copy where another model of the stem stays."""
        shelf = judge.shelf(path.parent)
        stays = [name for name in shelf.rivals(path.name) if path.with_name(name) not in leaving]
        way = Way.COPY if stays else Way.MOVE
        return [(path, Way.MOVE), *((path.with_name(name), way) for name in shelf.of(path.name))]

    def _movable(self, path: Path, row: LocalModel | None) -> Look:
        """The file as it is now; raises where it is not what the index knows."""
        look = self.places.look(path)
        if row is None or look is None:
            raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
        if look.is_link:
            raise WrongState("It is a link to a file elsewhere, which stays where it is.", hint="Move it by hand.")
        if (look.size_bytes, look.mtime_ns) != (row.size_bytes, row.mtime_ns):
            raise WrongState(f"{path.name} has changed since.", hint="Sync it, then try again.")
        return look


class _List:
    """The list as it grows; an item is in it whole or as one refusal."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._open: list[Entry] = []
        self._item = 0
        self._first_error: CivitDockError | None = None

    @property
    def number(self) -> int:
        """The number of the next entry."""
        return len(self._entries) + len(self._open)

    def add(self, role: Role, way: Way, source: Path, target: Path, look: Look) -> None:
        self._open.append(Entry(self.number, self._item, role, way, source, target, look))

    def close(self) -> None:
        self._entries += self._open
        self._open = []
        self._item += 1

    def refuse(self, path: Path, error: CivitDockError) -> None:
        self._open = []
        self._first_error = self._first_error or error
        refused = Entry(self.number, self._item, Role.MODEL, Way.MOVE, path, None, error=Failure(**error.as_dict()))
        self._entries.append(replace(refused, state=EntryState.FAILED))
        self._item += 1

    def whole(self) -> list[Entry]:
        """All entries; raises what was wrong with the first item where no item is left."""
        if self._first_error is not None and all(entry.target is None for entry in self._entries):
            raise self._first_error
        return self._entries


def _checked(texts: Sequence[str], name: str, most: int = MOST_ITEMS) -> Sequence[str]:
    if not 1 <= len(texts) <= most:
        raise InvalidRequest(f"{name}: 1 to {MOST_ITEMS} are needed.")
    if any("\0" in text for text in texts):
        raise InvalidRequest(f"{name}: each must be absolute and lie in one of the model folders.")
    return texts
