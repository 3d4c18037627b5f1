"""Metadata files and previews whose model is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.library import ModelRoot
from civitdock.domain.orphans import HOST_SIDECAR, is_sidecar, orphans
from civitdock.domain.placement import inner_root
from civitdock.errors import CivitDockError
from civitdock.ports.filing import Places
from civitdock.ports.host import Host

MOST = 1000


@dataclass(frozen=True)
class Orphan:
    """A file without its model."""

    path: Path
    root: ModelRoot
    size_bytes: int
    stem: str


@dataclass(frozen=True)
class Orphans:
    """The first ones that were found; `truncated` where there are more."""

    items: tuple[Orphan, ...]
    truncated: bool


class OrphanService:
    """Looks at the folders themselves, never at the index, which may be old."""

    def __init__(self, places: Places, host: Host) -> None:
        self._places = places
        self._host = host

    def find(self) -> Orphans:
        """All below the model folders, up to `MOST`; links are not followed."""
        found: list[Orphan] = []
        roots = self._host.roots()
        for folder, files, folders in self._places.folders(roots):
            found += self._in_folder(folder, files, folders, roots)
            if len(found) > MOST:
                break
        return Orphans(tuple(found[:MOST]), len(found) > MOST)

    def beside(self, folder: Path) -> dict[Path, Orphan]:
        """Those of one folder, by path."""
        roots = self._host.roots()
        root = inner_root(folder / "x", roots)
        if root is None or not self._places.is_plain(folder, root):
            return {}
        for path, files, folders in self._places.folders([ModelRoot("", folder)]):
            return {each.path: each for each in self._in_folder(path, files, folders, roots)}
        return {}

    def _in_folder(
        self, folder: Path, files: Sequence[str], folders: Sequence[str], roots: Sequence[ModelRoot]
    ) -> Iterator[Orphan]:
        candidates = orphans(files, folders)
        # Another JSON under the stem may be anything, and then so may be what lies beside it.
        strange = {
            stem
            for name, stem in candidates.items()
            if name.lower() == f"{stem}{HOST_SIDECAR}".lower() and not self._is_sidecar(folder / name)
        }
        holder = inner_root(folder / "x", roots)
        root = next((root for root in roots if root.path == holder), None)
        if root is None:
            return
        for name, stem in sorted(candidates.items()):
            if stem in strange:
                continue
            try:
                look = self._places.look(folder / name)
            except CivitDockError:
                continue
            if look is not None and not look.is_link:
                yield Orphan(folder / name, root, look.size_bytes, stem)

    def _is_sidecar(self, path: Path) -> bool:
        try:
            data = self._places.small(path)
            root = None if data is None else json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return False
        return isinstance(root, dict) and is_sidecar(root)
