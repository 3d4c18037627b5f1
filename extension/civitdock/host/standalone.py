"""CivitDock without a WebUI: its settings file and model folders. The page is in `page.py`, because the commands
that need none should not load Gradio (seconds)."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock import __version__
from civitdock.domain.base_models import A1111_WORDS, host_word
from civitdock.domain.exposure import Exposure
from civitdock.domain.library import ModelRoot
from civitdock.domain.links import is_loopback
from civitdock.domain.send import HostFields
from civitdock.host.access import GradioAccess
from civitdock.host.folders import model_roots
from civitdock.ports.host import STANDALONE

log = logging.getLogger(__name__)

SETTINGS_FILE = "settings.json"

WriteFile = Callable[[Path, bytes], None]


@dataclass(frozen=True)
class Options:
    """How the standalone program was started; `auth` is a user and a password."""

    host: str
    port: int
    data_dir: Path
    models_dir: Path
    auth: tuple[str, str] | None = None


def user_data_dir(environ: Mapping[str, str], home: Path) -> Path:
    """The user's data folder for CivitDock on this platform."""
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "CivitDock"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "CivitDock"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "civitdock"


class StandaloneHost:
    """Implements `ports.host.Host` with a settings file in the data folder, and A1111's folders of models."""

    name = STANDALONE
    version = __version__
    localization = ""

    def __init__(self, options: Options, write_file: WriteFile) -> None:
        self.options = options
        self._write_file = write_file
        self._lock = threading.Lock()
        self._access = GradioAccess(None, _no_credentials)
        self._warned_of: int | None = None

    def attach(self, app: object) -> None:
        """Take the login from the running Gradio app."""
        self._access = GradioAccess(app, _no_credentials)

    def data_dir(self) -> Path:
        """The data folder, created where it is missing."""
        self.options.data_dir.mkdir(parents=True, exist_ok=True)
        return self.options.data_dir

    def roots(self) -> tuple[ModelRoot, ...]:
        """A1111's folder names below the models folder (design section 3)."""
        return model_roots(None, self.options.models_dir)

    def is_generating(self) -> bool:
        """Nothing generates here."""
        return False

    def refresh(self, paths: Sequence[Path], model_type: str) -> None:
        """There are no lists but ours."""

    def sd_version(self, base_model: str) -> str | None:
        """A1111's word (design section 6)."""
        return host_word(base_model, A1111_WORDS)

    def stored_settings(self) -> Mapping[str, object]:
        """The settings file; an unreadable one is set aside at the next write, so that nothing in it is lost."""
        return self._read() or {}

    def store_settings(self, values: Mapping[str, object]) -> None:
        """Write changed values beside what the file holds."""
        with self._lock:
            path = self.data_dir() / SETTINGS_FILE
            stored = self._read()
            if stored is None:
                os.replace(path, path.with_name(f"{SETTINGS_FILE}.unreadable"))
            merged = {**(stored or {}), **values}
            self._write_file(path, json.dumps(merged, indent=2, ensure_ascii=False).encode())

    def _read(self) -> dict[str, object] | None:
        """The stored values; None where there is a file that holds none."""
        path = self.data_dir() / SETTINGS_FILE
        try:
            stored = json.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            self._warn(path, error)
            return None
        return stored if isinstance(stored, dict) else None

    def _warn(self, path: Path, error: Exception) -> None:
        """Say once for each state of the file that it cannot be read; settings are asked for at every request."""
        try:
            state = path.stat().st_mtime_ns
        except OSError:
            state = -1
        if state != self._warned_of:
            self._warned_of = state
            log.warning("%s cannot be read (%s): defaults are used, the file is kept.", path, error)

    def fields(self) -> HostFields | None:
        """Nothing can be generated here."""
        return None

    def exposure(self) -> Exposure:
        """Exposed when it listens beyond this machine; nothing is locked, since that needs a login here."""
        return Exposure(exposed=not is_loopback(self.options.host))

    def access(self) -> GradioAccess:
        """Gradio's login (`--auth`)."""
        return self._access


def _no_credentials() -> str | None:
    return None
