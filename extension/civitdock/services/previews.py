"""Another picture of its version becomes the preview of a local model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from civitdock.domain import nsfw
from civitdock.domain.library import LocalModel
from civitdock.domain.previews import address, is_same
from civitdock.errors import NotFound
from civitdock.ports import Catalogue, Patience
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore, Previews
from civitdock.services.arrivals import LIST_WIDTH


@dataclass(frozen=True)
class Replaced:
    """The previews that were written, and the row as it is now.

    `previous_url` is the picture of ours that was there before; None where restoring the files is the way back.
    """

    paths: tuple[Path, ...]
    row: LocalModel
    previous_url: str | None


class PreviewService:
    """Works on the previews of files in the index."""

    def __init__(
        self, catalogue: Catalogue, store: ModelStore, previews: Previews, host: Host, settings: SettingsSource
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._previews = previews
        self._host = host
        self._settings = settings

    def replace(self, model: Path, url: str, patience: Patience | None = None) -> Replaced:
        """Make the picture at this address the preview; it must be one of the version's, within the NSFW level.

        Raises `NotFound` for a file that is not here or has no such picture, what `Previews.replace` raises, and what
        asking CivitAI raises.
        """
        row = self._store.get(model)
        if row is None or row.version_id is None:
            raise NotFound("There is no such model here that CivitAI knows.", hint="GET local-models lists the models.")
        version = self._catalogue.version(row.version_id, patience or Patience())
        word = self._settings.current().text("civitai_nsfw_level")
        admitted = (each for each in version.images if nsfw.admits(word, each.nsfw_level))
        picture = next((each for each in admitted if is_same(each.url, url)), None)
        if picture is None:
            raise NotFound("This version has no such picture within the NSFW level.")
        written = self._previews.replace(model, picture)
        now = replace(row, preview_url=address(picture, LIST_WIDTH), preview_level=picture.nsfw_level)
        self._store.put(now)
        paths = tuple(preview.path for preview in written)
        self._host.refresh(paths, row.type)
        ours = all(preview.was_ours for preview in written)
        return Replaced(paths, now, row.preview_url if ours else None)
