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


class NotSent(Exception):
    """Nothing was sent, and trying again at once cannot help; `error` is what the caller is to hear.

    The circuit breaker is open (then it is the last trouble), or this machine's own settings stand in the way.
    """

    def __init__(self, error: CivitDockError) -> None:
        self.error = error
        super().__init__(error.message)


@dataclass
class Wait:
    """Until when a call may wait (monotonic seconds), and what ends it early.

    `challenged`: whether this call has met a protection page before, which counts but once.
    """

    deadline: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    challenged: bool = False

    def left(self, clock: Clock) -> float:
        """Seconds that remain."""
        return self.deadline - clock.monotonic()

    def sleep(self, clock: Clock, seconds: float) -> None:
        """Wait; raises `CallCancelled` where the caller's event is or gets set."""
        if clock.wait(self.cancelled, seconds) or self.cancelled.is_set():
            raise CallCancelled


class Pace:
    """How fast one destination may be asked, whatever way leads there. Callers bring their own `lock`."""

    def __init__(self, rates: tuple[tuple[int, int], ...]) -> None:
        """`rates`: pairs of how many requests in how many milliseconds."""
        self.lock = threading.Lock()
        self._hold_until = 0.0
        self._bucket = InMemoryBucket([Rate(*rate) for rate in rates]) if HAVE_LIMITER else None

    def hold(self, until: float) -> None:
        """Let nothing out before this moment."""
        self._hold_until = max(self._hold_until, until)

    def take(self, now: float) -> float:
        """0 with a turn taken, else the seconds until there may be one.

        The bucket is asked with our own time and never waits or leaks by itself; this much of pyrate-limiter is the
        same since its version 3.
        """
        if self._hold_until > now:
            return self._hold_until - now
        if self._bucket is None:
            return 0.0
        stamp = int(now * 1000)
        item = RateItem("civitai", stamp)
        self._bucket.leak(stamp)
        if self._bucket.put(item):
            return 0.0
        milliseconds = self._bucket.waiting(item)
        return max(1, milliseconds if isinstance(milliseconds, int) else 1000) / 1000


class Gate:
    """Lets requests to one destination out at its pace, and none while it is down on the way that the gate is for."""

    def __init__(self, clock: Clock, pace: Pace) -> None:
        self._clock = clock
        self._pace = pace
        self._lock = pace.lock
        self._breaker = Breaker()
        self._trouble: CivitDockError | None = None
        self._reachable: bool | None = None

    @property
    def reachable(self) -> bool | None:
        """Whether the last contact worked; None before the first."""
        return self._reachable

    def enter(self, wait: Wait) -> None:
        """Return when a request may go out.

        Raises `NotSent` while the breaker is open, `RateLimited` where the turn would come too late, `CallCancelled`.
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
                raise NotSent(type(trouble)(trouble.message, hint=trouble.hint, retry_after=shut))
            seconds = self._pace.take(now)
            if seconds <= 0:
                self._breaker.try_pass(now)
            return seconds

    def worked(self) -> None:
        """The destination gave a proper answer, a refusal included."""
        with self._lock:
            self._breaker.succeeded()
            self._trouble = None
            self._reachable = True

    def failed(self, error: CivitDockError, wait: Wait) -> None:
        """Note how an attempt failed: trouble counts for the breaker, `Retry-After` of a 429 holds everybody."""
        if not isinstance(error, _TROUBLE):
            self.worked()
            if isinstance(error, RateLimited) and error.retry_after:
                with self._lock:
                    self._pace.hold(self._clock.monotonic() + error.retry_after)
            return
        with self._lock:
            if not (isinstance(error, ChallengePage) and wait.challenged):
                self._breaker.failed(self._clock.monotonic())
            wait.challenged = wait.challenged or isinstance(error, ChallengePage)
            self._trouble = error
            self._reachable = False
