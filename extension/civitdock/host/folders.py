"""Which folders hold which CivitAI type, from a WebUI's flags and defaults (`hosts.md 6 and 11`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.library import MODEL_TYPES, ModelRoot


@dataclass(frozen=True)
class Place:
    """Where models of some types lie: flags that name folders (those win), and the default below the models folder.

    `default_stays`: the default is listed even where a flag names another folder.
    """

    types: tuple[str, ...]
    flags: tuple[str, ...]
    default: str
    default_stays: bool


#: Flags that one WebUI alone reads: A1111 lists LoRAs of a second folder, `models/LyCORIS` where the flag is not set.
#: Forge and reForge take the flag and do not look there (`hosts.md 6`).
_ALSO_READ = {"A1111": {"Lora": ("lyco_dir_backcompat",)}}

PLACES = (
    Place(("Checkpoint", "UNet"), ("ckpt_dir", "ckpt_dirs"), "Stable-diffusion", True),
    Place(("LORA", "LoCon", "DoRA"), ("lora_dir", "lora_dirs"), "Lora", False),
    Place(("TextualInversion",), ("embeddings_dir",), "embeddings", False),
    Place(("Hypernetwork",), ("hypernetwork_dir",), "hypernetworks", False),
    Place(("VAE",), ("vae_dir", "vae_dirs"), "VAE", True),
    Place(("TextEncoder", "CLIP"), ("text_encoder_dir", "text_encoder_dirs"), "text_encoder", True),
    Place(("Controlnet",), ("controlnet_dir", "controlnet_dirs"), "ControlNet", False),
    Place(("Upscaler",), ("esrgan_models_path",), "ESRGAN", False),
    Place(("Wildcards",), ("wildcards_dir",), "other/Wildcards", True),
)
#: Folders below the models folder that an extension makes for itself (ADetailer); used where they exist. Folders that
#: an extension reads from the WebUI's settings page are not: who may change those must not choose where files go.
_IF_THERE = {"Detection": "adetailer"}


def flag_folders(flags: object, names: Iterable[str]) -> Iterator[Path]:
    """Folders that flags name; a flag may be missing, None, a text, a Path or a list of these."""
    for name in names:
        value = getattr(flags, name, None)
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if item:
                yield Path(os.path.abspath(os.fspath(item)))


def model_roots(flags: object, models: Path, host: str = "") -> tuple[ModelRoot, ...]:
    """All folders per type, without repeats; of a type the first is where downloads go.

    A folder that only this host reads beside its own comes last, and only where it exists.
    Types that the host has no folder for get one below `<models>/other/`.
    """
    roots: dict[tuple[str, str], ModelRoot] = {}
    placed: set[str] = set()
    for place in PLACES:
        named = list(flag_folders(flags, place.flags))
        folders = [*named, models / place.default] if place.default_stays or not named else named
        also = flag_folders(flags, _ALSO_READ.get(host, {}).get(place.default, ()))
        folders += [folder for folder in also if folder.is_dir()]
        placed.update(place.types)
        for model_type in place.types:
            for folder in folders:
                key = (model_type, os.path.realpath(folder))
                roots.setdefault(key, ModelRoot(model_type, Path(os.path.abspath(folder))))
    for model_type in MODEL_TYPES:
        if model_type not in placed:
            own = _IF_THERE.get(model_type)
            if own is not None and (models / own).is_dir():
                roots[model_type, own] = ModelRoot(model_type, Path(os.path.abspath(models / own)))
            roots[model_type, ""] = ModelRoot(model_type, Path(os.path.abspath(models / "other" / model_type)))
    return tuple(roots.values())
