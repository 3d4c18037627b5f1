"""Whether a file may go to a place: in a model folder, through no link that leads out, under a name that is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from civitdock.domain import folders
from civitdock.domain.belongings import Shelf, is_model, renamed
from civitdock.domain.filing import is_trash
from civitdock.domain.library import LocalModel, ModelRoot
from civitdock.domain.names import file_name, fold, is_inside, tagged
from civitdock.domain.placement import inner_root
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import CivitDockError, InvalidRequest
from civitdock.ports import Disk
from civitdock.ports.library import ModelStore

#: Why a path must be left alone at the moment, None where it need not.
Busy = Callable[[Path], str | None]


class Judge:
    """Looks at each folder once; made anew for every plan and operation.

    What was granted counts as taken for all that come after.
    """

    def __init__(self, disk: Disk, models: ModelStore, roots: Sequence[ModelRoot], busy: Busy) -> None:
        self._disk = disk
        self._models = models
        self.roots = roots
        self._busy = busy
        self._listings: dict[Path, tuple[str, ...]] = {}
        self._shelves: dict[Path, Shelf] = {}
        self._real_roots = [disk.real(root.path) for root in roots]
        self._leads_in: dict[Path, bool] = {}
        self._obstacles: dict[Path, str | None] = {}
        self._names: dict[Path, set[str]] = {}
        self._stems: dict[Path, dict[str, set[tuple[Path, str]]]] = {}

    def shelf(self, folder: Path) -> Shelf:
        """What belongs together in a folder; empty where it cannot be listed."""
        if folder not in self._shelves:
            self._shelves[folder] = Shelf(self._listing(folder))
        return self._shelves[folder]

    def check_source(self, path: Path) -> Path:
        """The innermost model folder that holds a file; raises `InvalidRequest` for a path that is no model's."""
        root = inner_root(path, self.roots) if path.is_absolute() and "\0" not in str(path) else None
        if root is None or is_trash(path) or path.name.endswith(PART_SUFFIX):
            raise InvalidRequest("paths: each must be absolute and lie in one of the model folders.")
        return root

    def check_target(self, target: Path, source: Path) -> None:
        """Raise `InvalidRequest` for a target outside the model folders or of a name that some system does not take."""
        root = inner_root(target, self.roots) if target.is_absolute() and "\0" not in str(target) else None
        if root is None or is_trash(target):
            raise InvalidRequest("moves: each target must be absolute and lie in one of the model folders.")
        same_name = target.name == source.name
        if target.suffix != source.suffix or not (same_name or file_name(target.name, "") == target.name):
            raise InvalidRequest(f"moves: {target.name!r} cannot be the name of this file.")
        if target.parent != source.parent:
            self.check_folder(target.parent, root)

    def check_folder(self, folder: Path, root: Path) -> None:
        """Raise `InvalidRequest` for a name that some system does not take, and where a link leads out."""
        if folder not in self._leads_in:
            folders.choose(str(folder), (), [root])
            real = self._disk.real(folder)
            self._leads_in[folder] = any(is_inside(real, root) for root in self._real_roots)
        if not self._leads_in[folder]:
            raise InvalidRequest(
                "folder: a link leads out of the model folder.",
                hint="Choose another folder, or add the linked one to the WebUI's own model folders.",
            )

    def conflict(self, source: Path, target: Path, beside: Sequence[str]) -> str | None:
        """Why a file cannot have a name, in plain words, None where it can."""
        folder = target.parent
        obstacle = self.obstacle(folder)
        if obstacle is not None:
            return obstacle
        self._look_at(folder)
        stem = fold(target.stem)
        others = self._stems[folder].get(stem, set())
        wanted = [target.name, *(renamed(name, source.stem, target.stem) for name in beside)]
        taken = next((name for name in wanted if fold(name) in self._names[folder]), None)
        if taken is not None:
            return f"{taken} exists in {folder}."
        if is_model(target.name) and others - {(source.parent, source.stem)}:
            return f"Another model in {folder} is called {target.stem} too."
        return self._busy(target)

    def obstacle(self, folder: Path) -> str | None:
        """Why there can be no such folder, in plain words: a file has that name; None where there is or can be one."""
        if folder not in self._obstacles:
            there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
            is_file = there.exists() and not there.is_dir()
            self._obstacles[folder] = f"{there} is no folder." if is_file else None
        return self._obstacles[folder]

    def grant(self, source: Path, target: Path, beside: Sequence[str]) -> None:
        """From now on these names are taken."""
        folder = target.parent
        self._look_at(folder)
        self._names[folder].update(
            fold(name) for name in (target.name, *(renamed(each, source.stem, target.stem) for each in beside))
        )
        self._stems[folder].setdefault(fold(target.stem), set()).add((source.parent, source.stem))

    def free(self, row: LocalModel, target: Path, beside: Sequence[str]) -> Path | None:
        """The name that a download would take instead, None where that is taken too."""
        tags = [str(row.version_id), f"{row.version_id}-{row.file_id}"] if row.version_id else [row.hashes.autov2 or ""]
        for tag in filter(None, tags):
            other = target.with_name(tagged(target.name, tag))
            if other != row.path and self.conflict(row.path, other, beside) is None:
                return other
        return None

    def is_duplicate(self, row: LocalModel, target: Path) -> bool:
        """Whether the same content has that name already."""
        other = self._models.get(target)
        return other is not None and row.hashes.sha256 is not None and other.hashes.sha256 == row.hashes.sha256

    def _listing(self, folder: Path) -> tuple[str, ...]:
        if folder not in self._listings:
            try:
                self._listings[folder] = self._disk.names(folder)
            except CivitDockError:
                self._listings[folder] = ()
        return self._listings[folder]

    def _look_at(self, folder: Path) -> None:
        if folder in self._names:
            return
        self._names[folder] = {fold(name) for name in self._listing(folder)}
        stems: dict[str, set[tuple[Path, str]]] = defaultdict(set)
        for name in self._listing(folder):
            if is_model(name):
                stem = PurePath(name).stem
                stems[fold(stem)].add((folder, stem))
        self._stems[folder] = dict(stems)
