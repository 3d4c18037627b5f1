"""Finds the model files below the host's folders."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from stat import S_ISREG

from civitdock.adapters.files.atomic import is_temporary, remove_leftover
from civitdock.adapters.files.contents import examine
from civitdock.adapters.files.hashing import autov1, autov3, hash_file
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import MODEL_SUFFIXES, ModelRoot
from civitdock.domain.rescan import SeenFolder, SeenRow
from civitdock.domain.sync import FoundFile
from civitdock.domain.tensors import Header

_SUFFIXES = tuple(suffix.encode() for suffix in sorted(MODEL_SUFFIXES))
_DAY = 86_400
_DOT = ord(".")
_SIDECAR = (b".json", b".JSON")
Problem = Callable[[OSError], None]


class ModelFolders:
    """Walks model folders and reads what lies there; implements `services.sync_scan.ModelFiles`."""

    def walk(self, roots: Sequence[ModelRoot], problem: Problem) -> Iterator[SeenFolder]:
        """The model files of every folder below the roots once, links followed, loops seen, the user's paths kept.

        A folder that is root of several types counts for the first; inside another root the inner one counts. Hidden
        files and folders are skipped, as hosts do. A folder that cannot be listed is told to `problem`.
        """
        own = {_real(root.path): root for root in reversed(roots)}
        walk = _Walk(own, problem)
        for root in roots:
            if root.path.is_dir():
                yield from walk.below(root)

    def clear_leftovers(self, roots: Sequence[ModelRoot], folders: Sequence[Path]) -> int:
        """Remove what a crash left of our own temporary files a day ago or longer; answers how many."""
        places = [root.path for root in roots]
        count = 0
        for folder in folders:
            if any(place == folder or place in folder.parents for place in places):
                count += _clear(folder)
        return count

    def look(self, found: FoundFile) -> FoundFile | None:
        """The file as it is now, or None where it is gone; raises `OSError` where that cannot be told."""
        try:
            state = os.stat(found.path)
        except FileNotFoundError:
            return None
        return FoundFile(found.path, found.root, state.st_size, state.st_mtime_ns, state.st_ino)

    def is_gone(self, path: Path, root: Path) -> bool:
        """Whether a file is surely gone: its root is there and the file is not. A drive that fails tells nothing."""
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return os.path.isdir(root)
        except OSError:
            return False
        return False

    def is_one(self, path: Path, other: Path) -> bool:
        """Whether two paths lead to the same file; raises `OSError`."""
        return os.path.samefile(path, other)

    def examine(self, path: Path) -> Header | None:
        """See `adapters.files.contents.examine`."""
        return examine(path)

    def hashes(self, path: Path, extra: frozenset[str], report: Callable[[int], None]) -> Hashes:
        """See `adapters.files.hashing.hash_file`."""
        return hash_file(path, extra, report)

    def autov1(self, path: Path) -> str | None:
        """See `adapters.files.hashing.autov1`."""
        return autov1(path)

    def autov3(self, path: Path, report: Callable[[int], None]) -> str:
        """See `adapters.files.hashing.autov3`."""
        return autov3(path, report)


class _Walk:
    """One walk: the folders that were seen, by their real paths."""

    def __init__(self, own: dict[bytes, ModelRoot], problem: Problem) -> None:
        self._own = own
        self._problem = problem
        self._seen: set[bytes] = set()

    def below(self, root: ModelRoot) -> Iterator[SeenFolder]:
        waiting = [(os.fsencode(root.path), _real(root.path))]
        links: list[tuple[bytes, bytes]] = []
        while waiting or links:
            # A folder counts by its own path where it has one below this root, so links come last.
            folder, real = waiting.pop() if waiting else links.pop()
            if real in self._seen or self._own.get(real, root).path != root.path:
                continue
            self._seen.add(real)
            files, folders, sidecars = self._list(folder, real)
            for path, target in sorted(folders, reverse=True):
                is_own = target == os.path.join(real, os.path.basename(path))
                (waiting if is_own else links).append((path, target))
            if files:
                yield SeenFolder(root, files, frozenset(sidecars))

    def _list(self, folder: bytes, real: bytes) -> tuple[list[SeenRow], list[tuple[bytes, bytes]], list[bytes]]:
        """The model files, the folders, each with its real path, and the names for `SeenFolder.sidecars`."""
        files: list[SeenRow] = []
        folders: list[tuple[bytes, bytes]] = []
        sidecars: list[bytes] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if name[0] == _DOT:
                        continue
                    try:
                        if name.endswith(_SUFFIXES) or name.lower().endswith(_SUFFIXES):
                            state = _state(entry)
                            if S_ISREG(state.st_mode):
                                files.append((entry.path, state.st_size, state.st_mtime_ns, state.st_ino))
                                continue
                        elif name.endswith(_SIDECAR):
                            sidecars.append(entry.path.lower())
                        if entry.is_dir():
                            # Resolving every folder costs more than listing it; only a link leads elsewhere.
                            target = os.path.realpath(entry.path) if _is_link(entry) else os.path.join(real, name)
                            folders.append((entry.path, target))
                    except OSError as error:
                        self._problem(error)
        except OSError as error:
            self._problem(error)
        return files, folders, sidecars


if os.name == "nt":

    def _is_link(entry: os.DirEntry[bytes]) -> bool:
        """Junctions are no links to Windows' Python 3.10, so every folder is resolved there."""
        return True

    def _state(entry: os.DirEntry[bytes]) -> os.stat_result:
        """A listing has no inodes on Windows, and its times can lag behind the file's own."""
        return os.stat(entry.path)

else:

    def _is_link(entry: os.DirEntry[bytes]) -> bool:
        return entry.is_symlink()

    def _state(entry: os.DirEntry[bytes]) -> os.stat_result:
        return entry.stat()


def _real(path: Path) -> bytes:
    return os.fsencode(os.path.realpath(path))


def _clear(folder: Path) -> int:
    count = 0
    try:
        for name in filter(is_temporary, os.listdir(folder)):
            left = folder / name
            if time.time() - left.stat().st_mtime > _DAY:
                remove_leftover(left)
                count += 1
    except OSError:
        return count  # another program cleared them, or the folder is read-only: nothing that matters is lost
    return count
