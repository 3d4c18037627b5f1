"""The text that WebUIs write into pictures: prompt, negative prompt and one line of `Name: value` pairs.

The grammar is that of the hosts' own reader: the last line counts as parameters when it holds three of them, a value
in quotes is a JSON text. Values that are JSON lists or objects, as CivitAI and newer hosts write them, are read whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

Value = str | int | float

#: Fewer pairs than this are part of the prompt, as the hosts' readers have it.
LEAST_PAIRS = 3
NEGATIVE = "Negative prompt:"
_KEY = re.compile(r"\s*(\w[\w \-/.]*?):\s*")
_JSON = json.JSONDecoder()


def parse(text: str) -> dict[str, object]:
    """The pairs of an infotext, with `Prompt` and `Negative prompt` among them."""
    *lines, last = text.replace("\r\n", "\n").strip().split("\n")
    pairs = dict(_pairs(last))
    if len(pairs) < LEAST_PAIRS:
        pairs = {}
        lines.append(last)
    prompt: list[str] = []
    negative: list[str] = []
    into = prompt
    for line in lines:
        line = line.strip()
        if line.startswith(NEGATIVE):
            into = negative
            line = line[len(NEGATIVE) :].strip()
        into.append(line)
    return {"Prompt": "\n".join(prompt).strip(), "Negative prompt": "\n".join(negative).strip(), **pairs}


def write(prompt: str, negative: str, pairs: Iterable[tuple[str, Value | None]]) -> str:
    """An infotext that every host's reader takes apart again as it was put together; pairs that are None are left
    out."""
    line = ", ".join(f"{name}: {_quoted(value)}" for name, value in pairs if value is not None)
    shown = [prompt, f"{NEGATIVE} {negative}" if negative else "", line]
    return "\n".join(part for part in shown if part)


def number_text(value: int | float) -> str:
    """A number as people write it: 7, 7.5."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _pairs(line: str) -> Iterator[tuple[str, object]]:
    at = 0
    while at < len(line):
        found = _KEY.match(line, at)
        if found is None:
            return
        value, at = _value(line, found.end())
        yield found[1].strip(), value


def _value(line: str, at: int) -> tuple[object, int]:
    """The value that begins here, and where the next pair begins."""
    if line[at : at + 1] in ('"', "[", "{"):
        try:
            value, end = _JSON.raw_decode(line, at)
            rest = line[end:].lstrip()
            if not rest or rest.startswith(","):
                return value, _after_comma(line, end)
        except (ValueError, RecursionError):
            pass  # no JSON after all: it ends at the next comma, as for the hosts
    end = line.find(",", at)
    end = len(line) if end < 0 else end
    return line[at:end].strip(), end + 1


def _after_comma(line: str, at: int) -> int:
    comma = line.find(",", at)
    return len(line) if comma < 0 else comma + 1


def _quoted(value: Value) -> str:
    text = value if isinstance(value, str) else number_text(value)
    if any(mark in text for mark in ",\n:") or text[:1] in ('"', "[", "{"):
        return json.dumps(text, ensure_ascii=False)
    return text
