"""A model file that has just arrived on disk under its final name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import ModelRoot


@dataclass(frozen=True)
class Arrival:
    """Everything known when a download stands under its final name; `model` is None where CivitAI did not answer,
    `file` where the version does not list it."""

    path: Path
    root: ModelRoot
    size_bytes: int
    hashes: Hashes
    version: Version
    file: ModelFile | None
    model: Model | None
