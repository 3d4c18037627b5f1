"""The last step of a sync: ask for what is known of the models, a hundred at a time, and write it beside the files."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from civitdock.domain import sync
from civitdock.domain.arrival import Arrival
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel
from civitdock.domain.sync import Phase
from civitdock.domain.times import iso
from civitdock.domain.updates import line_of
from civitdock.domain.versions import find_version
from civitdock.errors import CivitDockError, NotFound, NotWritable, RateLimited
from civitdock.ports import Clock
from civitdock.services.arrivals import Described
from civitdock.services.parallel import each
from civitdock.services.strangers import Strangers
from civitdock.services.sync_control import SyncControl
from civitdock.services.sync_lookup import Known, Lookup, parts
from civitdock.services.sync_scan import SyncTools, Target

#: So many pictures are fetched at once.
_WRITERS = 4
#: Pause after the picture host asked for fewer requests without saying how long, in seconds; doubles in vain.
_PICTURE_PAUSE = 10.0
#: After so many pauses in which no picture came, the rest goes without; a later sync tries again.
_PICTURE_TRIES = 5


@dataclass(frozen=True)
class _Ready:
    """A file and everything that will be written about it; `is_new` where nothing was before."""

    target: Target
    arrival: Arrival
    is_new: bool


class _Turn:
    """One attempt at many files: whether the picture host had enough, and which files come again."""

    def __init__(self) -> None:
        self.limited = threading.Event()
        self.errors: list[RateLimited] = []
        self.again: list[_Ready] = []


class Writer:
    """Describes files for one sync; `shown` collects by type what the host must read again."""

    def __init__(
        self, tools: SyncTools, control: SyncControl, lookup: Lookup, strangers: Strangers, clock: Clock
    ) -> None:
        self._tools = tools
        self._control = control
        self._unmatched = lookup.unmatched
        self._strangers = strangers
        self._clock = clock
        self._lock = threading.Lock()
        self.shown: dict[str, list[Path]] = defaultdict(list)

    def run(self, files: Sequence[Known], max_age: float | None) -> None:
        """Describe them all. Raises `SyncEnded` and what waiting cannot cure."""
        self._control.phase(Phase.WRITING)
        by_model: dict[int, list[Known]] = defaultdict(list)
        for known in files:
            by_model[known.model_id].append(known)
        for part in parts(sorted(by_model), sync.MODELS_PER_REQUEST):
            answer = self._control.ask(partial(self._tools.catalogue.models, part), max_age)
            models: Mapping[int, Model] = {model.id: model for model in answer}
            now = iso(self._clock.now())
            self._tools.store.put_lines([line_of(model, now) for model in answer if model.id in by_model])
            self._batch([known for model_id in part for known in by_model[model_id]], models, max_age)

    def _batch(self, files: Sequence[Known], models: Mapping[int, Model], max_age: float | None) -> None:
        rows = {
            os.fsencode(row.path): row for row in self._tools.store.of_paths([each.target.seen.path for each in files])
        }
        ready: list[_Ready] = []
        for known in files:
            self._control.checkpoint()
            row = rows.get(known.target.seen.path)
            if row is None:
                continue
            arrival = self._arrival(known, row, models.get(known.model_id), max_age)
            if arrival is not None:
                ready.append(_Ready(known.target, arrival, row.synced_at is None))
        self._describe_all(ready)

    def _arrival(self, known: Known, row: LocalModel, model: Model | None, max_age: float | None) -> Arrival | None:
        """What will be written; None where the file was counted as something else."""
        version = find_version(model, known.version_id) if model is not None else None
        if version is None:
            try:
                version = self._control.ask(partial(self._tools.catalogue.version, known.version_id), max_age)
            except NotFound:
                self._unmatched(known.target)
                return None
        found = known.target.found
        if self._tools.files.look(found) != found:
            self._failed(found.path, NotWritable(f"{found.path.name} changed during the sync."))
            return None
        return Arrival(
            found.path, found.root, found.size_bytes, row.hashes, version, file_of(version, row.hashes), model
        )

    def _failed(self, path: Path, error: NotWritable) -> None:
        self._control.tell(path, error)
        self._control.count("failed")

    # --- pictures ------------------------------------------------------------------------------------

    def _describe_all(self, ready: Sequence[_Ready]) -> None:
        """Some at a time. Once the picture host wants fewer requests, the others wait and come one by one."""
        left, workers, vain = list(ready), _WRITERS, 0
        while left:
            turn = _Turn()
            each(left, partial(self._describe, turn, vain >= _PICTURE_TRIES), workers)
            if not turn.again:
                return
            vain = vain + 1 if len(turn.again) == len(left) else 0
            left, workers = turn.again, 1
            pause = max((error.retry_after or 0.0 for error in turn.errors), default=0.0) or _PICTURE_PAUSE * 2**vain
            self._control.wait(pause, "rate_limited", "The picture host asks for fewer requests.")

    def _describe(self, turn: _Turn, is_last: bool, ready: _Ready) -> None:
        self._control.checkpoint()
        if turn.limited.is_set():
            turn.again.append(ready)
            return
        described = self._tools.arrivals.describe(ready.arrival)
        error = next((item.error for item in described.problems if isinstance(item.error, RateLimited)), None)
        if error is None or is_last:
            self._finish(ready, described)
            return
        turn.limited.set()
        turn.errors.append(error)
        turn.again.append(ready)

    def _finish(self, ready: _Ready, described: Described) -> None:
        path = ready.arrival.path
        if ready.is_new and ready.arrival.hashes.sha256:
            try:
                self._strangers.take_notes(path, ready.arrival.hashes.sha256)
            except CivitDockError as error:
                self._control.tell(path, error)
        with self._lock:
            self.shown[ready.arrival.root.type] += described.paths
        for problem in described.problems:
            self._control.tell(path, problem.error)
        self._control.count("failed" if any(problem.serious for problem in described.problems) else "matched")


def file_of(version: Version, hashes: Hashes) -> ModelFile | None:
    """The file of a version that has this content, or after a change of its header alone, the same tensors."""
    for name in ("sha256", "autov3"):
        value = getattr(hashes, name)
        for file in version.files:
            theirs = getattr(file.hashes, name)
            if value and theirs and theirs[: len(value)] == value:
                return file
    return None
