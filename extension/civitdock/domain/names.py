"""One sanitizer for every name that comes from outside, valid for POSIX and Windows at once.

What it is up against: separators and `..` (leaving the folder), `CON.txt` and `COM¹` (devices on Windows), a colon
(alternate data streams, drives), trailing dots and spaces (dropped by Windows, so that two names become one),
control, bidirectional and zero-width characters (a name that reads as another), names longer than a file system takes,
and suffixes that a browser or a double click would run.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

#: UTF-8 bytes of one name. File systems take 255; the rest is for `.civitdock-part.json` and `.preview.webp`.
LIMIT = 180
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_SPACES = re.compile(r"\s+")
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
    | {f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"}
)
_SUFFIX_LIMIT = 24
#: Suffixes that a browser or a double click would run; no model needs them.
_ARMED = frozenset(
    ".app .bat .cmd .com .cpl .desktop .dll .dylib .exe .hta .htm .html .jar .js .lnk .mjs .msi .mht .php .pif .ps1 "
    ".py .pyc .pyd .pyw .reg .scr .sh .so .svg .url .vbs .wsf .xht .xhtml .xml".split()
)


def component(text: str, fallback: str = "unnamed", limit: int = LIMIT) -> str:
    """One folder name or stem made from any text: never empty, at most `limit` bytes of UTF-8, NFC."""
    cleaned = _trimmed(_visible(text))
    marked = f"_{cleaned}" if _is_device(cleaned) else cleaned
    return _trimmed(_cut(marked, limit)) or fallback


def file_name(text: str, fallback: str = "file", limit: int = LIMIT) -> str:
    """A file name made from any text; when it is too long the stem is cut and the suffix kept."""
    stem, suffix = split(_trimmed(_visible(text)))
    suffix = f"{suffix}_" if suffix.lower() in _ARMED else suffix
    return component(stem, fallback, limit - len(suffix.encode("utf-8"))) + suffix


def with_stem(name: str, stem: str) -> str:
    """`name` (sanitized) under another stem of the user's; a stem that repeats the suffix loses it."""
    _, suffix = split(name)
    if suffix and stem.lower().endswith(suffix.lower()):
        stem = stem[: -len(suffix)]
    return component(stem, "file", LIMIT - len(suffix.encode("utf-8"))) + suffix


def tagged(name: str, tag: str) -> str:
    """`name` with `-<tag>` before its suffix, still within the limit."""
    stem, suffix = split(name)
    tail = f"-{tag}{suffix}"
    return component(stem, "file", LIMIT - len(tail.encode("utf-8"))) + tail


def split(name: str) -> tuple[str, str]:
    """(stem, suffix with its dot); a leading dot or an overlong tail is no suffix."""
    dot = name.rfind(".")
    suffix = name[dot:]
    if dot <= 0 or len(suffix) < 2 or len(suffix.encode("utf-8")) > _SUFFIX_LIMIT or " " in suffix:
        return name, ""
    return name[:dot], suffix


def fold(name: str) -> str:
    """The form in which two names count as one on a file system that ignores case."""
    return unicodedata.normalize("NFC", name).casefold()


def is_inside(path: PurePath, root: PurePath) -> bool:
    """Whether `path` is `root` or below it, both absolute and without links; `..` anywhere says no."""
    return ".." not in path.parts and ".." not in root.parts and (path == root or root in path.parents)


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    spaced = _SPACES.sub(" ", composed)
    kept = "".join(char for char in spaced if unicodedata.category(char) not in _INVISIBLE)
    # Again, since what was taken away may have stood between two spaces.
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("_", _SPACES.sub(" ", kept)))


def _trimmed(text: str) -> str:
    return text.strip(" .")


def _cut(text: str, limit: int) -> str:
    return text.encode("utf-8")[: max(limit, 0)].decode("utf-8", "ignore")


def _is_device(name: str) -> bool:
    return name.partition(".")[0].rstrip(" ").upper() in _DEVICES
