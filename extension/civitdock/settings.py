"""Every setting, described once: the host's Settings page, the tab, the docs and the tests read `SETTINGS`.

An environment variable named like the key in upper case overrides any setting in every host (design section 4).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from civitdock.errors import InvalidRequest

Value = bool | int | float | str

NSFW_WORDS = ("None", "Soft", "Mature", "X")
API_KEY = "civitai_api_key"


class Kind(str, Enum):
    """How a setting is stored and shown."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"
    SECRET = "secret"


class Guard(str, Enum):
    """Who may change a setting through our routes while the host is exposed and locked (design section 10)."""

    OPEN = "open"
    LOCKABLE = "locked"


@dataclass(frozen=True)
class Setting:
    """One setting. `low` and `high` bound numbers (inclusive); `restart` means it counts from the next start.

    A text has at most `longest` characters, and of control characters only those in `controls`.
    """

    key: str
    default: Value
    kind: Kind
    label: str
    help: str
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = math.inf
    restart: bool = False
    guard: Guard = Guard.OPEN
    longest: int = 1000
    controls: str = ""

    def parse(self, raw: object) -> Value:
        """Turn a stored or sent value into this setting's type; raises `InvalidRequest` where it does not fit."""
        value = _PARSERS[self.kind](raw)
        if value is None:
            raise InvalidRequest(f"{self.key}: {raw!r} is not of type {self.kind.value}.")
        if self.choices and value not in self.choices:
            raise InvalidRequest(f"{self.key}: choose one of {', '.join(self.choices)}.")
        if self.kind in (Kind.INT, Kind.FLOAT) and not self.low <= float(value) <= self.high:
            raise InvalidRequest(f"{self.key}: must lie between {self.low:g} and {self.high:g}.")
        return self._checked_text(value) if isinstance(value, str) else value

    def _checked_text(self, value: str) -> str:
        if "\n" in self.controls:
            value = value.replace("\r\n", "\n")
        if len(value) > self.longest:
            raise InvalidRequest(f"{self.key}: must not be longer than {self.longest} characters.")
        if any(unicodedata.category(each) in _NO_TEXT and each not in self.controls for each in value):
            raise InvalidRequest(f"{self.key}: must not contain control characters.")
        return value


#: Unicode's control characters, line and paragraph separators and lone surrogates.
_NO_TEXT = frozenset({"Cc", "Zl", "Zp", "Cs"})


def _bool(raw: object) -> Value | None:
    if isinstance(raw, bool):
        return raw
    words = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    return words.get(str(raw).strip().lower())


def _int(raw: object) -> Value | None:
    number = _float(raw)
    return int(number) if isinstance(number, float) and number.is_integer() else None


def _float(raw: object) -> Value | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return None
    try:
        number = float(raw)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(raw: object) -> Value | None:
    return raw.strip() if isinstance(raw, str) else None


_PARSERS = {
    Kind.BOOL: _bool,
    Kind.INT: _int,
    Kind.FLOAT: _float,
    Kind.TEXT: _text,
    Kind.CHOICE: _text,
    Kind.SECRET: _text,
}

SETTINGS: tuple[Setting, ...] = (
    Setting(
        API_KEY,
        "",
        Kind.SECRET,
        "CivitAI API key",
        "From your CivitAI account settings. Stored encrypted; never shown again, never sent to anybody but CivitAI.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_auto_sync",
        True,
        Kind.BOOL,
        "Sync metadata at start",
        "A few seconds after the WebUI is up, look up models that CivitDock does not know yet.",
    ),
    Setting(
        "civitai_download_preview",
        True,
        Kind.BOOL,
        "Download preview pictures",
        "Put a preview picture beside a model that has none.",
    ),
    Setting(
        "civitai_nsfw_level",
        "None",
        Kind.CHOICE,
        "Highest NSFW level",
        "Nothing above this level is fetched or shown: None (PG), Soft (PG-13), Mature (R), X (everything).",
        choices=NSFW_WORDS,
    ),
    Setting(
        "civitai_nsfw_blur",
        "Soft",
        Kind.CHOICE,
        "Blur above NSFW level",
        "Pictures that are admitted but above this level are blurred until you reveal them.",
        choices=NSFW_WORDS,
    ),
    Setting(
        "civitai_card_buttons",
        True,
        Kind.BOOL,
        "Buttons on the WebUI's own cards",
        "Trigger words, details, CivitAI's page, updates and other previews, on its cards in txt2img and img2img.",
    ),
    Setting(
        "civitai_card_blur",
        True,
        Kind.BOOL,
        "Blur pictures on the WebUI's own cards",
        "Previews above the level of Blur above NSFW level are blurred on the cards of txt2img and img2img too.",
    ),
    Setting(
        "civitai_cache_hours",
        24,
        Kind.INT,
        "Keep answers for hours",
        "How long an answer of CivitAI is used again without asking. 0 asks every time.",
        high=8760,
    ),
    Setting(
        "civitai_parallel_downloads",
        2,
        Kind.INT,
        "Parallel downloads",
        "How many files are transferred at the same time.",
        low=1,
        high=8,
    ),
    Setting(
        "civitai_connections_per_download",
        4,
        Kind.INT,
        "Connections per download",
        "At most this many connections for one file. Fewer are used where the server objects or they bring nothing.",
        low=1,
        high=16,
    ),
    Setting(
        "civitai_bandwidth_limit",
        0,
        Kind.INT,
        "Bandwidth limit (KiB/s)",
        "For all downloads together. 0 means no limit.",
        high=10_000_000,
    ),
    Setting(
        "civitai_generating_limit",
        0,
        Kind.INT,
        "Bandwidth limit while generating (KiB/s)",
        "For all downloads together while the WebUI generates pictures. 0 means no other limit than usual.",
        high=10_000_000,
    ),
    Setting(
        "civitai_folder_templates",
        "",
        Kind.TEXT,
        "Sub-folder templates",
        "One per line, as Type = template, for example: LORA = {base_model}/{creator|Unknown}. * stands for every type "
        "without a line of its own, a text behind a bar for where nothing is known. Words: {type} {base_model} "
        "{creator} {model} {version} {tag} {model_id} {version_id} {nsfw} {year} {month} {file_format}. "
        "Empty: no sub-folders.",
        guard=Guard.LOCKABLE,
        longest=4000,
        controls="\n",
    ),
    Setting(
        "civitai_preview_width",
        450,
        Kind.INT,
        "Preview width (pixels)",
        "Previews are fetched at about this width and never stored wider.",
        low=96,
        high=2200,
    ),
    Setting(
        "civitai_preview_kind",
        "jpg",
        Kind.CHOICE,
        "Preview file format",
        "The format of the preview pictures that CivitDock writes.",
        choices=("jpg", "png", "webp"),
    ),
    Setting(
        "civitai_foreign_sidecars",
        "none",
        Kind.CHOICE,
        "Also write for other tools",
        "Besides the WebUI's own metadata file, write .civitai.info as Civitai Helper reads it.",
        choices=("none", "civitai.info"),
    ),
    Setting(
        "civitai_hash_blake3",
        False,
        Kind.BOOL,
        "Also compute BLAKE3",
        "While a file is read for its SHA256, compute its BLAKE3 too.",
    ),
    Setting(
        "civitai_hash_crc32",
        False,
        Kind.BOOL,
        "Also compute CRC32",
        "While a file is read for its SHA256, compute its CRC32 too.",
    ),
    Setting(
        "civitai_pause_while_generating",
        False,
        Kind.BOOL,
        "Pause downloads while generating",
        "Downloads wait while the WebUI generates pictures. A sync always does.",
    ),
    Setting(
        "civitai_allowed_hosts",
        "",
        Kind.TEXT,
        "Allowed host names",
        "Names under which this WebUI may be called besides its address, separated by commas.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_download_hosts",
        "",
        Kind.TEXT,
        "Further download hosts",
        "Exact host names that CivitAI may send downloads to besides the known ones, separated by commas.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_api_url",
        "https://civitai.com/api/v1",
        Kind.TEXT,
        "API address",
        "Must be a CivitAI address (civitai.com, .red, .green) or one on this machine.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_page_url",
        "https://civitai.com",
        Kind.TEXT,
        "Page address",
        "Where Open on CivitAI leads, for example https://civitai.red.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_proxy",
        "",
        Kind.TEXT,
        "Proxy",
        "For example http://127.0.0.1:8080. Empty: the proxy of the environment, if there is one. "
        "A proxy with a password belongs into the environment variable CIVITAI_PROXY.",
        guard=Guard.LOCKABLE,
    ),
    Setting(
        "civitai_ca_file",
        "",
        Kind.TEXT,
        "CA certificate file",
        "A PEM file with the certificates to trust besides the usual ones, for company proxies.",
        guard=Guard.LOCKABLE,
    ),
)

BY_KEY: Mapping[str, Setting] = MappingProxyType({setting.key: setting for setting in SETTINGS})


@dataclass(frozen=True)
class Settings:
    """A snapshot of all settings, complete and of the right types; the API key is not in here (`ports.KeyVault`)."""

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
    return isinstance(value, str) and "@" in value.rpartition("//")[2].partition("/")[0]


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
