"""What the commands print, and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

OK, FAILED, PARTLY, INTERRUPTED = 0, 1, 3, 130
INTERRUPTED_LINE = "Interrupted; what is here stays."


def show(result: object, lines: Sequence[str], *, as_json: bool) -> None:
    """Print a result for programs, or its lines for people."""
    if as_json:
        print(json.dumps(jsonable(result), indent=2))
        return
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        print(readable(line, encoding))


def readable(text: str, encoding: str) -> str:
    """A line that this output can show: names come from strangers, and control characters would steer the terminal."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown.encode(encoding, "replace").decode(encoding)


def jsonable(value: object) -> object:
    """Dataclasses as objects, paths with forward slashes, enums as their values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    return value.value if isinstance(value, Enum) else value
