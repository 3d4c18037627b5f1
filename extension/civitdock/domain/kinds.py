"""The kinds of resources by all the words for them, and CivitAI's AIR names, which say the kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from civitdock.domain.generation import Kind, Mention
from civitdock.domain.links import MAX_ID

#: What CivitAI, its AIR names and hosts call the kinds, without case, spaces and underscores.
_WORDS: Mapping[str, Kind] = MappingProxyType(
    {
        "model": Kind.CHECKPOINT,
        "checkpoint": Kind.CHECKPOINT,
        "unet": Kind.CHECKPOINT,
        "diffusionmodel": Kind.CHECKPOINT,
        "lora": Kind.LORA,
        "lycoris": Kind.LORA,
        "locon": Kind.LORA,
        "dora": Kind.LORA,
        "embed": Kind.EMBEDDING,
        "embedding": Kind.EMBEDDING,
        "textualinversion": Kind.EMBEDDING,
        "vae": Kind.VAE,
        "upscaler": Kind.UPSCALER,
        "hypernet": Kind.HYPERNETWORK,
        "hypernetwork": Kind.HYPERNETWORK,
        "controlnet": Kind.CONTROLNET,
        "textencoder": Kind.TEXT_ENCODER,
        "textencoders": Kind.TEXT_ENCODER,
        "clip": Kind.TEXT_ENCODER,
    }
)
_AIR = re.compile(r"urn:air:[^:\s]{1,40}:([^:\s]{1,40}):civitai:(\d{1,10})@(\d{1,10})", re.IGNORECASE)


def kind_of(word: object) -> Kind | None:
    """The kind that a word means; None for every other word."""
    return _WORDS.get(re.sub(r"[\s_]+", "", word).casefold()) if isinstance(word, str) else None


def airs(text: str) -> Iterator[Mention]:
    """The versions that AIR names (`urn:air:sdxl:lora:civitai:1@2`) in a text name, in their order."""
    for found in _AIR.finditer(text):
        if 0 < int(found[3]) <= MAX_ID:
            yield Mention(kind_of(found[1]) or Kind.OTHER, version_id=int(found[3]))
