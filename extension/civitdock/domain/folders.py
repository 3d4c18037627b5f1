"""Which folder a downloaded file belongs to: by model type, file type, content, the user's template and wish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from civitdock.domain.library import ModelRoot
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
_WORD = re.compile(r"\{(type|base_model|creator|model|version|tag)\}")
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
    if content and FALLBACK in (model_type, file_type):
        return content
    return _OWN_TYPE.get(file_type.strip().lower(), model_type or FALLBACK)


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


def parse_templates(text: str) -> Mapping[str, str]:
    """The setting `civitai_folder_templates`: `Type = template` per line; the keys come back in lower case."""
    pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals and key.strip()}


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
    if Path(folder).is_absolute() or PureWindowsPath(folder).is_absolute() or folder.startswith(("/", "\\")):
        return _absolute(folder, roots)
    parts = [part for part in _SEPARATORS.split(folder.strip()) if part]
    for part in parts:
        _check_part(part)
    return roots[0].joinpath(*parts)


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
