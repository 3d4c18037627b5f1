"""Base models and the words that hosts use for them in a model's user metadata (`hosts.md 7 and 11`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_FAMILIES = {
    "sd1": ("SD 1.4", "SD 1.5", "SD 1.5 LCM", "SD 1.5 Hyper"),
    "sd2": ("SD 2.0", "SD 2.0 768", "SD 2.1", "SD 2.1 768", "SD 2.1 Unclip"),
    "sdxl": (
        "SDXL 0.9",
        "SDXL 1.0",
        "SDXL 1.0 LCM",
        "SDXL Distilled",
        "SDXL Turbo",
        "SDXL Lightning",
        "SDXL Hyper",
        "Pony",
        "Illustrious",
        "NoobAI",
    ),
    "sd3": ("SD 3", "SD 3.5", "SD 3.5 Medium", "SD 3.5 Large", "SD 3.5 Large Turbo"),
    "flux1": ("Flux.1 S", "Flux.1 D", "Flux.1 Krea", "Flux.1 Kontext"),
    "flux2-klein": ("Flux.2 Klein 9B", "Flux.2 Klein 9B-base", "Flux.2 Klein 4B", "Flux.2 Klein 4B-base"),
    "qwen": ("Qwen",),
    "lumina": ("Lumina",),
    "z-image": ("ZImageTurbo", "ZImageBase"),
    "wan": (
        "Wan Video",
        "Wan Video 1.3B t2v",
        "Wan Video 14B t2v",
        "Wan Video 14B i2v 480p",
        "Wan Video 14B i2v 720p",
        "Wan Video 2.2 TI2V-5B",
        "Wan Video 2.2 I2V-A14B",
        "Wan Video 2.2 T2V-A14B",
    ),
}
_FAMILY_OF: Mapping[str, str] = MappingProxyType({name: key for key, names in _FAMILIES.items() for name in names})

#: `sd version` of A1111, reForge and Forge Classic; standalone writes these too (design section 6).
A1111_WORDS: Mapping[str, str] = MappingProxyType({"sd1": "SD1", "sd2": "SD2", "sdxl": "SDXL"})
FORGE_WORDS: Mapping[str, str] = MappingProxyType({**A1111_WORDS, "flux1": "Flux"})
#: Forge Neo takes the names of its presets.
NEO_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sd1": "sd",
        "sdxl": "xl",
        "flux1": "flux",
        "flux2-klein": "klein",
        "qwen": "qwen",
        "lumina": "lumina",
        "z-image": "zit",
        "wan": "wan",
    }
)


def family(base_model: str | None) -> str | None:
    """The family of a CivitAI base model, such as `sdxl` for Pony; None where it is not certain."""
    return _FAMILY_OF.get(base_model or "")


def host_word(base_model: str, words: Mapping[str, str]) -> str | None:
    """The host's word for a base model, or None where the host has none that is certain."""
    return words.get(family(base_model) or "")
