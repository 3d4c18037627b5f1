"""Amounts of bytes in words."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB")
_GIB = _UNITS.index("GB")


def size_text(size: int | None) -> str:
    """Bytes for people, in steps of 1024 and rounded as the tab does (`format.mjs`), so that one size has one name."""
    if size is None:
        return "size unknown"
    number, step = float(size), 0
    while number >= 1023.5 and step < len(_UNITS) - 1:
        number /= 1024
        step += 1
    is_whole = step == 0 or number >= 99.95 or (step < _GIB and number >= 9.95)
    return f"{number:.{0 if is_whole else 1}f} {_UNITS[step]}"
