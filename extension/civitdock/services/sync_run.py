"""One run of a sync: find files, hash the new ones, look them up in bulk, write what CivitAI knows.

Nothing is erased because CivitAI does not answer or answers less than before; what is found is kept in the index at
once, so that a run that ends early need not be repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from civitdock.domain import sync
from civitdock.domain.arrival import Arrival
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.foreign import IdentityHint
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, LocalState
from civitdock.domain.sync import FoundFile, Need, Phase, SyncRequest
from civitdock.domain.times import iso
from civitdock.domain.versions import find_version
from civitdock.errors import CivitDockError, InvalidFile, NotFound, NotWritable, RateLimited
from civitdock.ports import Clock, HashMatch, Host, SettingsSource
from civitdock.services.sync_control import SyncControl
from civitdock.services.sync_scan import Scan, SyncTools

Item = TypeVar("Item")
#: Pause after the picture host asked for fewer requests without saying how long, in seconds.
_PICTURE_PAUSE = 10.0


@dataclass(frozen=True)
class _Known:
    """A file whose version is known: `row` has its hashes, `version_id` and `model_id` say what it is."""

    found: FoundFile
    row: LocalModel
    model_id: int
    version_id: int


class SyncRun:
    """Carries one sync out; `run` is called once, on the worker's thread."""

    def __init__(
        self, tools: SyncTools, control: SyncControl, host: Host, settings: SettingsSource, clock: Clock
    ) -> None:
        self._tools = tools
        self._control = control
        self._host = host
        self._settings = settings
        self._clock = clock
        self._scan = Scan(tools, host, settings, clock)
        self._handled: set[Path] = set()
        self._shown: dict[str, list[Path]] = defaultdict(list)

    def run(self) -> None:
        """Work until every request is done; raises `SyncEnded` and what waiting cannot cure."""
        try:
            while True:
                requests = self._control.requests()
                self._once(requests)
                self._refresh()
                if self._control.finish_unless_widened(requests):
                    return
        finally:
            self._refresh()

    def _refresh(self) -> None:
        """Let the host show what was written; once per type, since it lists whole folders."""
        shown, self._shown = self._shown, defaultdict(list)
        for model_type, paths in shown.items():
            self._host.refresh(paths, model_type)

    def _once(self, requests: Sequence[SyncRequest]) -> None:
        by_need = self._find(requests)
        read = self._hash(by_need[Need.HASH])
        rows = [(found, row) for found, row in (*by_need[Need.LOOKUP], *by_need[Need.DETAILS]) if row is not None]
        unknown: list[tuple[FoundFile, LocalModel]] = []
        known: list[_Known] = []
        for found, row in (*read, *rows):
            if row.state is LocalState.IDENTIFIED and row.model_id is not None and row.version_id is not None:
                known.append(_Known(found, row, row.model_id, row.version_id))
            else:
                unknown.append((found, row))
        self._write([*known, *self._look_up(unknown)])

    # --- find ----------------------------------------------------------------------------------------

    def _find(self, requests: Sequence[SyncRequest]) -> dict[Need, list[tuple[FoundFile, LocalModel | None]]]:
        self._control.phase(Phase.SCANNING)
        by_need: dict[Need, list[tuple[FoundFile, LocalModel | None]]] = {what: [] for what in Need}
        for found, row, what in self._scan.needs(requests, self._unlisted):
            self._control.checkpoint()
            if found.path in self._handled:
                continue
            self._handled.add(found.path)
            by_need[what].append((found, row))
            self._control.expect(1, found.size_bytes if what is Need.HASH else 0)
            if what is Need.NOTHING and row is not None:
                self._control.count("invalid" if row.state is LocalState.INVALID else "matched")
        self._scan.forget_gone()
        return by_need

    def _unlisted(self, error: OSError) -> None:
        where = Path(str(error.filename or ""))
        self._control.tell(where, NotWritable(f"This folder or file cannot be read ({error.strerror or error})."))

    # --- hash ----------------------------------------------------------------------------------------

    def _hash(self, files: Sequence[tuple[FoundFile, LocalModel | None]]) -> list[tuple[FoundFile, LocalModel]]:
        self._control.phase(Phase.HASHING)
        hashed: list[tuple[FoundFile, LocalModel]] = []
        for found, row in files:
            self._control.checkpoint()
            try:
                self._tools.disk.check_model(found.path, found.path.suffix)
                new = self._hashed(found, row)
            except InvalidFile as error:
                self._invalid(found, row, error)
            except CivitDockError as error:
                self._failed(found, error)
            except OSError as error:
                self._failed(found, NotWritable(f"{found.path.name} cannot be read ({error.strerror or error})."))
            else:
                self._tools.store.put(new)
                hashed.append((found, new))
        return hashed

    def _hashed(self, found: FoundFile, row: LocalModel | None) -> LocalModel:
        settings = self._settings.current()
        extra = frozenset(name for name in ("blake3", "crc32") if settings.flag(f"civitai_hash_{name}"))
        hashes = self._tools.files.hashes(found.path, extra, self._control.read)
        if self._tools.files.look(found) != found:
            raise NotWritable(f"{found.path.name} changed while it was read.", hint="Sync again when it is complete.")
        # A download may have brought this very file, with its identity, since the scan.
        row = self._tools.store.get(found.path) or row
        if row is None or row.hashes.sha256 != hashes.sha256:
            return self._new_row(found, row, LocalState.PENDING, hashes)
        merged = replace(row.hashes, **{name: value for name, value in asdict(hashes).items() if value})
        return replace(
            row,
            root=found.root.path,
            size_bytes=found.size_bytes,
            mtime_ns=found.mtime_ns,
            inode=found.inode,
            hashes=merged,
        )

    def _new_row(self, found: FoundFile, row: LocalModel | None, state: LocalState, hashes: Hashes) -> LocalModel:
        first_seen = row.first_seen if row is not None else None
        return LocalModel(
            path=found.path,
            root=found.root.path,
            type=found.root.type,
            size_bytes=found.size_bytes,
            mtime_ns=found.mtime_ns,
            inode=found.inode,
            state=state,
            hashes=hashes,
            first_seen=first_seen or iso(self._clock.now()),
        )

    def _invalid(self, found: FoundFile, row: LocalModel | None, error: InvalidFile) -> None:
        self._tools.store.put(self._new_row(found, row, LocalState.INVALID, Hashes()))
        self._control.tell(found.path, error)
        self._control.count("invalid")

    def _failed(self, found: FoundFile, error: CivitDockError) -> None:
        self._control.tell(found.path, error)
        self._control.count("failed")

    # --- look up -------------------------------------------------------------------------------------

    def _look_up(self, files: Sequence[tuple[FoundFile, LocalModel]]) -> list[_Known]:
        self._control.phase(Phase.LOOKING_UP)
        known: list[_Known] = []
        for part in _parts(files, sync.HASHES_PER_REQUEST):
            wanted = tuple(dict.fromkeys(row.hashes.sha256 for _, row in part if row.hashes.sha256))
            answer = self._control.ask(partial(self._tools.catalogue.match_hashes, wanted))
            matches: dict[str, list[HashMatch]] = defaultdict(list)
            for match in answer:
                matches[match.sha256].append(match)
            chosen: list[tuple[FoundFile, LocalModel, HashMatch]] = []
            for found, row in part:
                best = self._choose(found, matches.get(row.hashes.sha256 or "", []))
                if best is None:
                    self._unmatched(row)
                else:
                    chosen.append((found, row, best))
            known += self._with_models(chosen)
        return known

    def _choose(self, found: FoundFile, matches: Sequence[HashMatch]) -> HashMatch | None:
        """Of several versions with this content the one that a sidecar names, else the oldest."""
        if len(matches) < 2:
            return matches[0] if matches else None
        hint = self._tools.sidecars.hint(found.path)
        return min(matches, key=lambda match: (*_distance(match, hint), match.version_id))

    def _with_models(self, chosen: Sequence[tuple[FoundFile, LocalModel, HashMatch]]) -> list[_Known]:
        """Find the model of versions whose match did not name it (`civitai-api.md 1.6`)."""
        unnamed = sorted({match.version_id for _, _, match in chosen if match.model_id is None})
        owners: dict[int, int] = {}
        for part in _parts(unnamed, sync.MODELS_PER_REQUEST):
            models = self._control.ask(partial(self._tools.catalogue.models_by_versions, part))
            owners.update({version.id: model.id for model in models for version in model.versions})
        known: list[_Known] = []
        for found, row, match in chosen:
            model_id = match.model_id or owners.get(match.version_id)
            if model_id is None:
                self._unmatched(row)
            else:
                known.append(_Known(found, row, model_id, match.version_id))
        return known

    def _unmatched(self, row: LocalModel) -> None:
        """CivitAI does not know it now; what was known before, or came with a download meanwhile, stays."""
        row = self._tools.store.get(row.path) or row
        if row.state not in (LocalState.IDENTIFIED, LocalState.UNKNOWN):
            self._tools.store.put(replace(row, state=LocalState.UNKNOWN))
        self._control.count("unmatched")

    # --- write ---------------------------------------------------------------------------------------

    def _write(self, files: Sequence[_Known]) -> None:
        self._control.phase(Phase.WRITING)
        by_model: dict[int, list[_Known]] = defaultdict(list)
        for known in files:
            by_model[known.model_id].append(known)
        for part in _parts(sorted(by_model), sync.MODELS_PER_REQUEST):
            answer = self._control.ask(partial(self._tools.catalogue.models, part))
            models: Mapping[int, Model] = {model.id: model for model in answer}
            for model_id in part:
                for known in by_model[model_id]:
                    self._control.checkpoint()
                    self._one(known, models.get(model_id))

    def _one(self, known: _Known, model: Model | None) -> None:
        version = find_version(model, known.version_id) if model is not None else None
        if version is None:
            try:
                version = self._control.ask(partial(self._tools.catalogue.version, known.version_id))
            except NotFound:
                self._unmatched(known.row)
                return
        if self._tools.files.look(known.found) != known.found:
            self._failed(known.found, NotWritable(f"{known.found.path.name} changed during the sync."))
            return
        self._describe(known, version, model)

    def _describe(self, known: _Known, version: Version, model: Model | None) -> None:
        found, row = known.found, known.row
        file = _file_of(version, row.hashes.sha256)
        described = self._tools.arrivals.describe(
            Arrival(found.path, found.root, found.size_bytes, row.hashes, version, file, model)
        )
        self._shown[found.root.type] += described.paths
        for problem in described.problems:
            self._control.tell(found.path, problem.error)
        self._control.count("failed" if any(problem.serious for problem in described.problems) else "matched")
        limited = next((item.error for item in described.problems if isinstance(item.error, RateLimited)), None)
        if limited is not None:
            self._control.wait(limited.retry_after or _PICTURE_PAUSE, limited.code, limited.message)


def _file_of(version: Version, sha256: str | None) -> ModelFile | None:
    return next((file for file in version.files if sha256 and file.hashes.sha256 == sha256), None)


def _distance(match: HashMatch, hint: IdentityHint) -> tuple[bool, bool]:
    return match.version_id != hint.version_id, match.model_id != hint.model_id


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
