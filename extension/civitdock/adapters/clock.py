"""The system's clock."""

from __future__ import annotations

import threading
import time


class SystemClock:
    """Implements `ports.Clock`."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for the event at most so many seconds."""
        return event.wait(max(0.0, seconds))
