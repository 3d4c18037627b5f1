"""The protocols through which services reach the world; those about the library stand in `ports.library`.

Adapters and hosts implement them; `app` wires them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from civitdock.domain.arrival import Arrival
from civitdock.domain.catalogue import Enums, Model, ModelPage, PicturePage, Version
from civitdock.domain.downloads import Download, State
from civitdock.domain.hashes import Hashes
from civitdock.domain.history import HistoryFilter, HistoryPage
from civitdock.domain.query import ImageQuery, ModelQuery
from civitdock.domain.tensors import Header
from civitdock.domain.transfers import Fetched, Progress, TransferOrder


class Clock(Protocol):
    """Time and waiting; tests bring their own."""

    def now(self) -> float:
        """Unix seconds."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or the seconds have passed (False)."""


# --- host ----------------------------------------------------------------------------------------


class CallCancelled(Exception):
    """A call to CivitAI ended because the caller's `Patience.cancelled` was set."""


class Outage(str, Enum):
    """What a caller gets while CivitAI is down: the last answer, however old, or the failure."""

    SERVE_OLD = "serve old"
    FAIL = "fail"


@dataclass(frozen=True)
class Patience:
    """How long a caller waits for CivitAI, in seconds, and what ends the wait early.

    `max_age`: a cached answer older than this many seconds is not enough; None leaves that to the setting.
    """

    seconds: float = 30.0
    cancelled: threading.Event = field(default_factory=threading.Event)
    max_age: float | None = None
    outage: Outage = Outage.SERVE_OLD


@dataclass(frozen=True)
class HashMatch:
    """One line of the bulk look-up (`civitai-api.md 1.6`); `sha256` in lower case."""

    sha256: str
    version_id: int
    model_id: int | None


class Catalogue(Protocol):
    """CivitAI. Every method raises `Offline`, `CivitaiDown`, `ChallengePage`, `RateLimited`, `RegionBlocked`,
    `BadAnswer`, `InvalidRequest` (CivitAI does not accept a parameter), where it says so `NotFound`, and
    `CallCancelled`. Pictures come uncut: `domain.levels` cuts them to an NSFW level and counts what it took away."""

    def search(self, query: ModelQuery, patience: Patience) -> ModelPage:
        """One page of models; `NotFound` for an unknown creator."""

    def model(self, model_id: int, patience: Patience) -> Model:
        """One model with all versions; `NotFound`."""

    def model_page(self, model_id: int, patience: Patience) -> ModelPage:
        """The same as a page of one, which tells where the answer came from; `NotFound`."""

    def models(self, ids: Sequence[int], patience: Patience) -> tuple[Model, ...]:
        """Up to 100 models in one request; unknown ones are left out."""

    def models_by_versions(self, version_ids: Sequence[int], patience: Patience) -> tuple[Model, ...]:
        """The models that own up to 100 versions, in one request, each with only those versions."""

    def version(self, version_id: int, patience: Patience) -> Version:
        """One version; `NotFound`."""

    def version_by_hash(self, value: str, patience: Patience) -> Version:
        """The version that owns a file with this hash, any of the six types; `NotFound`."""

    def match_hashes(self, sha256: Sequence[str], patience: Patience) -> tuple[HashMatch, ...]:
        """Up to 10,000 SHA256 in one request; unknown ones are left out, one hash can match several versions."""

    def versions_by_hashes(self, sha256: Sequence[str], patience: Patience) -> tuple[Version, ...]:
        """The versions behind up to 100 SHA256 in one request; unknown ones are left out (`civitai-api.md 1.5`)."""

    def images(self, query: ImageQuery, patience: Patience) -> PicturePage:
        """One page of pictures with their generation data, none above the query's NSFW level."""

    def tags(self, prefix: str, limit: int, patience: Patience) -> tuple[str, ...]:
        """Up to 200 tags that begin so."""

    def creators(self, part: str, limit: int, patience: Patience) -> tuple[str, ...]:
        """Up to 200 creators whose name contains this."""

    def enums(self, patience: Patience) -> Enums:
        """CivitAI's own lists."""

    def account(self, key: str, patience: Patience) -> str:
        """The account name behind a key, never cached; raises `BadApiKey`."""

    def download_url(self, version_id: int, file_id: int) -> str:
        """The address of one exact file (`civitai-api.md 3`)."""

    def reachable(self) -> bool | None:
        """Whether the last contact worked; None before the first."""


class Stop(Protocol):
    """Asked between chunks: why a transfer should end now, or None to go on."""

    def __call__(self) -> str | None:
        """A reason such as `paused` or `cancelled`."""


class Transfers(Protocol):
    """Fetches files into part files, resuming what is there."""

    def fetch(self, order: TransferOrder, report: Callable[[Progress], None], stop: Stop) -> Fetched:
        """Bring the whole file into `part_path`, hashing as the bytes arrive.

        Raises `TransferStopped` when `stop` answered, and the download errors of design section 7: `NoApiKey`,
        `BadApiKey`, `EarlyAccess`, `DownloadDisabled`, `NotFound`, `Archived`, `RegionBlocked`, `RateLimited`,
        `ChallengePage`, `Truncated`, `DiskFull`, `NotWritable`, `UnsafeRedirect`, `CivitaiDown`, `Offline`; and
        `BusyElsewhere` where another program fills the same part. Space is not looked at: `report` is told the
        server's size with the first bytes, and what it raises ends the transfer.
        """

    def discard(self, part_path: Path) -> None:
        """Remove a part file and its resume data, at once also where a transfer holds it, which then ends.

        Nothing happens where there is none.
        """

    def kept(self, part_path: Path) -> Progress | None:
        """How much of a file an earlier run left in its part, and of how much; None where there is no part."""

    def relocate(self, part_path: Path, new_path: Path, stop: Stop) -> None:
        """Let a whole part stand at a second place too, in any folder; the first one is for the caller to discard.

        What lies there is an older try at the same file and is replaced. Raises `TransferStopped`, `DiskFull`,
        `NotWritable`, `BusyElsewhere`.
        """

    def is_foreign(self, part_path: Path, expected: Hashes) -> bool:
        """Whether a part of another file lies there, so that its name must be left to that one."""


class TransferStopped(Exception):
    """A transfer ended because `stop` answered; `reason` is its answer."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Verdict(Protocol):
    """The result of looking into a pickle."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""

    @property
    def findings(self) -> tuple[str, ...]:
        """What was found, in words."""


class PickleScanner(Protocol):
    """Looks into pickles without running them."""

    def scan(self, path: Path, suffix: str) -> Verdict:
        """Examine a file that will have this suffix; raises `MissingPackage` where no scanner is installed."""


class Disk(Protocol):
    """Model files on disk."""

    def free_bytes(self, folder: Path) -> int:
        """Free space where the folder is or will be."""

    def volume(self, folder: Path) -> Path:
        """The uppermost folder of the drive where the folder is or will be."""

    def folders(self, root: Path, most: int) -> tuple[str, ...]:
        """Up to `most` sub-folders of a root, relative to it with forward slashes, hidden ones left out."""

    def prepare_folder(self, folder: Path) -> None:
        """Create the folder; raises `NotWritable` where a file could not be created in it."""

    def place(self, part: Path, final: Path) -> None:
        """Give a part file its final name in one step that cannot overwrite; raises `NameConflict`, `NotWritable`."""

    def sha256(self, path: Path) -> str:
        """SHA256 of a file in lower case, in one sequential read."""

    def check_model(self, path: Path, suffix: str) -> None:
        """Raise `InvalidFile` where the content is not what the suffix says (HTML, broken safetensors header)."""

    def head(self, path: Path) -> bytes:
        """The first bytes of a file, at most 64; raises `NotWritable` where it cannot be read."""

    def header(self, path: Path) -> Header | None:
        """The safetensors header of a file of any name; None where the content is none."""

    def size(self, path: Path) -> int | None:
        """The size of a file in bytes, or None where there is no file."""

    def remove(self, path: Path) -> None:
        """Remove a file of ours that got no name; raises `NotWritable`."""

    def names(self, folder: Path) -> tuple[str, ...]:
        """The names in a folder; none where it does not exist."""

    def real(self, path: Path) -> Path:
        """The absolute path with every link resolved."""


class Arrivals(Protocol):
    """What happens to a file that has its final name."""

    def arrived(self, arrival: Arrival) -> tuple[str, ...]:
        """Write sidecar and preview, put it into the index, refresh the host; answers warnings in plain words."""

    def arrived_together(self, arrivals: Sequence[Arrival]) -> tuple[str, ...]:
        """The same for files that came at once; the host is refreshed once for each type."""


# --- databases -----------------------------------------------------------------------------------


class DownloadStore(Protocol):
    """The part of the `state` database that holds the download queue. Every write is durable when it returns."""

    def claim(self) -> bool:
        """Become the one process that runs this queue; False while another process is it. Asking again is fine."""

    def release(self) -> None:
        """Let another process run the queue; call it on the thread that claimed."""

    def save(self, job: Download) -> None:
        """Insert or replace by id; the store remembers the highest `revision` it has seen."""

    def get(self, job_id: str) -> Download | None:
        """One job."""

    def active(self) -> tuple[Download, ...]:
        """Every job that is not done, failed or cancelled, oldest first."""

    def finished(self, limit: int) -> tuple[Download, ...]:
        """The last finished jobs, newest first."""

    def history(self, wanted: HistoryFilter) -> HistoryPage:
        """A page of all finished jobs, newest first."""

    def holds(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these jobs there are."""

    def forget(self, ids: Sequence[str], states: Sequence[State], spared: Collection[str]) -> tuple[Download, ...]:
        """Remove finished jobs with these ids and states (all where empty) but for those spared; answers them."""

    def revision(self) -> int:
        """The highest revision saved so far."""
