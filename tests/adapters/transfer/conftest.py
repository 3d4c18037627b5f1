"""A transfer against the demo CivitAI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.demo.blobs import Blob, PatternBlob
from civitdock.demo.records import DemoFile
from civitdock.demo.server import DemoCivitai
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import PART_SUFFIX, Fetched, Progress, TransferOrder
from civitdock.settings import Settings, Value
from tests.support.clock import FakeClock

MIB = 1024 * 1024


@dataclass
class Knobs:
    """Settings that a test turns; implements `ports.host.SettingsSource`."""

    values: dict[str, Value] = field(default_factory=dict)

    def current(self) -> Settings:
        return Settings(MappingProxyType(dict(self.values)))


@dataclass
class Vault:
    """A key that a test sets; implements `ports.host.KeyVault`."""

    value: str | None = None

    def key(self) -> str | None:
        return self.value

    def seal(self, typed: str) -> str:
        return typed

    def hint(self) -> str | None:
        return None


@dataclass
class Rig:
    """One file at the demo and what is needed to fetch it."""

    demo: DemoCivitai
    folder: Path
    clock: FakeClock
    knobs: Knobs
    vault: Vault
    reported: list[Progress] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transfers = HttpTransfers(self.knobs, self.vault, self.clock, "civitdock-tests/1 (+https://example.org)")
        self.use(PatternBlob("transfer", 3 * MIB, head=b"\x10\0\0\0\0\0\0\0{}"))

    def use(self, blob: Blob, name: str = "one.safetensors") -> None:
        """Fetch this content from now on."""
        model = self.demo.catalogue.add("Transfer", blob, file_name=name)
        self.version = model.versions[0]
        self.part = self.folder / f"{name}{PART_SUFFIX}"

    @property
    def file(self) -> DemoFile:
        return self.version.files[0]

    @property
    def resume(self) -> Path:
        return self.part.with_name(self.part.name + ".json")

    def order(self, expected: Hashes | None = None, url: str | None = None) -> TransferOrder:
        known = Hashes(sha256=self.file.blob.digests().sha256.lower()) if expected is None else expected
        address = url or f"{self.demo.page_base}/api/download/models/{self.version.id}?fileId={self.file.id}"
        return TransferOrder(address, self.part, known, self.file.blob.size)

    def fetch(
        self,
        expected: Hashes | None = None,
        stop: Callable[[], str | None] = lambda: None,
        url: str | None = None,
    ) -> Fetched:
        self.reported.clear()
        return self.transfers.fetch(self.order(expected, url), self.reported.append, stop)

    def stop_after(self, amount: int) -> Callable[[], str | None]:
        """A stop that answers once so many bytes are reported."""
        return lambda: "paused" if self.reported and self.reported[-1].done >= amount else None

    def content(self) -> bytes:
        return self.part.read_bytes()


@pytest.fixture
def rig(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Rig:
    folder = tmp_path / "models"
    folder.mkdir()
    return Rig(demo, folder, clock, Knobs({"civitai_api_url": demo.api_base}), Vault())
