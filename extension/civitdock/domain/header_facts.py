"""What a safetensors header says about a file that nobody else knows: type, kind of network, base model, words.

Keys are those of kohya's trainers (`ss_*`) and of the model metadata standard (`modelspec.*`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from civitdock.domain.tensors import Content, Header, Kind, content_of

MAX_WORDS = 12
_MAX_LENGTH = 120
#: A trainer's folder is `<repeats>_<instance word>`.
_FOLDER = re.compile(r"\d+_(.+)\Z")
#: CivitAI's word for a family where the tensors leave no doubt about the version.
_BASE_MODELS: Mapping[str, str] = {
    "sd1": "SD 1.5",
    "sd2": "SD 2.1",
    "sdxl": "SDXL 1.0",
    "sd3": "SD 3",
    "flux": "Flux.1 D",
    "wan": "Wan Video",
}
NETWORKS = frozenset({Kind.LORA, Kind.LOCON, Kind.LOHA, Kind.LOKR, Kind.DORA, Kind.EMBEDDING})
#: Types whose files hosts keep in one place, or that CivitAI does not tell apart.
_ALIKE = (
    frozenset({"LORA", "LoCon", "DoRA"}),
    frozenset({"Checkpoint", "UNet"}),
    frozenset({"TextEncoder", "CLIP", "LLM"}),
)
#: CivitAI's types that say nothing about the content of a file.
_VAGUE = frozenset({"Other", "Workflows", "Poses", "Wildcards", "AestheticGradient", "Detection"})


@dataclass(frozen=True)
class HeaderFacts:
    """What the header says; `type` is CivitAI's, `base_model` CivitAI's word for the family; None is not certain."""

    kind: Kind | None = None
    type: str | None = None
    base_model: str | None = None
    words: tuple[str, ...] = ()


def header_facts(header: Header | None) -> HeaderFacts:
    """The facts of a header; none without one."""
    if header is None:
        return HeaderFacts()
    content: Content | None = content_of(header)
    if content is None:
        return HeaderFacts(words=_words(header.metadata))
    base_model = _BASE_MODELS.get(content.family or "")
    words = _words(header.metadata) if content.kind in NETWORKS else ()
    return HeaderFacts(content.kind, content.civitai_type, base_model, words)


def belongs(content_type: str | None, folder_types: frozenset[str], civitai_type: str | None) -> str | None:
    """The type of a file's content where that contradicts its folder or its CivitAI type, else None."""
    if content_type is None:
        return None
    if not (folder_types & _VAGUE) and not any(fits(content_type, each) for each in folder_types):
        return content_type
    if civitai_type and civitai_type not in _VAGUE and not fits(content_type, civitai_type):
        return content_type
    return None


def fits(one: str, other: str) -> bool:
    """Whether files of one type may lie where those of the other do."""
    return one == other or any({one, other} <= alike for alike in _ALIKE)


def _words(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Trigger words that suggest themselves: those that the author states, the instance words, then frequent tags."""
    stated = [word for key in ("modelspec.trigger_phrase", "ss_trigger_words") for word in _split(metadata.get(key))]
    folders = _object(metadata.get("ss_tag_frequency"))
    instance = [found[1].strip() for name in folders if (found := _FOLDER.match(name))]
    if not folders:
        names = _object(metadata.get("ss_dataset_dirs"))
        instance = [found[1].strip() for name in names if (found := _FOLDER.match(name))]
    counts: Counter[str] = Counter()
    for tags in folders.values():
        if isinstance(tags, Mapping):
            counts.update({tag.strip(): number for tag, number in tags.items() if _is_count(number)})
    frequent = [tag for tag, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    fitting = (word for word in (*stated, *instance, *frequent) if word and len(word) <= _MAX_LENGTH)
    return tuple(dict.fromkeys(fitting))[:MAX_WORDS]


def _split(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",")]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _object(text: str | None) -> Mapping[str, object]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
