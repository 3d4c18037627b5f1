"""The catalogue: every model, version, file and picture of the demo, found by id, hash or trap name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from civitdock.demo.blobs import Blob, BytesBlob
from civitdock.demo.builder import Builder
from civitdock.demo.ordinary import add_ordinary
from civitdock.demo.records import DemoFile, DemoImage, DemoModel, DemoVersion, HashStyle
from civitdock.demo.traps import add_traps

Owned = tuple[DemoVersion, DemoFile]


def stored_hashes(file: DemoFile) -> dict[str, str]:
    """The hashes as the API shows them: none before the scan, AutoV1 only from 2 MiB, BLAKE3 where it can be had."""
    if file.hash_style is HashStyle.UNSCANNED:
        return {}
    digests = file.blob.digests()
    if file.hash_style is HashStyle.SHA256_ONLY:
        return {"SHA256": digests.sha256}
    shown: dict[str, str | None] = {
        "AutoV1": digests.autov1,
        "AutoV2": digests.autov2,
        "SHA256": digests.sha256,
        "CRC32": digests.crc32,
        "BLAKE3": digests.blake3,
        "AutoV3": digests.autov3_full if file.hash_style is HashStyle.LONG_AUTOV3 else digests.autov3,
    }
    shown.update(file.hash_overrides)
    if file.hash_style is HashStyle.NO_AUTOV3:
        shown["AutoV3"] = None
    lower = file.hash_style is HashStyle.LOWER_CASE
    return {name: value.lower() if lower else value for name, value in shown.items() if value is not None}


class Catalogue:
    """All records with their indexes. Deterministic for a seed; tests may change records or add models."""

    def __init__(self, seed: int = 1) -> None:
        self._builder = Builder(seed)
        add_ordinary(self._builder)
        add_traps(self._builder)
        self._models: dict[int, DemoModel] = {}
        self._versions: dict[int, DemoVersion] = {}
        self._files: dict[int, Owned] = {}
        self._images: dict[str, tuple[DemoVersion, DemoImage]] = {}
        for model in self._builder.models:
            self.register(model)

    @property
    def models(self) -> list[DemoModel]:
        """All models in the order of their ids."""
        return list(self._models.values())

    @property
    def traps(self) -> dict[str, DemoModel]:
        """The special models by name; `docs/demo.md` lists them."""
        return self._builder.traps

    @property
    def builder(self) -> Builder:
        """Makes further records with fresh ids; hand a finished model to `register`."""
        return self._builder

    def trap(self, name: str) -> DemoModel:
        """One special model; raises `KeyError` for an unknown name."""
        return self._builder.traps[name]

    def register(self, model: DemoModel) -> DemoModel:
        """Index a model and all it owns; call it again after adding versions, files or pictures."""
        self._models[model.id] = model
        for version in model.versions:
            self._versions[version.id] = version
            for file in version.files:
                self._files[file.id] = (version, file)
            for image in version.images:
                self._images[image.uuid] = (version, image)
        return model

    def add(
        self,
        name: str,
        content: bytes | Blob,
        *,
        type_name: str = "LORA",
        base_model: str = "SD 1.5",
        file_name: str | None = None,
        **version_fields: Any,
    ) -> DemoModel:
        """A new model with one version `v1.0` and one primary file of this content, for a test of its own."""
        model = self._builder.model(name, type_name)
        blob = content if isinstance(content, Blob) else BytesBlob(f"added:{model.id}", content)
        file = self._builder.file(file_name or f"{name}.safetensors", blob, primary=True)
        self._builder.version(model, "v1.0", base_model, [file], **version_fields)
        return self.register(model)

    def keep(self) -> Callable[[], None]:
        """Returns what takes out again the models and versions added after this call; old records stay as changed."""
        indexes: list[dict[Any, Any]] = [self._models, self._versions, self._files, self._images]
        kept = [dict(index) for index in indexes]
        versions = [(model, list(model.versions)) for model in self.models]

        def put_back() -> None:
            for index, entries in zip(indexes, kept, strict=True):
                index.clear()
                index.update(entries)
            for model, own in versions:
                model.versions[:] = own

        return put_back

    def model(self, model_id: int) -> DemoModel | None:
        """A model by id."""
        return self._models.get(model_id)

    def version(self, version_id: int) -> DemoVersion | None:
        """A version by id."""
        return self._versions.get(version_id)

    def owned_file(self, file_id: int) -> Owned | None:
        """A file by id with the version that owns it."""
        return self._files.get(file_id)

    def file(self, file_id: int) -> DemoFile | None:
        """A file by id."""
        found = self._files.get(file_id)
        return found[1] if found else None

    def image(self, uuid: str) -> DemoImage | None:
        """A picture by the uuid in its URL."""
        found = self._images.get(uuid)
        return found[1] if found else None

    def files(self) -> Iterator[Owned]:
        """Every file with its version."""
        yield from list(self._files.values())

    def images(self) -> Iterator[tuple[DemoVersion, DemoImage]]:
        """Every picture with its version."""
        yield from list(self._images.values())

    def all_files_of(self, version: DemoVersion) -> list[DemoFile]:
        """The public files that the list shows: own ones that stand, then the linked ones of other versions."""
        own = [file for file in version.files if file.public and not file.superseded]
        linked = [file for file in map(self.file, version.linked_file_ids) if file is not None]
        return own + linked

    def hash_index(self, kinds: tuple[str, ...] | None = None) -> dict[str, list[Owned]]:
        """Upper-case hash to the standing files of published versions that have it; `kinds` limits the hash types.

        The first call hashes every file, which takes about a second.
        """
        index: dict[str, list[Owned]] = {}
        for version, file in self.files():
            if file.superseded or version.status != "Published" or self._models[version.model_id].poi:
                continue
            for kind, text in stored_hashes(file).items():
                if kinds is None or kind in kinds:
                    index.setdefault(text.upper(), []).append((version, file))
        return index

    def by_hash(self, value: str) -> list[Owned]:
        """Files with this exact hash of any type, in any case."""
        return self.hash_index().get(value.upper(), [])
