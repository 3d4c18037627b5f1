"""NSFW levels: CivitAI's bit mask and the four words a user chooses from (`civitai-api.md 5`, design section 8)."""

from __future__ import annotations

PG, PG13, R, X, XXX, BLOCKED = 1, 2, 4, 8, 16, 32
ORDER = ("None", "Soft", "Mature", "X")
_MASKS = {"None": PG, "Soft": PG | PG13, "Mature": PG | PG13 | R, "X": PG | PG13 | R | X | XXX}
#: Words that pictures carried before 2024 and still carry in /images (`civitai-api.md 5`).
_WORD_BITS = {"none": PG, "false": PG, "soft": PG13, "mature": R, "x": X, "true": X, "blocked": BLOCKED}


def mask(word: str) -> int:
    """The bits that a word admits: None 1, Soft 3, Mature 7, X 31."""
    return _MASKS[word]


def admits(word: str, level: int) -> bool:
    """Whether a picture of this level may be shown; an unrated one (0) only where everything may."""
    if level <= 0:
        return word == "X"
    return level & ~mask(word) == 0


def lower_of(setting: str, asked: str | None) -> str:
    """The word that counts: what was asked for, but never above the setting (design section 8)."""
    if asked is None:
        return setting
    return min(setting, asked, key=ORDER.index)


def bits(value: object) -> int:
    """The bit mask behind a level in any of CivitAI's forms: a number, a word, a yes/no; 0 where unknown."""
    if isinstance(value, bool):
        return X if value else PG
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return int(value) if value.isdecimal() else _WORD_BITS.get(value.strip().lower(), 0)
    return 0


def word(level: int) -> str:
    """The lowest of the four words that admits this level, as it stands in a sidecar; X where none does."""
    return next((name for name in ORDER if admits(name, level)), "X")
