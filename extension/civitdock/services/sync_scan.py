"""What a sync works with, and its first step: the files below the host's folders beside what the index says.

The rescan of a large library must cost little more than the walk, so files that are as the index has them stay plain
tuples and are only counted.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Protocol

from civitdock.domain import rescan, sync
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, LocalState, ModelRoot
from civitdock.domain.previews import written_beside
from civitdock.domain.rescan import INODE_BITS, SETTLED, Mark, MarkRow, Moment, Seen, SeenFolder, SeenRow, sidecar_of
from civitdock.domain.sync import FoundFile, Need, SyncPlan, SyncRequest
from civitdock.domain.tensors import Header
from civitdock.ports import Catalogue, Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore, Originals, Sidecars, SyncMemory
from civitdock.services.arrivals import ArrivalService

_HOUR = 3600.0
_MATCHED = SETTLED.index("matched")
#: So many moved files are taken over at once.
_MOVES = 500
Problem = Callable[[OSError], None]


class ModelFiles(Protocol):
    """Model files on disk, as a sync reads them."""

    def walk(self, roots: Sequence[ModelRoot], problem: Problem) -> Iterator[SeenFolder]:
        """The model files of every folder below the roots once; what cannot be listed is told to `problem`."""

    def clear_leftovers(self, roots: Sequence[ModelRoot], folders: Sequence[Path]) -> int:
        """Remove old temporary files of ours from these folders; answers how many."""

    def look(self, found: FoundFile) -> FoundFile | None:
        """The file as it is now, or None where it is gone; raises `OSError`."""

    def is_gone(self, path: Path, root: Path) -> bool:
        """Whether a file is surely gone: its root is there and the file is not."""

    def is_one(self, path: Path, other: Path) -> bool:
        """Whether two paths lead to the same file; raises `OSError`."""

    def examine(self, path: Path) -> Header | None:
        """The safetensors header, None for other formats; raises `InvalidFile`, `OSError`."""

    def hashes(self, path: Path, extra: frozenset[str], report: Callable[[int], None]) -> Hashes:
        """SHA256, AutoV2, AutoV1 and of `extra` (`blake3`, `crc32`) what is possible; raises `OSError`."""

    def autov1(self, path: Path) -> str | None:
        """AutoV1 by itself, from 64 KiB; None for small files. Raises `OSError`."""

    def autov3(self, path: Path, report: Callable[[int], None]) -> str:
        """The hash of what follows the header; raises `OSError`."""


@dataclass(frozen=True)
class SyncTools:
    """What a sync works with."""

    catalogue: Catalogue
    files: ModelFiles
    store: ModelStore
    sidecars: Sidecars
    originals: Originals
    memory: SyncMemory
    arrivals: ArrivalService


class Target(NamedTuple):
    """A file that needs something."""

    root: ModelRoot
    seen: Seen

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(os.fsdecode(self.seen.path))

    @property
    def found(self) -> FoundFile:
        """The same as one value with a path."""
        return FoundFile(self.path, self.root, self.seen.size_bytes, self.seen.mtime_ns, self.seen.inode)


@dataclass
class Findings:
    """What one look found: targets by need, and how many files need nothing, by what is known of them.

    `forced` holds the files that a request with `force` asks for, `named` those of them whose place it names, `bare`
    those whose sidecar is not there and was not put back, `back` files that were missing before, `fresh` new names,
    `alike` files of which only the inode is another.
    """

    needs: dict[Need, list[Target]] = field(default_factory=lambda: {need: [] for need in Need})
    settled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    forced: set[bytes] = field(default_factory=set)
    named: set[bytes] = field(default_factory=set)
    bare: set[bytes] = field(default_factory=set)
    back: list[bytes] = field(default_factory=list)
    fresh: list[Target] = field(default_factory=list)
    alike: list[tuple[Target, Mark]] = field(default_factory=list)


class Scan:
    """One look at the files below the host's folders beside what the index says; writes nothing until `settle`."""

    def __init__(self, tools: SyncTools, host: Host, settings: SettingsSource, clock: Clock) -> None:
        self._tools = tools
        self._host = host
        self._settings = settings
        self._clock = clock
        self._unseen: dict[bytes, MarkRow] = {}

    def look(
        self, requests: Sequence[SyncRequest], problem: Problem, handled: set[bytes], step: Callable[[], None]
    ) -> Findings:
        """Every file that is asked for and not handled yet; calls `step` per folder. Raises `InvalidRequest`."""
        roots = self._host.roots()
        scope = sync.Scope(requests, roots)
        types: dict[Path, set[str]] = defaultdict(set)
        for root in roots:
            types[root.path].add(root.type)
        moment = Moment.at(self._clock.now(), self._max_age())
        self._unseen = unseen = self._tools.store.marks(moment)
        unhashed = self._tools.store.unhashed()
        restored = frozenset(path.lower() for path in self._tools.originals.restored())
        findings = Findings()
        counts = [0] * len(SETTLED)
        for folder in self._tools.files.walk(roots, problem):
            step()
            own = frozenset(types[folder.root.path])
            asked = folder.files if scope.takes_all else self._asked(scope, folder, own, findings)
            closer = unhashed | findings.forced
            for row in asked:
                path, size, time, inode = row
                mark = unseen.pop(path, None)
                if path in handled:
                    continue
                handled.add(path)
                if (
                    mark is not None
                    and mark[4]
                    and mark[1] == size
                    and mark[2] == time
                    and mark[3] == inode & INODE_BITS
                    and path not in closer
                    and (mark[4] != _MATCHED or sidecar_of(path) in folder.sidecars)
                ):
                    counts[mark[4]] += 1
                    continue
                sidecar = sidecar_of(path)
                if sidecar not in folder.sidecars and sidecar not in restored:
                    findings.bare.add(path)
                known = self._tools.store.mark(path) if mark is not None else None
                _sort(findings, Target(folder.root, Seen(*row)), known, moment, path in unhashed)
        for name, count in list(zip(SETTLED, counts, strict=True))[1:]:
            findings.settled[name] += count
        return findings

    def _asked(self, scope: sync.Scope, folder: SeenFolder, types: frozenset[str], findings: Findings) -> list[SeenRow]:
        """The files of a folder that are asked for; the others are seen all the same."""
        asked: list[SeenRow] = []
        for row in folder.files:
            found = Target(folder.root, Seen(*row)).found
            if not scope.asks(found, types):
                self._unseen.pop(row[0], None)
                continue
            asked.append(row)
            if scope.forces(found, types):
                findings.forced.add(row[0])
            if scope.names(found, types):
                findings.named.add(row[0])
        return asked

    def plan(self, requests: Sequence[SyncRequest], problem: Problem) -> SyncPlan:
        """What would be done; reads no file and writes nothing."""
        findings = self.look(requests, problem, set(), lambda: None)
        moment = Moment.at(self._clock.now(), self._max_age())
        for target, mark in findings.alike:
            _place(findings, target, mark, moment)
        to_hash, details = findings.needs[Need.HASH], findings.needs[Need.DETAILS]
        known = self._tools.store.identities([target.seen.path for target in details])
        models = {each.model_id for each in known if each.model_id is not None}
        size = sum(target.seen.size_bytes for target in to_hash)
        return sync.plan(len(to_hash), size, len(findings.needs[Need.LOOKUP]), models, len(details))

    def settle(self, findings: Findings) -> None:
        """Give moved files their old identity and forget files that are gone."""
        self._renumber(findings, Moment.at(self._clock.now(), self._max_age()))
        if findings.back:
            self._tools.store.restore_all(findings.back)
        missing = self._missing()
        moved = self._moved(findings, missing)
        gone = [path for path in missing if path not in moved]
        if gone:
            self._tools.store.remove_all(gone)
        self._unseen = {}

    def _max_age(self) -> float:
        return self._settings.current().number("civitai_cache_hours") * _HOUR

    def _renumber(self, findings: Findings, moment: Moment) -> None:
        """Files of which only the inode is another and that still have their content need not be read again."""
        paths = [target.seen.path for target, _ in findings.alike]
        rows = {os.fsencode(row.path): row for row in self._tools.store.of_paths(paths)}
        same: list[LocalModel] = []
        for target, mark in findings.alike:
            row = rows.get(target.seen.path)
            if row is not None and self._content(target) == (row.hashes.autov1 or row.hashes.sha256):
                same.append(replace(row, inode=target.seen.inode))
                _place(findings, target, mark, moment)
            else:
                findings.needs[Need.HASH].append(target)
        if same:
            self._tools.store.put_all(same)

    def _missing(self) -> dict[bytes, MarkRow]:
        """The files that the look did not meet and that are surely not where they were."""
        if not self._unseen:
            return {}
        gone = self._tools.store.gone()
        known = self._tools.store.identities([path for path in self._unseen if path not in gone])
        kept = {each.path for each in known if not self._tools.files.is_gone(_path(each.path), _path(each.root))}
        return {path: mark for path, mark in self._unseen.items() if path not in kept}

    def _moved(self, findings: Findings, missing: dict[bytes, MarkRow]) -> set[bytes]:
        """Missing files that lie elsewhere now; what they need is sorted anew."""
        by_look: dict[tuple[int, int], list[bytes]] = defaultdict(list)
        for path, mark in missing.items():
            by_look[mark[1], mark[2]].append(path)
        moved: dict[bytes, bytes] = {}
        pairs: list[tuple[Target, LocalModel]] = []
        for look, targets in _by_look(findings.fresh, by_look).items():
            pairs += self._paired(targets, self._tools.store.of_paths(by_look[look]))
            if len(pairs) >= _MOVES:  # whole rows of a large library would take much memory
                moved.update(self._take_over(findings, pairs))
                pairs.clear()
        moved.update(self._take_over(findings, pairs))
        if moved:
            found = set(moved.values())
            findings.needs[Need.HASH] = [each for each in findings.needs[Need.HASH] if each.seen.path not in found]
        return set(moved)

    def _paired(self, targets: Sequence[Target], rows: Sequence[LocalModel]) -> list[tuple[Target, LocalModel]]:
        """Files and the missing rows with their content; of several with one content the one of the same name."""
        by_content: dict[str, list[LocalModel]] = defaultdict(list)
        for row in rows:
            if row.hashes.sha256 is not None:
                by_content[row.hashes.autov1 or row.hashes.sha256].append(row)
        pairs: list[tuple[Target, LocalModel]] = []
        for target in targets:
            same = by_content.get(self._content(target) or "")
            if same:
                at = next((n for n, row in enumerate(same) if row.path.name == target.path.name), 0)
                pairs.append((target, same.pop(at)))
        return pairs

    def _content(self, target: Target) -> str | None:
        """What tells a file's content at little cost: the hash of 64 KiB of it, or of all of a small one."""
        try:
            autov1 = self._tools.files.autov1(target.path)
            return autov1 or self._tools.files.hashes(target.path, frozenset(), lambda _: None).sha256
        except OSError:
            return None

    def _take_over(self, findings: Findings, pairs: Sequence[tuple[Target, LocalModel]]) -> dict[bytes, bytes]:
        """Give files the rows that they had elsewhere; answers old and new paths."""
        self._tools.originals.moved(
            files
            for target, old in pairs
            for files in zip(written_beside(old.path), written_beside(target.path), strict=True)
        )
        for target, old in pairs:
            found = target.found
            moved = replace(
                old, path=found.path, root=found.root.path, size_bytes=found.size_bytes, mtime_ns=found.mtime_ns,
                inode=found.inode, type=old.type if old.state is LocalState.IDENTIFIED else found.root.type,
            )  # fmt: skip
            self._tools.store.rename(os.fsencode(old.path), moved)
            findings.needs[_after_move(old)].append(target)
        return {os.fsencode(old.path): target.seen.path for target, old in pairs}


def _by_look(targets: Sequence[Target], looks: Container[tuple[int, int]]) -> dict[tuple[int, int], list[Target]]:
    """The files whose size and time are among these, by both."""
    found: dict[tuple[int, int], list[Target]] = defaultdict(list)
    for target in targets:
        look = target.seen[1:3]
        if look in looks:
            found[look].append(target)
    return found


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))


def _after_move(row: LocalModel) -> Need:
    """A moved file is described anew, because its sidecar may have stayed behind."""
    return Need.DETAILS if row.state is LocalState.IDENTIFIED else Need.LOOKUP


def _sort(findings: Findings, target: Target, mark: Mark | None, moment: Moment, unread: bool) -> None:
    """Put a file where it belongs; `unread` where its content was never read to the end."""
    seen = target.seen
    if mark is None:
        findings.fresh.append(target)
        findings.needs[Need.HASH].append(target)
        return
    if not unread and not rescan.is_same(seen, mark) and rescan.is_alike(seen, mark):
        findings.alike.append((target, mark))
    elif unread or not rescan.is_same(seen, mark):
        findings.needs[Need.HASH].append(target)
    else:
        _place(findings, target, mark, moment)


def _place(findings: Findings, target: Target, mark: Mark, moment: Moment) -> None:
    """Put a file that is as the index has it where it belongs."""
    seen = target.seen
    if mark.gone:
        findings.back.append(seen.path)
    need = rescan.forced(mark) if seen.path in findings.forced else rescan.need_of(mark, moment)
    if need is Need.NOTHING and seen.path in findings.bare:
        need = rescan.bare(mark, moment)
    if need is Need.NOTHING:
        findings.settled[rescan.COUNTERS[mark.state]] += 1
    else:
        findings.needs[need].append(target)
