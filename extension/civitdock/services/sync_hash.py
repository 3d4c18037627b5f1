"""The second step of a sync: read new and changed files once, on all cores, and put their hashes into the index.

Every finished file stands in the index at once, so that a sync which ends early need not read it again.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from civitdock.domain.hashes import Hashes
from civitdock.domain.header_facts import HeaderFacts, belongs, header_facts
from civitdock.domain.library import LocalModel, LocalState
from civitdock.domain.sync import FoundFile, Phase
from civitdock.domain.tensors import Kind
from civitdock.domain.times import iso
from civitdock.errors import CivitDockError, InvalidFile, NotWritable
from civitdock.ports import Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.services.parallel import each
from civitdock.services.sync_control import SyncControl
from civitdock.services.sync_scan import SyncTools, Target


class Hashing:
    """Reads files for one sync."""

    def __init__(
        self, tools: SyncTools, control: SyncControl, host: Host, settings: SettingsSource, clock: Clock
    ) -> None:
        self._tools = tools
        self._control = control
        self._host = host
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._done: list[Target] = []
        self._types: dict[Path, set[str]] = {}

    def run(self, targets: Sequence[Target]) -> list[Target]:
        """Read them all; answers those that are models and whose hashes are known now. Raises `SyncEnded`."""
        self._control.phase(Phase.HASHING)
        self._done = []
        self._types = defaultdict(set)
        for root in self._host.roots():  # once, since a host looks at its folders for the answer
            self._types[root.path].add(root.type)
        # The largest first: else one of them begun last would be read alone.
        each(_groups(targets), self._group, max(1, os.cpu_count() or 1))
        return self._done

    def _group(self, group: Sequence[Target]) -> None:
        """Files that are probably one and the same under several names: the content is read once."""
        first: LocalModel | None = None
        for target in group:
            self._control.checkpoint()
            try:
                if first is not None and self._tools.files.is_one(target.path, first.path):
                    self._keep(target, first.hashes, _facts_of(first))
                    self._control.read(target.seen.size_bytes)
                else:
                    first = self._read(target)
            except InvalidFile as error:
                self._invalid(target, error)
            except CivitDockError as error:
                self._failed(target, error)
            except OSError as error:
                name = target.path.name
                self._failed(target, NotWritable(f"{name} cannot be read ({error.strerror or error})."))

    def _read(self, target: Target) -> LocalModel:
        facts = header_facts(self._tools.files.examine(target.path))
        settings = self._settings.current()
        extra = frozenset(name for name in ("blake3", "crc32") if settings.flag(f"civitai_hash_{name}"))
        hashes = self._tools.files.hashes(target.path, extra, self._control.read)
        return self._keep(target, hashes, facts)

    def _keep(self, target: Target, hashes: Hashes, facts: HeaderFacts) -> LocalModel:
        found = target.found
        if self._tools.files.look(found) != found:
            raise NotWritable(f"{found.path.name} changed while it was read.", hint="Sync again when it is complete.")
        # A download may have brought this very file, with its identity, since the scan.
        before = self._tools.store.get(found.path)
        row = self._row(found, before, hashes, facts)
        self._tools.store.put(row)
        with self._lock:
            self._done.append(target)
        return row

    def _row(self, found: FoundFile, before: LocalModel | None, hashes: Hashes, facts: HeaderFacts) -> LocalModel:
        types = frozenset(self._types.get(found.root.path, ()))
        if before is None or before.hashes.sha256 != hashes.sha256:
            row = replace(
                _new_row(found, before, self._clock.now()),
                state=LocalState.PENDING,
                type=facts.type or found.root.type,
                hashes=hashes,
                base_model=facts.base_model,
            )
        else:
            merged = replace(before.hashes, **{name: value for name, value in asdict(hashes).items() if value})
            row = replace(_at(before, found), hashes=merged)
        civitai_type = row.type if row.state is LocalState.IDENTIFIED else None
        return replace(
            row,
            kind=facts.kind.value if facts.kind is not None else None,
            belongs=belongs(facts.type, types, civitai_type),
            suggested_words=facts.words,
        )

    def _invalid(self, target: Target, error: InvalidFile) -> None:
        row = _new_row(target.found, self._tools.store.get(target.path), self._clock.now())
        self._tools.store.put(replace(row, state=LocalState.INVALID))
        self._control.tell(target.path, error)
        self._control.count("invalid")
        self._control.read(target.seen.size_bytes)  # it need not be read, so these bytes are done

    def _failed(self, target: Target, error: CivitDockError) -> None:
        self._control.tell(target.path, error)
        self._control.count("failed")


def _groups(targets: Sequence[Target]) -> Iterator[list[Target]]:
    """Targets of one inode, size and time together, the largest first."""
    groups: dict[tuple[int, int, int], list[Target]] = defaultdict(list)
    for target in sorted(targets, key=lambda each: -each.seen.size_bytes):
        seen = target.seen
        if not seen.inode:
            yield [target]
        else:
            groups[seen.inode, seen.size_bytes, seen.mtime_ns].append(target)
    yield from groups.values()


def _facts_of(row: LocalModel) -> HeaderFacts:
    """The facts of a file that was just read under another name."""
    kind = Kind(row.kind) if row.kind is not None else None
    return HeaderFacts(kind, row.type if kind is not None else None, row.base_model, row.suggested_words)


def _new_row(found: FoundFile, before: LocalModel | None, now: float) -> LocalModel:
    first_seen = before.first_seen if before is not None else None
    row = LocalModel(found.path, found.root.path, found.root.type, found.size_bytes, first_seen=first_seen or iso(now))
    return _at(row, found)


def _at(row: LocalModel, found: FoundFile) -> LocalModel:
    return replace(row, root=found.root.path, size_bytes=found.size_bytes, mtime_ns=found.mtime_ns, inode=found.inode)
