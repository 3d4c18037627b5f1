"""The bandwidth limit that all transfers share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from civitdock.domain.sharing import GROWTH, deal
from civitdock.domain.transfers import Bucket, read_size
from civitdock.ports import Clock
from civitdock.ports.host import SettingsSource

_KIB = 1024
_LOOK_EVERY = 1.0


class Share:
    """One transfer's part of the limit; its connections share it."""

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle
        self.bucket = Bucket()
        self.rate = 0.0
        self.taken = 0
        self.waited = True  # a new one wants all there is

    def take(self, amount: int) -> float:
        """Seconds to wait after `amount` bytes; 0 without a limit."""
        return self._throttle.take(self, amount)

    def read_size(self) -> int:
        """How many bytes to ask a connection for at once."""
        return self._throttle.read_size(self)


class Throttle:
    """Deals the limit to the transfers that run: even shares, and what one cannot use goes to the others.

    `generates` tells whether the host generates, which has a limit of its own. A changed setting counts within a
    second.
    """

    def __init__(self, settings: SettingsSource, clock: Clock, generates: Callable[[], bool]) -> None:
        self._settings = settings
        self._clock = clock
        self._generates = generates
        self._lock = threading.Lock()
        self._shares: list[Share] = []
        self._looked: float | None = None

    @contextmanager
    def share(self) -> Iterator[Share]:
        """A share for as long as a transfer runs."""
        share = Share(self)
        with self._lock:
            self._shares.append(share)
            self._looked = None
        try:
            yield share
        finally:
            with self._lock:
                self._shares.remove(share)
                self._looked = None

    def take(self, share: Share, amount: int) -> float:
        """See `Share.take`."""
        now = self._clock.monotonic()
        with self._lock:
            self._look(now)
            share.taken += amount
            if share.rate <= 0:
                share.bucket = Bucket(at=now)
                return 0.0
            share.bucket, wait = share.bucket.take(amount, now, share.rate)
            share.waited = share.waited or wait > 0
            return wait

    def read_size(self, share: Share) -> int:
        """See `Share.read_size`."""
        with self._lock:
            self._look(self._clock.monotonic())
            return read_size(share.rate)

    def _look(self, now: float) -> None:
        if self._looked is not None and now - self._looked < _LOOK_EVERY:
            return
        passed = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        wants = [None if share.waited or not passed else GROWTH * share.taken / passed for share in self._shares]
        for share, rate in zip(self._shares, deal(self._limit(), wants), strict=True):
            share.rate, share.taken, share.waited = rate, 0, False

    def _limit(self) -> float:
        """Bytes per second, 0 without a limit."""
        settings = self._settings.current()
        limits = [settings.number("civitai_bandwidth_limit")]
        generating = settings.number("civitai_generating_limit")
        if generating and self._generates():
            limits.append(generating)
        return float(min(filter(None, limits), default=0) * _KIB)
