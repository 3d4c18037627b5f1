"""What happens to a model file that has its final name: sidecar, preview, index, and the host's lists.

Nothing here may cost the file: whatever fails becomes a warning in plain words.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain import nsfw
from civitdock.domain.arrival import Arrival
from civitdock.domain.catalogue import Picture
from civitdock.domain.facts import Identified, Surroundings, civitai_info, sidecar_facts
from civitdock.domain.folders import FALLBACK, root_type
from civitdock.domain.hashes import autov2
from civitdock.domain.header_facts import belongs
from civitdock.domain.library import LocalModel, LocalState, Update
from civitdock.domain.previews import Preview, address
from civitdock.domain.tensors import CIVITAI_TYPES, Kind
from civitdock.domain.times import iso
from civitdock.domain.updates import heard, line_of
from civitdock.domain.versions import update_for
from civitdock.errors import CivitDockError, NotWritable, WrongState
from civitdock.ports import Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import Ignores, ModelStore, Previews, Sidecars
from civitdock.services.in_use import InUse

#: Width of the pictures in the library's list, in pixels.
LIST_WIDTH = 450
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Beside:
    """What lies beside a model: its metadata files and its preview."""

    sidecars: Sidecars
    previews: Previews


@dataclass(frozen=True)
class Records:
    """What is remembered about models: the index, and the updates that the user does not want to hear of."""

    models: ModelStore
    ignores: Ignores


class Part(str, Enum):
    """What is done for a file, in words for a warning."""

    PREVIEW = "The preview"
    SIDECAR = "The metadata file"
    INDEX = "The library entry"
    HOST = "The WebUI's lists"


@dataclass(frozen=True)
class Problem:
    """A part that did not work out; `serious` where the file is not described without it."""

    part: Part
    error: CivitDockError

    @property
    def serious(self) -> bool:
        """A preview or a list that is not fresh costs no knowledge."""
        return self.part in (Part.SIDECAR, Part.INDEX)

    @property
    def warning(self) -> str:
        """In plain words."""
        return f"{self.part.value}: {self.error.message}"


@dataclass(frozen=True)
class Described:
    """What was written: the files that the host may have remembered otherwise, problems, and notes in plain words."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


class ArrivalService:
    """Implements `ports.Arrivals`. Doing it again for the same file changes nothing that is right already."""

    def __init__(
        self,
        beside: Beside,
        records: Records,
        host: Host,
        settings: SettingsSource,
        clock: Clock,
        in_use: InUse | None = None,
    ) -> None:
        self._in_use = in_use or InUse()
        self._beside = beside
        self._store = records.models
        self._ignores = records.ignores
        self._host = host
        self._settings = settings
        self._clock = clock

    def arrived(self, arrival: Arrival) -> tuple[str, ...]:
        """Write sidecar and preview, put the file into the index, refresh the host; answers warnings."""
        return self.arrived_together([arrival])

    def arrived_together(self, arrivals: Sequence[Arrival]) -> tuple[str, ...]:
        """The same for files that came at once; the host is refreshed once for each type."""
        problems: list[Problem] = []
        notes: list[str] = []
        paths: dict[str, list[Path]] = {}
        for arrival in arrivals:
            described = self.describe(arrival)
            problems += described.problems
            notes += described.notes
            paths.setdefault(arrival.root.type, []).extend(described.paths)
        with _noting(Part.INDEX, problems):
            models = {arrival.model.id: arrival.model for arrival in arrivals if arrival.model is not None}
            self._store.put_lines(line_of(model, iso(self._clock.now())) for model in models.values())
        for model_type, changed in paths.items():
            with _noting(Part.HOST, problems):
                self._host.refresh(tuple(changed), model_type)
        return tuple(dict.fromkeys((*notes, *(problem.warning for problem in problems))))

    def describe(self, arrival: Arrival) -> Described:
        """Sidecar, preview and index row without the refresh, which a sync does once for many files.

        A file that is being moved, or has gone since, is left alone.
        """
        try:
            with self._in_use.described(arrival.path):
                if not os.path.lexists(arrival.path):
                    raise NotWritable(f"{arrival.path.name} is no longer there.", hint="Sync again to find it.")
                return self._described(arrival)
        except (WrongState, NotWritable) as error:
            return Described((), (Problem(Part.SIDECAR, error),), ())

    def _described(self, arrival: Arrival) -> Described:
        problems: list[Problem] = []
        preview: Preview | None = None
        notes: tuple[str, ...] = ()
        with _noting(Part.PREVIEW, problems):
            preview = self._preview(arrival)
        with _noting(Part.SIDECAR, problems):
            notes = self._sidecar(arrival, preview)
        with _noting(Part.INDEX, problems):
            self._index(arrival)
        paths = [arrival.path, arrival.path.with_suffix(".json")]
        paths += [preview.path] if preview is not None else []
        return Described(tuple(paths), tuple(problems), notes)

    def _preview(self, arrival: Arrival) -> Preview | None:
        settings = self._settings.current()
        if not settings.flag("civitai_download_preview"):
            return None
        return self._beside.previews.ensure(arrival.path, arrival.version.images)

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

    def _index(self, arrival: Arrival) -> None:
        word = self._settings.current().text("civitai_nsfw_level")
        found = row(arrival, self._store.get(arrival.path), self._clock.now(), word)
        types = frozenset(root.type for root in self._host.roots() if root.path == arrival.root.path)
        content = CIVITAI_TYPES[Kind(found.kind)] if found.kind is not None else None
        update = heard(found.update, found.model_id, self._ignores.all())
        self._store.put(replace(found, update=update, belongs=belongs(content, types, found.type)))


@contextmanager
def _noting(part: Part, problems: list[Problem]) -> Iterator[None]:
    """Turn whatever goes wrong inside into a problem: the file is in place, and nothing beside it may undo that."""
    try:
        yield
    except CivitDockError as error:
        problems.append(Problem(part, error))
    except Exception:
        log.exception("%s could not be completed", part.value)
        problems.append(Problem(part, CivitDockError("It could not be completed; the log says why.")))


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
        type=_type(arrival),
        size_bytes=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        inode=stat.st_ino,
        state=LocalState.IDENTIFIED,
        hashes=found,
        model_id=version.model_id,
        version_id=version.id,
        file_id=arrival.file.id if arrival.file is not None else None,
        model_name=model.name if model is not None else version.model_name or None,
        version_name=version.name,
        base_model=version.base_model,
        trained_words=version.trained_words,
        preview_url=address(picture, LIST_WIDTH) if picture is not None else None,
        preview_level=picture.nsfw_level if picture is not None else _mildest(arrival.version.images),
        update=_update(arrival, before, now),
        synced_at=iso(now),
        first_seen=before.first_seen if before is not None and before.first_seen else iso(now),
        kind=before.kind if before is not None else None,
        suggested_words=before.suggested_words if before is not None else (),
    )


def _type(arrival: Arrival) -> str:
    """The type of the file itself: a VAE that comes with a checkpoint is a VAE."""
    model_type = arrival.model.type if arrival.model is not None else arrival.version.type
    # Where CivitAI is vague, the file was put by its content, so the folder knows more.
    content = arrival.root.type if arrival.root.type != FALLBACK else None
    return root_type(model_type or arrival.root.type, arrival.file.type if arrival.file is not None else "", content)


def _update(arrival: Arrival, before: LocalModel | None, now: float) -> Update | None:
    """The newer version that the model's data shows; without them what was found before for the same version."""
    if arrival.model is not None:
        newest = update_for(arrival.version, arrival.model.versions, now)
        return Update(newest.id, newest.name) if newest is not None else None
    same = before is not None and before.version_id == arrival.version.id
    return before.update if before is not None and same else None


def _mildest(pictures: tuple[Picture, ...]) -> int:
    """The lowest NSFW level among the rated pictures; 0 where there are none."""
    return min((picture.nsfw_level for picture in pictures if picture.nsfw_level > 0), default=0)


def _first(pictures: tuple[Picture, ...], word: str) -> Picture | None:
    return next((picture for picture in pictures if nsfw.admits(word, picture.nsfw_level)), None)
