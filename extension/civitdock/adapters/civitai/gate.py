"""One gate per destination, shared by all jobs: circuit breaker, rate limit and the server's own wish for a pause."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from civitdock.domain.breaker import Breaker
from civitdock.errors import ChallengePage, CivitaiDown, CivitDockError, Offline, RateLimited
from civitdock.ports import CallCancelled, Clock

try:
    from pyrate_limiter import InMemoryBucket, Rate, RateItem

    HAVE_LIMITER = True
except ImportError:  # the package is one of ours; without it there is only the server's own limit
    HAVE_LIMITER = False

#: CivitAI states no numbers; known clients pace themselves to about five a second (`civitai-api.md 4`).
CIVITAI_RATES = ((5, 1_000), (180, 60_000))
#: A server on this machine; the limit only guards against a loop gone wild.
LOOPBACK_RATES = ((50, 1_000),)
_TROUBLE = (Offline, CivitaiDown, ChallengePage)


class Shut(Exception):
    """The circuit breaker is open, so nothing was sent; `error` is the last trouble, to be raised without repeating."""

    def __init__(self, error: CivitDockError) -> None:
        self.error = error
        super().__init__(error.message)


@dataclass
class Wait:
    """Until when a call may wait (monotonic seconds), and what ends it early."""

    deadline: float
    cancelled: threading.Event = field(default_factory=threading.Event)

    def left(self, clock: Clock) -> float:
        """Seconds that remain."""
        return self.deadline - clock.monotonic()

    def sleep(self, clock: Clock, seconds: float) -> None:
        """Wait; raises `CallCancelled` where the caller's event is or gets set."""
        if clock.wait(self.cancelled, seconds) or self.cancelled.is_set():
            raise CallCancelled


class Gate:
    """Lets requests to one destination out at a polite pace, and none while it is down."""

    def __init__(self, clock: Clock, rates: tuple[tuple[int, int], ...]) -> None:
        """`rates`: pairs of how many requests in how many milliseconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._breaker = Breaker()
        self._hold_until = 0.0
        self._trouble: CivitDockError | None = None
        self._reachable: bool | None = None
        self._bucket = InMemoryBucket([Rate(*rate) for rate in rates]) if HAVE_LIMITER else None

    @property
    def reachable(self) -> bool | None:
        """Whether the last contact worked; None before the first."""
        return self._reachable

    def enter(self, wait: Wait) -> None:
        """Return when a request may go out.

        Raises `Shut` while the breaker is open, `RateLimited` where the turn would come too late, `CallCancelled`.
        """
        while True:
            seconds = self._seconds_to_wait()
            if seconds <= 0:
                return
            if seconds >= wait.left(self._clock):
                raise RateLimited(retry_after=seconds)
            wait.sleep(self._clock, seconds)

    def _seconds_to_wait(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            shut = self._breaker.seconds_shut(now)
            if shut > 0 and self._trouble is not None:
                trouble = self._trouble
                raise Shut(type(trouble)(trouble.message, hint=trouble.hint, retry_after=shut))
            if self._hold_until > now:
                return self._hold_until - now
            seconds = self._take_token(now)
            if seconds <= 0:
                self._breaker.try_pass(now)
            return seconds

    def _take_token(self, now: float) -> float:
        """0 with a token taken, else the seconds until there may be one.

        The bucket is asked with our own time and never waits or leaks by itself; this much of pyrate-limiter is the
        same since its version 3.
        """
        if self._bucket is None:
            return 0.0
        stamp = int(now * 1000)
        item = RateItem("civitai", stamp)
        self._bucket.leak(stamp)
        if self._bucket.put(item):
            return 0.0
        milliseconds = self._bucket.waiting(item)
        return max(1, milliseconds if isinstance(milliseconds, int) else 1000) / 1000

    def worked(self) -> None:
        """The destination gave a proper answer, a refusal included."""
        with self._lock:
            self._breaker.succeeded()
            self._trouble = None
            self._reachable = True

    def failed(self, error: CivitDockError) -> None:
        """Note how an attempt failed: trouble counts for the breaker, `Retry-After` of a 429 holds everybody."""
        if not isinstance(error, _TROUBLE):
            self.worked()
            if isinstance(error, RateLimited) and error.retry_after:
                with self._lock:
                    self._hold_until = max(self._hold_until, self._clock.monotonic() + error.retry_after)
            return
        with self._lock:
            self._breaker.failed(self._clock.monotonic())
            self._trouble = error
            self._reachable = False
