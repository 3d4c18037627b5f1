"""Local model files, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from civitdock.domain.hashes import Hashes

#: Suffixes that count as model files (design section 6).
MODEL_SUFFIXES = frozenset({".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft", ".zip"})
#: Suffixes whose loading can run code (design section 7).
PICKLE_SUFFIXES = frozenset({".ckpt", ".pt", ".pth", ".bin"})
#: All 23 types of CivitAI, in its spelling (`civitai-api.md 7`); open text, so others can occur.
MODEL_TYPES = (
    "Checkpoint TextualInversion Hypernetwork AestheticGradient LORA LoCon DoRA Controlnet Upscaler MotionModule VAE "
    "TextEncoder UNet CLIPVision Poses Wildcards Workflows ComfyWorkflows Detection VisionLanguage CLIP LLM Other"
).split()


@dataclass(frozen=True)
class ModelRoot:
    """A folder that holds models of one CivitAI type; of several per type the first is where downloads go."""

    type: str
    path: Path


class LocalState(str, Enum):
    """What is known of a local file."""

    IDENTIFIED = "identified"
    UNKNOWN = "unknown"
    PENDING = "pending"
    INVALID = "invalid"


class Installed(str, Enum):
    """The state of a model in the tab."""

    NONE = "none"
    INSTALLED = "installed"
    UPDATE = "update"


@dataclass(frozen=True)
class Update:
    """A newer version that was found for a local file."""

    version_id: int
    name: str


@dataclass(frozen=True)
class LocalModel:
    """A model file on disk: `path` absolute, size in bytes, times as `os.stat` gives them (ns).

    `preview_level` is the NSFW bit of the picture behind `preview_url`, so that a lowered level hides it; where no
    picture was admitted it is that of the mildest one, so that a preview from elsewhere is not taken for mild.
    CivitAI did not know the file `asks` times in a row and is asked again after `ask_after`. `kind` and
    `suggested_words` were read from the file itself; `belongs` is the CivitAI type whose folder its content belongs to,
    where that contradicts the folder it lies in or what CivitAI says.
    """

    path: Path
    root: Path
    type: str
    size_bytes: int
    mtime_ns: int = 0
    inode: int = 0
    state: LocalState = LocalState.PENDING
    hashes: Hashes = field(default_factory=Hashes)
    model_id: int | None = None
    version_id: int | None = None
    file_id: int | None = None
    model_name: str | None = None
    version_name: str | None = None
    base_model: str | None = None
    trained_words: tuple[str, ...] = ()
    preview_url: str | None = None
    preview_level: int = 0
    update: Update | None = None
    synced_at: str | None = None
    first_seen: str | None = None
    asks: int = 0
    ask_after: str | None = None
    kind: str | None = None
    belongs: str | None = None
    suggested_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocalFilter:
    """What `GET local-models` asks for; `cursor` is opaque. `folder` is absolute and counts with all below it."""

    type: str | None = None
    text: str | None = None
    state: LocalState | None = None
    limit: int = 100
    cursor: str | None = None
    base_model: str | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class LocalPage:
    """One page of local models and how many there are in all under the filter."""

    items: tuple[LocalModel, ...]
    next_cursor: str | None
    total: int
