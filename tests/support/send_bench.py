"""The send service over the demo CivitAI, a real index and a host whose fields a test says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.adapters.sqlite.index import SqliteModelStore
from civitdock.demo.records import DemoModel, DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, LocalState
from civitdock.domain.sampling import Choice
from civitdock.domain.send import (
    FieldName,
    FieldValue,
    HostFields,
    HostFile,
    Plan,
)
from civitdock.services.send import SendRequest, SendService
from civitdock.settings import Settings, Value
from tests.support.clock import FakeClock
from tests.support.memory_host import MemoryHost

META: dict[str, object] = {
    "prompt": "a cat",
    "negativePrompt": "bad",
    "steps": "20",
    "sampler": "DPM++ 2M Karras",
    "cfgScale": 7.5,
    "seed": 5,
    "Size": "832x1216",
}


class Bench:
    """The service over a client of the demo, an index on disk and a host with fields."""

    def __init__(self, demo: DemoCivitai, store: SqliteModelStore, clock: FakeClock, folder: Path) -> None:
        self.values: dict[str, Value] = {"civitai_api_url": demo.api_base, "civitai_nsfw_level": "X"}
        self.demo, self.store, self.folder = demo, store, folder
        self.client = CivitaiClient(self, self, clock, folder / "cache", "CivitDock-tests/1")
        self.host = MemoryHost(folder)
        self.host.taken = HostFields(
            samplers=(Choice("DPM++ 2M"), Choice("Euler a")),
            schedulers=(Choice("Automatic"), Choice("Karras")),
            upscalers=("Latent", "4x-AnimeSharp"),
            vaes=(self.listed("VAE", "good.vae.pt"),),
        )
        self.service = SendService(self.client, store, self.host)

    def current(self) -> Settings:
        return Settings(dict(self.values))

    def key(self) -> str | None:
        return None

    def listed(self, folder: str, name: str) -> HostFile:
        return HostFile(name, self.folder / folder / name)

    def offers(self, **lists: object) -> None:
        """Change what the host has."""
        assert self.host.taken is not None
        self.host.taken = replace(self.host.taken, **lists)  # type: ignore[arg-type]

    def find(self, type_name: str, base_model: str) -> tuple[DemoModel, DemoVersion]:
        """An ordinary model of the demo."""
        for model in self.demo.catalogue.models:
            version = model.versions[0] if model.versions else None
            if model.type == type_name and version and version.base_model == base_model and version.files:
                return model, version
        raise LookupError(type_name)

    def install(self, model: DemoModel, version: DemoVersion, name: str, **fields: object) -> LocalModel:
        """Put the first file of a version into the index under this name."""
        digests = version.files[0].blob.digests()
        row = LocalModel(
            path=self.folder / model.type / name,
            root=self.folder / model.type,
            type=model.type,
            size_bytes=1,
            state=LocalState.IDENTIFIED,
            hashes=Hashes(sha256=digests.sha256.lower(), autov3=(digests.autov3 or "").lower() or None),
            model_id=model.id,
            version_id=version.id,
            base_model=version.base_model,
        )
        row = replace(row, **fields)  # type: ignore[arg-type]
        self.store.put(row)
        return row

    def plan(self, meta: dict[str, object] | None = None, **more: object) -> Plan:
        """The plan for the usual picture with these changes."""
        request = SendRequest(image_meta={**META, **(meta or {})})
        return self.service.plan(replace(request, **more))  # type: ignore[arg-type]


def values(plan: Plan) -> dict[FieldName, FieldValue | None]:
    return {each.name: each.value for each in plan.fields}
