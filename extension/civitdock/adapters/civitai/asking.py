"""Getting an answer: from memory, from disk while fresh, from CivitAI, and from disk again when CivitAI is down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar, cast

from civitdock.adapters.civitai import answers
from civitdock.adapters.civitai.cache import AnswerCache, Stored, cache_key
from civitdock.adapters.civitai.gate import Wait
from civitdock.adapters.civitai.memo import Kept, Memo
from civitdock.adapters.civitai.retrying import repeat
from civitdock.adapters.civitai.transport import Call, Transport, api_base
from civitdock.domain.catalogue import Source
from civitdock.domain.retry import RetryRule
from civitdock.errors import BadAnswer, CivitDockError, RegionBlocked
from civitdock.ports import Clock, Outage, Patience
from civitdock.ports.host import KeyVault, SettingsSource

log = logging.getLogger(__name__)

Value = TypeVar("Value")
Read = Callable[[object], Value]

_ONCE = RetryRule(attempts=1)
#: How long an answer is used again that will soon be another: CivitAI has not scanned the files yet (section 2).
PENDING_SECONDS = 600.0


def _final(_value: object) -> bool:
    return True


@dataclass(frozen=True)
class Answer(Generic[Value]):
    """What was read, and where it came from."""

    value: Value
    source: Source


class Asker:
    """Puts cache, retries and transport together. A `Read` function turns decoded JSON into a value and raises
    `BadAnswer` for what it does not understand; such an answer is never kept."""

    def __init__(
        self, settings: SettingsSource, vault: KeyVault, clock: Clock, cache_dir: Path, user_agent: str
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._cache = AnswerCache(cache_dir, clock)
        self._memo = Memo()
        self._transport = Transport(settings, clock, user_agent)
        self._rule = RetryRule()

    def ask(
        self, call: Call, read: Read[Value], patience: Patience, is_final: Callable[[Value], bool] = _final
    ) -> Answer[Value]:
        """A GET through the cache. With something to fall back on, CivitAI is asked once and not waited for; whoever
        wants no old answer in an outage has nothing to fall back on.

        A value that is not final is used again for `PENDING_SECONDS` only.
        """
        settings = self._settings.current()
        account = self._vault.key()
        key = cache_key(account, call.url(api_base(settings)))
        limit = settings.number("civitai_cache_hours") * 3600.0
        limit = limit if patience.max_age is None else min(limit, patience.max_age)
        kept = self._memo.get(key, self._clock.monotonic())
        if kept is not None and self._is_fresh(kept.fetched_at, limit):
            value = cast("Value", kept.value)
            if is_final(value) or self._is_fresh(kept.fetched_at, PENDING_SECONDS):
                return Answer(value, Source.CACHE)
        stored = self._cache.get(key)
        if stored is not None and self._is_fresh(stored.fetched_at, limit):
            known = self._read_stored(stored, read)
            if known is not None and (is_final(known.value) or self._is_fresh(stored.fetched_at, PENDING_SECONDS)):
                self._remember(key, known.value, stored)
                return known
        spare = stored if patience.outage is Outage.SERVE_OLD else None
        return self._ask_network(replace(call, key=account), read, patience, key, spare)

    def ask_anew(self, call: Call, read: Read[Value], patience: Patience) -> Value:
        """A request whose answer is never cached, with the key that stands in the call or else the user's."""
        signed = call if call.key is not None else replace(call, key=self._vault.key())
        return self._exchange(signed, read, patience, self._rule)[1]

    def reachable(self) -> bool | None:
        """Whether the last contact worked; None before the first."""
        return self._transport.reachable()

    def close(self) -> None:
        """Close connections and files; the next use opens them again."""
        self._transport.close()
        self._cache.close()
        self._memo.clear()

    def _ask_network(
        self, call: Call, read: Read[Value], patience: Patience, key: str, spare: Stored | None
    ) -> Answer[Value]:
        try:
            body, value = self._exchange(call, read, patience, self._rule if spare is None else _ONCE)
        except CivitDockError as error:
            outage = error.transient or isinstance(error, (BadAnswer, RegionBlocked))
            old = self._read_stored(spare, read) if spare is not None and outage else None
            if old is None:
                raise
            log.info("CivitAI does not answer (%s), so an older answer is used.", error.code)
            return Answer(old.value, Source.STALE)
        self._cache.put(key, body)
        self._remember(key, value, Stored(body, self._clock.now()))
        return Answer(value, Source.NETWORK)

    def _exchange(self, call: Call, read: Read[Value], patience: Patience, rule: RetryRule) -> tuple[bytes, Value]:
        wait = Wait(self._clock.monotonic() + patience.seconds, patience.cancelled)

        def attempt() -> tuple[bytes, Value]:
            reply = self._transport.send(call, wait)
            return reply.body, read(reply.payload)

        return repeat(attempt, rule, self._clock, wait)

    def _read_stored(self, stored: Stored, read: Read[Value]) -> Answer[Value] | None:
        """The value of a kept answer; None where this version of the program does not understand it any more."""
        try:
            return Answer(read(answers.decode(stored.body)), Source.CACHE)
        except CivitDockError as error:
            log.warning("A cached answer of CivitAI is of no use: %s", error.code)
            return None

    def _remember(self, key: str, value: object, stored: Stored) -> None:
        self._memo.put(key, Kept(value, len(stored.body), stored.fetched_at, self._clock.monotonic()))

    def _is_fresh(self, fetched_at: float, limit: float) -> bool:
        """`limit` in seconds; an answer from the future (the clock was put back) is never fresh."""
        return 0 <= self._clock.now() - fetched_at < limit
