"""What a picture uses, as a list to work through: here, found on CivitAI, to be chosen, or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.generation import Kind
from civitdock.domain.recipe import Source
from civitdock.domain.versions import in_early_access
from civitdock.errors import Archived, CivitDockError, DownloadDisabled, EarlyAccess

#: Candidates among which a person chooses.
MOST_CANDIDATES = 8


class WantedState(str, Enum):
    """What is known of something that a picture uses."""

    HERE = "here"
    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


class Match(str, Enum):
    """By what a candidate was found: the surest first."""

    HASH = "hash"
    VERSION = "version"
    FILE_NAME = "file_name"
    NAME = "name"


@dataclass(frozen=True)
class Candidate:
    """A file on CivitAI that may be meant. `refusal` says why it cannot be downloaded."""

    version: Version
    file: ModelFile | None
    match: Match
    page_url: str
    refusal: str | None = None

    def as_dict(self) -> dict[str, object]:
        """For programs: what it is and what a download of it needs."""
        version, file = self.version, self.file
        return {
            "model_id": version.model_id,
            "version_id": version.id,
            "file_id": file.id if file is not None else None,
            "model_name": version.model_name,
            "version_name": version.name,
            "base_model": version.base_model,
            "filename": file.name if file is not None else None,
            "size_bytes": file.size_bytes if file is not None else None,
            "early_access_until": version.early_access_until,
            "page_url": self.page_url,
            "match": self.match.value,
            "refusal": self.refusal,
        }


@dataclass(frozen=True)
class Wanted:
    """One thing that a picture uses. `name` is as the picture has it; `reason` says why it is ambiguous or unknown, or
    cannot be downloaded; `fits` whether its base model is the checkpoint's, None where that is not certain."""

    kind: Kind
    name: str
    state: WantedState
    weight: float | None = None
    base_model: str | None = None
    fits: bool | None = None
    path: Path | None = None
    reason: str | None = None
    candidates: tuple[Candidate, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "weight": self.weight,
            "base_model": self.base_model,
            "fits": self.fits,
            "state": self.state.value,
            "path": self.path.as_posix() if self.path is not None else None,
            "reason": self.reason,
            "candidates": [each.as_dict() for each in self.candidates],
        }


@dataclass(frozen=True)
class Totals:
    """How many are in each state, and the bytes of what was found and can be downloaded."""

    here: int
    found: int
    ambiguous: int
    unknown: int
    size_bytes: int


@dataclass(frozen=True)
class Missing:
    """Everything that a picture uses. `infotext` or `generation` is what sending takes; `failure` is why CivitAI told
    less than it knows."""

    source: Source
    infotext: str | None
    generation: Mapping[str, object] | None
    resources: tuple[Wanted, ...]
    failure: CivitDockError | None = None

    @property
    def totals(self) -> Totals:
        """The sums."""
        count = {state: sum(each.state is state for each in self.resources) for state in WantedState}
        return Totals(
            count[WantedState.HERE],
            count[WantedState.FOUND],
            count[WantedState.AMBIGUOUS],
            count[WantedState.UNKNOWN],
            sum(_size(each) for each in self.resources),
        )


def refusal(version: Version, file: ModelFile | None, now: float) -> str | None:
    """Why a file cannot be downloaded at this time (Unix seconds), in plain words; None where nothing is known
    against it."""
    if version.archived:
        return Archived.message
    if not version.downloadable:
        return DownloadDisabled.message
    if in_early_access(version, now):
        until = version.early_access_until
        return f"This version is in early access until {until}." if until else EarlyAccess.message
    return None if file is not None else "This version has no file that could be downloaded."


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best first, what cannot be downloaded behind the rest of its kind; as many as a person chooses among."""
    order = list(Match)
    found = sorted(candidates, key=lambda each: (order.index(each.match), each.refusal is not None))
    return tuple(found[:MOST_CANDIDATES])


def _size(wanted: Wanted) -> int:
    best = wanted.candidates[0] if wanted.state is WantedState.FOUND and wanted.candidates else None
    if best is None or best.refusal is not None or best.file is None:
        return 0
    return best.file.size_bytes or 0
