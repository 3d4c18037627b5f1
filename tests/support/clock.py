"""A clock that tests move by hand; it is a `civitdock.ports.Clock`."""

from __future__ import annotations

import threading

START = 1_795_000_000.0  # 2026-11-18T11:06:40Z


class FakeClock:
    """Time stands still until somebody waits or the test advances it.

    Waiting moves the time on at once, so that code with pauses runs without any. After `hold()` a wait blocks
    until its event is set or the test has called `advance` far enough: for tests that look at what happens
    *while* something waits. `waits` lists the seconds asked for, in order.
    """

    def __init__(self, start: float = START) -> None:
        self._changed = threading.Condition()
        self._start = start
        self._elapsed = 0.0
        self._held = False
        self._waiting = 0
        self.waits: list[float] = []

    def now(self) -> float:
        """Unix seconds."""
        with self._changed:
            return self._start + self._elapsed

    def monotonic(self) -> float:
        """Seconds since this clock was made; never goes back."""
        with self._changed:
            return self._elapsed

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or the seconds have passed on this clock (False)."""
        with self._changed:
            self.waits.append(seconds)
            if event.is_set():
                return True
            if not self._held:
                self._elapsed += max(0.0, seconds)
                return False
            return self._wait_held(event, self._elapsed + seconds)

    def _wait_held(self, event: threading.Event, deadline: float) -> bool:
        self._waiting += 1
        self._changed.notify_all()
        try:
            while not event.is_set():
                if self._elapsed >= deadline:
                    return False
                self._changed.wait(0.005)  # an event cannot wake a condition, so look again soon
            return True
        finally:
            self._waiting -= 1

    def hold(self) -> None:
        """From now on waits block until the test advances the time."""
        with self._changed:
            self._held = True

    def advance(self, seconds: float) -> None:
        """Move the time on and wake whoever waits."""
        with self._changed:
            self._elapsed += seconds
            self._changed.notify_all()

    def set_wall(self, unix_seconds: float) -> None:
        """Put the wall clock right or wrong without moving the monotonic one."""
        with self._changed:
            self._start = unix_seconds - self._elapsed

    def await_waiters(self, count: int = 1, timeout: float = 10.0) -> None:
        """Block until `count` threads wait on a held clock. Raises TimeoutError after real seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting >= count, timeout):
                raise TimeoutError(f"{self._waiting} of {count} threads wait on the clock")
