"""Which folder a downloaded file belongs to: by model type, file type, content, and the user's wish."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from civitdock.domain.library import ModelRoot
from civitdock.domain.names import component, is_inside
from civitdock.errors import InvalidRequest, NotWritable

#: Where CivitAI's `other` things go and the types that a host has no folder for.
FALLBACK = "Other"
#: File types that are a thing of their own, whatever model they hang on (`civitai-api.md 7`): a negative embedding, for
#: one, works only among the embeddings. Model, Pruned Model, Config and Archive stay with their model's type.
_OWN_TYPE = {
    "vae": "VAE",
    "text encoder": "TextEncoder",
    "vision encoder": "CLIPVision",
    "clipvision": "CLIPVision",
    "controlnet": "Controlnet",
    "upscaler": "Upscaler",
    "enhancement lora": "LORA",
    "workflow": "Workflows",
    "negative": "TextualInversion",
    "training data": FALLBACK,
}
#: Parts that load like a checkpoint, and the model types that say so themselves.
_DIFFUSION = frozenset({"unet", "diffusion model"})
_CHECKPOINTS = frozenset({"Checkpoint", "UNet"})
_SEPARATORS = re.compile(r"[/\\]")


def root_type(model_type: str, file_type: str, content: str | None = None) -> str:
    """The CivitAI type whose root takes a file. `content` is the type that was read from the file itself, or None.

    The content decides only where CivitAI is vague (`Other`); else the file type, then the model's.
    """
    if content and is_vague(model_type, file_type):
        return content
    kind = file_type.strip().lower()
    if kind in _DIFFUSION and model_type not in _CHECKPOINTS:
        return "UNet"
    return _OWN_TYPE.get(kind, model_type or FALLBACK)


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
        hint="Set a folder for this type in the WebUI, then try again.",
    )


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
