"""The bandwidth limit that all transfers share."""

from __future__ import annotations

import threading

from civitdock.domain.transfers import Bucket, read_size
from civitdock.ports import Clock, SettingsSource

_KIB = 1024
_LOOK_EVERY = 1.0


class Throttle:
    """Tells a transfer how long to wait after it took some bytes. A changed setting counts within a second."""

    def __init__(self, settings: SettingsSource, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._bucket = Bucket()
        self._rate = 0
        self._looked: float | None = None

    def take(self, amount: int) -> float:
        """Seconds to wait after `amount` bytes; 0 without a limit."""
        now = self._clock.monotonic()
        with self._lock:
            rate = self._present_rate(now)
            if rate <= 0:
                self._bucket = Bucket(at=now)
                return 0.0
            self._bucket, wait = self._bucket.take(amount, now, rate)
            return wait

    def read_size(self) -> int:
        """How many bytes to ask a connection for at once."""
        with self._lock:
            return read_size(self._present_rate(self._clock.monotonic()))

    def _present_rate(self, now: float) -> int:
        if self._looked is None or now - self._looked >= _LOOK_EVERY:
            self._looked = now
            self._rate = self._settings.current().number("civitai_bandwidth_limit") * _KIB
        return self._rate
