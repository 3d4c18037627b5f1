"""CivitDock without a WebUI: a Gradio page with the same tab and the same routes."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock import __version__
from civitdock.compat import gradio as compat
from civitdock.domain.base_models import A1111_WORDS, host_word
from civitdock.domain.exposure import Exposure
from civitdock.domain.library import ModelRoot
from civitdock.domain.links import is_loopback
from civitdock.domain.send import HostFields
from civitdock.host.access import GradioAccess
from civitdock.host.folders import model_roots
from civitdock.ports import Dock

log = logging.getLogger(__name__)

SETTINGS_FILE = "settings.json"
#: A wait without end cannot be interrupted on Windows, so signals are looked for this often.
_SIGNAL_PAUSE_S = 0.5
#: The page is ours alone here, so the tab gets all of it. Gradio 6 ships a semi-bold font file that lacks most letters,
#: hence the system's font.
_PAGE_STYLE = """
:root, body, .gradio-container {
  --font: Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif !important;
}
.gradio-container > .main, .gradio-container .main.app { padding: 0 8px !important; max-width: none !important; }
.gradio-container { overflow: visible !important; }
footer { display: none !important; }
"""

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
    """Implements `ports.Host` with a settings file in the data folder and A1111's folders below the models folder."""

    name = "standalone"
    version = __version__

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


def check_start(options: Options) -> None:
    """See that the program can listen and write; raises `OSError` with a line that says what to change."""
    for folder, flag in ((options.data_dir, "--data-dir"), (options.models_dir, "--models-dir")):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=".civitdock-")
            os.close(handle)
            os.unlink(name)
        except OSError as error:
            raise OSError(f"the folder {folder} cannot be used ({error.strerror}). Name another by {flag}.") from error
    if options.port == 0:
        return
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise OSError(
                f"port {options.port} of {options.host} cannot be used ({error.strerror}). Name another by --port."
            ) from error


def serve(host: StandaloneHost, dock: Dock, assets: Assets, opened: Callable[[str], None]) -> None:
    """Serve the page until the process is asked to end; calls `opened` with the address once it listens."""
    check_start(host.options)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: ended.set())
    page = compat.page("CivitDock", dock.tab(), assets.head, assets.css)
    options = host.options
    app, url = compat.launch(page, options.host, options.port, options.auth, assets.head, assets.css)
    try:
        host.attach(app)
        dock.mount(app, page)
        dock.start()
        opened(url)
        while not ended.wait(_SIGNAL_PAUSE_S):
            pass
    finally:
        dock.stop()
        compat.close(page)


@dataclass(frozen=True)
class Assets:
    """What the page's head and style carry: the entry module and the few rules outside the tab's shadow root."""

    head: str
    css: str


def read_assets(extension_root: Path) -> Assets:
    """The same entry module and style sheet that a WebUI loads from the extension folder."""
    module = (extension_root / "javascript" / "civitdock.mjs").read_text(encoding="utf-8")
    style = (extension_root / "style.css").read_text(encoding="utf-8")
    head = f'<meta name="referrer" content="no-referrer">\n<script type="module">\n{module}\n</script>'
    return Assets(head, f"{style}\n{_PAGE_STYLE}")


def _no_credentials() -> str | None:
    return None
