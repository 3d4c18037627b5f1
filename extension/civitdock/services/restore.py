"""Puts files back to what they were before CivitDock changed them, and tells what was taken from other tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.library import ModelRoot
from civitdock.domain.previews import names
from civitdock.domain.told import Taken
from civitdock.errors import CivitDockError, InvalidRequest
from civitdock.ports.host import Host
from civitdock.ports.library import Originals, Sidecars


@dataclass(frozen=True)
class Restored:
    """How many files were put back, and what went wrong with which."""

    files: int
    errors: tuple[tuple[Path, CivitDockError], ...]


class RestoreService:
    """Works on metadata files and previews, never on models."""

    def __init__(self, sidecars: Sidecars, originals: Originals, host: Host) -> None:
        self._sidecars = sidecars
        self._originals = originals
        self._host = host

    def restore(self, places: Sequence[str]) -> Restored:
        """Put back what lies beside these models or below these folders; `places` are absolute.

        What others changed since is set aside, not lost; a restored file is left alone until its model is synced with
        force. Raises `InvalidRequest` for a place outside the model folders.
        """
        roots = self._host.roots()
        found: dict[Path, ModelRoot] = {}
        for place in places:
            found.update(self._beside(Path(place), roots))
        errors: list[tuple[Path, CivitDockError]] = []
        done: dict[str, list[Path]] = defaultdict(list)
        for path, root in found.items():
            try:
                self._sidecars.restore(path)
                done[root.type].append(path)
            except CivitDockError as error:
                errors.append((path, error))
        for model_type, paths in done.items():
            self._host.refresh(paths, model_type)
        return Restored(sum(map(len, done.values())), tuple(errors))

    def report(self) -> tuple[tuple[Path, tuple[Taken, ...]], ...]:
        """What was taken from other tools' files, for every metadata file it went into."""
        return self._originals.report()

    def _beside(self, place: Path, roots: Sequence[ModelRoot]) -> dict[Path, ModelRoot]:
        root = next((root for root in roots if root.path == place or root.path in place.parents), None)
        if root is None or ".." in place.parts or not place.is_absolute():
            raise InvalidRequest("paths: each must be absolute and lie in one of the model folders.")
        below = self._originals.below(place)
        if not below:
            stem = place.stem
            own = [path for path in self._originals.below(place.parent) if path.parent == place.parent]
            listing = [path.name for path in own]
            wanted = {f"{stem}.json", f"{stem}.civitai.info", *names(stem, listing)}
            below = tuple(path for path in own if path.name in wanted)
        return dict.fromkeys(below, root)
