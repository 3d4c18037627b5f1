"""What a user asks the catalogue for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class EarlyAccessChoice(str, Enum):
    """What becomes of versions that must still be bought."""

    SHOW = "show"
    HIDE = "hide"
    ONLY = "only"


class CheckpointKind(str, Enum):
    """How a checkpoint was made; CivitAI takes the word but says it of no model in its answers."""

    TRAINED = "Trained"
    MERGE = "Merge"


class FileFormat(str, Enum):
    """CivitAI's file formats (`civitai-api.md 7`)."""

    SAFE_TENSOR = "SafeTensor"
    PICKLE_TENSOR = "PickleTensor"
    GGUF = "GGUF"
    DIFFUSERS = "Diffusers"
    CORE_ML = "Core ML"
    ONNX = "ONNX"
    OTHER = "Other"


@dataclass(frozen=True)
class ModelQuery:
    """A listing of models in CivitAI's own words (`civitai-api.md 1.1`). `nsfw_level` is one of the four words.

    `checkpoint_kind` is said of checkpoints alone; without `types` it asks for nothing else.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    tag: str | None = None
    creator: str | None = None
    sort: str | None = None
    period: str | None = None
    nsfw_level: str = "None"
    early_access: EarlyAccessChoice = EarlyAccessChoice.SHOW
    checkpoint_kind: CheckpointKind | None = None
    formats: tuple[FileFormat, ...] = ()
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True)
class ImageQuery:
    """A listing of pictures (`civitai-api.md 1.9`); prefer a version id: by model CivitAI can be too slow."""

    model_version_id: int | None = None
    model_id: int | None = None
    post_id: int | None = None
    creator: str | None = None
    sort: str | None = None
    period: str | None = None
    nsfw_level: str = "None"
    limit: int = 50
    cursor: str | None = None
