"""What services need of the library: files beside models, the index, and what is remembered about both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from civitdock.domain.cards import CardFact
from civitdock.domain.catalogue import Picture
from civitdock.domain.foreign import IdentityHint
from civitdock.domain.library import LocalFilter, LocalModel, LocalPage
from civitdock.domain.previews import Preview
from civitdock.domain.rescan import Identity, Mark, MarkRow, Moment
from civitdock.domain.sidecar import SidecarFacts
from civitdock.domain.sync import SyncRequest
from civitdock.domain.told import Taken, Told
from civitdock.domain.updates import IgnoreRule, ModelLine


class Previews(Protocol):
    """Preview pictures beside models."""

    def ensure(self, model: Path, pictures: Sequence[Picture]) -> Preview | None:
        """Give the model a preview where it has none, from the first picture that works; None where none is due.

        Raises `NotFound` where none worked, `RateLimited`, `Offline`, `NotWritable`, `DiskFull`.
        """

    def replace(self, model: Path, picture: Picture) -> tuple[Preview, ...]:
        """Make this picture the model's preview, whatever lies there; what that was can be restored.

        Raises `WrongState` where the preview cannot be written in its own format, what fetching a picture raises,
        `NotWritable`, `DiskFull`.
        """


class Sidecars(Protocol):
    """The metadata files beside models (design section 6)."""

    def write(self, model: Path, facts: SidecarFacts) -> tuple[str, ...]:
        """Merge facts into `<stem>.json`, add other tools' files; answers warnings. `NotWritable`, `DiskFull`."""

    def disown(self, model: Path, sha256: str, now: str) -> None:
        """Take out of the sidecar what we wrote about another content than this. `NotWritable`, `DiskFull`."""

    def told(self, model: Path, sha256: str) -> Told:
        """What other tools' files say about the model, those left out that speak of another content."""

    def restore(self, path: Path) -> None:
        """Make a file what it was before we changed it first, and leave it alone from then on.

        Raises `NotFound`, `NotWritable`, `DiskFull`.
        """

    def take_up(self, model: Path) -> None:
        """Write the files beside the model again although they were restored, because the user asks for it."""

    def hint(self, model: Path) -> IdentityHint:
        """What the sidecars of all tools say the model is; never proof."""

    def described(self, model: Path) -> Mapping[str, object] | None:
        """The `civitai` object of the model's sidecar (design section 6), None where it has none of ours."""


@dataclass(frozen=True)
class Original:
    """A file beside a model before we changed it first: `content` None where there was none.

    `written` is the SHA256 of what we wrote last; `restored` once the user had it put back, since when it is left
    alone.
    """

    path: Path
    content: bytes | None
    written: str
    restored: bool = False


class Originals(Protocol):
    """The part of the `state` database that remembers what files were before we changed them first."""

    def get(self, path: Path) -> Original | None:
        """What is known of a file."""

    def keep(self, original: Original) -> None:
        """Remember a file; where one is remembered already only `written` and `restored` change."""

    def below(self, path: Path) -> tuple[Path, ...]:
        """The remembered files that are this one or lie below this folder, and are not restored."""

    def forget(self, path: Path) -> None:
        """Another file lies there now, which we have not changed yet."""

    def restored(self) -> frozenset[bytes]:
        """The files that were put back, as the file system's bytes; one that was not there before is not there now."""

    def moved(self, moves: Iterable[tuple[Path, Path]]) -> None:
        """Files that are remembered lie elsewhere now, where they do and nothing is known of that place."""

    def taken(self, path: Path, taken: Sequence[Taken]) -> None:
        """Note what was taken from other tools' files for a model."""

    def report(self) -> tuple[tuple[Path, tuple[Taken, ...]], ...]:
        """What was taken, for every model, by path."""


class SyncMemory(Protocol):
    """Remembers a sync until it has ended, also over the end of the program."""

    def unfinished(self) -> tuple[SyncRequest, ...]:
        """What was asked for and not finished."""

    def remember(self, requests: Sequence[SyncRequest]) -> None:
        """Replace what is remembered; nothing once a sync has ended."""


class Ignores(Protocol):
    """The part of the `state` database that holds which updates the user does not want to hear of."""

    def all(self) -> frozenset[IgnoreRule]:
        """Every rule."""

    def add(self, rule: IgnoreRule) -> None:
        """Ignore this."""

    def remove(self, rule: IgnoreRule) -> None:
        """Hear of it again; nothing happens where there is no such rule."""


class ModelStore(Protocol):
    """The `index` database: every model file we know."""

    def put(self, model: LocalModel) -> None:
        """Insert or replace by path."""

    def get(self, path: Path) -> LocalModel | None:
        """The row of one file."""

    def put_all(self, models: Iterable[LocalModel]) -> None:
        """Insert or replace many, in one transaction."""

    def remove(self, path: Path) -> None:
        """The file is missing: it leaves every list; what is known of it is kept for a while."""

    def remove_all(self, paths: Iterable[bytes]) -> None:
        """The same for many, in one transaction."""

    def restore_all(self, paths: Iterable[bytes]) -> None:
        """Files that were missing are where they were, unchanged."""

    def rename(self, old: bytes, new: LocalModel) -> None:
        """A file has moved: its row now stands under another path."""

    def marks(self, moment: Moment) -> dict[bytes, MarkRow]:
        """What a rescan compares, by path, missing files too."""

    def mark(self, path: bytes) -> Mark | None:
        """The whole mark of one file."""

    def gone(self) -> frozenset[bytes]:
        """The files that were missing at the last look."""

    def unhashed(self) -> frozenset[bytes]:
        """Files that count as models and whose content was never read to the end."""

    def of_paths(self, paths: Sequence[bytes]) -> tuple[LocalModel, ...]:
        """The rows of these files, missing ones too."""

    def identities(self, paths: Sequence[bytes]) -> list[Identity]:
        """What these files are, in short, missing ones too."""

    def card_facts(self) -> Sequence[CardFact]:
        """What the host's cards are told of every file that CivitAI knows."""

    def put_lines(self, lines: Iterable[ModelLine]) -> None:
        """Keep what versions these models have."""

    def lines(self) -> Iterator[ModelLine]:
        """The versions of every model that has a file here, by model id."""

    def all(self) -> tuple[LocalModel, ...]:
        """Every row, ordered by path."""

    def page(self, wanted: LocalFilter) -> LocalPage:
        """One page, ordered by name."""

    def of_models(self, model_ids: Sequence[int]) -> tuple[LocalModel, ...]:
        """The rows of these CivitAI models."""

    def candidates(
        self, names: Sequence[str], hashes: Sequence[str], versions: Sequence[int]
    ) -> tuple[LocalModel, ...]:
        """The rows with one of these stems (any case), of these whole or shortened hashes, or of these versions."""

    def of_hash(self, sha256: str) -> tuple[LocalModel, ...]:
        """The rows with this content."""
