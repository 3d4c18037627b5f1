"""What we need of the program around us, the WebUI or our own, and of where its settings and the API key are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from civitdock.domain.exposure import Exposure
from civitdock.domain.library import ModelRoot
from civitdock.domain.send import HostFields
from civitdock.settings import Settings


class Access(Protocol):
    """Who may call the routes (design sections 8 and 10)."""

    def has_login(self) -> bool:
        """Whether the host's pages ask for a login."""

    def cookie_user(self, cookies: Mapping[str, str]) -> str | None:
        """The logged-in user behind these cookies."""

    def login_accepts(self, user: str, password: str) -> bool:
        """Whether the host's login takes this pair."""

    def has_api_auth(self) -> bool:
        """Whether the host was started with credentials for its API (`--api-auth`)."""

    def api_accepts(self, user: str, password: str) -> bool:
        """Whether the API credentials take this pair."""


#: The name of the host that is no WebUI.
STANDALONE = "standalone"


class Host(Protocol):
    """The WebUI or the standalone program around us. Everything is asked at call time, never at import."""

    @property
    def name(self) -> str:
        """`A1111`, `Forge`, `reForge`, `Forge Classic`, `Forge Neo` or `STANDALONE`."""

    @property
    def version(self) -> str:
        """The host's own version text, or an empty one."""

    @property
    def localization(self) -> str:
        """The name of the localisation that the host's page is shown in, or an empty text."""

    def data_dir(self) -> Path:
        """The folder for our databases and caches; exists after the call."""

    def roots(self) -> tuple[ModelRoot, ...]:
        """All model folders, several per type; of a type the first is where downloads go."""

    def is_generating(self) -> bool:
        """Whether a generation runs at this moment."""

    def refresh(self, paths: Sequence[Path], model_type: str) -> None:
        """Make the host's lists and cards show files that have just appeared or changed."""

    def sd_version(self, base_model: str) -> str | None:
        """The host's own word for a base model in its user metadata, or None where it has none that is certain."""

    def stored_settings(self) -> Mapping[str, object]:
        """The raw values that the host holds for our keys (the API key as ciphertext)."""

    def store_settings(self, values: Mapping[str, object]) -> None:
        """Keep values, at once and durably; raises `LockedByHost` where the host has frozen its settings."""

    def fields(self) -> HostFields | None:
        """What the fields of the host's own tabs can take now; None where it has no such tabs."""

    def exposure(self) -> Exposure:
        """How far the host is open."""

    def access(self) -> Access:
        """Who may call."""


class Dock(Protocol):
    """What a host gets of us: it hands over its hooks and asks for nothing else."""

    @property
    def host(self) -> Host:
        """The host object that it was built for."""

    def tab(self) -> object:
        """The Gradio Blocks of the CivitAI Browser tab."""

    def mount(self, app: object, page: object | None) -> None:
        """Put the routes on a FastAPI app; `page` is the host's Gradio page, None where it has none (`--nowebui`)."""

    def start(self) -> None:
        """Start the background work; a second call does nothing."""

    def stop(self) -> None:
        """End the background work; a second call does nothing."""

    def seal_key(self, typed: str) -> str:
        """A typed API key as the text that may be stored; never raises (design section 4)."""


class SettingsSource(Protocol):
    """The current settings."""

    def current(self) -> Settings:
        """A fresh snapshot."""


class KeyVault(Protocol):
    """The API key, encrypted at rest (design section 4)."""

    def key(self) -> str | None:
        """The key in clear for the auth object of a request, or None. Never log it, never pass it on."""

    def seal(self, typed: str) -> str:
        """A typed key as the text that may be stored: ciphertext, the text itself where it already is, or nothing."""

    def hint(self) -> str | None:
        """What the user should know about the stored key (it cannot be read, it lasts for this run only), or None."""


# --- CivitAI -------------------------------------------------------------------------------------
