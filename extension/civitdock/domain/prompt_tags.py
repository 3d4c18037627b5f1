"""Prompts as text with network tags: `<lora:name:weight>` read, put in, taken out and renamed; words likewise."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from civitdock.domain.infotext import number_text

#: Hosts and other programs write these for the same thing (`lyco` and `locon` are old).
_LORA = r"lora|lyco|locon"
_TAG = re.compile(rf"<\s*(?P<kind>{_LORA}|hypernet)\s*:(?P<name>[^:<>]+)(?::(?P<rest>[^<>]*))?>", re.IGNORECASE)
#: What a host takes as the end of a word; `<` and `:` so that a tag or a weight ends it too.
_EDGE = r"[^\w.\-]"


@dataclass(frozen=True)
class Tag:
    """A network tag in a prompt. `weight` is that of the first place, None where there is none or it is no number."""

    kind: str
    name: str
    weight: float | None


def tags(prompt: str) -> tuple[Tag, ...]:
    """The tags of a prompt in their order; `kind` is `lora` or `hypernet`."""
    found = []
    for match in _TAG.finditer(prompt):
        kind = "hypernet" if match["kind"].lower() == "hypernet" else "lora"
        if match["name"].strip():
            found.append(Tag(kind, match["name"].strip(), _weight(match["rest"])))
    return tuple(found)


def lora(name: str, weight: float) -> str:
    """The tag of a LoRA."""
    return f"<lora:{name}:{number_text(float(weight))}>"


def renamed(prompt: str, names: Mapping[str, str]) -> str:
    """The prompt with its LoRA tags naming local files; `names` maps lower-case names, all else stays as it is."""

    def change(match: re.Match[str]) -> str:
        if match["kind"].lower() == "hypernet":
            return match[0]
        name = names.get(match["name"].strip().lower())
        if name is None:
            return match[0]
        return f"<lora:{name}:{match['rest'] if match['rest'] else '1'}>"

    return _TAG.sub(change, prompt)


def unquoted(prompt: str) -> str:
    """The prompt without quotes around the whole of it, which some programs leave there."""
    text = prompt.strip()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'":
        return prompt
    if text[0] in text[1:-1].replace("\\" + text[0], ""):
        return prompt
    if text[0] == '"':
        try:
            inner = json.loads(text, strict=False)
            return inner if isinstance(inner, str) else prompt
        except ValueError:
            pass  # backslashes that mean themselves, as in `\(`
    return text[1:-1].strip()


def has_word(prompt: str, word: str) -> bool:
    """Whether a prompt names an embedding: the word stands alone, in any case."""
    return re.search(rf"(?:^|{_EDGE}){re.escape(word)}(?={_EDGE}|$)", prompt, re.IGNORECASE) is not None


def _weight(rest: str | None) -> float | None:
    """The first weight of a tag; `te=0.5` and the like name it."""
    first = (rest or "").split(":")[0].strip()
    first = first.rpartition("=")[2].strip()
    try:
        value = float(first)
    except ValueError:
        return None
    return value if abs(value) < 1000 else None
