"""Which folder a downloaded file belongs to: by model type, file type, content, the user's template and wish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from civitdock.domain.library import MODEL_TYPES, ModelRoot
from civitdock.domain.names import component, is_inside
from civitdock.errors import InvalidRequest, NotWritable

#: Where CivitAI's `other` things go and the types that a host has no folder for.
FALLBACK = "Other"
#: File types that are a thing of their own, whatever model they hang on (`civitai-api.md 7`). Config, Negative,
#: Archive, Model, Pruned Model, UNet and Diffusion Model stay with their model's type.
_OWN_TYPE = {
    "vae": "VAE",
    "text encoder": "TextEncoder",
    "vision encoder": "CLIPVision",
    "clipvision": "CLIPVision",
    "controlnet": "Controlnet",
    "upscaler": "Upscaler",
    "enhancement lora": "LORA",
    "workflow": "Workflows",
    "training data": FALLBACK,
}
_WORDS = ("type", "base_model", "creator", "model", "version", "tag")
_WORD = re.compile(rf"\{{({'|'.join(_WORDS)})\}}")
_TYPES = frozenset(name.lower() for name in MODEL_TYPES)
_BRACES = re.compile(r"\{[^{}]*\}")
_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True)
class TemplateWords:
    """What a folder template may name; an unknown one is empty and leaves its part of the path out."""

    type: str = ""
    base_model: str = ""
    creator: str = ""
    model: str = ""
    version: str = ""
    tag: str = ""


def root_type(model_type: str, file_type: str, content: str | None = None) -> str:
    """The CivitAI type whose root takes a file. `content` is the type that was read from the file itself, or None.

    The content decides only where CivitAI is vague (`Other`); else the file type, then the model's.
    """
    if content and is_vague(model_type, file_type):
        return content
    return _OWN_TYPE.get(file_type.strip().lower(), model_type or FALLBACK)


def is_vague(model_type: str, file_type: str) -> bool:
    """Whether CivitAI does not say what the file is, so that the file itself must."""
    return FALLBACK in (model_type, file_type)


def is_companion(file_type: str) -> bool:
    """Whether the file belongs beside its model, under the model's stem (a config)."""
    return file_type.strip().lower() == "config"


def roots_for(wanted: str, roots: Sequence[ModelRoot]) -> tuple[ModelRoot, ...]:
    """The roots of a type, the host's first one first; those of `Other` where the host has none of that type.

    Raises `NotWritable` where there is neither.
    """
    for name in (wanted, FALLBACK):
        found = tuple(root for root in roots if root.type == name)
        if found:
            return found
    raise NotWritable(
        f"This WebUI has no folder for models of type {wanted}.",
        hint="Set a folder for this type in the WebUI, then press Retry.",
    )


@dataclass(frozen=True)
class BadLine:
    """A line of the setting that cannot be used, and why; `type` is a model type in lower case, or empty."""

    number: int
    type: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


@dataclass(frozen=True)
class Templates:
    """The setting `civitai_folder_templates`: templates by type in lower case, and the lines that are none."""

    by_type: Mapping[str, str]
    bad: tuple[BadLine, ...] = ()

    def of(self, model_type: str) -> str:
        """The template of a type; empty where there is none."""
        return self.by_type.get(model_type.lower(), "")

    def concerning(self, model_type: str) -> tuple[BadLine, ...]:
        """The unusable lines that were, or may have been, meant for a type."""
        return tuple(line for line in self.bad if line.type in ("", model_type.lower()))


def parse_templates(text: str) -> Templates:
    """Read `Type = template` per line; `#` begins a remark. A line with anything wrong in it counts for nothing."""
    found: dict[str, str] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, template = (part.strip() for part in line.partition("="))
        key = name.lower() if name.lower() in _TYPES else ""
        reason = _type_trouble(name) if equals else f"{line.strip()!r} is not of the form Type = template."
        reason = reason or _template_trouble(template)
        if reason:
            bad.append(BadLine(number, key, reason))
        else:
            found[key] = template
    return Templates(found, tuple(bad))


def _type_trouble(name: str) -> str:
    return "" if name.lower() in _TYPES else f"{name!r} is no model type; one is {', '.join(MODEL_TYPES[:5])} or such."


def _template_trouble(template: str) -> str:
    """What is wrong with a template, or nothing: every brace must belong to a known word."""
    unknown = next((word for word in _BRACES.findall(template) if not _WORD.fullmatch(word)), None)
    if unknown is not None:
        return f"{unknown} is no word of a template; use {' '.join(f'{{{word}}}' for word in _WORDS)}."
    if set("{}") & set(_BRACES.sub("", template)):
        return f"a brace in {template!r} stands alone."
    return ""


def render(template: str, words: TemplateWords) -> tuple[str, ...]:
    """The folder names of a template, outermost first; every one is sanitized, empty ones are left out."""
    filled = (_WORD.sub(lambda found: str(getattr(words, found[1])), part) for part in _SEPARATORS.split(template))
    names = (component(part, fallback="") for part in filled)
    return tuple(name for name in names if name)


def choose(folder: str | None, template: tuple[str, ...], roots: Sequence[Path]) -> Path:
    """The folder for a file: the user's wish, else the template below the first root.

    A wish is relative to the first root or absolute inside any of them. Raises `InvalidRequest` for one that leads
    elsewhere or holds a name that some system does not take.
    """
    if folder is None:
        return roots[0].joinpath(*template)
    if is_absolute(folder):
        return _absolute(folder, roots)
    parts = [part for part in _SEPARATORS.split(folder.strip()) if part]
    for part in parts:
        _check_part(part)
    return roots[0].joinpath(*parts)


def is_absolute(folder: str) -> bool:
    """Whether a wish names a folder by itself and not below a type's root, in the way of any system."""
    return Path(folder).is_absolute() or PureWindowsPath(folder).is_absolute() or folder.startswith(("/", "\\"))


def _absolute(folder: str, roots: Sequence[Path]) -> Path:
    wanted = Path(folder)
    for root in roots:
        if wanted.is_absolute() and is_inside(wanted, root):
            for part in wanted.relative_to(root).parts:
                _check_part(part)
            return wanted
    raise InvalidRequest("folder: this folder is not inside a model folder of that type.")


def _check_part(part: str) -> None:
    if component(part, fallback="") != part:
        raise InvalidRequest(f"folder: {part!r} cannot be used as a folder name.")
