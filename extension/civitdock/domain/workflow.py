"""What a ComfyUI workflow uses: the model files that its nodes load, and what its texts name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from civitdock.domain import links, prompt_tags
from civitdock.domain.generation import Kind, Mention
from civitdock.domain.kinds import airs
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.workflow_graph import Graph, Node

#: Resources that are read of one workflow.
MOST_MENTIONS = 200
#: Longer names are no names of files.
LONGEST_NAME = 300
#: Inputs that name a file, whatever it is called, by what they load.
_INPUTS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(?:\w+_)?ckpt_name(?:_?\d+)?\Z", Kind.CHECKPOINT),
        (r"unet_name\Z", Kind.CHECKPOINT),
        (r"(?:\w+_)?lora_name(?:_?\d+)?\Z|lora_\d+(?:_name)?\Z", Kind.LORA),
        (r"(?:\w+_)?vae_name\Z", Kind.VAE),
        (r"clip_name\d*\Z", Kind.TEXT_ENCODER),
        (r"control_?net(?:_name)?(?:_?\d+)?\Z", Kind.CONTROLNET),
        (r"hypernetwork_name\Z", Kind.HYPERNETWORK),
        (r"upscale_model(?:_name)?\Z", Kind.UPSCALER),
    )
)
#: What other inputs of a node load, by a word in the node's own name; the first that fits.
_NODES: tuple[tuple[str, Kind], ...] = (
    ("clipvision", Kind.OTHER),
    ("lora", Kind.LORA),
    ("vae", Kind.VAE),
    ("controlnet", Kind.CONTROLNET),
    ("upscale", Kind.UPSCALER),
    ("hypernetwork", Kind.HYPERNETWORK),
    ("unet", Kind.CHECKPOINT),
    ("diffusionmodel", Kind.CHECKPOINT),
    ("checkpoint", Kind.CHECKPOINT),
    ("ckpt", Kind.CHECKPOINT),
    ("clip", Kind.TEXT_ENCODER),
)
#: Choices that are no files.
_NO_FILES = frozenset(
    {"", "none", "undefined", "null", "baked vae", "automatic", "default", "pixel_space"}
    | {"taesd", "taesdxl", "taesd3", "taef1"}
)
_EMBEDDING = re.compile(r"\bembedding:([^\s,:;()\[\]{}<>\"']{1,200})", re.IGNORECASE)
_NUMBERED = re.compile(r"_?(\d+)(?:_name)?\Z")
#: The input beside a LoRA that says how much of it, `{}` its number.
_WEIGHTS = (
    "strength_model",
    "lora_model_strength",
    "strength{}",
    "model_weight{}",
    "model_str{}",
    "lora_wt{}",
    "strength",
)


def mentions(graph: Graph) -> tuple[Mention, ...]:
    """Everything that the nodes load or name, each once, in the order of the nodes."""
    found: dict[Mention, None] = {}
    for node in graph.values():
        for mention in _of_node(node):
            found.setdefault(mention)
            if len(found) == MOST_MENTIONS:
                return tuple(found)
    return tuple(found)


def _of_node(node: Node) -> Iterator[Mention]:
    for name, value in node.inputs.items():
        if len(name) > LONGEST_NAME:
            continue
        if isinstance(value, str):
            yield from _of_text(node, name, value)
        elif isinstance(value, (Mapping, list)):
            yield from _listed_loras(value)


def _of_text(node: Node, name: str, value: str) -> Iterator[Mention]:
    named = tuple(airs(value))
    if named:
        kind = _kind(node, name, value)
        weight = _weight(node, name) if kind is Kind.LORA else None
        yield from (replace(each, weight=weight) for each in named)
        return
    if _is_file(node, name, value):
        kind = _kind(node, name, value) or Kind.OTHER
        weight = _weight(node, name) if kind is Kind.LORA else None
        yield Mention(kind, value.strip(), version_id=_version(node, value), weight=weight)
        return
    yield from in_text(value)


def in_text(text: str) -> Iterator[Mention]:
    """What the words of a prompt name: `embedding:name` as ComfyUI has it, and the tags of WebUIs."""
    for found in _EMBEDDING.finditer(text):
        yield Mention(Kind.EMBEDDING, found[1].rstrip("."))
    for tag in prompt_tags.tags(text):
        yield Mention(Kind.HYPERNETWORK if tag.kind == "hypernet" else Kind.LORA, tag.name, weight=tag.weight)


def _is_file(node: Node, name: str, value: str) -> bool:
    """Whether an input names a file: by its own name, or by the value's suffix."""
    text = value.strip()
    if text.casefold() in _NO_FILES or len(text) > LONGEST_NAME or "\n" in text or _is_off(node, name):
        return False
    return _by_input(name) is not None or _has_suffix(text)


def _is_off(node: Node, name: str) -> bool:
    """Whether a node of many LoRAs does not use this one."""
    found = _NUMBERED.search(name)
    if found is None:
        return False
    count = node.inputs.get("lora_count")
    switch = node.inputs.get(f"switch_{found[1]}")
    return (isinstance(count, int) and int(found[1]) > count) or switch in ("Off", False)


def _kind(node: Node, name: str, value: str) -> Kind | None:
    own = node.type.casefold().replace("_", "").replace(" ", "")
    by_node = next((kind for word, kind in _NODES if word in own), None)
    if by_node is Kind.OTHER:
        return by_node
    return _by_input(name) or (by_node if _has_suffix(value) else None)


def _by_input(name: str) -> Kind | None:
    return next((kind for pattern, kind in _INPUTS if pattern.match(name)), None)


def _has_suffix(text: str) -> bool:
    dot = text.rfind(".")
    return dot > 0 and text[dot:].strip().lower() in MODEL_SUFFIXES


def _weight(node: Node, name: str) -> float | None:
    """How much of the LoRA that an input names."""
    number = _NUMBERED.search(name)
    ending = f"_{number[1]}" if number else ""
    values = (node.inputs.get(each.format(ending)) for each in _WEIGHTS)
    return next((weight for value in values if (weight := number_of(value)) is not None), None)


def number_of(value: object) -> float | None:
    """A weight as a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -100 <= value <= 100:
        return None
    return float(value)


def _version(node: Node, value: str) -> int | None:
    """CivitAI's version where the workflow says that the file comes from there."""
    link = links.parse(node.addresses.get(value, ""))
    return link.version_id if link is not None else None


def _listed_loras(value: object) -> Iterator[Mention]:
    """LoRAs in the rows of nodes that hold many: `{on, lora, strength}` or a list of `{active, name, strength}`."""
    if isinstance(value, Mapping):
        inner = value.get("__value__")
        rows: Iterable[object] = inner if isinstance(inner, list) else (value,)
    else:
        rows = value if isinstance(value, list) else ()
    for row in rows:
        if not isinstance(row, Mapping) or row.get("on") is False or row.get("active") is False:
            continue
        name = row.get("lora", row.get("name") if "strength" in row else None)
        if isinstance(name, str) and name.strip().casefold() not in _NO_FILES and len(name) <= LONGEST_NAME:
            yield Mention(Kind.LORA, name.strip(), weight=number_of(row.get("strength")))
