"""Sending to a host, as values and rules: what the host has, which local file is meant, what the plan says."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from civitdock.domain import prompt_tags
from civitdock.domain.generation import Kind, Mention
from civitdock.domain.library import MODEL_SUFFIXES, LocalModel
from civitdock.domain.sampling import Choice

#: The weight of a LoRA that goes into the prompt although nobody said how much of it.
DEFAULT_WEIGHT = 1.0
#: CivitAI's types behind each kind.
TYPES: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        Kind.CHECKPOINT: frozenset({"Checkpoint", "UNet"}),
        Kind.LORA: frozenset({"LORA", "LoCon", "DoRA"}),
        Kind.EMBEDDING: frozenset({"TextualInversion"}),
        Kind.VAE: frozenset({"VAE"}),
        Kind.UPSCALER: frozenset({"Upscaler"}),
        Kind.HYPERNETWORK: frozenset({"Hypernetwork"}),
        Kind.CONTROLNET: frozenset({"Controlnet"}),
        Kind.TEXT_ENCODER: frozenset({"TextEncoder", "CLIP"}),
        Kind.OTHER: frozenset(),
    }
)
#: Lengths of AutoV1 or CRC32, and of AutoV2.
_SHORTEST = 8
_AUTOV2 = 10


class Target(str, Enum):
    """Where something is sent."""

    TXT2IMG = "txt2img"
    IMG2IMG = "img2img"


# --- what the host has ---------------------------------------------------------------------------


@dataclass(frozen=True)
class HostFile:
    """A file as the host lists it: `title` is what its fields show, `names` all else it goes by there."""

    title: str
    path: Path
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What the host has chosen at this moment. `modules` are names of files (Forge), `preset` Forge's UI preset,
    `modules_element` the id that the page's field for modules has, since Forge gives it no name of its own."""

    checkpoint: HostFile | None = None
    vae: str | None = None
    modules: tuple[str, ...] = ()
    preset: str | None = None
    clip_skip: int | None = None
    modules_element: str | None = None


@dataclass(frozen=True)
class SecondPass:
    """What the host's fields for Hires fix and refiner can take; the titles are those of these fields' own lists.

    `modules` are Forge's VAEs and text encoders. `has_cfg` and `has_distilled_cfg` tell whether the second pass has a
    scale of its own.
    """

    checkpoints: tuple[HostFile, ...] = ()
    samplers: tuple[Choice, ...] = ()
    schedulers: tuple[Choice, ...] = ()
    refiners: tuple[HostFile, ...] = ()
    modules: tuple[HostFile, ...] = ()
    has_prompts: bool = False
    has_cfg: bool = False
    has_distilled_cfg: bool = False


@dataclass(frozen=True)
class HostFields:
    """What the fields of a WebUI can take. An empty list means that there is no such field.

    `modules` are VAEs and text encoders in one list (Forge); `vaes` the list of hosts that choose a VAE alone.
    """

    samplers: tuple[Choice, ...] = ()
    schedulers: tuple[Choice, ...] = ()
    upscalers: tuple[str, ...] = ()
    checkpoints: tuple[HostFile, ...] = ()
    vaes: tuple[HostFile, ...] = ()
    modules: tuple[HostFile, ...] = ()
    loras: tuple[HostFile, ...] = ()
    presets: tuple[str, ...] = ()
    has_distilled_cfg: bool = False
    second: SecondPass = field(default_factory=SecondPass)
    held: Held = field(default_factory=Held)


# --- the plan ------------------------------------------------------------------------------------


class FieldName(str, Enum):
    """The fields of a WebUI that a picture can set."""

    PROMPT = "prompt"
    NEGATIVE = "negative"
    PRESET = "preset"
    CHECKPOINT = "checkpoint"
    VAE = "vae"
    MODULES = "modules"
    STEPS = "steps"
    SAMPLER = "sampler"
    SCHEDULER = "scheduler"
    CFG = "cfg"
    DISTILLED_CFG = "distilled_cfg"
    SEED = "seed"
    WIDTH = "width"
    HEIGHT = "height"
    CLIP_SKIP = "clip_skip"
    DENOISING = "denoising"
    HIRES_UPSCALER = "hires_upscaler"
    HIRES_SCALE = "hires_scale"
    HIRES_STEPS = "hires_steps"
    HIRES_CHECKPOINT = "hires_checkpoint"
    HIRES_MODULES = "hires_modules"
    HIRES_CFG = "hires_cfg"
    HIRES_DISTILLED_CFG = "hires_distilled_cfg"
    HIRES_SAMPLER = "hires_sampler"
    HIRES_SCHEDULER = "hires_scheduler"
    HIRES_PROMPT = "hires_prompt"
    HIRES_NEGATIVE = "hires_negative"
    REFINER = "refiner"
    REFINER_SWITCH = "refiner_switch"


class Problem(str, Enum):
    """Why a field cannot be set as the picture has it."""

    NOT_HERE = "not_here"
    NO_FIELD = "no_field"
    UNCLEAR = "unclear"


FieldValue = str | int | float | tuple[str, ...]


@dataclass(frozen=True)
class PlannedField:
    """One field: `wanted` is what the picture says, `value` what this host can take of it, None with a `problem`.

    `guessed_for` is the base model where the picture says nothing and this was chosen because that needs `wanted`.
    """

    name: FieldName
    wanted: FieldValue
    value: FieldValue | None
    problem: Problem | None = None
    guessed_for: str | None = None


class ResourceState(str, Enum):
    """Whether a resource of a picture can be used at once."""

    HERE = "here"
    MISSING = "missing"
    WRONG_BASE = "wrong_base"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Resource:
    """One thing that a picture uses, however many places name it.

    `insert` is what goes into the prompt (`tag` is the name in it), None for what is no matter of the prompt; `names`
    are those in the tags that the picture's own prompt has for it. `fits` says whether its base model is that of the
    checkpoint, None where that is not certain. `missing` ones have what a download needs.
    """

    kind: Kind
    name: str
    state: ResourceState
    weight: float | None = None
    tag: str | None = None
    insert: str | None = None
    path: Path | None = None
    names: tuple[str, ...] = ()
    fits: bool | None = None
    model_id: int | None = None
    version_id: int | None = None
    file_id: int | None = None
    size_bytes: int | None = None
    base_model: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What sending would do. `infotext` is for the host's own reader and leaves out what it would look for itself;
    `copy_text` holds everything. `has_fields` is False where there is no WebUI."""

    target: Target
    has_fields: bool
    fields: tuple[PlannedField, ...]
    resources: tuple[Resource, ...]
    words: tuple[str, ...]
    infotext: str
    copy_text: str


# --- which local file is meant -------------------------------------------------------------------


def stem_of(name: str) -> str:
    """A name without folder and model suffix: `a\\b.safetensors` is `b`, `v1.5` stays."""
    base = PurePath(name.replace("\\", "/")).name or name
    suffix = PurePath(base).suffix.lower()
    return base[: -len(suffix)] if suffix in MODEL_SUFFIXES else base


def matches_hash(row: LocalModel, value: str) -> bool:
    """Whether a file has this hash, in whole or as one of its short forms (`civitai-api.md 2`, `hosts.md 7`)."""
    known = row.hashes
    if len(value) == _SHORTEST:
        return value in (known.autov1, known.crc32)
    wholes = (known.sha256, known.autov3, known.blake3)
    return any(whole is not None and whole[: len(value)] == value[: len(whole)] for whole in wholes)


def contradicts(row: LocalModel, mention: Mention) -> bool:
    """Whether a file is certainly not what a mention means, whatever its name."""
    if None not in (row.version_id, mention.version_id) and row.version_id != mention.version_id:
        return True
    value, known = mention.hash or "", row.hashes
    if matches_hash(row, value) or len(value) <= _SHORTEST:
        return False
    return known.sha256 is not None and (len(value) == _AUTOV2 or known.autov3 is not None)


def local_file(mention: Mention, rows: Iterable[LocalModel]) -> LocalModel | None:
    """The local file that a mention means: by content, then by version, then by its whole name; never by a part."""
    types = TYPES[mention.kind]
    fitting = [row for row in rows if row.type in types or not types]
    for fits in (_has_hash, _has_version, _has_name):
        found = next((row for row in fitting if fits(row, mention)), None)
        if found is not None:
            return found
    return None


def _has_hash(row: LocalModel, mention: Mention) -> bool:
    return mention.hash is not None and matches_hash(row, mention.hash)


def _has_version(row: LocalModel, mention: Mention) -> bool:
    return mention.version_id is not None and row.version_id == mention.version_id


def _has_name(row: LocalModel, mention: Mention) -> bool:
    wanted = mention.name
    if wanted is None or contradicts(row, mention):
        return False
    return stem_of(row.path.name).casefold() == stem_of(wanted).casefold()


def host_file(path: Path, files: Sequence[HostFile]) -> HostFile | None:
    """The entry of a host's list that is this file."""
    return next((each for each in files if each.path == path), None)


def named_host_file(mention: Mention, files: Sequence[HostFile]) -> HostFile | None:
    """The entry of a host's list that has this hash or this whole name there, without case, folder and suffix."""
    if mention.hash is not None:
        found = next((each for each in files if mention.hash in each.names), None)
        if found is not None:
            return found
    if mention.name is None:
        return None
    wanted = stem_of(mention.name).casefold()
    return next((each for each in files if wanted in (stem_of(each.path.name).casefold(), *each.names)), None)


def groups(tokens: Sequence[Set[Hashable]]) -> tuple[tuple[int, ...], ...]:
    """Which places name the same thing: those that share a token, also over others; in the order of the first."""
    found: list[tuple[set[Hashable], list[int]]] = []
    for index, own in enumerate(tokens):
        joined, members = set(own), [index]
        apart = []
        for known, others in found:
            if known & joined:
                joined |= known
                members += others
            else:
                apart.append((known, others))
        found = [*apart, (joined, members)]
    return tuple(sorted(tuple(sorted(members)) for _known, members in found))


def joined(mentions: Sequence[Mention]) -> Mention:
    """One mention of what several places name: of each detail the first that is said."""

    def first(name: str) -> Any:
        return next((value for each in mentions if (value := getattr(each, name)) is not None), None)

    kind = next((each.kind for each in mentions if each.kind is not Kind.OTHER), Kind.OTHER)
    return Mention(kind, first("name"), first("hash"), first("version_id"), first("weight"), first("model_id"))


def insert_text(kind: Kind, tag: str, weight: float | None) -> str | None:
    """What puts a resource into a prompt."""
    if kind is Kind.LORA:
        return prompt_tags.lora(tag, DEFAULT_WEIGHT if weight is None else weight)
    if kind is Kind.EMBEDDING:
        return tag
    return None
