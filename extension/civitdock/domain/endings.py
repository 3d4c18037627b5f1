"""Endings of file names: a WebUI lists a model by its suffix, and CivitAI's names do not always have a usable one."""

from __future__ import annotations

from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.names import LIMIT, component, split

#: What lies beside models under an ending of its own: configs, workflows, wildcards, pictures, archives, data.
_BESIDE = frozenset(
    ".yaml .yml .json .txt .md .csv .toml .png .jpg .jpeg .webp .gif .mp4 .webm .onnx .pkl .pickle .joblib .dat .npy "
    ".npz .rar .7z .tar .gz".split()
)
_OF_FORMAT = {"safetensor": ".safetensors", "gguf": ".gguf", "pickletensor": ".pt"}
UNUSUAL = "The WebUI may not list a file with this ending."


def is_usual(name: str) -> bool:
    """Whether the name ends as a model or as something that lies beside one."""
    return split(name)[1].lower() in MODEL_SUFFIXES | _BESIDE


def is_known_format(file_format: str | None) -> bool:
    """Whether CivitAI's word for a file's format tells its suffix."""
    return (file_format or "").lower() in _OF_FORMAT


def completed(name: str, file_format: str | None, model_type: str, fallback: str) -> str:
    """A sanitized name with the suffix of its format behind it, where it has no usual one and the format is known.

    A pickle is `.ckpt` for a checkpoint and else `.pt`. `fallback` is the stem of a name that was only a suffix.
    """
    suffix = _OF_FORMAT.get((file_format or "").lower())
    if suffix is None or is_usual(name):
        return name
    if suffix == ".pt" and model_type == "Checkpoint":
        suffix = ".ckpt"
    stem = fallback if name.lower() == suffix[1:] else name
    return component(stem, fallback, LIMIT - len(suffix)) + suffix
