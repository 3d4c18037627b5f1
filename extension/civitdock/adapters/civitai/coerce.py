"""Reading single values out of CivitAI's drifting answers: each function takes anything and never raises.

What does not fit becomes None (or empty), because a missing detail must not cost the whole item (design section 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

_MAX_INT = 2**63 - 1
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})


def as_int(value: object) -> int | None:
    """A whole number from a number or its text; None where it is none or does not fit a database column."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) <= _MAX_INT else None
    number = as_float(value)
    if number is None or abs(number) > _MAX_INT // 2:
        return None
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        return int(value)
    return int(number)


def as_id(value: object) -> int | None:
    """A positive whole number, or None."""
    number = as_int(value)
    return number if number is not None and number > 0 else None


def as_count(value: object) -> int | None:
    """A whole number that is not negative, or None."""
    number = as_int(value)
    return number if number is not None and number >= 0 else None


def as_float(value: object) -> float | None:
    """A finite number from a number or its text, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_bool(value: object) -> bool | None:
    """Yes or no from a boolean, a number or a word, or None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value != 0
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def as_text(value: object) -> str | None:
    """Text that can be written as UTF-8, or None where the value is neither text nor a number."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def as_texts(value: object) -> list[str]:
    """The texts of a list, or one text as a list of one; empty ones are left out."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return []
    return [text for text in (as_text(item) for item in value) if text and text.strip()]


def as_object(value: object) -> dict[str, object]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> Iterable[object]:
    """The elements of a JSON list, or nothing."""
    return value if isinstance(value, (list, tuple)) else ()


def plain(value: object, depth: int = 12) -> object:
    """A JSON value whose texts are UTF-8 and whose numbers are finite, cut off below `depth` levels."""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) <= _MAX_INT else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {str(as_text(key)): plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth - 1) for item in value]
    return None
