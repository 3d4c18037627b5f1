"""The final name of a file: never one that is taken, on disk, by its stem, or by another job."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain import names
from civitdock.domain.downloads import OnConflict, Wish
from civitdock.domain.library import MODEL_SUFFIXES, LocalFilter
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import NameConflict
from civitdock.ports import Disk, Transfers
from civitdock.ports.library import ModelStore
from civitdock.services.downloads.resolve import Target


@dataclass(frozen=True)
class Place:
    """A final path. `present` says that the very content stands there already."""

    path: Path
    present: bool = False

    @property
    def part(self) -> Path:
        """Where its bytes are gathered."""
        return self.path.with_name(self.path.name + PART_SUFFIX)

    def fits(self, folder: Path, name: str) -> bool:
        """Whether it is the place for a file of this name in this folder, under whatever stem a conflict led to."""
        return self.path.parent == folder and names.split(self.path.name)[1] == names.split(name)[1]


class Destinations:
    """Chooses final paths."""

    def __init__(self, disk: Disk, models: ModelStore, transfers: Transfers) -> None:
        self._transfers = transfers
        self._disk = disk
        self._models = models

    def choose(self, target: Target, wish: Wish, sha256: str | None, reserved: Collection[Path]) -> Place:
        """A free path in the target's folder, or the one where this content already stands.

        `reserved` are the paths of other jobs. Raises `NameConflict` where the wish says so or nothing is free.
        """
        names_ = self._candidates(target.name(wish), target)
        allowed = names_[:1] if wish.on_conflict is OnConflict.FAIL else names_
        for name in allowed:
            path = target.folder / name
            if self.holds(path, sha256, target.file.size_bytes):
                return Place(path, present=True)
            if not self._taken(path, target, reserved):
                return Place(path)
        free = self.first_free(target, wish, reserved)
        error = NameConflict(f"{names_[0]} in {target.folder} is taken by another file.")
        error.taken, error.suggestion = target.folder / names_[0], None if free is None else free.name
        raise error

    def first_free(self, target: Target, wish: Wish, reserved: Collection[Path]) -> Path | None:
        """The first name that nobody has, whatever stands there; None where none is free."""
        names_ = self._candidates(target.name(wish), target)
        paths = (target.folder / name for name in names_)
        return next((path for path in paths if not self._taken(path, target, reserved)), None)

    def holds(self, path: Path, sha256: str | None, size_hint: int | None) -> bool:
        """Whether a file with this content stands there; the size CivitAI gives only saves a needless read."""
        if sha256 is None:
            return False
        size = self._disk.size(path)
        if size is None or (size_hint and abs(size - size_hint) > 1024):
            return False
        return self._disk.sha256(path) == sha256

    @staticmethod
    def _candidates(first: str, target: Target) -> list[str]:
        version = str(target.version.id)
        return [first, names.tagged(first, version), names.tagged(first, f"{version}-{target.file.id}")]

    def _taken(self, path: Path, target: Target, reserved: Collection[Path]) -> bool:
        if self._transfers.is_foreign(Place(path).part, target.file.hashes):
            return True
        there = [name for name in self._disk.names(path.parent) if not name.endswith(PART_SUFFIX)]
        there += [other.name for other in reserved if other.parent == path.parent]
        stem, suffix = names.split(names.fold(path.name))
        for name in there:
            other_stem, other_suffix = names.split(names.fold(name))
            if (other_stem, other_suffix) == (stem, suffix):
                return True
            if suffix in MODEL_SUFFIXES and other_suffix in MODEL_SUFFIXES and other_stem == stem:
                return True
        return suffix in MODEL_SUFFIXES and self.has_base_name(stem, target)

    def has_base_name(self, stem: str, target: Target) -> bool:
        """Whether a model here has this base name (as `names.fold` gives it) and would hide another one of it."""
        if not target.known_by_base_name:
            return False
        rows = self._models.page(LocalFilter(text=stem, limit=1000)).items
        same = (row for row in rows if names.fold(row.path.stem) == stem and target.takes(row.path))
        return any(self._disk.size(row.path) is not None for row in same)
