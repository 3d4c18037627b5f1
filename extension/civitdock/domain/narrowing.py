"""Versions that a search asks for, picked out of what CivitAI answered.

CivitAI hides no early access, and its answer to a file format or to early access is a model with all its versions
(`civitai-api.md 1.1`); here such a model keeps the versions that were asked for, as it does with base models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import PICKLE_SUFFIXES
from civitdock.domain.names import split
from civitdock.domain.query import EarlyAccessChoice, FileFormat, ModelQuery
from civitdock.domain.versions import model_files

_BY_SUFFIX: Mapping[str, FileFormat] = MappingProxyType(
    {
        ".safetensors": FileFormat.SAFE_TENSOR,
        ".sft": FileFormat.SAFE_TENSOR,
        ".gguf": FileFormat.GGUF,
        ".mlmodel": FileFormat.CORE_ML,
        ".onnx": FileFormat.ONNX,
        **dict.fromkeys(PICKLE_SUFFIXES, FileFormat.PICKLE_TENSOR),
    }
)


def narrowed(model: Model, query: ModelQuery) -> Model | None:
    """The model with the versions that the query asks for; None where none is left. Times are not looked at: a version
    has an end of early access only while it lasts."""
    if query.early_access is EarlyAccessChoice.SHOW and not query.formats:
        return model
    kept = tuple(version for version in model.versions if _is_wanted(version, query))
    return replace(model, versions=kept) if kept else None


def _is_wanted(version: Version, query: ModelQuery) -> bool:
    early = version.paid_forever or version.early_access_until is not None
    if query.early_access is not EarlyAccessChoice.SHOW and early is not (query.early_access is EarlyAccessChoice.ONLY):
        return False
    return not query.formats or any(_format(file) in query.formats for file in model_files(version))


def _format(file: ModelFile) -> str:
    """CivitAI's word for the file, else the one that its name speaks for."""
    return file.format or _BY_SUFFIX.get(split(file.name)[1].lower(), FileFormat.OTHER)
