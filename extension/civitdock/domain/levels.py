"""Cutting models down to an NSFW level: what is above it is not shown, and counted (design section 8)."""

from __future__ import annotations

from dataclasses import replace

from civitdock.domain import nsfw
from civitdock.domain.catalogue import Model, Version


def cut_version(version: Version, word: str) -> tuple[Version, int]:
    """The version without pictures above the level, and how many those were."""
    kept = tuple(picture for picture in version.images if nsfw.admits(word, picture.nsfw_level))
    hidden = len(version.images) - len(kept)
    return (replace(version, images=kept), hidden) if hidden else (version, 0)


def cut_model(model: Model, word: str) -> tuple[Model, int]:
    """The model with every version cut, and how many pictures were taken away in all."""
    cuts = [cut_version(version, word) for version in model.versions]
    hidden = sum(count for _version, count in cuts)
    return (replace(model, versions=tuple(version for version, _count in cuts)), hidden) if hidden else (model, 0)


def hidden_by_version(model: Model, cut: Model) -> dict[int, int]:
    """How many pictures `cut_model` took away, for each version id."""
    return {
        version.id: len(version.images) - len(kept.images)
        for version, kept in zip(model.versions, cut.versions, strict=True)
    }


def listed(model: Model, word: str) -> Model | None:
    """The model as a listing may show it: without versions that lie wholly above the level; None where none is left.

    A version's level is the union of its pictures' bits, so one admitted bit is enough. A model without versions
    counts by its own level.
    """
    if not model.versions:
        return model if _reaches(model.nsfw_level, word) else None
    kept = tuple(version for version in model.versions if _reaches(version.nsfw_level, word))
    if not kept:
        return None
    return model if len(kept) == len(model.versions) else replace(model, versions=kept)


def _reaches(level: int, word: str) -> bool:
    return bool(level & nsfw.mask(word)) or nsfw.admits(word, level)
