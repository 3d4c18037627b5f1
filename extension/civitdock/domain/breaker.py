"""Circuit breaker: after some failures in a row a destination is left alone for a while (design section 5)."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES_TO_OPEN = 5
SECONDS_OPEN = 15.0


@dataclass
class Breaker:
    """State for one destination. `now` is always seconds of a monotonic clock; callers bring their own lock.

    Closed: everything passes. Open: nothing passes for `SECONDS_OPEN`; then one attempt passes as a probe, and only
    its success closes the breaker. A probe that never reports counts as failed after the same time.
    """

    failures: int = 0
    opened_at: float | None = None

    def seconds_shut(self, now: float) -> float:
        """How long until an attempt may pass; 0 means now."""
        if self.opened_at is None:
            return 0.0
        return max(0.0, self.opened_at + SECONDS_OPEN - now)

    def try_pass(self, now: float) -> bool:
        """Whether an attempt may go out; in the open state this hands out the one probe."""
        if self.seconds_shut(now) > 0:
            return False
        if self.opened_at is not None:
            self.opened_at = now
        return True

    def succeeded(self) -> None:
        """The destination answered properly."""
        self.failures = 0
        self.opened_at = None

    def failed(self, now: float) -> None:
        """The destination did not answer properly."""
        self.failures += 1
        if self.failures >= FAILURES_TO_OPEN:
            self.opened_at = now
