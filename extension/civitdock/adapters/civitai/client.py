"""CivitAI as the services see it: every endpoint of the API that we use, cached, polite and patient."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from civitdock.adapters.civitai import coerce, requests_for
from civitdock.adapters.civitai.asking import Asker
from civitdock.adapters.civitai.auth import sendable
from civitdock.adapters.civitai.mapping import to_match, to_model, to_picture, to_version
from civitdock.adapters.civitai.transport import Call, api_base
from civitdock.adapters.civitai.wire import WireImage, WireMatch, WireModel, WireName, WireVersion, many, one
from civitdock.compat.pydantic import CamelModel
from civitdock.domain import hashes, nsfw, vocabulary
from civitdock.domain.catalogue import Enums, Model, ModelPage, Picture, PicturePage, Version
from civitdock.domain.links import MAX_ID
from civitdock.domain.query import ImageQuery, ModelQuery
from civitdock.errors import BadAnswer, BadApiKey, CivitDockError, NotFound
from civitdock.ports import Clock, HashMatch, Patience
from civitdock.ports.host import KeyVault, SettingsSource

log = logging.getLogger(__name__)

_Item = TypeVar("_Item", bound=CamelModel)

#: Most ids or hashes that one request may carry (`civitai-api.md 0`).
BATCH = 100
BATCH_IDS = 10_000


class CivitaiClient:
    """Implements `ports.Catalogue` over CivitAI's REST API (`civitai-api.md`). Safe for many threads."""

    def __init__(
        self, settings: SettingsSource, vault: KeyVault, clock: Clock, cache_dir: Path, user_agent: str
    ) -> None:
        """`user_agent` must be honest and hold no browser words, which earn login pages (`civitai-api.md 3`)."""
        self._settings = settings
        self._clock = clock
        self._asker = Asker(settings, vault, clock, cache_dir, user_agent)

    # --- models ----------------------------------------------------------------------------------

    def search(self, query: ModelQuery, patience: Patience) -> ModelPage:
        """One page of a listing; the model that CivitAI loses at each boundary of `Newest` is fetched by its id."""
        answer = self._asker.ask(Call("models", requests_for.model_listing(query)), self._read_models, patience)
        models, cursor = answer.value
        lost = requests_for.lost_model(query)
        if lost is not None and all(model.id != lost for model in models):
            models = (*self._lost(lost, query, patience), *models)
        return ModelPage(models, cursor, answer.source)

    def model(self, model_id: int, patience: Patience) -> Model:
        """One model with all versions, mature ones included."""
        return self.model_page(model_id, patience).items[0]

    def model_page(self, model_id: int, patience: Patience) -> ModelPage:
        """One model as a page of its own."""
        _check_id(model_id)
        answer = self._asker.ask(Call(f"models/{model_id}"), self._read_model, patience, _model_is_scanned)
        return ModelPage((answer.value,), None, answer.source)

    def models(self, ids: Sequence[int], patience: Patience) -> tuple[Model, ...]:
        """Up to 100 models; those flagged `minor` are missing, because CivitAI hides them together with mature ones."""
        return self._batch_of_models("ids", ids, patience)

    def models_by_versions(self, version_ids: Sequence[int], patience: Patience) -> tuple[Model, ...]:
        """The models behind up to 100 versions, trimmed to these versions."""
        return self._batch_of_models("modelVersionIds", version_ids, patience)

    # --- versions --------------------------------------------------------------------------------

    def version(self, version_id: int, patience: Patience) -> Version:
        """One version."""
        _check_id(version_id)
        return self._asker.ask(Call(f"model-versions/{version_id}"), self._read_version, patience, _is_scanned).value

    def version_by_hash(self, value: str, patience: Patience) -> Version:
        """The version that owns a file with this hash."""
        digest = hashes.clean(value)
        if digest is None:
            raise NotFound("This is no hash of a model file.")
        return self._asker.ask(Call(f"model-versions/by-hash/{digest.upper()}"), self._read_version, patience).value

    def versions_by_hashes(self, sha256: Sequence[str], patience: Patience) -> tuple[Version, ...]:
        """The versions behind up to 100 SHA256."""
        if not sha256:
            return ()
        call = Call("model-versions/by-hash", body=requests_for.hash_list(sha256, BATCH))
        now = self._clock.now()
        wires = self._asker.ask_anew(call, _list_of(WireVersion), patience)
        found = {version.id: version for version in (to_version(wire, now) for wire in wires) if version is not None}
        return tuple(found.values())

    def match_hashes(self, sha256: Sequence[str], patience: Patience) -> tuple[HashMatch, ...]:
        """Version and model ids behind up to 10,000 SHA256."""
        if not sha256:
            return ()
        call = Call("model-versions/by-hash/ids", body=requests_for.hash_list(sha256, BATCH_IDS))
        matches = (to_match(wire) for wire in self._asker.ask_anew(call, _list_of(WireMatch), patience))
        return tuple(match for match in matches if match is not None)

    # --- the rest --------------------------------------------------------------------------------

    def images(self, query: ImageQuery, patience: Patience) -> PicturePage:
        """One page of pictures, cut to the level here as well, because the server's filter depends on its host."""

        def read(payload: object) -> tuple[tuple[Picture, ...], str | None]:
            found = (to_picture(wire) for wire in many(WireImage, _items(payload)))
            return tuple(picture for picture in found if picture is not None), _cursor(payload)

        answer = self._asker.ask(Call("images", requests_for.image_listing(query)), read, patience)
        pictures, cursor = answer.value
        kept = tuple(picture for picture in pictures if nsfw.admits(query.nsfw_level, picture.nsfw_level))
        return PicturePage(kept, cursor, answer.source)

    def tags(self, prefix: str, limit: int, patience: Patience) -> tuple[str, ...]:
        """Tags that begin so."""
        return self._names("tags", prefix, limit, patience)

    def creators(self, part: str, limit: int, patience: Patience) -> tuple[str, ...]:
        """Creators whose name contains this."""
        return self._names("creators", part, limit, patience)

    def enums(self, patience: Patience) -> Enums:
        """CivitAI's lists; sorts and periods are not among them and come from its documentation."""

        def read(payload: object) -> Enums:
            lists = coerce.as_object(payload)
            types = coerce.as_texts(lists.get("ModelType"))
            bases = coerce.as_texts(lists.get("ActiveBaseModel")) or coerce.as_texts(lists.get("BaseModel"))
            if not types or not bases:
                raise BadAnswer("CivitAI's lists of types and base models are empty.")
            return Enums(tuple(types), tuple(bases), vocabulary.SORTS, vocabulary.PERIODS)

        return self._asker.ask(Call("enums"), read, patience).value

    def account(self, key: str, patience: Patience) -> str:
        """The name behind a key."""
        if not sendable(key):
            raise BadApiKey

        def read(payload: object) -> str:
            name = coerce.as_text(coerce.as_object(payload).get("username"))
            if not name:
                raise BadAnswer("CivitAI does not say whose key this is.")
            return name

        return self._asker.ask_anew(Call("me", key=key), read, patience)

    def download_url(self, version_id: int, file_id: int) -> str:
        """The address of one exact file; with an id that CivitAI did not give, of the version's own choice."""
        base = api_base(self._settings.current()).removesuffix("/v1")
        query = f"?fileId={file_id}" if file_id > 0 else ""
        return f"{base}/download/models/{version_id}{query}"

    def reachable(self) -> bool | None:
        """Whether the last contact worked."""
        return self._asker.reachable()

    def close(self) -> None:
        """Close connections and cache; the client stays usable and opens them again."""
        self._asker.close()

    # --- reading ---------------------------------------------------------------------------------

    def _read_models(self, payload: object) -> tuple[tuple[Model, ...], str | None]:
        now = self._clock.now()
        found = {wire.id: wire for wire in many(WireModel, _items(payload))}
        return tuple(to_model(wire, now) for wire in found.values()), _cursor(payload)

    def _read_model(self, payload: object) -> Model:
        wire = one(WireModel, payload)
        if wire is None:
            raise BadAnswer("CivitAI's answer is no model.")
        return to_model(wire, self._clock.now())

    def _read_version(self, payload: object) -> Version:
        wire = one(WireVersion, payload)
        version = None if wire is None else to_version(wire, self._clock.now())
        if version is None:
            raise BadAnswer("CivitAI's answer is no version.")
        return version

    def _batch_of_models(self, name: str, ids: Sequence[int], patience: Patience) -> tuple[Model, ...]:
        wanted = requests_for.id_list(ids, BATCH)
        if not wanted:
            return ()
        params = ((name, wanted), ("nsfw", "true"), ("limit", str(BATCH)))
        return self._asker.ask(Call("models", params), self._read_models, patience).value[0]

    def _lost(self, model_id: int, query: ModelQuery, patience: Patience) -> tuple[Model, ...]:
        try:
            found = self._batch_of_models("ids", [model_id], patience)
        except CivitDockError as error:
            log.info("Model %d, lost between two pages, cannot be fetched: %s", model_id, error.code)
            return ()
        return tuple(requests_for.trimmed(model, query) for model in found)

    def _names(self, path: str, text: str, limit: int, patience: Patience) -> tuple[str, ...]:
        def read(payload: object) -> tuple[str, ...]:
            names = (wire.name or wire.username for wire in many(WireName, _items(payload)))
            return tuple(name for name in names if name)

        params = (("limit", str(min(max(limit, 1), 200))), *((("query", text),) if text else ()))
        return self._asker.ask(Call(path, params), read, patience).value


def _is_scanned(version: Version) -> bool:
    """Whether CivitAI knows the hashes of all files; it adds them minutes to hours after the upload (section 2)."""
    return all(file.hashes.strongest() for file in version.files)


def _model_is_scanned(model: Model) -> bool:
    return all(_is_scanned(version) for version in model.versions)


def _check_id(number: int) -> None:
    """Beyond CivitAI's 32 bits its answer is an error rather than "not found" (`civitai-api.md 1.3`)."""
    if not 0 < number <= MAX_ID:
        raise NotFound


def _list_of(kind: type[_Item]) -> Callable[[object], list[_Item]]:
    """Reads the bare list that the batch look-ups answer."""

    def read(payload: object) -> list[_Item]:
        if not isinstance(payload, list):
            raise BadAnswer("CivitAI's answer to a look-up by hashes is no list.")
        return many(kind, payload)

    return read


def _items(payload: object) -> Iterable[object]:
    items = payload.get("items") if isinstance(payload, dict) else None
    if not isinstance(items, list):
        raise BadAnswer("CivitAI's answer is no list.")
    return items


def _cursor(payload: object) -> str | None:
    """The cursor as text; absent at the end of a listing (`civitai-api.md 1.1`)."""
    metadata = coerce.as_object(coerce.as_object(payload).get("metadata"))
    return coerce.as_text(metadata.get("nextCursor")) or None
