"""What follows a file to its new place: its row in the index, what is remembered of it, the host's lists."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from civitdock.domain.filing import TRASH, Entry, Kind, Role, Way, folders_left, is_trash
from civitdock.domain.header_facts import belongs
from civitdock.domain.library import LocalModel, LocalState, ModelRoot
from civitdock.domain.placement import inner_root
from civitdock.domain.tensors import CIVITAI_TYPES
from civitdock.domain.tensors import Kind as Content
from civitdock.ports.filing import Places
from civitdock.ports.host import Host
from civitdock.ports.library import ModelStore, Originals
from civitdock.services.filing.carrier import Direction

log = logging.getLogger(__name__)


class Followup:
    """Doing it again for the same files changes nothing; a sync would find all of it, only later."""

    def __init__(self, models: ModelStore, originals: Originals, places: Places, host: Host) -> None:
        self._models = models
        self._originals = originals
        self._places = places
        self._host = host

    def keep(self, entries: Iterable[Entry]) -> None:
        """Make the places of these files durable."""
        paths = (path for entry in entries for path in (entry.source, entry.target) if path is not None)
        self._places.keep(path.parent for path in paths)

    def moved(self, kind: Kind, entries: Iterable[Entry], way: Direction) -> None:
        """Index and memory follow files that have arrived."""
        there = [entry for entry in entries if entry.target is not None and entry.state is way.arrived]
        self._originals.moved(way.ends(entry) for entry in there if entry.role is not Role.MODEL)
        heads = [way.ends(entry) for entry in there if entry.role is Role.MODEL and entry.way is Way.MOVE]
        if kind is Kind.DELETE and way is Direction.FORTH:
            self._models.remove_all([os.fsencode(source) for source, _target in heads])
        elif kind is Kind.DELETE:
            self._models.restore_all([os.fsencode(target) for _source, target in heads])
        else:
            self._rename(heads)

    def tidy(self, kind: Kind, entries: Sequence[Entry], way: Direction) -> None:
        """Folders that became empty by it go, and the host shows what has changed, once for each type."""
        there = [way.ends(entry) for entry in entries if entry.target is not None and entry.state is way.arrived]
        roots = self._host.roots()
        if kind is Kind.MOVE:
            keep = [root.path for root in roots]
            self._places.remove_empty(folders_left((source for source, _target in there), keep))
        elif way is Direction.BACK:
            self.tidy_trash(source for source, _target in there)
        changed: dict[str, list[Path]] = defaultdict(list)
        for paths in there:
            for path in paths:
                for model_type in () if is_trash(path) else _types(path, roots):
                    changed[model_type].append(path)
        for model_type, paths_of_type in changed.items():
            try:
                self._host.refresh(tuple(paths_of_type), model_type)
            except Exception:  # the files lie where they should; a list that is old costs nothing
                log.exception("The host could not show moved files")

    def tidy_trash(self, files: Iterable[Path]) -> None:
        """Remove what is empty of the trash folders around these files."""
        folders = {folder for file in files for folder in _inside_trash(file)}
        self._places.remove_empty(sorted(folders, key=lambda folder: len(folder.parts), reverse=True))

    def _rename(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        roots = self._host.roots()
        rows = {row.path: row for row in self._models.of_paths([os.fsencode(old) for old, _new in pairs])}
        for old, new in pairs:
            row = rows.get(old)
            if row is None or os.path.lexists(old):
                continue
            try:
                self._models.rename(os.fsencode(old), _at(row, new, roots))
            except OSError:
                log.warning("A moved file is not there: %s", new)


def _at(row: LocalModel, path: Path, roots: Sequence[ModelRoot]) -> LocalModel:
    """The row of a file in its new place; raises `OSError`."""
    found = os.stat(path)
    root = inner_root(path, roots) or path.parent
    types = frozenset(_types(path, roots))
    first = next((each.type for each in roots if each.path == root), row.type)
    content = CIVITAI_TYPES[Content(row.kind)] if row.kind is not None else None
    identified = row.state is LocalState.IDENTIFIED
    return replace(
        row,
        path=path,
        root=root,
        size_bytes=found.st_size,
        mtime_ns=found.st_mtime_ns,
        inode=found.st_ino,
        type=row.type if identified else content or first,
        belongs=belongs(content, types, row.type if identified else None),
    )


def _types(path: Path, roots: Sequence[ModelRoot]) -> tuple[str, ...]:
    """The types of the folder that a path lies in."""
    holder = inner_root(path, roots)
    return tuple(dict.fromkeys(root.type for root in roots if root.path == holder))


def _inside_trash(file: Path) -> list[Path]:
    """The folders of a trash around a file, the trash itself too."""
    from_top = list(reversed(file.parents))
    at = next((number for number, folder in enumerate(from_top) if folder.name == TRASH), len(from_top))
    return from_top[at:]
