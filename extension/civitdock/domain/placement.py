"""Where a model that is here belongs: by its type, its content and the folder templates, as for a download.

Nobody is asked for it: what a template may name comes from the index, the sidecar and the kept versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from civitdock.domain import folders, templates
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.header_facts import fits
from civitdock.domain.library import LocalModel, ModelRoot
from civitdock.domain.templates import Templates, TemplateWords
from civitdock.domain.updates import LineVersion
from civitdock.errors import InvalidRequest, NotWritable

_FORMATS = {
    ".safetensors": "SafeTensor",
    ".sft": "SafeTensor",
    ".gguf": "GGUF",
    ".ckpt": "PickleTensor",
    ".pt": "PickleTensor",
    ".pth": "PickleTensor",
    ".bin": "PickleTensor",
}
#: Words that only the sidecar knows, and those that only the kept versions know.
_DESCRIBED = frozenset({"creator", "tag", "nsfw"})
_PUBLISHED = frozenset({"year", "month"})
#: A1111 takes `<checkpoint>.vae.pt` beside its checkpoint.
_COMPANION = ".vae"


class Action(str, Enum):
    """What organising would do with a file."""

    MOVE = "move"
    STAY = "stay"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Home:
    """The folder in which a file belongs; None with the reason why nobody knows."""

    folder: Path | None
    reason: str | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a file besides its row: the sidecar's `civitai` object, and its version as it is kept."""

    described: Mapping[str, object] | None = None
    version: LineVersion | None = None


def inner_root(path: Path, roots: Sequence[ModelRoot]) -> Path | None:
    """The innermost model folder that holds a path; None where it lies in none."""
    if ".." in path.parts:
        return None
    own = {root.path for root in roots}
    return next((folder for folder in path.parents if folder in own), None)


def kind_of(row: LocalModel) -> str:
    """The type whose folder a file belongs to: its content's where that contradicts, else its own."""
    return row.belongs or row.type


def wished(row: LocalModel, folder: str, roots: Sequence[ModelRoot]) -> Home:
    """The folder that the user names, as a download takes it; why it cannot be where it is none of the file's type."""
    try:
        own = folders.roots_for(kind_of(row), roots)
        return Home(folders.choose(folder, (), [root.path for root in own]))
    except (InvalidRequest, NotWritable) as error:
        return Home(None, error.message)


def home(row: LocalModel, facts: Facts, wanted: Templates, roots: Sequence[ModelRoot]) -> Home:
    """The folder in which a file belongs by itself: below the root of its type that holds it already, else the first.

    Without a template for its type a file may lie anywhere in such a root.
    """
    kind = kind_of(row)
    holder = inner_root(row.path, roots)
    if row.path.stem.lower().endswith(_COMPANION) and row.belongs is None:
        return Home(row.path.parent)
    try:
        own = folders.roots_for(kind, roots)
    except NotWritable as error:
        return Home(None, error.message)
    base = next((root.path for root in own if root.path == holder), None)
    if base is None and row.belongs is None and _is_alike(kind, holder, roots):
        base = holder
    if not wanted.has(kind):
        return Home(own[0].path if base is None else row.path.parent)
    words, missing = words_of(row, kind, facts)
    # A default is for what CivitAI does not say, not for what it says and nobody here knows any more.
    stranger = row.version_id is None
    named = templates.named(wanted.of(kind))
    unknown = [name for name, default in named if name in missing and not (default and stranger)]
    if unknown:
        return Home(None, f"The folder template names {', '.join(unknown)}, which nobody knows of this file.")
    return Home((base or own[0].path).joinpath(*templates.render(wanted.of(kind), words)))


def words_of(row: LocalModel, kind: str, facts: Facts) -> tuple[TemplateWords, frozenset[str]]:
    """The words for a template by the rule of a download, and those that nobody knows."""
    form = _FORMATS.get(row.path.suffix.lower())
    if row.version_id is None or row.model_id is None:
        found = TemplateWords(type=kind, base_model=row.base_model or "", file_format=form or "")
        return found, frozenset(word for word in templates.WORDS if not getattr(found, word))
    described, line = facts.described or {}, facts.version
    level = described.get("nsfw_level") if described.get("version_id") == row.version_id else None
    version = Version(
        row.version_id,
        row.model_id,
        row.version_name or (line.name if line is not None else ""),
        model_name=row.model_name or "",
        base_model=row.base_model,
        published_at=line.published_at if line is not None else None,
        nsfw_level=level if isinstance(level, int) else 0,
    )
    tags = described.get("tags")
    model = Model(
        row.model_id,
        row.model_name or "",
        creator=str(described.get("creator") or "") or None,
        nsfw=described.get("nsfw") is True,
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
    )
    words = templates.words_of(kind, version, ModelFile(row.file_id or 0, row.path.name, format=form), model)
    missing = _PUBLISHED if line is None else frozenset()
    if described.get("model_id") != row.model_id:
        missing |= _DESCRIBED
    elif described.get("version_id") != row.version_id and not model.nsfw:
        missing |= {"nsfw"}
    return words, missing


def _is_alike(kind: str, holder: Path | None, roots: Sequence[ModelRoot]) -> bool:
    """Whether a root is for a type that hosts keep in one place with this one, as diffusion models and checkpoints."""
    return any(root.path == holder and fits(kind, root.type) for root in roots)
