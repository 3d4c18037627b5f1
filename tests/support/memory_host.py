"""A host that lives in memory: what a test says is what the routes see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civitdock import settings as described
from civitdock.domain.exposure import Exposure
from civitdock.domain.library import ModelRoot
from civitdock.domain.send import HostFields
from civitdock.settings import API_KEY, BY_KEY, SETTINGS, Settings


@dataclass
class MemoryAccess:
    """Implements `ports.host.Access`: pairs are `user:password`, cookies map the value of `session` to a user."""

    login: frozenset[str] = frozenset()
    api: frozenset[str] = frozenset()
    sessions: dict[str, str] = field(default_factory=dict)

    def has_login(self) -> bool:
        return bool(self.login)

    def cookie_user(self, cookies: Mapping[str, str]) -> str | None:
        return self.sessions.get(cookies.get("session", ""))

    def login_accepts(self, user: str, password: str) -> bool:
        return f"{user}:{password}" in self.login

    def has_api_auth(self) -> bool:
        return bool(self.api)

    def api_accepts(self, user: str, password: str) -> bool:
        return f"{user}:{password}" in self.api


@dataclass
class MemoryHost:
    """Implements `ports.host.Host`."""

    folder: Path
    name: str = "standalone"
    version: str = ""
    localization: str = ""
    open: Exposure = field(default_factory=Exposure)
    doors: MemoryAccess = field(default_factory=MemoryAccess)
    stored: dict[str, object] = field(default_factory=dict)
    taken: HostFields | None = None

    def data_dir(self) -> Path:
        return self.folder

    def roots(self) -> tuple[ModelRoot, ...]:
        return (ModelRoot("Checkpoint", self.folder / "Stable-diffusion"), ModelRoot("LORA", self.folder / "Lora"))

    def is_generating(self) -> bool:
        return False

    def refresh(self, paths: Sequence[Path], model_type: str) -> None:
        del paths, model_type

    def sd_version(self, base_model: str) -> str | None:
        del base_model
        return None

    def stored_settings(self) -> Mapping[str, object]:
        return dict(self.stored)

    def store_settings(self, values: Mapping[str, object]) -> None:
        self.stored.update(values)

    def fields(self) -> HostFields | None:
        return self.taken

    def exposure(self) -> Exposure:
        return self.open

    def access(self) -> MemoryAccess:
        return self.doors


class MemorySettings:
    """The settings service without a vault: the key is only ever known to be set."""

    def __init__(self, host: MemoryHost) -> None:
        self._host = host

    def current(self) -> Settings:
        return described.read(self._host.stored, {})

    def view(self) -> dict[str, object]:
        current = self.current()
        plain = {each.key: current.values.get(each.key, each.default) for each in SETTINGS if each.key != API_KEY}
        return {API_KEY: {"set": bool(self._host.stored.get(API_KEY))}, **plain}

    def descriptors(self) -> list[dict[str, object]]:
        return [{"key": each.key, "kind": each.kind.value, "locked": False, "note": None} for each in SETTINGS]

    def change(self, values: Mapping[str, object]) -> None:
        self._host.store_settings({key: BY_KEY[key].parse(value) for key, value in values.items()})

    def test_key(self) -> str:
        return "somebody"
