"""Which text encoders and VAE a base model needs beside its checkpoint, and which files of a host are those.

Forge and Neo keep them in one list, and a picture seldom names them. Sources: Forge's `backend/loader.py` (SD 1 to 3
and Flux: the parts that it puts into a checkpoint of each kind) and the ComfyUI examples for Flux, SD 3.5, Qwen-Image,
Lumina 2 and Z-Image (the files to download). A base model that needs different files in its versions (Wan, Flux.2
Klein) is not in the table. Files are told apart by the names under which these projects publish them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from civitdock.domain.base_models import family

_CLIP_L, _CLIP_G, _T5 = "clip_l", "clip_g", "t5xxl"
_QWEN25, _QWEN3, _GEMMA = "qwen_2.5_vl_7b", "qwen_3_4b", "gemma_2_2b"
_FLUX_VAE, _QWEN_VAE = "ae", "qwen_image_vae"

#: By family; an empty tuple is a checkpoint that brings all of it along.
_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sd1": (),
        "sd2": (),
        "sdxl": (),
        "sd3": (_CLIP_L, _CLIP_G, _T5),
        "flux1": (_CLIP_L, _T5, _FLUX_VAE),
        "qwen": (_QWEN25, _QWEN_VAE),
        "lumina": (_GEMMA, _FLUX_VAE),
        "z-image": (_QWEN3, _FLUX_VAE),
    }
)
#: What the names of files look like, in lower case with `_` between the words.
_SPELLINGS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        _CLIP_L: re.compile(r"(^|_)(clip_?l|vit_l_14)(_|\Z)"),
        _CLIP_G: re.compile(r"(^|_)clip_?g(_|\Z)"),
        _T5: re.compile(r"(^|_)t5(_v1_1)?_?xxl(_|\Z)"),
        _QWEN25: re.compile(r"(^|_)qwen_?2_?5_vl_7b(_|\Z)"),
        _QWEN3: re.compile(r"(^|_)qwen_?3_4b(_|\Z)"),
        _GEMMA: re.compile(r"(^|_)gemma_?2_2b(_|\Z)"),
        _FLUX_VAE: re.compile(r"\A(ae|flux_?1?_(ae|vae))\Z"),
        _QWEN_VAE: re.compile(r"\Aqwen_image_vae\Z"),
    }
)
_VAES = frozenset({_FLUX_VAE, _QWEN_VAE})
_GAPS = re.compile(r"[\s._-]+")


@dataclass(frozen=True)
class Guess:
    """Which files to choose. `needs` are the parts that the base model takes from other files, `missing` those that no
    file is, and `unclear` those that several files are, none of them chosen."""

    needs: tuple[str, ...]
    files: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


def part_of(stem: str) -> str | None:
    """What a file of this name is: `clip_l`, `t5xxl`, `ae` ...; None where its name does not say."""
    name = _GAPS.sub("_", stem.casefold())
    return next((part for part, spelling in _SPELLINGS.items() if spelling.search(name)), None)


def guessed(
    base_model: str | None, whole: bool, here: Mapping[str, str], held: Sequence[str], vae: str | None = None
) -> Guess | None:
    """What goes with a base model, or None where that is not certain: it is not in the table, or the checkpoint is
    `whole`, which has text encoders or a VAE that this base model usually takes from other files.

    `here` are the host's files, title to stem, and `held` the titles that it has chosen, which stay where they fit:
    one that is a needed part, and one whose name says nothing where the checkpoint brings all of it along. `vae` is
    the title of one that the picture names.
    """
    needs = _NEEDS.get(family(base_model) or "")
    if needs is None or (needs and whole):
        return None
    parts = {title: part_of(stem) for title, stem in here.items()}
    if not needs:
        others = tuple(title for title in held if parts.get(title, part_of(title.rpartition(".")[0])) is None)
        return Guess(needs, others if vae is None else (vae,))
    files: list[str] = []
    missing: list[str] = []
    unclear: list[str] = []
    for part in needs:
        if vae is not None and part in _VAES:
            continue
        fitting = [title for title, own in parts.items() if own == part]
        kept = [title for title in held if title in fitting]
        if kept or len(fitting) == 1:
            files += kept or fitting
        else:
            (unclear if fitting else missing).append(part)
    return Guess(needs, (*files, *((vae,) if vae else ())), tuple(missing), tuple(unclear))
