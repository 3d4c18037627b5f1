"""Preview pictures beside models: added only where there is none (design section 6)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.files.beside import write_unless_changed
from civitdock.domain.catalogue import Picture
from civitdock.domain.previews import (
    PREVIEW_SUFFIXES,
    WRITTEN_KINDS,
    Preview,
    candidates,
    names,
    stem_owner,
    unwritable,
)
from civitdock.errors import (
    BadAnswer,
    ChallengePage,
    CivitaiDown,
    NotFound,
    NotWritable,
    UnsafeRedirect,
    WrongState,
)
from civitdock.ports.host import SettingsSource
from civitdock.ports.library import Original, Originals


class PictureMaker(Protocol):
    """Fetches one picture as a file of a kind and width (`adapters.images.PictureSource`)."""

    def picture(self, picture: Picture, width: int, kind: str) -> bytes:
        """The encoded picture."""


class LocalPreviews:
    """Implements `ports.Previews`."""

    def __init__(self, pictures: PictureMaker, settings: SettingsSource, originals: Originals) -> None:
        self._pictures = pictures
        self._settings = settings
        self._originals = originals

    def find(self, model: Path) -> tuple[Path, ...]:
        """The previews that lie beside a model."""
        return tuple(model.parent / name for name in names(model.stem, _listing(model.parent)))

    def ensure(self, model: Path, pictures: Sequence[Picture]) -> Preview | None:
        """Give the model a preview where it has none, from the first admitted picture that works.

        None where no picture is admitted, where the stem belongs to another model file, and where the user had our
        preview taken away. A picture that is gone or broken makes room for the next; `RateLimited` and `Offline` end
        the attempt, as they would meet the next one too. Raises `NotFound` where none worked, `NotWritable`,
        `DiskFull`.
        """
        usual = next(filter(os.path.lexists, map(model.with_suffix, PREVIEW_SUFFIXES)), None)
        if usual is not None:
            return Preview(usual)  # listing a large folder for every model would cost more than all the rest
        listing = _listing(model.parent)
        found = names(model.stem, listing)
        if found:
            return Preview(model.parent / found[0])
        if stem_owner(model.name, listing) != model.name:
            return None
        settings = self._settings.current()
        before = self._originals.get(_target(model, settings.text("civitai_preview_kind")))
        if before is not None and before.restored:
            return None  # the user took our preview away
        width, kind = settings.number("civitai_preview_width"), settings.text("civitai_preview_kind")
        admitted = candidates(pictures, settings.text("civitai_nsfw_level"))
        for picture in admitted:
            try:
                data = self._pictures.picture(picture, width, kind)
            except (NotFound, BadAnswer, ChallengePage, CivitaiDown, UnsafeRedirect):
                continue
            return self._place(model, data, kind)
        if admitted:
            raise NotFound("No preview picture could be fetched; a later sync tries again.")
        return None

    def replace(self, model: Path, picture: Picture) -> tuple[Preview, ...]:
        """Make this picture the model's preview: in place of every one there is, so that the host has no other choice.

        Each keeps its name and format, and what it was can be restored. Raises `WrongState` where a preview cannot be
        written in its format or belongs to another file of that stem, what `PictureMaker` raises, `NotWritable`,
        `DiskFull`.
        """
        listing = _listing(model.parent)
        strange = unwritable(model.stem, listing)
        if strange:
            raise WrongState(f"{strange[0]} is of a kind that CivitDock does not write.", hint="Move it away first.")
        if stem_owner(model.name, listing) != model.name:
            raise WrongState("The preview belongs to another file of that name.", hint="Give one of them another name.")
        settings = self._settings.current()
        width, usual = settings.number("civitai_preview_width"), settings.text("civitai_preview_kind")
        targets = [model.parent / name for name in names(model.stem, listing)] or [_target(model, usual)]
        made: dict[str, bytes] = {}
        for kind in {WRITTEN_KINDS[_kind(target)] for target in targets}:
            made[kind] = self._pictures.picture(picture, width, kind)
        return tuple(self._overwrite(target, made[WRITTEN_KINDS[_kind(target)]]) for target in targets)

    def _overwrite(self, target: Path, data: bytes) -> Preview:
        """Write one preview; `was_ours` says whether the picture before was one of ours."""
        before = _content(target)
        known = self._originals.get(target)
        was_ours = known is not None and before is not None and _digest(before) == known.written
        if known is not None and not was_ours and before != known.content:
            self._originals.forget(target)  # what lies there now is what has to come back
        digest = _digest(data)
        self._originals.keep(Original(target, before, digest))
        if not write_unless_changed(target, data, lambda: _content(target) == before):
            raise NotWritable(f"{target.name} is being changed by another program.", hint="Try again later.")
        return Preview(target, digest, was_ours)

    def _place(self, model: Path, data: bytes, kind: str) -> Preview:
        # The transfer took time; a preview that came meanwhile stays the only one.
        found = names(model.stem, _listing(model.parent))
        if found:
            return Preview(model.parent / found[0])
        target = _target(model, kind)
        digest = _digest(data)
        self._originals.keep(Original(target, None, digest))
        if not write_unless_changed(target, data, lambda: not os.path.lexists(target)):
            return Preview(target)
        return Preview(target, digest)


def _target(model: Path, kind: str) -> Path:
    return model.with_name(f"{model.stem}.preview.{kind}")


def _kind(path: Path) -> str:
    return path.suffix[1:].lower()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_error(error, path) from error


def _listing(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        raise disk_error(error, folder) from error
