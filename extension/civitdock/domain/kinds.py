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
_AIR = re.compile(r"\bcivitai:(\d{1,10})@(\d{1,10})", re.IGNORECASE)
_MODEL_AIR = re.compile(r"\bcivitai:(\d{1,10})(?![\d@])", re.IGNORECASE)
#: The word before `civitai:`, which in an AIR name is the kind.
_BEFORE = re.compile(r"([a-z_]{1,40}):\Z", re.IGNORECASE)


def kind_of(word: object) -> Kind | None:
    """The kind that a word means; None for every other word."""
    return _WORDS.get(re.sub(r"[\s_]+", "", word).casefold()) if isinstance(word, str) else None


def airs(text: str) -> Iterator[Mention]:
    """The versions that AIR names (`urn:air:sdxl:lora:civitai:1@2`, in short `civitai:1@2`) in a text name, in their
    order."""
    for found in _AIR.finditer(text):
        if 0 < int(found[2]) <= MAX_ID:
            yield Mention(_kind_before(text, found.start()), version_id=int(found[2]))


def model_airs(text: str) -> Iterator[Mention]:
    """The models that AIR names without a version (`civitai:1`) in a text name, in their order."""
    for found in _MODEL_AIR.finditer(text):
        if 0 < int(found[1]) <= MAX_ID:
            yield Mention(_kind_before(text, found.start()), model_id=int(found[1]))


def _kind_before(text: str, at: int) -> Kind:
    found = _BEFORE.search(text[max(0, at - 41) : at])
    return (kind_of(found[1]) if found is not None else None) or Kind.OTHER
