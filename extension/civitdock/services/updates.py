"""Which local models have newer versions, and which of them the user does not want to hear of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from civitdock.domain.library import LocalModel, Update
from civitdock.domain.updates import Ignored, IgnoreRule, ModelLine, Newer, heard, newer_than
from civitdock.errors import NotFound
from civitdock.ports import Clock
from civitdock.ports.library import Ignores, ModelStore

_PAGE = 500


@dataclass(frozen=True)
class UpdatePage:
    """Some of the models with something newer, the next place in the list or None, and how many there are in all."""

    items: tuple[Newer, ...]
    next_place: int | None
    total: int


class UpdateService:
    """Reads what the last syncs found; nothing here asks CivitAI."""

    def __init__(self, store: ModelStore, ignores: Ignores, clock: Clock) -> None:
        self._store = store
        self._ignores = ignores
        self._clock = clock

    def page(self, place: int, limit: int, with_ignored: bool) -> UpdatePage:
        """A part of the list, ordered by model; `place` is 0 or the `next_place` of the part before."""
        found = [newer for newer in self._all() if with_ignored or newer.ignored is Ignored.NONE]
        items = tuple(found[place : place + limit])
        following = place + len(items)
        return UpdatePage(items, following if following < len(found) else None, len(found))

    def ignore(self, rule: IgnoreRule) -> None:
        """Hear no more of a version, or of a whole model; raises `NotFound` where no file of that model is here."""
        rows = self._rows(rule.model_id)
        self._ignores.add(rule)
        rules = self._ignores.all()
        quiet = [replace(row, update=heard(row.update, row.model_id, rules)) for row in rows]
        self._store.put_all(row for row, before in zip(quiet, rows, strict=True) if row != before)

    def heed(self, rule: IgnoreRule) -> None:
        """Hear of it again; raises `NotFound` where no file of that model is here."""
        self._rows(rule.model_id)
        self._ignores.remove(rule)
        lines = [line for line in self._store.lines() if line.model_id == rule.model_id]
        for newer in self._of(lines, self._ignores.all(), self._clock.now()):
            if newer.update is not None and newer.ignored is Ignored.NONE:
                self._store.put(replace(newer.local, update=Update(newer.update.id, newer.update.name)))

    def rules(self) -> frozenset[IgnoreRule]:
        """What is ignored."""
        return self._ignores.all()

    def _rows(self, model_id: int) -> tuple[LocalModel, ...]:
        rows = self._store.of_models([model_id])
        if not rows:
            raise NotFound("No file of that model is in the library.", hint="GET local-models lists the models.")
        return rows

    def _all(self) -> Iterator[Newer]:
        rules, now = self._ignores.all(), self._clock.now()
        part: list[ModelLine] = []
        for line in self._store.lines():
            part.append(line)
            if len(part) == _PAGE:
                yield from self._of(part, rules, now)
                part = []
        yield from self._of(part, rules, now)

    def _of(self, lines: list[ModelLine], rules: frozenset[IgnoreRule], now: float) -> Iterator[Newer]:
        rows: dict[int, list[LocalModel]] = defaultdict(list)
        for row in self._store.of_models([line.model_id for line in lines]):
            rows[row.model_id or 0].append(row)
        for line in lines:
            yield from newer_than(line, rows[line.model_id], rules, now)
