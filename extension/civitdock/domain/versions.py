"""Which version and which file: the choices that are the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import PICKLE_SUFFIXES
from civitdock.domain.times import parse_iso
from civitdock.errors import Archived, DownloadDisabled, EarlyAccess, NotFound

#: File types that are the model itself, as CivitAI's own selection ranks them (`civitai-api.md 3`).
_MODEL_TYPES = frozenset({"Model", "Pruned Model", "Diffusion Model", "UNet"})
#: Files that accompany a model and are never what a plain "download" means.
_SIDE_TYPES = frozenset({"Training Data", "Config", "Workflow"})
_SAFE_FORMATS = frozenset({"SafeTensor", "GGUF"})
_SAFE_SUFFIXES = (".safetensors", ".sft", ".gguf")


def primary_file(version: Version) -> ModelFile | None:
    """The file that a download without a choice means, or None where the version has no file.

    The model itself before parts and side files; SafeTensor before formats that can run code (design section 7);
    what CivitAI calls primary before the others; the order of the answer decides the rest.
    """
    return min(version.files, key=_rank, default=None)


def _rank(file: ModelFile) -> tuple[int, int, int, int]:
    kind = 0 if file.type in _MODEL_TYPES else 2 if file.type in _SIDE_TYPES else 1
    dangerous = "Danger" in (file.pickle_scan, file.virus_scan)
    return kind, int(dangerous), _format_rank(file), 0 if file.primary else 1


def _format_rank(file: ModelFile) -> int:
    """0: cannot run code, 1: something else, 2: a pickle."""
    name = file.name.lower().rstrip()
    if name.endswith(_SAFE_SUFFIXES):
        return 0
    if name.endswith(tuple(PICKLE_SUFFIXES)) or file.format == "PickleTensor":
        return 2
    return 0 if file.format in _SAFE_FORMATS else 1


def model_files(version: Version) -> tuple[ModelFile, ...]:
    """Everything that belongs to the model, in the answer's order: all files but what it was trained with."""
    return tuple(file for file in version.files if file.type != "Training Data")


def find_file(version: Version, file_id: int) -> ModelFile | None:
    """The file with this id."""
    return next((file for file in version.files if file.id == file_id), None)


def find_version(model: Model, version_id: int) -> Version | None:
    """The version with this id."""
    return next((version for version in model.versions if version.id == version_id), None)


def latest(model: Model) -> Version | None:
    """The version that stands first on the model's page: the creator's order, newest first."""
    return model.versions[0] if model.versions else None


def in_early_access(version: Version, now: float) -> bool:
    """Whether it must be bought at this time (Unix seconds), for good or until a date."""
    end = parse_iso(version.early_access_until)
    return version.paid_forever or (end is not None and end > now)


def update_for(installed: Version, versions: Iterable[Version], now: float) -> Version | None:
    """The newest version of the same model and base model that can be had and was published after the installed one.

    `now` in Unix seconds; early access, archived, generation-only and empty versions do not count (design section 8).
    """
    since = parse_iso(installed.published_at)
    if since is None:
        return None
    best: tuple[float, int] | None = None
    found: Version | None = None
    for version in versions:
        published = parse_iso(version.published_at)
        if published is None or not since < published <= now or not _can_replace(installed, version, now):
            continue
        if best is None or (published, version.id) > best:
            best, found = (published, version.id), version
    return found


def _can_replace(installed: Version, other: Version, now: float) -> bool:
    same = other.id != installed.id and other.model_id == installed.model_id
    same = same and other.base_model == installed.base_model
    return same and bool(other.files) and other.downloadable and not other.archived and not in_early_access(other, now)


def newest_to_have(model: Model, now: float) -> Version:
    """The first version in the creator's order that can be downloaded at this time (Unix seconds).

    Raises `Archived`, `EarlyAccess`, `DownloadDisabled` with the reason of the newest one, `NotFound` where the model
    has no version with a file.
    """
    held = [version for version in model.versions if version.files]
    for version in held:
        if version.downloadable and not version.archived and not in_early_access(version, now):
            return version
    if model.versions and model.versions[0].archived:
        raise Archived
    if not held:
        raise NotFound("This model has no version that could be downloaded.", hint="Look at its page on CivitAI.")
    if not held[0].downloadable:
        raise DownloadDisabled("The creator has switched off downloads of this model.")
    until = held[0].early_access_until
    raise EarlyAccess(f"This model is in early access until {until}." if until else None, until=until)


def files_of_model(version: Version) -> tuple[ModelFile, ...]:
    """Every file that belongs to the model: not what it was trained on."""
    return tuple(file for file in version.files if file.type != "Training Data")
