"""What happens to a model file that has its final name: sidecar, preview, index, and the host's lists.

Nothing here may cost the file: whatever fails becomes a warning in plain words.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from civitdock.domain import nsfw
from civitdock.domain.arrival import Arrival
from civitdock.domain.catalogue import Picture
from civitdock.domain.facts import Identified, Surroundings, civitai_info, sidecar_facts
from civitdock.domain.hashes import autov2
from civitdock.domain.library import LocalModel, LocalState
from civitdock.domain.previews import Preview
from civitdock.domain.times import iso
from civitdock.errors import CivitDockError
from civitdock.ports import Clock, Host, ModelStore, Previews, SettingsSource, Sidecars

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Beside:
    """What lies beside a model: its metadata files and its preview."""

    sidecars: Sidecars
    previews: Previews


@dataclass(frozen=True)
class Described:
    """What was written: the files that the host may have remembered otherwise, and warnings in plain words."""

    paths: tuple[Path, ...]
    warnings: tuple[str, ...]


class ArrivalService:
    """Implements `ports.Arrivals`. Doing it again for the same file changes nothing that is right already."""

    def __init__(self, beside: Beside, store: ModelStore, host: Host, settings: SettingsSource, clock: Clock) -> None:
        self._beside = beside
        self._store = store
        self._host = host
        self._settings = settings
        self._clock = clock

    def arrived(self, arrival: Arrival) -> tuple[str, ...]:
        """Write sidecar and preview, put the file into the index, refresh the host; answers warnings."""
        described = self.describe(arrival)
        refreshed = self._guarded("The WebUI's lists", lambda: self._refresh(described.paths, arrival))
        return (*described.warnings, *refreshed)

    def describe(self, arrival: Arrival) -> Described:
        """Sidecar, preview and index row without the refresh, which a sync does once for many files."""
        found: list[Preview] = []
        warnings = [
            *self._guarded("The preview", lambda: self._preview(arrival, found)),
            *self._guarded("The metadata file", lambda: self._sidecar(arrival, found[0] if found else None)),
            *self._guarded("The library entry", lambda: self._index(arrival)),
        ]
        paths = (arrival.path, arrival.path.with_suffix(".json"), *(preview.path for preview in found))
        return Described(paths, tuple(dict.fromkeys(warnings)))

    def _guarded(self, what: str, work: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        try:
            return work()
        except CivitDockError as error:
            return (f"{what}: {error.message}",)
        except Exception:  # noqa: BLE001 - the file is in place; nothing beside it may undo a download
            _LOG.exception("%s failed", what)
            return (f"{what} could not be completed; the log says why.",)

    def _preview(self, arrival: Arrival, found: list[Preview]) -> tuple[str, ...]:
        settings = self._settings.current()
        if not settings.flag("civitai_download_preview"):
            return ()
        preview = self._beside.previews.ensure(arrival.path, arrival.version.images)
        if preview is not None:
            found.append(preview)
            return ()
        word = settings.text("civitai_nsfw_level")
        expected = any(nsfw.admits(word, picture.nsfw_level) for picture in arrival.version.images)
        return ("No preview picture could be fetched; the next sync tries again.",) if expected else ()

    def _sidecar(self, arrival: Arrival, preview: Preview | None) -> tuple[str, ...]:
        settings = self._settings.current()
        known = Identified(arrival.version, arrival.model, arrival.file, arrival.hashes, arrival.size_bytes)
        around = Surroundings(
            sd_version=self._host.sd_version,
            page_url=settings.text("civitai_page_url"),
            api_url=settings.text("civitai_api_url"),
            nsfw_word=settings.text("civitai_nsfw_level"),
            now=iso(self._clock.now()),
        )
        facts = sidecar_facts(known, around)
        if preview is not None and preview.digest is not None:
            facts = replace(facts, preview={"file": preview.path.name, "sha256": preview.digest})
        if settings.text("civitai_foreign_sidecars") == "civitai.info":
            facts = replace(facts, civitai_info=civitai_info(known))
        return self._beside.sidecars.write(arrival.path, facts)

    def _index(self, arrival: Arrival) -> tuple[str, ...]:
        self._store.put(row(arrival, self._store.get(arrival.path), self._clock.now(), self._word()))
        return ()

    def _word(self) -> str:
        return self._settings.current().text("civitai_nsfw_level")

    def _refresh(self, paths: tuple[Path, ...], arrival: Arrival) -> tuple[str, ...]:
        self._host.refresh(paths, arrival.root.type)
        return ()


def row(arrival: Arrival, before: LocalModel | None, now: float, word: str) -> LocalModel:
    """The index row of an identified file; raises `OSError` where the file is gone."""
    stat = os.stat(arrival.path)
    picture = _first(arrival.version.images, word)
    version, model, found = arrival.version, arrival.model, arrival.hashes
    if found.sha256 and not found.autov2:
        found = replace(found, autov2=autov2(found.sha256))
    return LocalModel(
        path=arrival.path,
        root=arrival.root.path,
        type=model.type if model is not None else version.type or arrival.root.type,
        size_bytes=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        inode=stat.st_ino,
        state=LocalState.IDENTIFIED,
        hashes=found,
        model_id=version.model_id,
        version_id=version.id,
        file_id=arrival.file.id,
        model_name=model.name if model is not None else version.model_name or None,
        version_name=version.name,
        base_model=version.base_model,
        trained_words=version.trained_words,
        preview_url=picture.url if picture is not None else None,
        preview_level=picture.nsfw_level if picture is not None else 0,
        synced_at=iso(now),
        first_seen=before.first_seen if before is not None and before.first_seen else iso(now),
    )


def _first(pictures: tuple[Picture, ...], word: str) -> Picture | None:
    return next((picture for picture in pictures if nsfw.admits(word, picture.nsfw_level)), None)
