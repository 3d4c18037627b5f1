"""The settings in force: `table` describes each, `setting` says what a description is.

An environment variable named like the key in upper case overrides any setting in every host (design section 4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from civitdock.errors import InvalidRequest
from civitdock.settings.setting import Guard, Kind, Setting, Value
from civitdock.settings.table import API_KEY, NSFW_WORDS, SETTINGS

__all__ = [
    "API_KEY",
    "BY_KEY",
    "NSFW_WORDS",
    "SETTINGS",
    "Guard",
    "Kind",
    "Setting",
    "Settings",
    "Value",
    "holds_password",
    "read",
    "split_names",
]

#: What stands before the host in an address with a user; `@name, @other` is none.
_USER = re.compile(r"[^\s,;@]@")
BY_KEY: Mapping[str, Setting] = MappingProxyType({setting.key: setting for setting in SETTINGS})


@dataclass(frozen=True)
class Settings:
    """A complete snapshot of all settings, of the right types; the API key is not in here (`ports.host.KeyVault`)."""

    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def flag(self, key: str) -> bool:
        """The value of a yes/no setting."""
        return bool(self._value(key))

    def number(self, key: str) -> int:
        """The value of a whole-number setting."""
        return int(self._value(key))

    def text(self, key: str) -> str:
        """The value of a text or choice setting."""
        return str(self._value(key))

    def names(self, key: str) -> tuple[str, ...]:
        """A comma-separated text setting as lower-case names."""
        return split_names(self.text(key))

    def _value(self, key: str) -> Value:
        return self.values.get(key, BY_KEY[key].default)


def split_names(text: str) -> tuple[str, ...]:
    """The entries of a list of names in lower case; they are separated by commas or semicolons."""
    return tuple(part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip())


def holds_password(value: object) -> bool:
    """Whether a text is an address with a user or password in it, which no host keeps to itself (`hosts.md 5`)."""
    return isinstance(value, str) and _USER.search(value.rpartition("//")[2].partition("/")[0]) is not None


def read(stored: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Settings from what the host stored and the environment, which wins; an unusable value counts as the default.

    A stored address with a password in it is unusable: such a one belongs into the environment.
    """
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        if setting.kind is Kind.SECRET:
            continue
        kept = stored.get(setting.key)
        for raw in (environ.get(setting.key.upper()), None if holds_password(kept) else kept):
            if raw is None:
                continue
            try:
                values[setting.key] = setting.parse(raw)
                break
            except InvalidRequest:
                continue
    return Settings(MappingProxyType(values))
