"""Updates and restoring in memory, for tests of what lies in front of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civitdock.domain.library import LocalModel
from civitdock.domain.told import Taken
from civitdock.domain.updates import Ignored, IgnoreRule, LineVersion, Newer
from civitdock.errors import InvalidRequest, NotFound, NotWritable
from civitdock.services.previews import Replaced
from civitdock.services.restore import Restored
from civitdock.services.updates import UpdatePage

NOW = "2026-11-20T12:00:00Z"


@dataclass
class MemoryUpdates:
    """Two models with something newer."""

    local: LocalModel
    known: set[IgnoreRule] = field(default_factory=set)

    def page(self, place: int, limit: int, with_ignored: bool) -> UpdatePage:
        free = LineVersion(71, "v3", "SDXL 1.0", NOW)
        paid = LineVersion(72, "v4", None, None, NOW)
        found = (
            Newer(self.local, free, (), (paid,), Ignored.NONE, NOW),
            Newer(self.local, None, (paid,), (), Ignored.MODEL, NOW),
        )
        shown = found[place : place + limit]
        end = place + len(shown)
        return UpdatePage(shown, end if end < len(found) else None, len(found))

    def ignore(self, rule: IgnoreRule) -> None:
        if rule.model_id == 404:
            raise NotFound("No file of that model is in the library.")
        self.known.add(rule)

    def heed(self, rule: IgnoreRule) -> None:
        self.known.discard(rule)

    def rules(self) -> frozenset[IgnoreRule]:
        return frozenset(self.known)


@dataclass
class MemoryPreviews:
    """Every picture but `missing` becomes the preview."""

    local: LocalModel

    def replace(self, model: Path, url: str) -> Replaced:
        if url == "missing" or model != self.local.path:
            raise NotFound("This version has no such picture within the NSFW level.")
        return Replaced((model.with_suffix(".preview.jpg"),), self.local, None)


class MemoryRestore:
    """One file is put back, another cannot be."""

    def restore(self, places: Sequence[str]) -> Restored:
        if not all(Path(place).is_absolute() for place in places):
            raise InvalidRequest("paths: each must be absolute and lie in one of the model folders.")
        return Restored(1, ((Path(places[0]), NotWritable("It cannot be written.")),))

    def report(self) -> tuple[tuple[Path, tuple[Taken, ...]], ...]:
        return ((Path("/models/a.json"), (Taken("a.civitai.info", ("base_model",)),)),)
