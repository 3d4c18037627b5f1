"""Finds the model files below the host's folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from civitdock.adapters.files.hashing import hash_file
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import MODEL_SUFFIXES, ModelRoot
from civitdock.domain.sync import FoundFile


class ModelFolders:
    """Walks model folders and hashes what lies there; implements `services.sync_scan.ModelFiles`."""

    def walk(self, roots: Sequence[ModelRoot], problem: Callable[[OSError], None]) -> Iterator[FoundFile]:
        """Every model file below the roots once, links followed and loops seen, the user's own paths kept.

        A folder that is root of several types counts for the first; inside another root the inner one counts. Hidden
        files and folders are skipped, as hosts do. A folder that cannot be listed is told to `problem`.
        """
        own = {os.path.realpath(root.path): root for root in reversed(roots)}
        seen: set[str] = set()
        for root in roots:
            if root.path.is_dir():
                yield from _below(root, own, seen, problem)

    def look(self, found: FoundFile) -> FoundFile | None:
        """The file as it is now, or None where it is gone; raises `OSError` where that cannot be told."""
        try:
            return _found(found.path, found.root, os.stat(found.path))
        except FileNotFoundError:
            return None

    def is_gone(self, path: Path, root: Path) -> bool:
        """Whether a file is surely gone: its root is there and the file is not."""
        return os.path.isdir(root) and not os.path.lexists(path)

    def hashes(self, path: Path, extra: frozenset[str], report: Callable[[int], None]) -> Hashes:
        """See `adapters.files.hashing.hash_file`."""
        return hash_file(path, extra, report)


def _below(
    root: ModelRoot, own: dict[str, ModelRoot], seen: set[str], problem: Callable[[OSError], None]
) -> Iterator[FoundFile]:
    for folder, folders, files in os.walk(root.path, followlinks=True, onerror=problem):
        real = os.path.realpath(folder)
        inner = own.get(real, root)
        if real in seen or inner.path != root.path:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        place = Path(folder)
        for name in sorted(files):
            if name.startswith(".") or os.path.splitext(name)[1].lower() not in MODEL_SUFFIXES:
                continue
            try:
                state = os.stat(os.path.join(folder, name))
            except OSError as error:
                problem(error)
                continue
            yield _found(place / name, root, state)


def _found(path: Path, root: ModelRoot, state: os.stat_result) -> FoundFile:
    return FoundFile(path, root, state.st_size, state.st_mtime_ns, state.st_ino)
