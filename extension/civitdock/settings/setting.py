"""What a setting is: its type, its bounds, and what of a stored or sent value fits it."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from enum import Enum

from civitdock.errors import InvalidRequest

Value = bool | int | float | str


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

    A text has at most `longest` characters, and of control characters only those in `controls`. What is `webui_only`
    does nothing without a WebUI around us.
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
    webui_only: bool = False

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
    words = {**dict.fromkeys(("true", "1", "yes", "on"), True), **dict.fromkeys(("false", "0", "no", "off"), False)}
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
