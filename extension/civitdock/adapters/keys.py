"""The API key at rest: Fernet ciphertext in the settings, its encryption key in the user's config folder."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from civitdock.settings import API_KEY

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

log = logging.getLogger(__name__)

PREFIX = "civitdock:1:"
ENVIRONMENT = API_KEY.upper()

_NO_CRYPTOGRAPHY = "The package cryptography is missing, so the key is kept for this run only."
_UNREADABLE = "The stored key was encrypted elsewhere and cannot be read here. Paste it again."
_NO_KEY_FILE = "The user's config folder cannot be written, so the key is kept for this run only."


def config_dir(environ: Mapping[str, str], home: Path) -> Path:
    """The user's config folder for CivitDock, which never lies in a WebUI's data folder."""
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "CivitDock"
    if sys.platform == "darwin":
        return home / "Library" / "Preferences" / "CivitDock"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "civitdock"


class EncryptedVault:
    """Implements `ports.host.KeyVault`.

    `stored` gives the text that the settings hold. `CIVITAI_API_KEY` in the environment wins. A key that cannot be
    encrypted here lives in this object only.
    """

    def __init__(self, stored: Callable[[], str | None], environ: Mapping[str, str], key_file: Path) -> None:
        self._stored = stored
        self._environ = environ
        self._key_file = key_file
        self._this_run: str | None = None
        self._fernet: Fernet | None = None
        self._lock = threading.Lock()

    @property
    def key_file(self) -> Path:
        """Where the encryption key lies; its folder must not be served by a host."""
        return self._key_file

    def key(self) -> str | None:
        """The key in clear, or None."""
        return self._environ.get(ENVIRONMENT, "").strip() or self._this_run or self._decrypted(self._stored() or "")

    def seal(self, typed: str) -> str:
        """Ciphertext of a typed key; an already sealed text comes back as it is; never raises."""
        typed = typed.strip()
        if not typed or typed.startswith(PREFIX):
            self._this_run = None if not typed else self._this_run
            return typed
        cipher = self._cipher()
        if cipher is None:
            self._this_run = typed
            return ""
        self._this_run = None
        return PREFIX + cipher.encrypt(typed.encode()).decode("ascii")

    def hint(self) -> str | None:
        """Why a key that was set does not last or does not work."""
        if self._environ.get(ENVIRONMENT, "").strip():
            return f"The key comes from the environment variable {ENVIRONMENT}."
        if self._this_run:
            return _NO_CRYPTOGRAPHY if not _has_cryptography() else _NO_KEY_FILE
        stored = self._stored() or ""
        return _UNREADABLE if stored and self._decrypted(stored) is None else None

    def _decrypted(self, stored: str) -> str | None:
        cipher = self._cipher() if stored.startswith(PREFIX) else None
        if cipher is None:
            return None
        from cryptography.fernet import InvalidToken

        try:
            return cipher.decrypt(stored[len(PREFIX) :].encode()).decode()
        except (InvalidToken, UnicodeDecodeError):
            return None

    def _cipher(self) -> Fernet | None:
        with self._lock:
            if self._fernet is None and _has_cryptography():
                from cryptography.fernet import Fernet

                try:
                    self._fernet = Fernet(_load_or_create(self._key_file, Fernet.generate_key))
                except (OSError, ValueError) as error:
                    log.warning("The key file %s cannot be used: %s", self._key_file, error)
            return self._fernet


def _has_cryptography() -> bool:
    try:
        import cryptography.fernet  # noqa: F401
    except ImportError:
        return False
    return True


def _load_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """The encryption key, made once with mode 0600; of two processes that make it the first wins."""
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:
        if not path.exists():
            os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_bytes().strip()
