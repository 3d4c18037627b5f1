"""What routes and tab show of CivitAI: models and versions cut to the NSFW level, with what is installed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import Installed, LocalModel


@dataclass(frozen=True)
class ModelView:
    """A model. `hidden_images` counts the pictures above the level, `installed_paths` maps file ids to paths on disk.

    `hidden_by_version` has the same count for each version id. `wanted_version` is the version that a pasted link,
    AIR or hash named, where it named one.
    """

    model: Model
    hidden_images: int
    installed: Installed
    installed_paths: Mapping[int, str]
    installed_versions: frozenset[int]
    page_url: str
    wanted_version: int | None = None
    hidden_by_version: Mapping[int, int] = field(default_factory=dict)

    def versions(self) -> tuple[VersionView, ...]:
        """Each version as it would be shown alone, in CivitAI's order."""
        return tuple(
            VersionView(
                version=version,
                hidden_images=self.hidden_by_version.get(version.id, 0),
                installed=version.id in self.installed_versions,
                installed_paths=self.installed_paths,
            )
            for version in self.model.versions
        )


@dataclass(frozen=True)
class VersionView:
    """One version; the fields are those of `ModelView`."""

    version: Version
    hidden_images: int
    installed: bool
    installed_paths: Mapping[int, str]


def installed_state(rows: Iterable[LocalModel]) -> Installed:
    """The badge of a model from its rows in the index; an update that is already here counts no more."""
    found = list(rows)
    if not found:
        return Installed.NONE
    here = {row.version_id for row in found}
    if any(row.update is not None and row.update.version_id not in here for row in found):
        return Installed.UPDATE
    return Installed.INSTALLED


def paths_of(versions: Iterable[Version], rows: Iterable[LocalModel]) -> dict[int, str]:
    """Where each file of these versions lies: by version and file id, else by version and content."""
    found = list(rows)
    paths: dict[int, str] = {}
    for version in versions:
        own = [row for row in found if row.version_id == version.id]
        for file in version.files:
            row = next((row for row in own if _is_same(row, file)), None)
            if row is not None:
                paths[file.id] = str(row.path)
    return paths


def _is_same(row: LocalModel, file: ModelFile) -> bool:
    if row.hashes.sha256 and file.hashes.sha256:
        return row.hashes.sha256 == file.hashes.sha256
    return row.file_id is not None and row.file_id == file.id
