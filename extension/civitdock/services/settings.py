"""Reading and changing settings, and the API key that is never shown."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping

from civitdock import settings as described
from civitdock.domain import host_names, templates
from civitdock.domain.links import is_proxy, valid_api_base, valid_page_base
from civitdock.errors import InvalidRequest, LockedByHost, NoApiKey
from civitdock.ports.host import STANDALONE, Host, KeyVault
from civitdock.settings import API_KEY, BY_KEY, SETTINGS, Kind, Setting, Settings

_ADDRESSES = {"civitai_api_url": valid_api_base, "civitai_page_url": valid_page_base}
_HOSTS = {"civitai_allowed_hosts": host_names.is_own_host, "civitai_download_hosts": host_names.is_download_host}
_TEMPLATES = "civitai_folder_templates"
_CERTIFICATES = "civitai_ca_file"
_PROXY = "civitai_proxy"
_NO_PASSWORD = "an address with a password would be stored readably; put it into the environment variable instead."
_FOLDER_KEYS = frozenset({_TEMPLATES})


class SettingsService:
    """Implements `ports.host.SettingsSource` over the host's stored values and the environment."""

    def __init__(self, host: Host, vault: KeyVault, environ: Mapping[str, str], account: Callable[[str], str]) -> None:
        """`account` asks CivitAI for the account name behind a key."""
        self._host = host
        self._vault = vault
        self._environ = environ
        self._account = account

    def current(self) -> Settings:
        """A fresh snapshot of all settings."""
        return described.read(self._host.stored_settings(), self._environ)

    def view(self) -> dict[str, object]:
        """All keys with their values; of the API key only whether one is set (design section 8)."""
        values = self.current()
        shown: dict[str, object] = {
            setting.key: _shown(values.values.get(setting.key, setting.default))
            for setting in SETTINGS
            if setting.kind is not Kind.SECRET
        }
        return {API_KEY: {"set": self._vault.key() is not None}, **shown}

    def descriptors(self) -> list[dict[str, object]]:
        """How to show each setting: `key, kind, default, label, help, choices, low, high, restart, locked, note`.

        `locked` settings cannot be changed here; `note` says why, or what else the user should know. Without a WebUI
        those that only a WebUI gives a meaning are left out.
        """
        is_webui = self._host.name != STANDALONE
        return [self._descriptor(setting) for setting in SETTINGS if is_webui or not setting.webui_only]

    def change(self, values: Mapping[str, object]) -> None:
        """Keep values at once; raises `InvalidRequest` (nothing is changed then) or `LockedByHost`."""
        parsed: dict[str, object] = {}
        for key, raw in values.items():
            setting = BY_KEY.get(key)
            if setting is None:
                raise InvalidRequest(f"{key}: there is no such setting.")
            parsed[key] = self._checked(setting, raw)
        if API_KEY in parsed:
            parsed[API_KEY] = self._vault.seal(str(parsed[API_KEY]))
        self._host.store_settings(parsed)

    def test_key(self) -> str:
        """The account name behind the stored key; raises `NoApiKey`, `BadApiKey` and what the client raises."""
        key = self._vault.key()
        if key is None:
            raise NoApiKey("No API key is set, so there is nothing to test.")
        return self._account(key)

    def _checked(self, setting: Setting, raw: object) -> described.Value:
        if setting.key in self._environ_keys():
            raise InvalidRequest(f"{setting.key}: the environment variable {setting.key.upper()} decides this.")
        if setting.key in _FOLDER_KEYS and self._host.exposure().folders_locked:
            raise LockedByHost("The WebUI was started with hidden folder settings.")
        value = setting.parse(raw)
        if described.holds_password(value):
            raise InvalidRequest(f"{setting.key}: {_NO_PASSWORD}")
        trouble = _trouble(setting.key, str(value))
        if trouble:
            raise InvalidRequest(f"{setting.key}: {trouble}")
        return value

    def _environ_keys(self) -> set[str]:
        return {setting.key for setting in SETTINGS if setting.key.upper() in self._environ}

    def _descriptor(self, setting: Setting) -> dict[str, object]:
        fixed = setting.key in self._environ_keys()
        hidden = setting.key in _FOLDER_KEYS and self._host.exposure().folders_locked
        note = f"Decided at the start, by {setting.key.upper()} or on the command line." if fixed else None
        if described.holds_password(self._host.stored_settings().get(setting.key)):
            note = f"The stored value is not used: {_NO_PASSWORD}"
        elif setting.key == _TEMPLATES or setting.key in _HOSTS:
            trouble = _trouble(setting.key, self.current().text(setting.key))
            note = f"Not used as it is stored: {trouble}" if trouble else note
        if setting.kind is Kind.SECRET:
            note = self._vault.hint()
        return {
            "key": setting.key,
            "kind": setting.kind.value,
            "default": "" if setting.kind is Kind.SECRET else setting.default,
            "label": setting.label,
            "help": setting.help,
            "choices": list(setting.choices),
            "low": setting.low if setting.kind in (Kind.INT, Kind.FLOAT) else None,
            "high": setting.high if setting.kind in (Kind.INT, Kind.FLOAT) and setting.high != float("inf") else None,
            "restart": setting.restart,
            "locked": fixed or hidden,
            "note": note,
        }


def _trouble(key: str, text: str) -> str:
    """What is wrong with the text of a setting, naming line and word; nothing where all is well."""
    valid, fits = _ADDRESSES.get(key), _HOSTS.get(key)
    if valid is not None and not valid(text):
        return "must be a CivitAI address, or one of this machine."
    if key == _PROXY and text and (":" not in text or not is_proxy(text)):
        return "must be an address such as http://127.0.0.1:8080."
    if key == _CERTIFICATES:
        return _certificate_trouble(text)
    if key == _TEMPLATES:
        return " ".join(str(line) for line in templates.parse(text).bad)
    bad = None if fits is None else host_names.first_bad(described.split_names(text), fits)
    return "" if bad is None else f"{bad!r} is no exact host name, such as files.example.org."


def _certificate_trouble(path: str) -> str:
    """Why no secure connection could be made with these certificates; nothing for no file."""
    if not path:
        return ""
    try:
        if not os.path.isfile(path):  # a pipe or a device would be read for ever
            return "there is no such file."
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError):  # ssl.SSLError is an OSError; a NUL in the name is a ValueError
        return "this file cannot be read, or holds no certificates in PEM form."
    return ""


def _shown(value: described.Value) -> described.Value:
    """A value as it may be shown: of an address with a password only the rest."""
    if not isinstance(value, str) or not described.holds_password(value):
        return value
    scheme, separator, rest = value.rpartition("//")
    return f"{scheme}{separator}…@{rest.partition('@')[2]}"
