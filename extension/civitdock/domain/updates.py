"""Which newer versions there are of a model that is here: what can replace a file, what must be bought, what is for
another base model, and what the user does not want to hear of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from civitdock.domain.catalogue import Model, Version
from civitdock.domain.library import LocalModel, Update
from civitdock.domain.times import parse_iso
from civitdock.domain.versions import in_early_access


@dataclass(frozen=True)
class LineVersion:
    """A version in short; times ISO 8601 UTC. `early_access_until` is None where it is free, `paid_forever` for good.

    `available` says whether it has files that can be downloaded.
    """

    id: int
    name: str
    base_model: str | None
    published_at: str | None
    early_access_until: str | None = None
    paid_forever: bool = False
    available: bool = True


@dataclass(frozen=True)
class ModelLine:
    """All versions of a model as CivitAI listed them at `checked_at` (ISO 8601 UTC)."""

    model_id: int
    versions: tuple[LineVersion, ...]
    checked_at: str


@dataclass(frozen=True)
class IgnoreRule:
    """An ignored version, or with `version_id` None the whole model."""

    model_id: int
    version_id: int | None = None


class Ignored(str, Enum):
    """What the user does not want to hear of: nothing, the version that could be had, or the whole model."""

    NONE = "none"
    VERSION = "version"
    MODEL = "model"


@dataclass(frozen=True)
class Newer:
    """What is newer than a local file. `update` can replace it now; `early_access` are versions of the same base model
    that must be bought or waited for; `other_base` are newer ones for other base models.
    """

    local: LocalModel
    update: LineVersion | None
    early_access: tuple[LineVersion, ...]
    other_base: tuple[LineVersion, ...]
    ignored: Ignored
    checked_at: str


def line_of(model: Model, checked_at: str) -> ModelLine:
    """The versions of a model in short."""
    return ModelLine(model.id, tuple(map(_short, model.versions)), checked_at)


def _short(version: Version) -> LineVersion:
    return LineVersion(
        id=version.id,
        name=version.name,
        base_model=version.base_model,
        published_at=version.published_at,
        early_access_until=version.early_access_until,
        paid_forever=version.paid_forever,
        available=bool(version.files) and version.downloadable and not version.archived,
    )


def newer_than(line: ModelLine, rows: Iterable[LocalModel], rules: Collection[IgnoreRule], now: float) -> list[Newer]:
    """What is newer than each of a model's local files; `now` in Unix seconds.

    Only the newest file of a base model can be out of date: where v2 is here, v1 beside it is kept on purpose. Files
    about which there is nothing to say are left out.
    """
    here = sorted(rows, key=lambda row: str(row.path))
    versions = {version.id: version for version in line.versions}
    have = {row.version_id for row in here}
    found: list[Newer] = []
    for row in here:
        own = versions.get(row.version_id or 0)
        if own is None or _is_outdone_here(own, have, versions):
            continue
        found += _about(row, own, line, rules, have, now)
    return found


def _is_outdone_here(own: LineVersion, have: Collection[int | None], versions: Mapping[int, LineVersion]) -> bool:
    """Whether a newer version for the same base model is here too."""
    since = parse_iso(own.published_at) or 0.0
    return any(
        other.id in have and other.base_model == own.base_model and (parse_iso(other.published_at) or 0.0) > since
        for other in versions.values()
    )


def _about(
    row: LocalModel,
    own: LineVersion,
    line: ModelLine,
    rules: Collection[IgnoreRule],
    have: Collection[int | None],
    now: float,
) -> list[Newer]:
    since = parse_iso(own.published_at)
    if since is None:
        return []
    later = [
        version
        for version in line.versions
        if version.id not in have and version.available and since < (parse_iso(version.published_at) or 0.0) <= now
    ]
    later.sort(key=lambda version: (parse_iso(version.published_at) or 0.0, version.id), reverse=True)
    same = [version for version in later if version.base_model == own.base_model]
    early = tuple(version for version in same if _must_wait(version, now))
    free = [version for version in same if version not in early]
    heard = [version for version in free if IgnoreRule(line.model_id, version.id) not in rules]
    other = tuple(version for version in later if version.base_model != own.base_model)
    update = heard[0] if heard else free[0] if free else None
    if update is None and not early and not other:
        return []
    return [Newer(row, update, early, other, _ignored(line.model_id, update, rules), line.checked_at)]


def _ignored(model_id: int, update: LineVersion | None, rules: Collection[IgnoreRule]) -> Ignored:
    if IgnoreRule(model_id) in rules:
        return Ignored.MODEL
    return Ignored.VERSION if update and IgnoreRule(model_id, update.id) in rules else Ignored.NONE


def _must_wait(version: LineVersion, now: float) -> bool:
    short = Version(
        version.id, 0, version.name, early_access_until=version.early_access_until, paid_forever=version.paid_forever
    )
    return in_early_access(short, now)


def heard(update: Update | None, model_id: int | None, rules: Collection[IgnoreRule]) -> Update | None:
    """The update of a local file unless the user does not want to hear of it."""
    if update is None or model_id is None:
        return update
    ignored = IgnoreRule(model_id) in rules or IgnoreRule(model_id, update.version_id) in rules
    return None if ignored else update
