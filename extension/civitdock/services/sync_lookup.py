"""The third step of a sync: which versions do the files belong to. Nothing is forgotten because CivitAI does not know.

Ten thousand files are asked for at once; only networks that nobody knows by their whole content are asked for one by
one, by what follows their header, because saving a LoRA with other notes changes only that (`civitai-api.md 2`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from civitdock.domain import rescan, sync
from civitdock.domain.catalogue import Version
from civitdock.domain.foreign import IdentityHint
from civitdock.domain.header_facts import NETWORKS
from civitdock.domain.library import LocalModel, LocalState
from civitdock.domain.rescan import Identity
from civitdock.domain.sync import Phase
from civitdock.domain.told import Taken
from civitdock.errors import CivitDockError, NotFound, NotWritable
from civitdock.ports import Clock, HashMatch
from civitdock.services.parallel import each
from civitdock.services.strangers import Strangers
from civitdock.services.sync_control import SyncControl
from civitdock.services.sync_scan import SyncTools, Target

Item = TypeVar("Item")
_NETWORKS = frozenset(kind.value for kind in NETWORKS)
_AUTOV3_LENGTH = 12


@dataclass(frozen=True)
class Known:
    """A file whose version is known."""

    target: Target
    model_id: int
    version_id: int


class Lookup:
    """Asks CivitAI for one sync; `forced` holds the paths whose answers must be fresh."""

    def __init__(self, tools: SyncTools, control: SyncControl, strangers: Strangers, clock: Clock) -> None:
        self._tools = tools
        self._control = control
        self._strangers = strangers
        self._clock = clock

    def run(self, targets: Sequence[Target], max_age: float | None) -> list[Known]:
        """What the files are; the others are marked as unknown. Raises `SyncEnded` and what waiting cannot cure."""
        self._control.phase(Phase.LOOKING_UP)
        known: list[Known] = []
        for part in parts(targets, sync.HASHES_PER_REQUEST):
            by_path = {target.seen.path: target for target in part}
            identities = self._tools.store.identities(list(by_path))
            matches = self._ask(identities, max_age)
            chosen: list[tuple[Target, HashMatch]] = []
            left: list[Target] = []
            for identity in identities:
                target = by_path[identity.path]
                best = self._choose(target, matches.get(identity.sha256 or "", ()))
                if best is None:
                    left.append(target)
                else:
                    chosen.append((target, best))
            known += self._with_models(chosen, left, max_age)
            known += self._by_autov3(left, max_age)
        return known

    def _ask(self, identities: Sequence[Identity], max_age: float | None) -> Mapping[str, Sequence[HashMatch]]:
        wanted = tuple(dict.fromkeys(each.sha256 for each in identities if each.sha256))
        matches: dict[str, list[HashMatch]] = defaultdict(list)
        if wanted:
            for match in self._control.ask(partial(self._tools.catalogue.match_hashes, wanted), max_age):
                matches[match.sha256].append(match)
        return matches

    def _choose(self, target: Target, matches: Sequence[HashMatch]) -> HashMatch | None:
        """Of several versions with this content the one that a sidecar names, else the oldest."""
        if len(matches) < 2:
            return matches[0] if matches else None
        hint = self._tools.sidecars.hint(target.path)
        best = min(matches, key=lambda match: (*_distance(match, hint), match.version_id))
        if best.version_id == hint.version_id:
            source = f"{target.path.stem}.{hint.source}"
            self._tools.originals.taken(target.path.with_suffix(".json"), [Taken(source, ("identity",))])
        return best

    def _with_models(
        self, chosen: Sequence[tuple[Target, HashMatch]], left: list[Target], max_age: float | None
    ) -> list[Known]:
        """Find the model of versions whose match did not name it (`civitai-api.md 1.6`)."""
        unnamed = sorted({match.version_id for _, match in chosen if match.model_id is None})
        owners: dict[int, int] = {}
        for part in parts(unnamed, sync.MODELS_PER_REQUEST):
            models = self._control.ask(partial(self._tools.catalogue.models_by_versions, part), max_age)
            owners.update({version.id: model.id for model in models for version in model.versions})
        known: list[Known] = []
        for target, match in chosen:
            model_id = match.model_id or owners.get(match.version_id)
            if model_id is None:
                left.append(target)
            else:
                known.append(Known(target, model_id, match.version_id))
        return known

    # --- what nobody knows by its whole content ------------------------------------------------------

    def _by_autov3(self, targets: Sequence[Target], max_age: float | None) -> list[Known]:
        networks: list[Target] = []
        for part in parts(targets, sync.MODELS_PER_REQUEST):
            by_path = {target.seen.path: target for target in part}
            for row in self._tools.store.of_paths(list(by_path)):
                target = by_path[os.fsencode(row.path)]
                if row.kind in _NETWORKS and row.state is not LocalState.IDENTIFIED:
                    networks.append(target)
                else:
                    self.unmatched(target)
        each(networks, self._hash_again, max(1, os.cpu_count() or 1))
        known: list[Known] = []
        for target in networks:
            version = self._single(target, max_age)
            if version is None:
                self.unmatched(target)
            else:
                known.append(Known(target, version.model_id, version.id))
        return known

    def _hash_again(self, target: Target) -> None:
        """AutoV3 of one file, kept in the index so that this is done once."""
        row = self._tools.store.get(target.path)
        if row is None or row.hashes.autov3 is not None:
            return
        try:
            value = self._tools.files.autov3(target.path, lambda _: self._control.checkpoint())
        except OSError as error:
            name = target.path.name
            self._control.tell(target.path, NotWritable(f"{name} cannot be read ({error.strerror or error})."))
            return
        self._tools.store.put(replace(row, hashes=replace(row.hashes, autov3=value)))

    def _single(self, target: Target, max_age: float | None) -> Version | None:
        row = self._tools.store.get(target.path)
        value = row.hashes.autov3 if row is not None else None
        if value is None:
            return None
        try:
            version = self._control.ask(partial(self._tools.catalogue.version_by_hash, value), max_age)
        except NotFound:
            return None
        return version if any(_same_autov3(file.hashes.autov3, value) for file in version.files) else None

    def unmatched(self, target: Target) -> None:
        """CivitAI does not know it now; what was known before, or came with a download meanwhile, stays."""
        row = self._tools.store.get(target.path)
        if row is not None:
            asks = row.asks + 1
            again = rescan.next_ask(asks, self._clock.now())
            self._tools.store.put(replace(self._stranger(target, row), asks=asks, ask_after=again))
        self._control.count("unmatched")

    def _stranger(self, target: Target, row: LocalModel) -> LocalModel:
        if row.state is LocalState.IDENTIFIED:
            return row
        try:
            row = self._strangers.described(row)
        except CivitDockError as error:
            self._control.tell(target.path, error)
        return replace(row, state=LocalState.UNKNOWN)


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in pieces of at most `size`."""
    for at in range(0, len(items), size):
        yield items[at : at + size]


def _same_autov3(theirs: str | None, ours: str) -> bool:
    """CivitAI has some of them in full length (`civitai-api.md 2`)."""
    return theirs is not None and theirs[:_AUTOV3_LENGTH] == ours[:_AUTOV3_LENGTH]


def _distance(match: HashMatch, hint: IdentityHint) -> tuple[bool, bool]:
    return match.version_id != hint.version_id, match.model_id != hint.model_id
