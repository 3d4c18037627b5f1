"""One run of a sync: find files, hash the new ones, look them up in bulk, write what CivitAI knows.

Nothing is erased because CivitAI does not answer or answers less than before; what is found is kept in the index at
once, so that a run that ends early need not be repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from civitdock.domain.sync import Need, Phase, SyncRequest
from civitdock.errors import NotWritable
from civitdock.ports import Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.services.strangers import Strangers
from civitdock.services.sync_control import SyncControl
from civitdock.services.sync_hash import Hashing
from civitdock.services.sync_lookup import Known, Lookup
from civitdock.services.sync_scan import Findings, Scan, SyncTools, Target
from civitdock.services.sync_write import Writer


class SyncRun:
    """Carries one sync out; `run` is called once, on the worker's thread."""

    def __init__(
        self, tools: SyncTools, control: SyncControl, host: Host, settings: SettingsSource, clock: Clock
    ) -> None:
        self._tools = tools
        self._control = control
        self._host = host
        self._scan = Scan(tools, host, settings, clock)
        self._hashing = Hashing(tools, control, host, settings, clock)
        strangers = Strangers(tools.sidecars, tools.originals, host, clock)
        self._lookup = Lookup(tools, control, strangers, clock)
        self._writer = Writer(tools, control, self._lookup, strangers, clock)
        self._handled: set[bytes] = set()

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
        shown, self._writer.shown = self._writer.shown, defaultdict(list)
        for model_type, paths in shown.items():
            self._host.refresh(paths, model_type)

    def _once(self, requests: Sequence[SyncRequest]) -> None:
        findings = self._find(requests)
        read = self._hashing.run(findings.needs[Need.HASH])
        known, unknown = self._sorted([*read, *findings.needs[Need.DETAILS]])
        unknown += findings.needs[Need.LOOKUP]
        # What the user asks for by force must not come from the cache.
        max_age = 0.0 if findings.forced else None
        for target in (each for need in (Need.LOOKUP, Need.DETAILS) for each in findings.needs[need]):
            if target.seen.path in findings.named:
                self._tools.sidecars.take_up(target.path)
        known += self._lookup.run(unknown, max_age)
        self._writer.run(known, max_age)

    def _find(self, requests: Sequence[SyncRequest]) -> Findings:
        self._control.phase(Phase.SCANNING)
        findings = self._scan.look(requests, self._unlisted, self._handled, self._control.checkpoint)
        self._scan.settle(findings)
        for counter, files in findings.settled.items():
            self._control.expect(files, 0)
            self._control.count(counter, files)
        for need, targets in findings.needs.items():
            size = sum(target.seen.size_bytes for target in targets) if need is Need.HASH else 0
            self._control.expect(len(targets), size)
        busy = {target.path.parent for targets in findings.needs.values() for target in targets}
        self._tools.files.clear_leftovers(self._host.roots(), sorted(busy))
        return findings

    def _sorted(self, targets: Sequence[Target]) -> tuple[list[Known], list[Target]]:
        """Those whose version the index knows, and the others."""
        by_path = {target.seen.path: target for target in targets}
        known: list[Known] = []
        unknown: list[Target] = []
        for each in self._tools.store.identities(list(by_path)):
            target = by_path[each.path]
            if each.model_id is not None and each.version_id is not None:
                known.append(Known(target, each.model_id, each.version_id))
            else:
                unknown.append(target)
        return known, unknown

    def _unlisted(self, error: OSError) -> None:
        name = error.filename or ""
        where = Path(name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name))
        self._control.tell(where, NotWritable(f"This folder or file cannot be read ({error.strerror or error})."))
