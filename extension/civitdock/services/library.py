"""The user's local models, from the index."""

from __future__ import annotations

import os
from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from civitdock.domain import nsfw, previews
from civitdock.domain.cards import CardFact, heard_of
from civitdock.domain.library import LocalFilter, LocalModel, LocalPage
from civitdock.errors import NotFound
from civitdock.ports.host import SettingsSource
from civitdock.ports.library import ModelStore


class LibraryService:
    """Lists what the index knows and is still there; the next sync takes what is gone out of the index."""

    def __init__(self, store: ModelStore, settings: SettingsSource) -> None:
        self._store = store
        self._settings = settings

    def local_models(self, wanted: LocalFilter) -> LocalPage:
        """One page ordered by file name; raises `InvalidRequest` for a bad cursor.

        Files that are not there now are left out, so a page may be shorter than asked for; `total` counts them.
        """
        page = self._store.page(wanted)
        here = [row for row in page.items if os.path.lexists(row.path)]
        outdated = [row.model_id for row in here if row.update is not None and row.model_id is not None]
        owned = {row.version_id for row in self._store.of_models(outdated)}
        return replace(page, items=tuple(self._shown(row, owned) for row in here))

    def card_facts(self) -> tuple[CardFact, ...]:
        """What the host's cards are told, for every file that CivitAI knows."""
        return tuple(heard_of(self._store.card_facts()))

    def local_model(self, path: Path) -> LocalModel:
        """One file of the index; raises `NotFound` where there is no such file."""
        row = self._store.get(path)
        if row is None or not os.path.lexists(path):
            raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
        owned = self._store.of_models([row.model_id]) if row.update is not None and row.model_id is not None else ()
        return self._shown(row, {each.version_id for each in owned})

    def preview_of(self, model: Path) -> Path:
        """The preview beside a model file of the index; raises `NotFound` for other files and where there is none."""
        if self._store.get(model) is not None:
            try:
                found = previews.names(model.stem, os.listdir(model.parent))
            except OSError as error:
                raise NotFound("The folder of this model cannot be read.") from error
            if found:
                return model.parent / found[0]
        raise NotFound("There is no preview of such a model here.", hint="GET local-models lists the models.")

    def _shown(self, row: LocalModel, owned: Set[int | None]) -> LocalModel:
        """The row without a picture that the NSFW level no longer admits, and without an update that is here too."""
        word = self._settings.current().text("civitai_nsfw_level")
        if row.preview_url is not None and not nsfw.admits(word, row.preview_level):
            row = replace(row, preview_url=None)
        if row.update is not None and row.update.version_id in owned:
            row = replace(row, update=None)
        return row
